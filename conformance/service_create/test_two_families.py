"""Services of both families: which one is first."""

import pytest

from dualstack.testing import Cluster, expect_stack, requirement

KINDS = ["cluster-ip", "node-port", "load-balancer", "without-selector"]
POLICIES = ["PreferDualStack", "RequireDualStack"]


@requirement("SVC-CREATE-005")
@pytest.mark.parametrize("kind", KINDS)
def test_preference_gives_both_families_in_cluster_order(cluster: Cluster, kind: str) -> None:
    """PreferDualStack without families gets an address of each, the primary family first."""
    service = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    expect_stack(service, cluster.facts, policy="PreferDualStack", families=cluster.families)
    expect_stack(cluster.get(service), cluster.facts, policy="PreferDualStack", families=cluster.families)


@requirement("SVC-CREATE-010")
@pytest.mark.parametrize("kind", KINDS)
def test_requirement_gives_both_families_in_cluster_order(cluster: Cluster, kind: str) -> None:
    """RequireDualStack without families gets an address of each, the primary family first."""
    service = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": "RequireDualStack"})

    expect_stack(service, cluster.facts, policy="RequireDualStack", families=cluster.families)
    expect_stack(cluster.get(service), cluster.facts, policy="RequireDualStack", families=cluster.families)


@requirement("SVC-CREATE-007")
@pytest.mark.parametrize("role", ["primary", "secondary"])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", KINDS)
def test_named_family_is_first_and_the_other_added(cluster: Cluster, kind: str, policy: str, role: str) -> None:
    """A dual-stack policy with one family puts it first and adds the other."""
    family = cluster.family(role)

    service = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": [family]})

    expect_stack(service, cluster.facts, policy=policy, families=[family, family.other])
    expect_stack(cluster.get(service), cluster.facts, policy=policy, families=[family, family.other])


@requirement("SVC-CREATE-008")
@pytest.mark.parametrize("role", ["primary", "secondary"])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", KINDS)
def test_order_of_two_named_families_is_kept(cluster: Cluster, kind: str, policy: str, role: str) -> None:
    """A dual-stack policy with two families keeps their order, in families and in addresses."""
    families = [cluster.family(role), cluster.family(role).other]

    service = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": families})

    expect_stack(service, cluster.facts, policy=policy, families=families)
    expect_stack(cluster.get(service), cluster.facts, policy=policy, families=families)
