"""Families and addresses never come or go without a policy that says so."""

from typing import Any

import pytest

from dualstack.testing import Cluster, Resource, expect, requirement

LISTS = {"clusterIPs": ("clusterIPs",), "ipFamilies": ("ipFamilies",), "both": ("clusterIPs", "ipFamilies")}
with_each_list = pytest.mark.parametrize("lists", LISTS.values(), ids=LISTS)


def shortened(service: Resource, lists: tuple[str, ...]) -> dict[str, Any]:
    """These lists of the Service, cut to their first entry."""
    return {name: service[f"spec.{name}"][:1] for name in lists}


@requirement("SVC-TR-005")
@with_each_list
@pytest.mark.parametrize("sent", [{}, {"ipFamilyPolicy": "same"}], ids=["policy not sent", "policy sent again"])
@pytest.mark.parametrize("policy", ["PreferDualStack", "RequireDualStack"])
def test_shortened_lists_are_refused(
    cluster: Cluster, policy: str, sent: dict[str, str], lists: tuple[str, ...]
) -> None:
    """A dual-stack Service keeps both families until the policy says SingleStack."""
    before = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": policy})

    change = {**dict.fromkeys(sent, policy), **shortened(before, lists)}
    answer = cluster.try_patch(before, {"spec": change})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"), saying="must be 'SingleStack'")
    expect(cluster.get(before), "").equals(before.body)


@requirement("SVC-TR-006")
@with_each_list
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_lengthened_lists_are_refused(cluster: Cluster, role: str, lists: tuple[str, ...]) -> None:
    """A SingleStack Service gets no second family until the policy allows it."""
    family = cluster.family(role)
    before = cluster.create(
        "services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "SingleStack", "spec.ipFamilies": [family]}
    )
    longer = {
        "ipFamilies": [family, family.other],
        "clusterIPs": [before["spec.clusterIP"], cluster.free_address(family.other)],
    }

    answer = cluster.try_patch(before, {"spec": {name: longer[name] for name in lists}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"))
    expect(cluster.get(before), "").equals(before.body)
