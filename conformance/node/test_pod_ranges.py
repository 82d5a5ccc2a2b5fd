"""The ranges that nodes give their Pods addresses from."""

from ipaddress import ip_network
from itertools import combinations

import pytest

from dualstack.testing import Cluster, Family, expect_no_offender, family_of, requirement

pytestmark = pytest.mark.audit


def ranges(cluster: Cluster) -> dict[str, list[str]]:
    """``spec.podCIDRs`` of each node that has some.  Without any, the requirements about them say nothing."""
    found = {node.name: list(node["spec.podCIDRs"]) for node in cluster.list("nodes") if node["spec.podCIDRs"]}
    if not found:
        pytest.skip("no node has Pod CIDRs: the CNI plugin gives addresses by itself")
    return found


def families(cidrs: list[str]) -> list[Family]:
    """The families of ranges, in their order."""
    return [family_of(cidr) for cidr in cidrs]


def wrong_lists(cluster: Cluster) -> dict[str, str]:
    """Each node whose Pod ranges contradict each other, and how."""
    singular = {node.name: node["spec.podCIDR"] for node in cluster.list("nodes")}
    return {
        name: f"podCIDR {singular[name]}, podCIDRs {cidrs}"
        for name, cidrs in ranges(cluster).items()
        if singular[name] != cidrs[0]
        or len(cidrs) > 2
        or len({*families(cidrs)}) != len(cidrs)
        or any(str(ip_network(cidr)) != cidr for cidr in cidrs)
    }


@requirement("NODE-003")
def test_ranges_of_a_node_agree(dry_cluster: Cluster) -> None:
    """A node has one Pod range, or two of different families, and ``podCIDR`` is the first."""
    expect_no_offender(
        dry_cluster, lambda: wrong_lists(dry_cluster), subject="nodes", expected="one range a family, the first twice"
    )


def unlike_orders(cluster: Cluster) -> dict[str, str]:
    """The families of the Pod ranges of each node, unless each has both in one order."""
    ranges(cluster)
    found = {node.name: ", ".join(families(node["spec.podCIDRs"] or [])) for node in cluster.list("nodes")}
    alike = len({*found.values()}) == 1 and all(order.count(",") == 1 for order in found.values())
    return {} if alike else found


@requirement("NODE-004")
def test_every_node_has_both_families_in_one_order(dry_cluster: Cluster) -> None:
    """Where nodes have Pod ranges, each has two, of the same families in the same order."""
    expect_no_offender(
        dry_cluster,
        lambda: unlike_orders(dry_cluster),
        subject="nodes",
        expected="ranges of both families, in the same order on all nodes",
    )


def overlaps(cluster: Cluster) -> dict[str, str]:
    """Pairs of nodes whose Pod ranges overlap."""
    found = [(name, ip_network(cidr)) for name, cidrs in ranges(cluster).items() for cidr in cidrs]
    return {
        f"{one} and {other}": f"{first} and {second}"
        for (one, first), (other, second) in combinations(found, 2)
        if one != other and first.version == second.version and first.overlaps(second)
    }


@requirement("NODE-005")
def test_ranges_of_nodes_are_apart(dry_cluster: Cluster) -> None:
    """No two nodes have Pod ranges that overlap."""
    expect_no_offender(dry_cluster, lambda: overlaps(dry_cluster), subject="nodes", expected="ranges of their own")
