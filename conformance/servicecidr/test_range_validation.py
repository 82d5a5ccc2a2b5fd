"""What a ServiceCIDR may hold."""

from collections.abc import Callable

import pytest

from dualstack.testing import Answer, Cluster, expect, requirement

MANIFEST = "servicecidrs/service-cidr.yaml"
IPV4 = ["198.18.0.0/24", "198.18.1.0/24", "198.18.2.0/24"]
IPV6 = ["2001:db8::/64", "2001:db8:1::/64", "2001:db8:2::/64"]


def asked(cluster: Cluster, *cidrs: str) -> Answer:
    """The answer to a create with these CIDRs."""
    return cluster.try_create(MANIFEST, {"spec.cidrs": list(cidrs)})


GOOD = {
    "IPv4": IPV4[:1],
    "IPv6": IPV6[:1],
    "IPv4 then IPv6": [IPV4[0], IPV6[0]],
    "IPv6 then IPv4": [IPV6[0], IPV4[0]],
}


@requirement("CIDR-010")
@pytest.mark.parametrize("cidrs", GOOD.values(), ids=GOOD)
def test_one_cidr_of_each_family_is_accepted(dry_cluster: Cluster, cidrs: list[str]) -> None:
    """One CIDR, or one of each family in either order, is what a ServiceCIDR can hold."""
    answer = asked(dry_cluster, *cidrs)

    expect(answer).is_accepted(201)
    expect(answer, "spec.cidrs").equals(cidrs)


@requirement("CIDR-010")
def test_empty_list_is_refused(dry_cluster: Cluster) -> None:
    """A ServiceCIDR holds at least one CIDR."""
    answer = asked(dry_cluster)

    expect(answer).is_refused(("FieldValueRequired", "spec.cidrs"))


TOO_MANY = {
    "two of IPv4": IPV4[:2],
    "two of IPv6": IPV6[:2],
    "three": [IPV4[0], IPV6[0], IPV4[1]],
    "three of IPv6": IPV6,
}


@requirement("CIDR-010")
@pytest.mark.parametrize("cidrs", TOO_MANY.values(), ids=TOO_MANY)
def test_second_cidr_of_a_family_is_refused(dry_cluster: Cluster, cidrs: list[str]) -> None:
    """A ServiceCIDR holds no more than one CIDR of each family."""
    answer = asked(dry_cluster, *cidrs)

    expect(answer).is_refused(("FieldValueInvalid", "spec.cidrs"))


BAD = {
    "IPv4 host bits": ("10.250.0.1/24", IPV6[0]),
    "IPv6 host bits": ("2001:db8::1/64", IPV4[0]),
    "upper case": ("2001:DB8::/64", IPV4[0]),
    "leading zeros": ("2001:0db8::/64", IPV4[0]),
    "IPv4-mapped": ("::ffff:10.0.0.0/120", IPV6[0]),
    "address": ("10.0.0.0", IPV6[0]),
    "word": ("x", IPV6[0]),
}


def alone(bad: str, good: str) -> list[str]:
    """The bad CIDR and nothing else."""
    return [bad]


def first(bad: str, good: str) -> list[str]:
    """The bad CIDR before a good one."""
    return [bad, good]


def second(bad: str, good: str) -> list[str]:
    """The bad CIDR behind a good one."""
    return [good, bad]


PLACES = [(alone, 0), (first, 0), (second, 1)]


@requirement("CIDR-011")
@pytest.mark.parametrize(("place", "index"), PLACES, ids=[place.__name__ for place, _ in PLACES])
@pytest.mark.parametrize(("bad", "good"), BAD.values(), ids=BAD)
def test_cidr_that_is_not_canonical_is_refused(
    dry_cluster: Cluster, bad: str, good: str, place: Callable[[str, str], list[str]], index: int
) -> None:
    """Each CIDR has one spelling; any other is refused at its own index."""
    answer = asked(dry_cluster, *place(bad, good))

    expect(answer).is_refused(("FieldValueInvalid", f"spec.cidrs[{index}]"))
