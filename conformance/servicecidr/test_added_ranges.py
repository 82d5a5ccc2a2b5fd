"""A Service range that is added to a running cluster, and taken away again."""

from ipaddress import ip_network
from zlib import crc32

import pytest

from dualstack.testing import (
    Bound,
    Cluster,
    Family,
    Network,
    Resource,
    Testbed,
    at_cluster_ips,
    expect,
    expect_value,
    requirement,
    routes,
)

pytestmark = pytest.mark.alone
BLOCKS: dict[Family, Network] = {Family.IPV4: ip_network("198.18.0.0/16"), Family.IPV6: ip_network("2001:db8:18::/112")}
"""From blocks for benchmarks and documentation: no real range overlaps them."""
RANGE_SIZE = 16
TURNS = range(4)
"""How many tests of this file make a range of their own."""
READY = Bound("condition Ready of a new ServiceCIDR", 30)
HELD = Bound("condition Ready of a deleted ServiceCIDR", 30)
GONE = Bound("a deleted ServiceCIDR without Services", 70)


def condition(cidr: Resource) -> tuple[str, str]:
    """Status and reason of the condition Ready."""
    found = [entry for entry in cidr["status.conditions"] or () if entry["type"] == "Ready"]
    return (found[0]["status"], found[0].get("reason", "")) if found else ("", "")


def own_range(cluster: Cluster, family: Family, turn: int) -> Network:
    """A small range that only this turn of this run uses.

    A deleted range stays for ten seconds more and would take over the Services of another one with its addresses.
    """
    networks = BLOCKS[family].num_addresses // RANGE_SIZE
    number = (crc32(cluster.pool.run_id.encode()) * len(TURNS) + turn) % networks
    first = BLOCKS[family][number * RANGE_SIZE]
    return ip_network(f"{first}/{first.max_prefixlen - 4}")


def added(cluster: Cluster, families: list[Family], turn: int) -> Resource:
    """A new ServiceCIDR with a small range of each family, ready."""
    cidrs = [str(own_range(cluster, family, turn)) for family in families]
    cidr = cluster.create(cluster.cluster_scoped("servicecidrs/service-cidr.yaml", {"spec.cidrs": cidrs}))
    ready: Resource = cluster.waiting.eventually(
        lambda: cluster.get(cidr),
        until=lambda seen: condition(seen)[0] == "True",
        bound=READY,
        subject=str(cidr),
        expected="Ready",
    )
    return ready


def pinned(cluster: Cluster, families: list[Family], turn: int) -> dict[str, object]:
    """The fields of a Service with an address in the new range of each family."""
    addresses = [str(own_range(cluster, family, turn)[5]) for family in families]
    policy = "RequireDualStack" if len(families) == 2 else "SingleStack"
    return {
        "spec.clusterIP": addresses[0],
        "spec.clusterIPs": addresses,
        "spec.ipFamilies": families,
        "spec.ipFamilyPolicy": policy,
    }


@requirement("CIDR-006")
@pytest.mark.parametrize(("turn", "count"), [(0, 1), (1, 2)], ids=["primary family", "every family"])
def test_addresses_of_a_new_range_can_be_had(cluster: Cluster, turn: int, count: int) -> None:
    """A new ServiceCIDR becomes ready, and a Service can be pinned to an address of each of its families."""
    families = cluster.families[:count]
    added(cluster, families, turn)
    fields = pinned(cluster, families, turn)

    service = cluster.create("services/cluster-ip.yaml", fields)

    owed = sorted(str(own_range(cluster, family, turn)[5]) for family in families)
    expect_value(cluster.reservations(service), subject=str(service), field="reservations").equals(owed)


@requirement("CIDR-007")
def test_addresses_of_a_new_range_are_served(cluster: Cluster, testbed: Testbed) -> None:
    """Addresses from a new ServiceCIDR lead Pods and nodes to the backends, in each family."""
    backends = testbed.backends(cluster)
    placed = {"metadata.namespace": backends.namespace, "spec.selector": backends.selector}
    added(cluster, cluster.families, 3)

    service = cluster.create("traffic/live.yaml", {**placed, **pinned(cluster, cluster.families, 3)})

    clients = [*testbed.pods, *testbed.host_pods]
    testbed.must_answer(routes(clients, at_cluster_ips(service, backends.pods)))


@requirement("CIDR-008")
def test_a_range_in_use_waits_for_its_services(cluster: Cluster) -> None:
    """A deleted ServiceCIDR stays, and takes nobody in, until the last Service with an address of it is gone."""
    families = cluster.families
    cidr = added(cluster, families, 2)
    service = cluster.create("services/cluster-ip.yaml", pinned(cluster, families, 2))

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
