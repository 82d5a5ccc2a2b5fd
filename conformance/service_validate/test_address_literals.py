"""What may stand in clusterIPs, entry by entry."""

from typing import Any

import pytest

from dualstack.testing import Cluster, Family, expect, requirement

DOCUMENTATION = {Family.IPV4: "192.0.2.10", Family.IPV6: "2001:db8::10"}
"""Addresses that no cluster hands out: these refusals come before any range is asked."""
NO_LITERALS = ["not-an-ip", "10.0.0.1/32", "fe80::1%eth0", "[fd00::1]"]
each_role = pytest.mark.parametrize("role", ["primary", "secondary"])


def pinned(*addresses: str) -> dict[str, Any]:
    """Both fields, as they belong together, with a policy that bears any number of families."""
    return {
        "spec.clusterIP": addresses[0],
        "spec.clusterIPs": list(addresses),
        "spec.ipFamilyPolicy": "PreferDualStack",
    }


@requirement("SVC-VAL-008")
def test_none_before_an_address_is_refused(dry_cluster: Cluster) -> None:
    """None is followed by nothing."""
    answer = dry_cluster.try_create("services/cluster-ip.yaml", pinned("None", DOCUMENTATION[dry_cluster.primary]))

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="first and only value")


@requirement("SVC-VAL-008")
def test_none_after_an_address_is_refused(dry_cluster: Cluster) -> None:
    """None does not follow an address."""
    answer = dry_cluster.try_create("services/cluster-ip.yaml", pinned(DOCUMENTATION[dry_cluster.primary], "None"))

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[1]"))


@requirement("SVC-VAL-008")
@pytest.mark.parametrize("spelling", ["none", "NONE"])
def test_none_has_one_spelling(cluster: Cluster, spelling: str) -> None:
    """None in another case is no address and no None."""
    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": spelling})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[0]"))


@requirement("SVC-VAL-009")
@pytest.mark.parametrize("text", NO_LITERALS)
def test_other_notations_are_refused(dry_cluster: Cluster, text: str) -> None:
    """Names, CIDRs, zones and brackets are no address."""
    answer = dry_cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": text})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[0]"))


@requirement("SVC-VAL-009")
@pytest.mark.parametrize("text", NO_LITERALS)
def test_other_notations_are_refused_in_second_place(cluster: Cluster, text: str) -> None:
    """A real create with a text that is no address in second place is refused at its index."""
    answer = cluster.try_create("services/cluster-ip.yaml", pinned(cluster.free_address(cluster.primary), text))

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[1]"))


@requirement("SVC-VAL-010")
@each_role
def test_address_must_be_of_the_named_family(dry_cluster: Cluster, role: str) -> None:
    """An address that is not of the family named for it is refused at its index."""
    family = dry_cluster.family(role)
    asked = {"spec.ipFamilies": [family], "spec.clusterIP": DOCUMENTATION[family.other]}

    answer = dry_cluster.try_create("services/cluster-ip.yaml", asked)

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[0]"))


@requirement("SVC-VAL-010")
@each_role
def test_addresses_must_be_in_the_order_of_families(dry_cluster: Cluster, role: str) -> None:
    """Two addresses in the other order than their families are both refused."""
    family = dry_cluster.family(role)
    crossed = pinned(DOCUMENTATION[family.other], DOCUMENTATION[family])

    asked = {**crossed, "spec.ipFamilies": [family, family.other]}
    answer = dry_cluster.try_create("services/cluster-ip.yaml", asked)

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[0]"), ("FieldValueInvalid", "spec.clusterIPs[1]"))


@requirement("SVC-VAL-011")
def test_address_of_an_unserved_family_is_refused(dry_cluster: Cluster) -> None:
    """An address of a family that the cluster does not serve is refused as such."""
    asked = {"spec.clusterIP": DOCUMENTATION[dry_cluster.secondary]}

    answer = dry_cluster.try_create("services/cluster-ip.yaml", asked)

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[0]"), saying="not configured on this cluster")


@requirement("SVC-VAL-011")
def test_naming_the_unserved_family_moves_the_blame(dry_cluster: Cluster) -> None:
    """Where the family is named too, the family is refused and not the address."""
    family = dry_cluster.secondary
    asked = {"spec.clusterIP": DOCUMENTATION[family], "spec.ipFamilies": [family]}

    answer = dry_cluster.try_create("services/cluster-ip.yaml", asked)

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilies[0]"), saying="not configured on this cluster")
