"""Values of policy and families that do not exist."""

from typing import Any

import pytest

from dualstack.testing import Cluster, expect, requirement

MISSPELT_FAMILIES = {
    # name: what stands in ipFamilies before the mistake, the mistake
    "IPv5": ([], "IPv5"),
    "lower case": ([], "ipv4"),
    "empty": ([], ""),
    "second entry": (["primary"], "IPv5"),
}


@requirement("SVC-VAL-001")
@pytest.mark.parametrize("policy", ["DualStack", "", "singleStack"], ids=["unknown", "empty", "wrong case"])
def test_unknown_policy_is_refused(dry_cluster: Cluster, policy: str) -> None:
    """A policy is one of three words in one spelling, or not there."""
    answer = dry_cluster.try_create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": policy})

    expect(answer).is_refused(("FieldValueNotSupported", "spec.ipFamilyPolicy"))


@requirement("SVC-VAL-001")
def test_unknown_policy_is_not_stored(cluster: Cluster) -> None:
    """A real create with an unknown policy is refused too."""
    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "DualStack"})

    expect(answer).is_refused(("FieldValueNotSupported", "spec.ipFamilyPolicy"))


@requirement("SVC-VAL-002")
@pytest.mark.parametrize(("before", "mistake"), MISSPELT_FAMILIES.values(), ids=MISSPELT_FAMILIES)
def test_unknown_family_is_refused_at_its_index(dry_cluster: Cluster, before: list[str], mistake: str) -> None:
    """A family is IPv4 or IPv6 in this spelling; anything else is refused where it stands."""
    families = [*(dry_cluster.family(role) for role in before), mistake]
    asked = {"spec.ipFamilyPolicy": "PreferDualStack", "spec.ipFamilies": families}

    answer = dry_cluster.try_create("services/cluster-ip.yaml", asked)

    expect(answer).is_refused(("FieldValueNotSupported", f"spec.ipFamilies[{len(before)}]"))


@requirement("SVC-VAL-002")
@pytest.mark.parametrize("mistake", ["IPv5", "ipv6"])
def test_unknown_family_without_policy_is_refused(cluster: Cluster, mistake: str) -> None:
    """A real create with an unknown family and no policy is refused too."""
    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.ipFamilies": [mistake]})

    expect(answer).is_refused(("FieldValueNotSupported", "spec.ipFamilies[0]"))


@requirement("SVC-VAL-003")
@pytest.mark.parametrize(
    "roles",
    [("primary", "primary"), ("secondary", "secondary"), ("primary", "secondary", "primary")],
    ids=", ".join,
)
def test_repeated_family_is_refused(dry_cluster: Cluster, roles: tuple[str, ...]) -> None:
    """A family that was named before is refused where it is named again."""
    families = [dry_cluster.family(role) for role in roles]
    asked = {"spec.ipFamilyPolicy": "PreferDualStack", "spec.ipFamilies": families}

    answer = dry_cluster.try_create("services/cluster-ip.yaml", asked)

    expect(answer).is_refused(("FieldValueDuplicate", f"spec.ipFamilies[{len(roles) - 1}]"))


@requirement("SVC-VAL-003")
def test_repeated_family_is_not_stored(cluster: Cluster) -> None:
    """A real create with a family named twice is refused too."""
    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.ipFamilies": [cluster.primary, cluster.primary]})

    expect(answer).is_refused(("FieldValueDuplicate", "spec.ipFamilies[1]"))


@requirement("SVC-VAL-020")
def test_all_mistakes_are_named_together(dry_cluster: Cluster) -> None:
    """Policy, family and address that are all wrong are all named in one answer."""
    wrong: dict[str, Any] = {
        "spec.ipFamilyPolicy": "x",
        "spec.ipFamilies": ["IPv5"],
        "spec.clusterIP": "bad",
    }

    answer = dry_cluster.try_create("services/cluster-ip.yaml", wrong)

    expect(answer).is_refused(
        ("FieldValueNotSupported", "spec.ipFamilyPolicy"),
        ("FieldValueNotSupported", "spec.ipFamilies[0]"),
        ("FieldValueInvalid", "spec.clusterIPs[0]"),
    )
