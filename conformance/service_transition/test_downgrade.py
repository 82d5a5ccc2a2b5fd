"""A dual-stack Service becomes single-stack: the first address stays, the second is given back."""

from typing import Any

import pytest

from dualstack.testing import Cluster, Family, Resource, create_once_free, expect, expect_value, requirement

ORDERS = {"primary first": ("primary", "secondary"), "secondary first": ("secondary", "primary")}
in_each_order = pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
LISTS = {"clusterIPs": ("clusterIPs",), "ipFamilies": ("ipFamilies",), "both": ("clusterIPs", "ipFamilies")}
with_each_list = pytest.mark.parametrize("lists", LISTS.values(), ids=LISTS)


def families(cluster: Cluster, order: tuple[str, ...]) -> list[Family]:
    """The families of these roles."""
    return [cluster.family(role) for role in order]


def dual(cluster: Cluster, order: tuple[str, ...], policy: str = "RequireDualStack") -> Resource:
    """A stored dual-stack Service with its families in this order."""
    changes = {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": families(cluster, order)}
    return cluster.create("services/cluster-ip.yaml", changes)


def first_entries(service: Resource, lists: tuple[str, ...]) -> dict[str, Any]:
    """These lists of the Service, cut to their first entry."""
    return {name: service[f"spec.{name}"][:1] for name in lists}


def expect_first_family_left(after: Resource, before: Resource) -> None:
    """Judge that exactly the first family and its address are left."""
    expect(after, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(after, "spec.ipFamilies").equals(before["spec.ipFamilies"][:1])
    expect(after, "spec.clusterIPs").equals(before["spec.clusterIPs"][:1])
    expect(after, "spec.clusterIP").equals(before["spec.clusterIP"])


@requirement("SVC-TR-003")
@in_each_order
@pytest.mark.parametrize("policy", ["PreferDualStack", "RequireDualStack"])
def test_single_stack_keeps_the_first_address(cluster: Cluster, policy: str, order: tuple[str, ...]) -> None:
    """SingleStack alone trims families and addresses to the first."""
    before = dual(cluster, order, policy)

    after = cluster.patch(before, {"spec": {"ipFamilyPolicy": "SingleStack"}})

    expect_first_family_left(after, before)
    expect_first_family_left(cluster.get(after), before)


@requirement("SVC-TR-003")
@in_each_order
def test_released_address_is_free(cluster: Cluster, order: tuple[str, ...]) -> None:
    """Another Service can pin the address that a downgrade gave back."""
    before = dual(cluster, order)
    released = before["spec.clusterIPs"][1]

    cluster.patch(before, {"spec": {"ipFamilyPolicy": "SingleStack"}})
    other = create_once_free(cluster, "services/cluster-ip.yaml", {"spec.clusterIP": released})

    expect(other, "spec.clusterIPs").equals([released])


@requirement("SVC-TR-004")
@in_each_order
@with_each_list
def test_single_stack_with_shortened_lists(cluster: Cluster, lists: tuple[str, ...], order: tuple[str, ...]) -> None:
    """SingleStack may come with lists that are already cut to their first entry."""
    before = dual(cluster, order)

    after = cluster.patch(before, {"spec": {"ipFamilyPolicy": "SingleStack", **first_entries(before, lists)}})

    expect_first_family_left(after, before)


@requirement("SVC-TR-012")
@in_each_order
def test_second_family_cannot_be_the_one_that_stays(cluster: Cluster, order: tuple[str, ...]) -> None:
    """A downgrade to the second family is refused: the first address would be lost."""
    before = dual(cluster, order)

    change = {"ipFamilyPolicy": "SingleStack", "ipFamilies": before["spec.ipFamilies"][1:]}
    answer = cluster.try_patch(before, {"spec": change})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[0]"))
    expect(cluster.get(before), "").equals(before.body)


def after_a_round(cluster: Cluster, service: Resource) -> Resource:
    """The Service after one downgrade and one upgrade."""
    cluster.patch(service, {"spec": {"ipFamilyPolicy": "SingleStack"}})
    return cluster.patch(service, {"spec": {"ipFamilyPolicy": "RequireDualStack"}})


def holders(cluster: Cluster, address: str) -> list[str]:
    """The names of this namespace's Services that have the address."""
    return [service.name for service in cluster.list("services") if address in (service["spec.clusterIPs"] or ())]


@requirement("SVC-TR-018")
@in_each_order
@pytest.mark.parametrize("rounds", [1, 5])
def test_down_and_up_again(cluster: Cluster, rounds: int, order: tuple[str, ...]) -> None:
    """However often a Service goes down and up, its first address stays and its second is valid and its own."""
    before = dual(cluster, order)

    after = [after_a_round(cluster, before) for _ in range(rounds)][-1]

    expect(after, "spec.clusterIPs[0]").equals(before["spec.clusterIP"])
    expect(after, "spec.clusterIPs").has_families(families(cluster, order))
    expect(after, "spec.clusterIPs[1]").is_within(cluster.facts.networks(families(cluster, order)[1]))
    expect_value(
        holders(cluster, after["spec.clusterIPs"][1]), subject=str(after), field="Services with its second address"
    ).equals([after.name])
