"""Families and policies that a create may not ask for."""

import pytest

from dualstack.testing import ABSENT, Cluster, expect, expect_value, requirement

KINDS = ["cluster-ip", "node-port", "load-balancer", "headless"]
WITH_ADDRESS = ["cluster-ip", "node-port", "load-balancer", "without-selector"]
LISTS = {
    # name: roles of the families asked for, indices of those that a single-stack cluster lacks
    "no family": ((), ()),
    "primary": (("primary",), ()),
    "secondary": (("secondary",), (0,)),
    "primary, secondary": (("primary", "secondary"), (1,)),
    "secondary, primary": (("secondary", "primary"), (0,)),
}
both_orders = pytest.mark.parametrize("first", ["primary", "secondary"])


def two_families(cluster: Cluster, first: str) -> list[str]:
    """Both families, the one with this role first."""
    return [cluster.family(first), cluster.family(first).other]


@requirement("SVC-CREATE-004")
@pytest.mark.parametrize(
    "policy", [ABSENT, "SingleStack", "PreferDualStack"], ids=["no policy", "SingleStack", "PreferDualStack"]
)
@pytest.mark.parametrize("kind", WITH_ADDRESS)
def test_unserved_family_is_refused(dry_cluster: Cluster, kind: str, policy: str) -> None:
    """A family that the cluster does not serve is refused as the one thing that is wrong."""
    asked = {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": [dry_cluster.secondary]}

    answer = dry_cluster.try_create(f"services/{kind}.yaml", asked)

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilies[0]"), saying="not configured on this cluster")


@requirement("SVC-CREATE-004")
def test_unserved_family_and_required_dual_stack_are_both_named(dry_cluster: Cluster) -> None:
    """RequireDualStack with a family that is not served is refused for both reasons."""
    asked = {"spec.ipFamilyPolicy": "RequireDualStack", "spec.ipFamilies": [dry_cluster.secondary]}

    answer = dry_cluster.try_create("services/cluster-ip.yaml", asked)

    expect(answer).is_refused(
        ("FieldValueInvalid", "spec.ipFamilyPolicy"),
        ("FieldValueInvalid", "spec.ipFamilies[0]"),
        saying="not configured on this cluster",
    )


@requirement("SVC-CREATE-004")
def test_refused_family_stores_nothing(cluster: Cluster) -> None:
    """A real create with a family that is not served stores no Service."""
    body = cluster.body("services/cluster-ip.yaml", {"spec.ipFamilies": [cluster.secondary]})

    answer = cluster.try_create(body)

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilies[0]"))
    names = [service.name for service in cluster.list("services")]
    expect_value(names, subject="Services of the namespace", field="names").satisfies(
        lambda names: body["metadata"]["name"] not in names, "none of the refused one"
    )


@requirement("SVC-CREATE-009")
@pytest.mark.parametrize(("first", "missing"), [("primary", 1), ("secondary", 0)], ids=["last", "first"])
@pytest.mark.parametrize("kind", WITH_ADDRESS)
def test_preference_does_not_drop_a_named_family(dry_cluster: Cluster, kind: str, first: str, missing: int) -> None:
    """PreferDualStack with both families is refused at the index of the one that is not served."""
    asked = {"spec.ipFamilyPolicy": "PreferDualStack", "spec.ipFamilies": two_families(dry_cluster, first)}

    answer = dry_cluster.try_create(f"services/{kind}.yaml", asked)

    field = f"spec.ipFamilies[{missing}]"
    expect(answer).is_refused(("FieldValueInvalid", field), saying="not configured on this cluster")
    expect(answer, "details.causes[0].message").satisfies(
        lambda message: dry_cluster.secondary in message, f"a message that names {dry_cluster.secondary}"
    )


@requirement("SVC-CREATE-011")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("roles", "missing"), LISTS.values(), ids=LISTS)
def test_required_dual_stack_needs_two_families(
    dry_cluster: Cluster, roles: tuple[str, ...], missing: tuple[int, ...], kind: str
) -> None:
    """RequireDualStack is refused where one family is served, and each other family that is named."""
    families = [dry_cluster.family(role) for role in roles] or ABSENT
    asked = {"spec.ipFamilyPolicy": "RequireDualStack", "spec.ipFamilies": families}

    answer = dry_cluster.try_create(f"services/{kind}.yaml", asked)

    unserved = [("FieldValueInvalid", f"spec.ipFamilies[{index}]") for index in missing]
    expect(answer).is_refused(
        ("FieldValueInvalid", "spec.ipFamilyPolicy"), *unserved, saying="not configured for dual-stack"
    )


@requirement("SVC-CREATE-012")
@both_orders
@pytest.mark.parametrize("kind", KINDS)
def test_two_families_without_policy_are_refused(dry_cluster: Cluster, kind: str, first: str) -> None:
    """Two families do not imply a dual-stack policy."""
    answer = dry_cluster.try_create(f"services/{kind}.yaml", {"spec.ipFamilies": two_families(dry_cluster, first)})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"), saying="multiple IP families")


@requirement("SVC-CREATE-013")
@both_orders
@pytest.mark.parametrize("kind", KINDS)
def test_two_families_with_single_stack_are_refused(dry_cluster: Cluster, kind: str, first: str) -> None:
    """SingleStack with two families is refused, and no family dropped."""
    asked = {"spec.ipFamilyPolicy": "SingleStack", "spec.ipFamilies": two_families(dry_cluster, first)}

    answer = dry_cluster.try_create(f"services/{kind}.yaml", asked)

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"), saying="multiple IP families")
