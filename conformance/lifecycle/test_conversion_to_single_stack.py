"""A dual-stack cluster loses its second family: what it stored before can still be repaired or removed."""

from dataclasses import dataclass
from typing import Any

import pytest

from dualstack.testing import (
    Cluster,
    Conversions,
    Family,
    Resource,
    Shape,
    expect,
    expect_ip_fields,
    ip_fields,
    requirement,
)

TO_EXTERNAL_NAME = {"type": "ExternalName", "externalName": "example.com"}
LABEL = {"metadata": {"labels": {"edited": "yes"}}}
POLICIES = ("PreferDualStack", "RequireDualStack")
SURVIVORS = {"first family survived": 0, "second family survived": 1}
each_policy = pytest.mark.parametrize("policy", POLICIES)
each_survivor = pytest.mark.parametrize("position", SURVIVORS.values(), ids=SURVIVORS)
TESTS = ("read", "label", "type", "single", "external", "delete")


@dataclass
class Converted:
    """A cluster after its conversion, and the dual-stack Services it held before.

    They are found by test, policy and the position that the surviving family has in them.
    """

    cluster: Cluster
    stored: dict[tuple[str, str, int], Resource]


@pytest.fixture(scope="module")
def converted(conversions: Conversions) -> Converted:
    """A dual-stack cluster with marker Services for each test, made single-stack."""
    survivor = conversions.facts.shape.primary
    conversion = conversions.of(Shape.of((survivor, survivor.other)))
    orders = ([survivor, survivor.other], [survivor.other, survivor])
    stored = {
        (test, policy, position): marker(conversion.cluster, policy, orders[position])
        for test in TESTS
        for policy in POLICIES
        for position in SURVIVORS.values()
    }
    return Converted(conversion.to(Shape.of((survivor,))), stored)


def marker(cluster: Cluster, policy: str, families: list[Family]) -> Resource:
    """A dual-stack Service that is stored before the conversion."""
    return cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": families})


def lost_family(position: int) -> tuple[str, str]:
    """The cause that names the family which is gone, at the other position."""
    return ("FieldValueInvalid", f"spec.ipFamilies[{1 - position}]")


POLICY: tuple[str, str] = ("FieldValueInvalid", "spec.ipFamilyPolicy")
CAUSES_OF_POLICY: dict[str, tuple[tuple[str, str], ...]] = {"PreferDualStack": (), "RequireDualStack": (POLICY,)}


@requirement("LIFE-011")
@each_survivor
@each_policy
def test_conversion_changes_no_service(converted: Converted, policy: str, position: int) -> None:
    """A dual-stack Service is stored after the conversion as it was before."""
    before = converted.stored["read", policy, position]

    after = converted.cluster.get(before)

    expect(after, "").equals(before.body)


@requirement("LIFE-011")
@each_survivor
def test_prefer_dual_stack_accepts_a_label(converted: Converted, position: int) -> None:
    """A dual-stack PreferDualStack Service accepts a write that leaves its IP fields alone, and keeps them."""
    before = converted.stored["label", "PreferDualStack", position]

    after = converted.cluster.patch(before, LABEL)

    expect(after, "metadata.labels.edited").equals("yes")
    expect_ip_fields(after).equals(ip_fields(before))


@requirement("LIFE-011")
@each_survivor
def test_require_dual_stack_accepts_no_write(converted: Converted, position: int) -> None:
    """A RequireDualStack Service is refused even a label: its policy cannot be kept."""
    before = converted.stored["label", "RequireDualStack", position]

    answer = converted.cluster.try_patch(before, LABEL)

    expect(answer).is_refused(POLICY, lost_family(position))
    expect(converted.cluster.get(before), "").equals(before.body)


@requirement("LIFE-011")
@each_survivor
@each_policy
def test_type_cannot_change(converted: Converted, policy: str, position: int) -> None:
    """A change of type is refused for the family that is gone."""
    before = converted.stored["type", policy, position]

    answer = converted.cluster.try_patch(before, {"spec": {"type": "NodePort"}})

    expect(answer).is_refused(*CAUSES_OF_POLICY[policy], lost_family(position))
    expect(converted.cluster.get(before), "").equals(before.body)


@requirement("LIFE-011")
@each_policy
def test_single_stack_repairs_where_the_first_family_survived(converted: Converted, policy: str) -> None:
    """SingleStack leaves the first family and its address, if the cluster still has that family."""
    before = converted.stored["single", policy, 0]

    after = converted.cluster.patch(before, {"spec": {"ipFamilyPolicy": "SingleStack"}})

    expect(after, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(after, "spec.ipFamilies").equals([converted.cluster.primary])
    expect(after, "spec.clusterIPs").equals(before["spec.clusterIPs"][:1])


@requirement("LIFE-011")
@each_policy
def test_single_stack_is_refused_where_the_first_family_is_gone(converted: Converted, policy: str) -> None:
    """SingleStack cannot leave a first family that the cluster has no more."""
    before = converted.stored["single", policy, 1]

    answer = converted.cluster.try_patch(before, {"spec": {"ipFamilyPolicy": "SingleStack"}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilies[0]"))
    expect(converted.cluster.get(before), "").equals(before.body)


def cleared(service: Resource) -> dict[str, Any]:
    """The IP fields that are left."""
    return {name: value for name, value in ip_fields(service).items() if value}


@requirement("LIFE-011")
@each_survivor
@each_policy
def test_external_name_is_a_way_out(converted: Converted, policy: str, position: int) -> None:
    """A conversion to ExternalName is accepted and clears every IP field."""
    before = converted.stored["external", policy, position]

    after = converted.cluster.patch(before, {"spec": TO_EXTERNAL_NAME})

    expect(after, "spec.type").equals("ExternalName")
    expect(after, "spec").satisfies(lambda _: not cleared(after), "no IP field")


@requirement("LIFE-011")
@each_survivor
@each_policy
def test_service_can_be_deleted(converted: Converted, policy: str, position: int) -> None:
    """A dual-stack Service from before can be deleted."""
    before = converted.stored["delete", policy, position]

    converted.cluster.delete(before)

    answer = converted.cluster.try_get(before)
    expect(answer).is_refused(code=404, reason="NotFound")
