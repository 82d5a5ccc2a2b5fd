"""The addresses of a headful Service never change under its clients."""

from collections.abc import Callable
from typing import Any

import pytest

from dualstack.testing import Answer, Cluster, Family, Resource, expect, requirement

Change = Callable[[Cluster, Resource], dict[str, Any]]


def both_fields(cluster: Cluster, service: Resource) -> dict[str, Any]:
    """Another free address in both fields, and nothing behind it."""
    address = cluster.free_address(Family(service["spec.ipFamilies"][0]))
    return {"clusterIP": address, "clusterIPs": [address]}


def first_of_the_list(cluster: Cluster, service: Resource) -> dict[str, Any]:
    """Another free address in both fields, with the rest of the list as it is."""
    address = cluster.free_address(Family(service["spec.ipFamilies"][0]))
    return {"clusterIP": address, "clusterIPs": [address, *service["spec.clusterIPs"][1:]]}


def singular_only(cluster: Cluster, service: Resource) -> dict[str, Any]:
    """Another free address in the singular field alone."""
    return {"clusterIP": cluster.free_address(Family(service["spec.ipFamilies"][0]))}


def headless(cluster: Cluster, service: Resource) -> dict[str, Any]:
    """The word that gives all addresses up."""
    return {"clusterIP": "None", "clusterIPs": ["None"]}


CHANGES = {
    "another address in both fields": both_fields,
    "another address at the head of the list": first_of_the_list,
    "another address in clusterIP": singular_only,
    "None": headless,
}


def expect_refused_as_changed(answer: Answer, service: Resource, wanted: int) -> None:
    """Judge the refusal: a list that got shorter is taken for a downgrade, any other for a change."""
    shorter = wanted < len(service["spec.clusterIPs"])
    field = "spec.ipFamilyPolicy" if shorter else "spec.clusterIPs[0]"
    expect(answer).is_refused(("FieldValueInvalid", field), saying="" if shorter else "may not change once set")


@requirement("SVC-TR-009")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("policy", ["SingleStack", "PreferDualStack"])
def test_primary_address_cannot_change(cluster: Cluster, policy: str, change: Change) -> None:
    """The first address of a headful Service is refused any other value, None included."""
    before = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": policy})

    wanted = change(cluster, before)
    answer = cluster.try_patch(before, {"spec": wanted})

    expect_refused_as_changed(answer, before, len(wanted.get("clusterIPs", [""])))
    expect(cluster.get(before), "").equals(before.body)


ORDERS = {"primary first": ("primary", "secondary"), "secondary first": ("secondary", "primary")}
in_each_order = pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)


def families(cluster: Cluster, order: tuple[str, ...]) -> list[Family]:
    """The families of these roles."""
    return [cluster.family(role) for role in order]


def dual(cluster: Cluster, order: tuple[str, ...]) -> Resource:
    """A stored dual-stack Service with its families in this order."""
    changes = {"spec.ipFamilyPolicy": "RequireDualStack", "spec.ipFamilies": families(cluster, order)}
    return cluster.create("services/cluster-ip.yaml", changes)


@requirement("SVC-TR-010")
@in_each_order
def test_second_address_cannot_change(cluster: Cluster, order: tuple[str, ...]) -> None:
    """The second address of a dual-stack Service is refused any other value."""
    before = dual(cluster, order)
    second = cluster.free_address(cluster.family(order[1]))

    answer = cluster.try_patch(before, {"spec": {"clusterIPs": [before["spec.clusterIP"], second]}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[1]"), saying="may not change once set")
    expect(cluster.get(before), "").equals(before.body)


ADDRESSES = ("spec.clusterIPs[0]", "spec.clusterIPs[1]")
REVERSALS = {
    "ipFamilies": (("ipFamilies",), ADDRESSES),
    "clusterIPs": (("clusterIP", "clusterIPs"), ADDRESSES),
    "all": (("ipFamilies", "clusterIP", "clusterIPs"), (*ADDRESSES, "spec.ipFamilies[0]")),
}


@requirement("SVC-TR-011")
@in_each_order
@pytest.mark.parametrize(("fields", "culprits"), REVERSALS.values(), ids=REVERSALS)
def test_order_cannot_be_reversed(
    cluster: Cluster, fields: tuple[str, ...], culprits: tuple[str, ...], order: tuple[str, ...]
) -> None:
    """The order of families and addresses of a headful Service is refused any change."""
    before = dual(cluster, order)
    reverse = {
        "ipFamilies": before["spec.ipFamilies"][::-1],
        "clusterIPs": before["spec.clusterIPs"][::-1],
        "clusterIP": before["spec.clusterIPs"][1],
    }

    answer = cluster.try_patch(before, {"spec": {field: reverse[field] for field in fields}})

    expect(answer).is_refused(*(("FieldValueInvalid", culprit) for culprit in culprits))
    expect(cluster.get(before), "").equals(before.body)
