"""A Service range that is added to a running cluster, and taken away again."""

import pytest

from dualstack.testing import Bound, Cluster, Family, Resource, expect, expect_value, requirement

pytestmark = pytest.mark.alone
RANGES = {Family.IPV4: ("198.18.0.32/28", "198.18.0.37"), Family.IPV6: ("2001:db8:18::/124", "2001:db8:18::5")}
READY = Bound("condition Ready of a new ServiceCIDR", 30)
HELD = Bound("condition Ready of a deleted ServiceCIDR", 30)
GONE = Bound("a deleted ServiceCIDR without Services", 70)


def condition(cidr: Resource) -> tuple[str, str]:
    """Status and reason of the condition Ready."""
    found = [entry for entry in cidr["status.conditions"] or () if entry["type"] == "Ready"]
    return (found[0]["status"], found[0].get("reason", "")) if found else ("", "")


def added(cluster: Cluster, families: list[Family]) -> Resource:
    """A new ServiceCIDR with a small range of each family, ready."""
    cidrs = [RANGES[family][0] for family in families]
    cidr = cluster.create(cluster.cluster_scoped("servicecidrs/service-cidr.yaml", {"spec.cidrs": cidrs}))
    ready: Resource = cluster.waiting.eventually(
        lambda: cluster.get(cidr),
        until=lambda seen: condition(seen)[0] == "True",
        bound=READY,
        subject=str(cidr),
        expected="Ready",
    )
    return ready


def pinned(families: list[Family]) -> dict[str, object]:
    """The fields of a Service with an address in the new range of each family."""
    addresses = [RANGES[family][1] for family in families]
    policy = "RequireDualStack" if len(families) == 2 else "SingleStack"
    return {
        "spec.clusterIP": addresses[0],
        "spec.clusterIPs": addresses,
        "spec.ipFamilies": families,
        "spec.ipFamilyPolicy": policy,
    }


@requirement("CIDR-006")
@pytest.mark.parametrize("count", [1, 2], ids=["primary family", "every family"])
def test_addresses_of_a_new_range_can_be_had(cluster: Cluster, count: int) -> None:
    """A new ServiceCIDR becomes ready, and a Service can be pinned to an address of each of its families."""
    families = cluster.families[:count]
    added(cluster, families)

    service = cluster.create("services/cluster-ip.yaml", pinned(families))

    owed = sorted(RANGES[family][1] for family in families)
    expect_value(cluster.reservations(service), subject=str(service), field="reservations").equals(owed)


@requirement("CIDR-008")
def test_a_range_in_use_waits_for_its_services(cluster: Cluster) -> None:
    """A deleted ServiceCIDR stays, and takes nobody in, until the last Service with an address of it is gone."""
    families = cluster.families
    cidr = added(cluster, families)
    service = cluster.create("services/cluster-ip.yaml", pinned(families))

    cluster.delete(cidr)

    cluster.waiting.eventually(
        lambda: condition(cluster.get(cidr)),
        until=lambda seen: seen == ("False", "Terminating"),
        bound=HELD,
        subject=str(cidr),
        expected="Ready False, Terminating",
    )
    expect(cluster.get(service), "spec.clusterIPs").equals(service["spec.clusterIPs"])

    cluster.delete(service)

    cluster.waiting.eventually(
        lambda: cluster.try_get(cidr).status,
        until=lambda status: status == 404,
        bound=GONE,
        subject=str(cidr),
        expected="gone",
    )
