"""clusterIP and clusterIPs must tell one story."""

from typing import Any

import pytest

from dualstack.testing import Cluster, Family, expect, requirement

DOCUMENTATION = {
    Family.IPV4: ("192.0.2.10", "192.0.2.11"),
    Family.IPV6: ("2001:db8::10", "2001:db8::11"),
}
"""Addresses that no cluster hands out: these refusals come before any range is asked."""
PREFER = {"spec.ipFamilyPolicy": "PreferDualStack"}
each_role = pytest.mark.parametrize("role", ["primary", "secondary"])


def addresses_of(cluster: Cluster, role: str) -> tuple[str, str]:
    """Two addresses of the family with this role."""
    return DOCUMENTATION[cluster.family(role)]


def pinned(*addresses: str) -> dict[str, Any]:
    """Both fields, as they belong together."""
    return {"spec.clusterIP": addresses[0], "spec.clusterIPs": list(addresses)}


@requirement("SVC-VAL-004")
@each_role
def test_list_without_singular_is_refused(dry_cluster: Cluster, role: str) -> None:
    """clusterIPs alone is refused: clusterIP is never derived from it."""
    asked = {"spec.clusterIPs": [addresses_of(dry_cluster, role)[0]]}

    answer = dry_cluster.try_create("services/cluster-ip.yaml", asked)

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="must be empty when")


@requirement("SVC-VAL-004")
def test_none_in_the_list_alone_is_refused(dry_cluster: Cluster) -> None:
    """clusterIPs with None alone does not make a Service headless."""
    answer = dry_cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIPs": ["None"]})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="must be empty when")


@requirement("SVC-VAL-004")
def test_free_address_in_the_list_alone_is_not_stored(cluster: Cluster) -> None:
    """A real create with a free address in clusterIPs alone is refused too."""
    answer = cluster.try_create(
        "services/cluster-ip.yaml", {"spec.clusterIPs": [cluster.free_address(cluster.primary)]}
    )

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="must be empty when")


@requirement("SVC-VAL-005")
@each_role
def test_singular_must_be_the_first_of_the_list(dry_cluster: Cluster, role: str) -> None:
    """clusterIP and clusterIPs[0] are one address or the create is refused."""
    one, other = addresses_of(dry_cluster, role)

    answer = dry_cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": one, "spec.clusterIPs": [other]})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="first value must match")


@requirement("SVC-VAL-005")
def test_swapped_singular_is_not_stored(cluster: Cluster) -> None:
    """A real create with two free addresses that disagree is refused too."""
    one, other = cluster.free_address(cluster.primary), cluster.free_address(cluster.primary)

    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": one, "spec.clusterIPs": [other]})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="first value must match")


@requirement("SVC-VAL-006")
@pytest.mark.parametrize("second", [0, 1], ids=["the same address", "another address"])
def test_two_addresses_of_one_family_are_refused(dry_cluster: Cluster, second: int) -> None:
    """Two addresses of one family are refused, also when they are one address twice."""
    addresses = addresses_of(dry_cluster, "primary")

    answer = dry_cluster.try_create("services/cluster-ip.yaml", {**pinned(addresses[0], addresses[second]), **PREFER})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="no more than one IP for each IP family")


@requirement("SVC-VAL-006")
def test_two_free_addresses_of_one_family_are_not_stored(cluster: Cluster) -> None:
    """A real create with two free addresses of one family is refused too."""
    addresses = [cluster.free_address(cluster.primary), cluster.free_address(cluster.primary)]

    answer = cluster.try_create("services/cluster-ip.yaml", {**pinned(*addresses), **PREFER})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="no more than one IP for each IP family")


@requirement("SVC-VAL-007")
def test_three_addresses_are_refused(dry_cluster: Cluster) -> None:
    """There are two families, so a third address is refused."""
    one, third = addresses_of(dry_cluster, "primary")
    second = addresses_of(dry_cluster, "secondary")[0]

    answer = dry_cluster.try_create("services/cluster-ip.yaml", {**pinned(one, second, third), **PREFER})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="up to 2 values")
