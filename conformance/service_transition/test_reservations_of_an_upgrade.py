"""What upgrades and downgrades reserve, seen through the IPAddress objects."""

import pytest

from dualstack.testing import Answer, Bound, Cluster, Resource, at_once, expect, expect_value, requirement

REPAIR = Bound("the repair of reservations", 300)
"""A server that looks for leaks every few minutes may itself undo a release that came too soon after its cause."""


def needs_ip_addresses(cluster: Cluster) -> None:
    """Leave out clusters whose reservations cannot be seen."""
    if not cluster.since(1, 33):
        pytest.skip("IPAddress objects are served from Kubernetes 1.33 on")


def race(cluster: Cluster, service: Resource) -> list[Answer]:
    """Ten upgrades of one Service at once."""
    return at_once([lambda: cluster.try_patch(service, {"spec": {"ipFamilyPolicy": "RequireDualStack"}})] * 10)


def written_again(cluster: Cluster, service: Resource) -> None:
    """Touch the Service after the race.

    The controller that repairs reservations may take the new one for an orphan, because the Service
    in its cache does not list the address yet.  It puts that right at the next write or within a minute.
    """
    cluster.patch(service, {"metadata": {"labels": {"touched": "yes"}}})


@requirement("SVC-TR-020")
def test_concurrent_upgrades_add_one_address(cluster: Cluster) -> None:
    """However many upgrades race, each is accepted or told to try again, and one address is added."""
    before = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "SingleStack"})

    answers = race(cluster, before)

    expect_value({answer.status for answer in answers}, subject=str(before), field="statuses of the race").satisfies(
        lambda statuses: 200 in statuses and statuses <= {200, 409}, "200, or 409 Conflict for some"
    )
    after = cluster.get(before)
    expect(after, "spec.ipFamilies").equals(cluster.families)
    expect(after, "spec.clusterIPs").has_families(cluster.families)
    expect(after, "spec.clusterIPs[0]").equals(before["spec.clusterIP"])


@requirement("SVC-TR-020")
@pytest.mark.long
def test_concurrent_upgrades_leave_no_orphan(cluster: Cluster) -> None:
    """After racing upgrades exactly the two addresses of the Service are reserved for it."""
    needs_ip_addresses(cluster)
    service = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "SingleStack"})

    race(cluster, service)
    written_again(cluster, service)

    addresses = sorted(cluster.get(service)["spec.clusterIPs"])
    cluster.waiting.eventually(
        lambda: cluster.reservations(service),
        until=lambda reserved: reserved == addresses,
        bound=REPAIR,
        subject=str(service),
        expected=f"reservations {addresses}",
    )


@requirement("SVC-TR-022")
def test_dry_run_upgrade_makes_no_ip_address(cluster: Cluster) -> None:
    """A dry-run upgrade creates no IPAddress object."""
    needs_ip_addresses(cluster)
    service = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "SingleStack"})

    cluster.patch(service, {"spec": {"ipFamilyPolicy": "RequireDualStack"}}, dry_run=True)

    reserved = cluster.reservations(service)
    expect_value(reserved, subject=str(service), field="reservations").equals(service["spec.clusterIPs"])


def up_and_down(cluster: Cluster, service: Resource) -> None:
    """An upgrade and the downgrade after it."""
    cluster.patch(service, {"spec": {"ipFamilyPolicy": "RequireDualStack"}})
    cluster.patch(service, {"spec": {"ipFamilyPolicy": "SingleStack"}})


@requirement("SVC-TR-018")
@pytest.mark.long
def test_no_address_leaks_on_the_way(cluster: Cluster) -> None:
    """After an upgrade and a downgrade nothing is reserved for the Service but its first address."""
    needs_ip_addresses(cluster)
    service = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "SingleStack"})

    up_and_down(cluster, service)

    cluster.waiting.eventually(
        lambda: cluster.reservations(service),
        until=lambda reserved: reserved == service["spec.clusterIPs"],
        bound=REPAIR,
        subject=str(service),
        expected=f"reservations {service['spec.clusterIPs']}",
    )
