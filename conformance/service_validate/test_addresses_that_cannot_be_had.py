"""Addresses that are well-formed and still not to be had."""

from ipaddress import ip_address
from typing import Any

import pytest

from dualstack.testing import ABSENT, Cluster, Family, InfrastructureProblem, Network, expect, requirement

OUTSIDE = {
    Family.IPV4: ("203.0.113.7", "198.51.100.7", "192.0.2.7"),
    Family.IPV6: ("2001:db8::7", "3fff::7"),
}
"""Documentation addresses; no cluster should serve all of them."""
each_family = pytest.mark.parametrize("index", [0, -1], ids=["first family served", "last family served"])


def outside(cluster: Cluster, family: Family) -> str:
    """An address in none of the Service ranges.  Raises ``InfrastructureProblem`` if all documentation is served."""
    for text in OUTSIDE[family]:
        if not any(ip_address(text) in network for network in cluster.facts.networks(family)):
            return text
    raise InfrastructureProblem(f"every documentation address of {family} is in a Service range")


def beside(cluster: Cluster, address: str) -> dict[str, Any]:
    """The address in last place: behind a free one where there are two families, else alone."""
    others = [cluster.free_address(family) for family in cluster.families[:-1]]
    addresses = [*others, address]
    return {
        "spec.clusterIP": addresses[0],
        "spec.clusterIPs": addresses,
        "spec.ipFamilyPolicy": "PreferDualStack",
    }


def first_range(cluster: Cluster, family: Family) -> Network:
    """The range that addresses of a family come from.  Raises ``InfrastructureProblem`` if it is unknown."""
    for network in cluster.facts.networks(family):
        return network
    raise InfrastructureProblem(f"the Service range of {family} is unknown")


@requirement("SVC-VAL-012")
@each_family
def test_address_in_use_is_refused(cluster: Cluster, index: int) -> None:
    """The address of another Service is refused as invalid, not as a conflict."""
    owner = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilies": [cluster.families[index]]})

    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": owner["spec.clusterIP"]})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="already allocated")


@requirement("SVC-VAL-012")
def test_address_in_use_is_refused_in_last_place(cluster: Cluster) -> None:
    """The address of another Service is refused in second place too."""
    owner = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilies": cluster.families[-1:]})

    answer = cluster.try_create("services/cluster-ip.yaml", beside(cluster, owner["spec.clusterIP"]))

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="already allocated")


def out_of_range(cluster: Cluster) -> str:
    """What a server says of an address that it has no range for."""
    return "does not match the current range" if cluster.since(1, 33) else "not in the valid range"


@requirement("SVC-VAL-013")
@each_family
def test_address_out_of_range_is_refused(cluster: Cluster, index: int) -> None:
    """An address that no Service range holds is refused, in either family."""
    address = outside(cluster, cluster.families[index])

    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": address})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying=out_of_range(cluster))


@requirement("SVC-VAL-013")
def test_address_out_of_range_is_refused_in_last_place(cluster: Cluster) -> None:
    """An address that no Service range holds is refused in second place too."""
    address = outside(cluster, cluster.families[-1])

    answer = cluster.try_create("services/cluster-ip.yaml", beside(cluster, address))

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying=out_of_range(cluster))


@requirement("SVC-VAL-014")
@each_family
def test_first_address_of_a_range_is_refused(cluster: Cluster, index: int) -> None:
    """The network address of a Service range is nobody's, in either family."""
    network = first_range(cluster, cluster.families[index])

    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": str(network[0])})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"))


REFUSED_LAST = {Family.IPV4: 422, Family.IPV6: 201}


@requirement("SVC-VAL-014")
@each_family
def test_last_address_of_a_range(dry_cluster: Cluster, index: int) -> None:
    """The last address of a range can be had in IPv6, and is the broadcast address in IPv4."""
    family = dry_cluster.families[index]
    network = first_range(dry_cluster, family)

    answer = dry_cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": str(network[-1])})

    expect(answer, "").equals(REFUSED_LAST[family])


@requirement("SVC-VAL-021")
@pytest.mark.parametrize("ports", [ABSENT, []], ids=["no ports", "an empty list"])
def test_service_without_ports_is_refused(dry_cluster: Cluster, ports: Any) -> None:
    """A Service with an address needs a port."""
    answer = dry_cluster.try_create("services/cluster-ip.yaml", {"spec.ports": ports})

    expect(answer).is_refused(("FieldValueRequired", "spec.ports"))


@requirement("SVC-VAL-021")
@each_family
def test_service_without_ports_consumes_no_address(cluster: Cluster, index: int) -> None:
    """The address that a refused Service named is free at once."""
    named = {"spec.clusterIP": cluster.free_address(cluster.families[index])}
    refused = cluster.try_create("services/cluster-ip.yaml", {**named, "spec.ports": ABSENT})

    service = cluster.create("services/cluster-ip.yaml", named)

    expect(refused).is_refused(("FieldValueRequired", "spec.ports"))
    expect(service, "spec.clusterIP").equals(named["spec.clusterIP"])
