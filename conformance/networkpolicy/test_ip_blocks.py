"""Ranges of addresses in a NetworkPolicy: either family on any cluster."""

from typing import Any

import pytest

from dualstack.testing import ABSENT, Cluster, expect, requirement

FROM = "spec.ingress[0].from[0].ipBlock"
TO = "spec.egress[0].to[0].ipBlock"
MANIFEST = "networkpolicies/ip-block.yaml"
BAD_EXCEPTIONS = {
    "IPv6 in IPv4": ("10.0.0.0/8", "2001:db8::/64"),
    "IPv4 in IPv6": ("2001:db8::/32", "10.0.0.0/16"),
    "equal, IPv4": ("10.0.0.0/8", "10.0.0.0/8"),
    "equal, IPv6": ("2001:db8::/32", "2001:db8::/32"),
    "wider, IPv4": ("10.0.0.0/16", "10.0.0.0/8"),
    "wider, IPv6": ("2001:db8::/48", "2001:db8::/32"),
    "no range": ("10.0.0.0/8", "nope"),
    "no range in IPv6": ("2001:db8::/32", "2001:db8::/129"),
}
GOOD_EXCEPTIONS = {"IPv4": ("10.0.0.0/8", "10.1.0.0/16"), "IPv6": ("2001:db8::/32", "2001:db8:1::/48")}
both_directions = pytest.mark.parametrize("block", [FROM, TO], ids=["ingress", "egress"])


@requirement("NETPOL-008")
@both_directions
@pytest.mark.parametrize(("cidr", "exception"), BAD_EXCEPTIONS.values(), ids=BAD_EXCEPTIONS)
def test_exception_outside_its_range_is_refused(dry_cluster: Cluster, cidr: str, exception: str, block: str) -> None:
    """An exception is a narrower range of the same family, or it is refused where it stands."""
    answer = dry_cluster.try_create(MANIFEST, {f"{block}.cidr": cidr, f"{block}.except": [exception]})

    expect(answer).is_refused(("FieldValueInvalid", f"{block}.except[0]"))


@requirement("NETPOL-008")
@pytest.mark.parametrize(("cidr", "exception"), GOOD_EXCEPTIONS.values(), ids=GOOD_EXCEPTIONS)
def test_bad_exception_behind_a_good_one_is_refused(cluster: Cluster, cidr: str, exception: str) -> None:
    """A real create is refused at the index of the exception that is wrong, and only there."""
    answer = cluster.try_create(MANIFEST, {f"{FROM}.cidr": cidr, f"{FROM}.except": [exception, cidr]})

    expect(answer).is_refused(("FieldValueInvalid", f"{FROM}.except[1]"))


@requirement("NETPOL-008")
@both_directions
@pytest.mark.parametrize(("cidr", "exception"), GOOD_EXCEPTIONS.values(), ids=GOOD_EXCEPTIONS)
def test_exception_inside_its_range_is_kept(dry_cluster: Cluster, cidr: str, exception: str, block: str) -> None:
    """A narrower range of the same family is a good exception, in either family."""
    policy = dry_cluster.create(MANIFEST, {f"{block}.cidr": cidr, f"{block}.except": [exception]})

    expect(policy, block).equals({"cidr": cidr, "except": [exception]})


@requirement("NETPOL-009")
@both_directions
@pytest.mark.parametrize("cidr", ["192.0.2.0/24", "2001:db8::/32"])
def test_range_of_either_family_is_kept(cluster: Cluster, cidr: str, block: str) -> None:
    """A policy may name ranges of either family, whatever the cluster serves."""
    policy = cluster.create(MANIFEST, {f"{block}.cidr": cidr})

    expect(policy, f"{block}.cidr").equals(cidr)
    expect(cluster.get(policy), f"{block}.cidr").equals(cidr)


@requirement("NETPOL-009")
@both_directions
@pytest.mark.parametrize("text", ["2001:db8::/129", "2001:db8::1", "192.0.2.0/33", "nope"])
def test_what_is_no_range_is_refused(dry_cluster: Cluster, text: str, block: str) -> None:
    """A range is an address and a prefix length of its family."""
    answer = dry_cluster.try_create(MANIFEST, {f"{block}.cidr": text})

    expect(answer).is_refused(("FieldValueInvalid", f"{block}.cidr"))


@requirement("NETPOL-009")
@both_directions
@pytest.mark.parametrize("missing", [ABSENT, ""], ids=["absent", "empty"])
def test_range_is_required(dry_cluster: Cluster, missing: Any, block: str) -> None:
    """A block without a range is refused."""
    answer = dry_cluster.try_create(MANIFEST, {f"{block}.cidr": missing})

    expect(answer).is_refused(("FieldValueRequired", f"{block}.cidr"))


def strict(cluster: Cluster) -> Cluster:
    """The cluster; one that takes ambiguous spellings with a warning, as all did before 1.36, is not judged."""
    if not cluster.since(1, 36):
        pytest.skip("ambiguous spellings are refused since 1.36")
    return cluster


@requirement("NETPOL-009")
@both_directions
@pytest.mark.parametrize("text", ["::ffff:10.0.0.0/104", "010.0.0.0/8"], ids=["mapped", "leading zeros"])
def test_ambiguous_range_is_refused(dry_cluster: Cluster, text: str, block: str) -> None:
    """IPv4 in IPv6 and leading zeros are refused by servers that read addresses strictly."""
    answer = strict(dry_cluster).try_create(MANIFEST, {f"{block}.cidr": text})

    expect(answer).is_refused(("FieldValueInvalid", f"{block}.cidr"))
