"""Two named addresses say nothing without a dual-stack policy."""

import pytest

from dualstack.testing import ABSENT, Cluster, Family, expect, requirement

DOCUMENTATION = {Family.IPV4: "192.0.2.10", Family.IPV6: "2001:db8::10"}
"""Addresses that no cluster hands out: the refusal comes before any range is asked."""


def unserved(cluster: Cluster, families: list[Family]) -> list[tuple[str, str]]:
    """The cause for each of these families that the cluster does not serve."""
    missing = [index for index, family in enumerate(families) if family not in cluster.families]
    return [("FieldValueInvalid", f"spec.clusterIPs[{index}]") for index in missing]


@requirement("SVC-CREATE-017")
@pytest.mark.parametrize("policy", [ABSENT, "SingleStack"], ids=["no policy", "SingleStack"])
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_two_addresses_are_refused(dry_cluster: Cluster, role: str, policy: str) -> None:
    """Two addresses without a dual-stack policy are refused, whichever family is first."""
    families = [dry_cluster.family(role), dry_cluster.family(role).other]
    addresses = [DOCUMENTATION[family] for family in families]
    pinned = {"spec.clusterIP": addresses[0], "spec.clusterIPs": addresses}

    answer = dry_cluster.try_create("services/cluster-ip.yaml", {**pinned, "spec.ipFamilyPolicy": policy})

    expect(answer).is_refused(
        ("FieldValueInvalid", "spec.ipFamilyPolicy"), *unserved(dry_cluster, families), saying="multiple cluster IPs"
    )
