"""What the API server accepts as the address of an endpoint in a slice."""

from typing import Any

import pytest

from dualstack.testing import Cluster, Family, expect, requirement

OWN: dict[Family, str] = {Family.IPV4: "192.0.2.1", Family.IPV6: "2001:db8::1"}
each_family = pytest.mark.parametrize("family", list(Family))


def slice_of(family: Family, *addresses: str) -> dict[str, Any]:
    """The fields of a slice of this address type with one endpoint of these addresses."""
    return {"addressType": family, "endpoints[0].addresses": list(addresses)}


def wrong_family_field(cluster: Cluster) -> str:
    """Where an address of the wrong family is reported; before 1.33 with its index."""
    return "endpoints[0].addresses" if cluster.since(1, 33) else "endpoints[0].addresses[0]"


@requirement("EPS-025")
@each_family
def test_address_of_the_other_family_is_refused(dry_cluster: Cluster, family: Family) -> None:
    """A slice of one address type holds no address of the other family."""
    answer = dry_cluster.try_create("endpointslices/manual-slice.yaml", slice_of(family, OWN[family.other]))

    expect(answer).is_refused(("FieldValueInvalid", wrong_family_field(dry_cluster)))


@requirement("EPS-025")
@each_family
def test_address_of_the_own_family_is_stored(cluster: Cluster, family: Family) -> None:
    """A slice of each address type holds an address of its family as it was written."""
    created = cluster.create("endpointslices/manual-slice.yaml", slice_of(family, OWN[family]))

    stored = cluster.get(created)

    expect(stored, "addressType").equals(family)
    expect(stored, "endpoints[0].addresses").equals([OWN[family]])


@requirement("EPS-025")
@each_family
def test_address_of_the_other_family_cannot_be_added_later(cluster: Cluster, family: Family) -> None:
    """An update cannot bring the other family into a slice either."""
    before = cluster.create("endpointslices/manual-slice.yaml", slice_of(family, OWN[family]))

    answer = cluster.try_patch(before, {"endpoints": [{"addresses": [OWN[family.other]]}]})

    expect(answer).is_refused(("FieldValueInvalid", wrong_family_field(cluster)))
    expect(cluster.get(before), "").equals(before.body)


FORBIDDEN = [
    (Family.IPV4, "127.0.0.1", "loopback"),
    (Family.IPV4, "127.255.255.254", "end of the loopback block"),
    (Family.IPV4, "169.254.1.1", "link-local"),
    (Family.IPV4, "0.0.0.0", "unspecified"),
    (Family.IPV4, "224.0.0.1", "link-local multicast"),
    (Family.IPV6, "::1", "loopback"),
    (Family.IPV6, "fe80::1", "link-local"),
    (Family.IPV6, "::", "unspecified"),
    (Family.IPV6, "ff02::1", "link-local multicast"),
]


@requirement("EPS-026")
@pytest.mark.parametrize(
    ("family", "address"), [case[:2] for case in FORBIDDEN], ids=[f"{family} {what}" for family, _, what in FORBIDDEN]
)
def test_address_of_the_node_itself_is_refused(dry_cluster: Cluster, family: Family, address: str) -> None:
    """An address that would lead traffic to the node's own listeners or link is refused."""
    answer = dry_cluster.try_create("endpointslices/manual-slice.yaml", slice_of(family, address))

    expect(answer).is_refused(("FieldValueInvalid", "endpoints[0].addresses[0]"))


@requirement("EPS-026")
@each_family
def test_address_of_the_node_itself_is_refused_on_update(cluster: Cluster, family: Family) -> None:
    """A loopback address cannot come into a stored slice either."""
    before = cluster.create("endpointslices/manual-slice.yaml", slice_of(family, OWN[family]))
    loopback = {Family.IPV4: "127.0.0.1", Family.IPV6: "::1"}[family]

    answer = cluster.try_patch(before, {"endpoints": [{"addresses": [loopback]}]})

    expect(answer).is_refused(("FieldValueInvalid", "endpoints[0].addresses[0]"))
    expect(cluster.get(before), "").equals(before.body)


SPELLINGS = {
    "upper case": "2001:DB8::1",
    "zero not compressed": "2001:db8:0::1",
    "leading zeros": "2001:0db8::1",
    "IPv4-mapped": "::ffff:192.0.2.1",
}


@requirement("EPS-027")
@pytest.mark.parametrize("address", SPELLINGS.values(), ids=SPELLINGS)
def test_ipv6_address_is_canonical(dry_cluster: Cluster, address: str) -> None:
    """An IPv6 slice takes the canonical text of an address and no other."""
    answer = dry_cluster.try_create("endpointslices/manual-slice.yaml", slice_of(Family.IPV6, address))

    expect(answer).is_refused(("FieldValueInvalid", "endpoints[0].addresses[0]"))


@requirement("EPS-027")
def test_canonical_ipv6_address_is_stored(cluster: Cluster) -> None:
    """The canonical text is accepted and kept."""
    created = cluster.create("endpointslices/manual-slice.yaml", slice_of(Family.IPV6, "2001:db8::a:1"))

    stored = cluster.get(created)

    expect(stored, "endpoints[0].addresses").equals(["2001:db8::a:1"])
