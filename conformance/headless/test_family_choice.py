"""Which families a headless Service can have, and how many."""

from typing import Any

import pytest

from dualstack.testing import ABSENT, Cluster, Family, expect, requirement

Roles = tuple[str, ...]
CHOICES: dict[str, tuple[Roles, Roles]] = {
    # name: what is asked for, what is owed to a dual-stack policy
    "no family": ((), ("primary", "secondary")),
    "primary": (("primary",), ("primary", "secondary")),
    "secondary": (("secondary",), ("secondary", "primary")),
    "primary, secondary": (("primary", "secondary"), ("primary", "secondary")),
    "secondary, primary": (("secondary", "primary"), ("secondary", "primary")),
}
each_choice = pytest.mark.parametrize(("asked", "owed"), CHOICES.values(), ids=CHOICES)


def families(cluster: Cluster, roles: Roles) -> list[Family]:
    """The families of these roles."""
    return [cluster.family(role) for role in roles]


def asking(cluster: Cluster, policy: Any, roles: Roles) -> dict[str, Any]:
    """The fields that ask for this policy and these families; none is sent for none."""
    return {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": families(cluster, roles) or ABSENT}


@requirement("HL-002")
@pytest.mark.parametrize("policy", ["PreferDualStack", "RequireDualStack"])
@each_choice
def test_dual_stack_policy_gives_two_families(dry_cluster: Cluster, policy: str, asked: Roles, owed: Roles) -> None:
    """A dual-stack policy gives a headless Service both families, in the order it named, and one None."""
    service = dry_cluster.create("services/headless.yaml", asking(dry_cluster, policy, asked))

    expect(service, "spec.ipFamilyPolicy").equals(policy)
    expect(service, "spec.ipFamilies").equals(families(dry_cluster, owed))
    expect(service, "spec.clusterIP").equals("None")
    expect(service, "spec.clusterIPs").equals(["None"])


@requirement("HL-002")
def test_stored_dual_headless_has_one_none(cluster: Cluster) -> None:
    """A stored headless Service of two families has a single None."""
    created = cluster.create("services/headless.yaml", asking(cluster, "RequireDualStack", ("secondary",)))

    service = cluster.get(created)

    expect(service, "spec.ipFamilies").equals([cluster.secondary, cluster.primary])
    expect(service, "spec.clusterIP").equals("None")
    expect(service, "spec.clusterIPs").equals(["None"])


@requirement("HL-005")
@pytest.mark.parametrize("policy", [ABSENT, "PreferDualStack", "RequireDualStack"])
@each_choice
def test_without_selector_any_family_goes(dry_cluster: Cluster, policy: Any, asked: Roles, owed: Roles) -> None:
    """Without selector a headless Service may name any family, and gets the other one too."""
    service = dry_cluster.create("services/headless-without-selector.yaml", asking(dry_cluster, policy, asked))

    expect(service, "spec.ipFamilyPolicy").equals(policy or "RequireDualStack")
    expect(service, "spec.ipFamilies").equals(families(dry_cluster, owed))
    expect(service, "spec.clusterIPs").equals(["None"])


@requirement("HL-005")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_without_selector_single_stack_is_one_family(dry_cluster: Cluster, role: str) -> None:
    """SingleStack keeps a headless Service without selector to the family it names, served or not."""
    service = dry_cluster.create("services/headless-without-selector.yaml", asking(dry_cluster, "SingleStack", (role,)))

    expect(service, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(service, "spec.ipFamilies").equals([dry_cluster.family(role)])
    expect(service, "spec.clusterIPs").equals(["None"])


@requirement("HL-005")
def test_stored_without_selector_in_any_order(cluster: Cluster) -> None:
    """A stored headless Service without selector has the families in the order it named."""
    reverse = ("secondary", "primary")
    created = cluster.create("services/headless-without-selector.yaml", asking(cluster, ABSENT, reverse))

    service = cluster.get(created)

    expect(service, "spec.ipFamilyPolicy").equals("RequireDualStack")
    expect(service, "spec.ipFamilies").equals(families(cluster, reverse))


@requirement("HL-006")
@pytest.mark.parametrize("manifest", ["headless", "headless-without-selector"])
@pytest.mark.parametrize("roles", [("primary", "secondary"), ("secondary", "primary")], ids=" then ".join)
def test_single_stack_with_two_families_is_refused(dry_cluster: Cluster, roles: Roles, manifest: str) -> None:
    """SingleStack and two families contradict each other in a headless Service too."""
    answer = dry_cluster.try_create(f"services/{manifest}.yaml", asking(dry_cluster, "SingleStack", roles))

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"))
