"""The families of a headless Service may change: no client depends on an address of its own."""

from typing import Any

import pytest

from dualstack.testing import Cluster, Resource, expect, expect_ip_fields, ip_fields, requirement


def headless(cluster: Cluster, policy: str, *roles: str, manifest: str = "headless") -> Resource:
    """A stored headless Service with this policy and these families."""
    families = [cluster.family(role) for role in roles]
    return cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": families})


@requirement("HL-007")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_only_family_can_be_exchanged(cluster: Cluster, role: str) -> None:
    """A SingleStack headless Service can move to the other family."""
    before = headless(cluster, "SingleStack", role)

    after = cluster.patch(before, {"spec": {"ipFamilies": [cluster.family(role).other]}})

    expect(after, "spec.ipFamilies").equals([cluster.family(role).other])
    expect(after, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(after, "spec.clusterIPs").equals(["None"])
    expect_ip_fields(cluster.get(after)).equals(ip_fields(after))


@requirement("HL-007")
@pytest.mark.parametrize("roles", [("primary", "secondary"), ("secondary", "primary")], ids=" then ".join)
@pytest.mark.parametrize("policy", ["PreferDualStack", "RequireDualStack"])
def test_order_can_be_reversed(cluster: Cluster, policy: str, roles: tuple[str, str]) -> None:
    """A dual-stack headless Service can reverse its families."""
    before = headless(cluster, policy, *roles)

    after = cluster.patch(before, {"spec": {"ipFamilies": before["spec.ipFamilies"][::-1]}})

    expect(after, "spec.ipFamilies").equals(before["spec.ipFamilies"][::-1])
    expect(after, "spec.ipFamilyPolicy").equals(policy)
    expect(after, "spec.clusterIPs").equals(["None"])
    expect_ip_fields(cluster.get(after)).equals(ip_fields(after))


# Without selector there are two families on any cluster, so the rule can be judged on each of them.
DUAL = "headless-without-selector"


@requirement("HL-008")
@pytest.mark.parametrize("sent", [{}, {"ipFamilyPolicy": "RequireDualStack"}], ids=["policy not sent", "sent again"])
def test_family_cannot_be_dropped_without_single_stack(cluster: Cluster, sent: dict[str, Any]) -> None:
    """A dual-stack headless Service keeps both families until the policy says SingleStack."""
    before = headless(cluster, "RequireDualStack", "primary", "secondary", manifest=DUAL)

    answer = cluster.try_patch(before, {"spec": {**sent, "ipFamilies": [cluster.primary]}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"), saying="must be 'SingleStack'")
    expect(cluster.get(before), "").equals(before.body)


@requirement("HL-008")
@pytest.mark.parametrize("roles", [("primary", "secondary"), ("secondary", "primary")], ids=" then ".join)
def test_single_stack_alone_keeps_the_first_family(cluster: Cluster, roles: tuple[str, str]) -> None:
    """SingleStack alone leaves the first family."""
    before = headless(cluster, "RequireDualStack", *roles, manifest=DUAL)

    after = cluster.patch(before, {"spec": {"ipFamilyPolicy": "SingleStack"}})

    expect(after, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(after, "spec.ipFamilies").equals([cluster.family(roles[0])])


@requirement("HL-008")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_single_stack_may_name_the_family_that_stays(cluster: Cluster, role: str) -> None:
    """SingleStack with one family leaves that one, be it the first or the second."""
    before = headless(cluster, "RequireDualStack", "primary", "secondary", manifest=DUAL)

    after = cluster.patch(before, {"spec": {"ipFamilyPolicy": "SingleStack", "ipFamilies": [cluster.family(role)]}})

    expect(after, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(after, "spec.ipFamilies").equals([cluster.family(role)])
    expect_ip_fields(cluster.get(after)).equals(ip_fields(after))
