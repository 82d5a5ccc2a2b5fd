"""The addresses that nodes report: what they are, and in which families."""

from ipaddress import ip_address

import pytest

from dualstack.testing import (
    Cluster,
    Family,
    Resource,
    addresses_of,
    expect_no_offender,
    expect_value,
    families_of,
    is_linux,
    is_schedulable,
    requirement,
)

pytestmark = pytest.mark.audit


def nodes(cluster: Cluster) -> list[Resource]:
    """The nodes that are ready and not cordoned."""
    return [node for node in cluster.list("nodes") if is_schedulable(node)]


def is_for_many_nodes(text: str) -> bool:
    """Whether an address means the same on every node: unicast, and of no narrower scope."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    narrow = address.is_loopback or address.is_unspecified or address.is_multicast or address.is_link_local
    return not narrow and "%" not in text


def useless_addresses(cluster: Cluster) -> dict[str, list[str]]:
    """Each node with addresses that other machines cannot use, and which."""
    found = {node.name: [a for a in addresses_of(node) if not is_for_many_nodes(a)] for node in cluster.list("nodes")}
    return {name: addresses for name, addresses in found.items() if addresses}


@requirement("NODE-001")
def test_addresses_mean_the_same_everywhere(dry_cluster: Cluster) -> None:
    """Every address of a node is a unicast one that is neither loopback, unspecified nor link-local."""
    expect_no_offender(
        dry_cluster, lambda: useless_addresses(dry_cluster), subject="nodes", expected="addresses for other machines"
    )


def families_by_node(cluster: Cluster) -> dict[str, list[Family]]:
    """The families of each usable node, its primary one first."""
    return {node.name: families_of(addresses_of(node)) for node in nodes(cluster) if is_linux(node)}


def different_primaries(cluster: Cluster) -> dict[str, str]:
    """The first family of each node, where they differ."""
    found = {name: "".join(families[:1]) for name, families in families_by_node(cluster).items()}
    return found if len({*found.values()}) > 1 else {}


@requirement("CLU-005")
def test_nodes_agree_on_their_primary_family(dry_cluster: Cluster) -> None:
    """The first address is of the same family on every node."""
    expect_no_offender(
        dry_cluster,
        lambda: different_primaries(dry_cluster),
        subject="nodes",
        expected="a first address of the same family on all of them",
    )


@requirement("CLU-006")
def test_some_node_has_both_families(dry_cluster: Cluster) -> None:
    """A dual-stack cluster has a node with an address of each family."""
    found = families_by_node(dry_cluster)

    expect_value(found, subject="nodes", field="families").satisfies(
        lambda found: any(len(families) == 2 for families in found.values()), "both families on one at least"
    )


def without_both_families(cluster: Cluster) -> dict[str, str]:
    """Each node that lacks a family, with what it has."""
    return {name: ", ".join(families) for name, families in families_by_node(cluster).items() if len(families) != 2}


@requirement("CLU-007")
def test_every_node_has_both_families(dry_cluster: Cluster) -> None:
    """On a dual-stack cluster each Linux node has an address of each family."""
    expect_no_offender(
        dry_cluster,
        lambda: without_both_families(dry_cluster),
        subject="nodes",
        expected="addresses of both families on each",
    )


def of_another_primary(cluster: Cluster) -> dict[str, str]:
    """Each node whose first address is not of the primary family of Services, with its families."""
    found = families_by_node(cluster)
    return {name: ", ".join(families) for name, families in found.items() if families[:1] != [cluster.primary]}


@requirement("CLU-008")
def test_nodes_have_the_primary_family_of_services(dry_cluster: Cluster) -> None:
    """The first address of each node is of the family that Services get first."""
    expect_no_offender(
        dry_cluster,
        lambda: of_another_primary(dry_cluster),
        subject="nodes",
        expected=f"{dry_cluster.primary} first on each",
    )
