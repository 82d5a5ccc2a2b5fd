"""The addresses that Pods report, by the addresses of their nodes."""

from ipaddress import ip_address, ip_network

import pytest

from dualstack.testing import (
    BedPod,
    Cluster,
    Family,
    Resource,
    Testbed,
    addresses_of,
    expect_value,
    families_of,
    family_of,
    first_of_each_family,
    requirement,
)


def node_of(cluster: Cluster, pod: BedPod) -> Resource:
    """The node that a Pod runs on."""
    return cluster.get(f"/api/v1/nodes/{pod.node}")


def node_families(cluster: Cluster, pod: BedPod) -> list[Family]:
    """The families of the node of a Pod, its primary one first."""
    return families_of(addresses_of(node_of(cluster, pod)))


def on_dual_nodes(cluster: Cluster, pods: list[BedPod]) -> list[BedPod]:
    """Those of the Pods whose nodes have both families."""
    found = [pod for pod in pods if len(node_families(cluster, pod)) == 2]
    if not found:
        pytest.skip("no node has addresses of both families")
    return found


@requirement("POD-001")
def test_singular_is_the_first_of_the_plural(cluster: Cluster, testbed: Testbed) -> None:
    """``podIP`` is the first entry of ``podIPs``."""
    pods = testbed.all_pods

    expect_value(
        {str(pod): pod.status.get("podIP") for pod in pods}, subject=testbed.sample, field="status.podIP"
    ).equals({str(pod): pod.addresses[0] for pod in pods})


def oddities(addresses: list[str]) -> list[str]:
    """What is wrong with the addresses of a Pod."""
    values = [ip_address(text) for text in addresses]
    found = [text for text, value in zip(addresses, values, strict=True) if str(value) != text]
    found += [str(value) for value in values if value.is_loopback or value.is_link_local or value.is_unspecified]
    return found + ([f"{len(values)} addresses"] if len({value.version for value in values}) != len(values) else [])


@requirement("POD-002")
def test_one_address_a_family_in_canonical_form(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod has at most one address of a family, spelt in the one canonical way, for use by others."""
    found = {str(pod): oddities(pod.addresses) for pod in testbed.all_pods}

    expect_value(found, subject=testbed.sample, field="oddities of status.podIPs").equals({key: [] for key in found})


@requirement("POD-003")
def test_a_pod_on_a_dual_stack_node_has_both_families(cluster: Cluster, testbed: Testbed) -> None:
    """Each Pod on a node with both families has an address of each."""
    pods = on_dual_nodes(cluster, list(testbed.pods))

    expect_value(
        {str(pod): sorted(map(family_of, pod.addresses)) for pod in pods}, subject=testbed.sample, field="families"
    ).equals({str(pod): sorted(Family) for pod in pods})


@requirement("POD-004")
def test_a_pod_on_a_single_stack_node_has_one_address(cluster: Cluster, testbed: Testbed) -> None:
    """On a single-stack cluster each Pod on a node with one family has one address of the Service family."""
    pods = [pod for pod in testbed.pods if node_families(cluster, pod) == [cluster.primary]]
    if not pods:
        pytest.skip("no node has the Service family alone")

    expect_value(
        {str(pod): [family_of(address) for address in pod.addresses] for pod in pods},
        subject=testbed.sample,
        field="families",
    ).equals({str(pod): [cluster.primary] for pod in pods})


@requirement("POD-005")
def test_the_first_address_follows_the_node(cluster: Cluster, testbed: Testbed) -> None:
    """The first address of a Pod is of the family of its node's first address."""
    pods = testbed.pods

    expect_value(
        {str(pod): family_of(pod.addresses[0]) for pod in pods}, subject=testbed.sample, field="status.podIPs[0]"
    ).equals({str(pod): node_families(cluster, pod)[0] for pod in pods})


@requirement("POD-006")
def test_host_addresses_are_those_of_the_node(cluster: Cluster, testbed: Testbed) -> None:
    """``hostIPs`` is the node's first address of each family, in its order, and ``hostIP`` the first of them."""
    pods = testbed.pods
    owed = {str(pod): first_of_each_family(addresses_of(node_of(cluster, pod))) for pod in pods}

    expect_value({str(pod): pod.host_addresses for pod in pods}, subject=testbed.sample, field="status.hostIPs").equals(
        owed
    )
    expect_value(
        {str(pod): [pod.status.get("hostIP")] for pod in pods}, subject=testbed.sample, field="status.hostIP"
    ).equals({name: addresses[:1] for name, addresses in owed.items()})


@requirement("POD-007")
def test_a_dual_stack_node_has_two_host_addresses(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod on a node with both families has a host address of each."""
    pods = on_dual_nodes(cluster, list(testbed.pods))

    expect_value(
        {str(pod): sorted(map(family_of, pod.host_addresses)) for pod in pods},
        subject=testbed.sample,
        field="families of status.hostIPs",
    ).equals({str(pod): sorted(Family) for pod in pods})


@requirement("POD-008")
def test_host_address_is_the_first_of_the_node(cluster: Cluster, testbed: Testbed) -> None:
    """``hostIP`` is the first internal address of the node, or the first external one."""
    pods = testbed.pods

    expect_value(
        {str(pod): pod.status.get("hostIP") for pod in pods}, subject=testbed.sample, field="status.hostIP"
    ).equals({str(pod): addresses_of(node_of(cluster, pod))[0] for pod in pods})


def outside(cluster: Cluster, pod: BedPod) -> list[str]:
    """The addresses of a Pod that lie in no Pod range of its node."""
    ranges = [ip_network(cidr) for cidr in node_of(cluster, pod)["spec.podCIDRs"] or ()]
    return [text for text in pod.addresses if not any(ip_address(text) in network for network in ranges)]


@requirement("POD-025")
def test_addresses_lie_in_the_ranges_of_the_node(cluster: Cluster, testbed: Testbed) -> None:
    """Where Pods get addresses from the ranges of their nodes, they do so in both families."""
    found = {str(pod): outside(cluster, pod) for pod in testbed.pods}
    if all(len(found[str(pod)]) == len(pod.addresses) for pod in testbed.pods):
        pytest.skip("the CNI plugin does not use the Pod CIDRs of nodes")

    expect_value(found, subject=testbed.sample, field="addresses outside spec.podCIDRs").equals(
        {key: [] for key in found}
    )
