"""What stands beside the addresses of a Service follows it: slices, Endpoints, reservations and names."""

from dualstack.testing import (
    Backends,
    Bound,
    Cluster,
    Question,
    Resource,
    Slices,
    Testbed,
    Told,
    addresses_under,
    eventually_slices,
    requirement,
    slices_of,
)

REMOVED = Bound("what a deleted Service leaves", 60)


def live(cluster: Cluster, backends: Backends, policy: str) -> Resource:
    """A Service over these Pods."""
    placed = {"metadata.namespace": backends.namespace, "spec.selector": backends.selector}
    return cluster.create("traffic/live.yaml", {**placed, "spec.ipFamilyPolicy": policy})


def lead_to(cluster: Cluster, service: Resource, backends: Backends, families: list[str]) -> Slices:
    """The slices of a Service, once there are some of just these families and all Pods are ready in each."""
    owed = {pod.name: set(families) for pod in backends.pods}

    def complete(slices: Slices) -> bool:
        ready = {pod: {family for family, how in slices.conditions(pod).items() if how["ready"]} for pod in owed}
        return set(slices.families) == set(families) and ready == owed

    return eventually_slices(cluster, service, complete, f"slices of {families}, every Pod ready in each")


@requirement("LIFE-001")
def test_slices_and_names_follow_an_upgrade(cluster: Cluster, testbed: Testbed) -> None:
    """After an upgrade the Pods stand in slices of both families, and the name has both addresses."""
    backends = testbed.backends(cluster)
    service = live(cluster, backends, "SingleStack")
    lead_to(cluster, service, backends, [cluster.primary])

    upgraded = cluster.patch(service, {"spec": {"ipFamilyPolicy": "PreferDualStack"}})

    lead_to(cluster, service, backends, list(cluster.families))
    testbed.must_resolve(testbed.pods[:1], addresses_under(testbed.name_of(service), upgraded["spec.clusterIPs"]))


@requirement("LIFE-002")
def test_slices_and_names_follow_a_downgrade(cluster: Cluster, testbed: Testbed) -> None:
    """After a downgrade there are slices of the primary family only, and the name has its address only."""
    backends = testbed.backends(cluster)
    service = live(cluster, backends, "PreferDualStack")
    lead_to(cluster, service, backends, list(cluster.families))

    downgraded = cluster.patch(service, {"spec": {"ipFamilyPolicy": "SingleStack"}})

    lead_to(cluster, service, backends, [cluster.primary])
    testbed.must_resolve(testbed.pods[:1], addresses_under(testbed.name_of(service), downgraded["spec.clusterIPs"]))


def left_of(cluster: Cluster, service: Resource) -> dict[str, object]:
    """What there still is beside a deleted Service."""
    endpoints = cluster.try_get(service.path.replace("/services/", "/endpoints/"))
    left = {
        "slices": slices_of(cluster, service).families,
        "endpoints": endpoints.status if endpoints.status != 404 else None,
        "reservations": cluster.reservations(service) if cluster.since(1, 33) else [],
    }
    return {what: found for what, found in left.items() if found}


@requirement("LIFE-012")
def test_slices_and_names_go_with_their_service(cluster: Cluster, testbed: Testbed) -> None:
    """A deleted Service leaves no slice, no Endpoints, no reservation and no name."""
    backends = testbed.backends(cluster)
    service = live(cluster, backends, "PreferDualStack")
    lead_to(cluster, service, backends, list(cluster.families))
    name = testbed.name_of(service)

    cluster.delete(service)

    cluster.waiting.eventually(
        lambda: left_of(cluster, service),
        until=lambda left: not left,
        bound=REMOVED,
        subject=str(service),
        expected="nothing",
    )
    testbed.must_resolve(testbed.pods[:1], {Question(name, kind): Told("NXDOMAIN") for kind in ("A", "AAAA")})
