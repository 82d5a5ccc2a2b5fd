"""What changes and deletions give back, after many of them."""

import pytest

from dualstack.testing import (
    Bound,
    Cluster,
    Resource,
    eventually_slices,
    expect,
    expect_value,
    requirement,
)

REPAIR = Bound("the repair of reservations", 300)
"""A server that looks for leaks every few minutes may itself undo a release that came too soon after its cause."""
SEEN_SECONDS = 0.2
"""After an upgrade: what looks after reservations has seen it by then, as a rule."""
DELETED = Bound("a deleted namespace", 90)
FREE = Bound("the addresses of a deleted namespace", 300)


def round_trips(cluster: Cluster, service: Resource, count: int) -> None:
    """Upgrades with a valid second address, and the downgrade a moment after each.

    A downgrade within milliseconds may come before a server's own look at the upgrade: it then finds the second
    address unreserved, reserves it anew, and notices only minutes later that the Service has it no more.
    """
    for _ in range(count):
        upgraded = cluster.patch(service, {"spec": {"ipFamilyPolicy": "RequireDualStack"}})
        expect(upgraded, "spec.clusterIPs").has_families(cluster.families)
        cluster.waiting.pause(SEEN_SECONDS)
        cluster.patch(service, {"spec": {"ipFamilyPolicy": "SingleStack"}})


@requirement("LIFE-004")
@pytest.mark.long
def test_twenty_rounds_leak_nothing(cluster: Cluster) -> None:
    """Twenty upgrades and downgrades leave the Service, its reservations and its slices as they were."""
    before = cluster.create("services/node-port.yaml", {"spec.ipFamilyPolicy": "SingleStack"})
    own = [str(cluster.primary)]
    first = eventually_slices(cluster, before, lambda slices: slices.families == own, f"{own} slices")

    round_trips(cluster, before, 20)

    expect(cluster.get(before), "spec").equals(before["spec"])
    after = eventually_slices(cluster, before, lambda slices: slices.families == own, f"{own} slices only")
    expect_value(len(after.pieces), subject=str(before), field="number of slices").equals(len(first.pieces))
    cluster.waiting.eventually(
        lambda: cluster.reservations(before),
        until=lambda reserved: reserved == before["spec.clusterIPs"],
        bound=REPAIR,
        subject=str(before),
        expected=f"reservations {before['spec.clusterIPs']}",
    )


@requirement("LIFE-013")
@pytest.mark.long
def test_a_deleted_namespace_frees_its_addresses(cluster: Cluster) -> None:
    """Every address of the Services of a deleted namespace can be pinned by another Service."""
    namespace = cluster.new_namespace()
    changes = {"metadata.namespace": namespace.name, "spec.ipFamilyPolicy": "PreferDualStack"}
    services = [cluster.create("services/cluster-ip.yaml", changes) for _ in range(5)]
    addresses = [address for service in services for address in service["spec.clusterIPs"]]

    cluster.delete(namespace)
    cluster.waiting.eventually(
        lambda: cluster.try_get(namespace).status,
        until=lambda status: status == 404,
        bound=DELETED,
        subject=str(namespace),
        expected="gone",
    )

    cluster.waiting.eventually(
        lambda: [address for address in addresses if not can_be_pinned(cluster, address)],
        until=lambda taken: not taken,
        bound=FREE,
        subject="addresses of the deleted namespace",
        expected="free for others",
    )


def can_be_pinned(cluster: Cluster, address: str) -> bool:
    """Whether another Service gets the address; it is given back at once."""
    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": address})
    if answer.accepted:
        cluster.delete(cluster.created.pop())
    return answer.accepted
