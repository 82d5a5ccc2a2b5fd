"""A Service without endpoints, in both families or in one, refuses; one family is not held up by the other."""

import pytest

from dualstack.testing import (
    UDP,
    BedPod,
    Cluster,
    Family,
    Resource,
    Testbed,
    at_cluster_ips,
    of_family,
    requirement,
    routes,
)


@requirement("CONN-014")
def test_without_endpoints_connections_are_refused(testbed: Testbed) -> None:
    """Without endpoints each cluster IP refuses Pods and nodes; it does not let them wait."""
    clients = [testbed.pods[0], testbed.host_pods[-1]]

    testbed.must_refuse(routes(clients, at_cluster_ips(testbed.service("nobody"), ())))


@requirement("CONN-014")
def test_without_endpoints_datagrams_are_lost(testbed: Testbed) -> None:
    """Without endpoints nobody answers a datagram: it is refused, not permitted or lost, by the kind of proxy."""
    clients = [testbed.pods[0], testbed.host_pods[-1]]

    testbed.must_fall_silent(routes(clients, at_cluster_ips(testbed.service("nobody"), (), UDP)))


def by_hand(cluster: Cluster, *backends: tuple[Family, BedPod], **spec: object) -> Resource:
    """A Service with a slice of one endpoint for each of these families and Pods."""
    namespace = backends[0][1].namespace
    changes = {f"spec.{name}": value for name, value in spec.items()}
    service = cluster.create("traffic/by-hand.yaml", {"metadata.namespace": namespace, **changes})
    for family, pod in backends:
        cluster.create(
            "endpointslices/manual-slice.yaml",
            {
                "metadata.namespace": namespace,
                "metadata.labels": {
                    "kubernetes.io/service-name": service.name,
                    "endpointslice.kubernetes.io/managed-by": "conformance.test",
                },
                "addressType": family,
                "endpoints[0].addresses": [pod.address(family)],
            },
        )
    return service


@requirement("CONN-015")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_endpoints_of_one_family(cluster: Cluster, testbed: Testbed, role: str) -> None:
    """With endpoints of one family the cluster IP of that family answers, and the other one refuses."""
    backend, client = testbed.pods[0], testbed.pods[-1]
    service = by_hand(cluster, (cluster.family(role), backend))
    targets = at_cluster_ips(service, [backend])

    testbed.must_answer(routes([client], of_family(targets, cluster.family(role))))

    testbed.must_refuse(routes([client], of_family(targets, cluster.family(role).other)))


@requirement("EPS-022")
def test_slices_by_hand_lead_to_their_own_pod(cluster: Cluster, testbed: Testbed) -> None:
    """Slices that a user writes for a Service without selector lead each family to its own endpoint."""
    pods = dict(zip(cluster.families, testbed.pool, strict=False))
    service = by_hand(cluster, *pods.items())
    targets = [of_family(at_cluster_ips(service, [pod]), family) for family, pod in pods.items()]

    testbed.must_answer([route for part in targets for route in routes(testbed.pods, part)])


@requirement("EPS-023")
def test_a_slice_of_a_missing_family_is_harmless(cluster: Cluster, testbed: Testbed) -> None:
    """A slice of a family that the Service lacks changes nothing for it, nor for other Services."""
    backend, other, *_ = testbed.pool
    stray = by_hand(cluster, (cluster.primary, backend), (cluster.secondary, other), ipFamilyPolicy="SingleStack")
    beside = by_hand(cluster, (cluster.primary, backend), (cluster.secondary, backend))

    testbed.must_answer(routes(testbed.pods, at_cluster_ips(stray, [backend])))

    testbed.must_answer(routes(testbed.pods, at_cluster_ips(beside, [backend])))
