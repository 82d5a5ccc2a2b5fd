"""Whom a policy admits by address blocks: what is in them, in the family of the block."""

import ipaddress
from typing import Any

import pytest

from dualstack.testing import (
    HTTP,
    UDP,
    BedPod,
    Cluster,
    Family,
    Fence,
    Resource,
    Route,
    Testbed,
    at_pods,
    doors_of,
    family_of,
    host_block,
    of_family,
    requirement,
    routes,
)


def policy(cluster: Cluster, fence: Fence, name: str, **spec: object) -> Resource:
    """A policy about the Pods behind the fence."""
    changes = {f"spec.{field}": value for field, value in spec.items()}
    return cluster.create(f"networkpolicies/{name}.yaml", {"metadata.namespace": fence.namespace, **changes})


def block(address: str) -> dict[str, Any]:
    """A peer that is this address only."""
    return {"ipBlock": {"cidr": host_block(address)}}


def ways(client: BedPod, server: BedPod, family: Family, *protocols: str) -> list[Route]:
    """From a client to the server's address of a family."""
    return [route for name in protocols for route in routes([client], of_family(at_pods([server], name), family))]


@requirement("NETPOL-005")
def test_everything_of_one_family(cluster: Cluster, testbed: Testbed) -> None:
    """The block of all IPv4 addresses admits nobody over IPv6, nor the other way round; both admit everybody."""
    fence = testbed.fence(cluster)
    client, server, ipv4, ipv6 = fence.allowed, fence.server, Family.IPV4, Family.IPV6

    policy(cluster, fence, "tcp-by-ipv4-udp-by-ipv6")
    policy(cluster, fence, "everybody-by-address")

    fence.must_part(
        ways(client, server, ipv4, HTTP) + ways(client, server, ipv6, UDP) + routes([client], doors_of(fence.other)),
        ways(client, server, ipv4, UDP) + ways(client, server, ipv6, HTTP),
        by_address=True,
    )


@requirement("NETPOL-006")
def test_one_address(cluster: Cluster, testbed: Testbed) -> None:
    """The block of one address admits the Pod that has it, in its family, and nobody else."""
    fence = testbed.fence(cluster)
    client, server, addresses = fence.allowed, fence.server, fence.allowed.addresses
    protocols = dict(zip(map(family_of, addresses), [(HTTP, "TCP", UDP), (UDP, "UDP", HTTP)], strict=False))

    rules = [
        {"from": [block(address)], "ports": [{"protocol": protocols[family_of(address)][1]}]} for address in addresses
    ]
    policy(cluster, fence, "allow-ingress", ingress=rules)

    fence.must_part(
        [route for family, (open, _, _) in protocols.items() for route in ways(client, server, family, open)],
        [route for family, (_, _, shut) in protocols.items() for route in ways(client, server, family, shut)]
        + routes([fence.other], fence.doors),
        by_address=True,
    )


def around(address: str, other: str) -> str:
    """The smallest block that holds both addresses."""
    found = ipaddress.ip_network(address)
    while ipaddress.ip_address(other) not in found:
        found = found.supernet()
    return str(found)


def all_but(server: BedPod, other: BedPod) -> list[dict[str, Any]]:
    """For each family a rule for a block that holds two Pods, one of them left out."""
    pairs = [(own, other.address(family_of(own))) for own in server.addresses]
    return [
        {"to": [{"ipBlock": {"cidr": around(own, beside), "except": [host_block(own)]}}]}
        for own, beside in pairs
        if beside
    ]


@requirement("NETPOL-007")
def test_exceptions(cluster: Cluster, testbed: Testbed) -> None:
    """What a block leaves out is closed in each family, unless another policy admits it."""
    fence = testbed.fence(cluster)
    to_server, to_other = routes([fence.allowed], fence.doors), routes([fence.allowed], doors_of(fence.other))

    policy(cluster, fence, "allow-egress", egress=all_but(fence.server, fence.other))
    fence.must_part(to_other, to_server, by_address=True)

    policy(cluster, fence, "allow-egress", egress=[{"to": [block(own)]} for own in fence.server.addresses])
    fence.must_part(to_other + to_server, [], by_address=True)


@requirement("NETPOL-010")
def test_blocks_of_both_families_in_one_rule(cluster: Cluster, testbed: Testbed) -> None:
    """A rule with a block of each family admits one Pod over IPv4, another over IPv6, and nobody else."""
    fence = testbed.fence(cluster)
    server, ipv4, ipv6 = fence.server, Family.IPV4, Family.IPV6
    first, second = fence.allowed.address(ipv4), fence.other.address(ipv6)
    if not (first and second):
        pytest.skip("Pods have addresses of one family only")

    policy(cluster, fence, "allow-ingress", ingress=[{"from": [block(first), block(second)]}])

    fence.must_part(
        ways(fence.allowed, server, ipv4, HTTP, UDP) + ways(fence.other, server, ipv6, HTTP, UDP),
        ways(fence.allowed, server, ipv6, HTTP, UDP)
        + ways(fence.other, server, ipv4, HTTP, UDP)
        + routes([fence.outsider], fence.doors),
        by_address=True,
    )
