"""Local policies, and a backend that is told to end and still serves."""

import pytest

from dualstack.testing import (
    BedPod,
    Cluster,
    Resource,
    Testbed,
    at_cluster_ips,
    at_node_ports,
    eventually_slices,
    requirement,
    routes,
)

LINGER = "spec.containers[0].lifecycle.preStop.exec.command"
ENDING = {"ready": False, "serving": True, "terminating": True}


def behind(cluster: Cluster, testbed: Testbed, manifest: str, **spec: object) -> tuple[BedPod, Resource]:
    """A backend of its own on the node of the first Pod, which takes its time to end, and a Service over it."""
    place, label = testbed.pods[0], {"app": cluster.pool.name("ending")}
    changes = {
        "metadata.namespace": place.namespace,
        "metadata.labels": label,
        "spec.nodeName": place.node,
        LINGER: ["sleep", "12"],
    }
    backend = testbed.own_pod(cluster, "pods/backend.yaml", changes)
    placed = {"metadata.namespace": place.namespace, "spec.selector": label}
    service = cluster.create(
        manifest, {**placed, "spec.ipFamilyPolicy": "PreferDualStack", **{f"spec.{key}": spec[key] for key in spec}}
    )
    return backend, service


def end(cluster: Cluster, backend: BedPod, service: Resource) -> None:
    """Tell the backend to end, and wait until the slices of each family say so."""
    cluster.delete(backend.path)
    eventually_slices(
        cluster,
        service,
        lambda slices: all(how == ENDING for how in slices.conditions(backend.name).values()),
        f"{backend.name} {ENDING} in each family",
    )


@requirement("TP-006")
@pytest.mark.long
def test_local_traffic_falls_back_to_it(cluster: Cluster, testbed: Testbed) -> None:
    """With Local policies its own node goes on to serve it, at cluster IPs and node ports, and loses no request."""
    policies = {"internalTrafficPolicy": "Local", "externalTrafficPolicy": "Local"}
    backend, service = behind(cluster, testbed, "traffic/live.yaml", **policies)
    home = {backend.node: testbed.node_addresses[backend.node]}
    others = [pod for pod in testbed.host_pods if pod.node != backend.node]
    asked = [
        *routes(testbed.pods[:1], at_cluster_ips(service, [backend])),
        *routes(others, at_node_ports(service, home, [backend])),
    ]
    testbed.must_answer(asked)

    with testbed.unbroken(asked):
        end(cluster, backend, service)
        cluster.waiting.pause(3)


@requirement("TP-007")
@pytest.mark.long
def test_load_balancers_are_told_to_go_elsewhere(cluster: Cluster, testbed: Testbed) -> None:
    """Its node says 503 and no endpoint over each family, while the node port still answers."""
    backend, service = behind(cluster, testbed, "traffic/virtual-local.yaml")
    client, nodes = testbed.host_pods[-1], testbed.node_addresses
    testbed.must_count(client, service, nodes, {backend.node: 1})
    end(cluster, backend, service)

    testbed.must_count(client, service, nodes, {})

    home = {backend.node: nodes[backend.node]}
    testbed.must_answer(routes([client], at_node_ports(service, home, [backend])))
