"""A cluster becomes dual-stack with another primary family than it had: its Services keep the one they have."""

from dataclasses import dataclass

import pytest

from dualstack.testing import (
    Cluster,
    Conversions,
    Resource,
    Shape,
    decided_by,
    expect,
    expect_ip_fields,
    ip_fields,
    requirement,
)

KINDS = {
    "SingleStack": ("cluster-ip", "SingleStack"),
    "PreferDualStack": ("cluster-ip", "PreferDualStack"),
    "NodePort PreferDualStack": ("node-port", "PreferDualStack"),
    "headless PreferDualStack": ("headless", "PreferDualStack"),
    "headless without selector RequireDualStack": ("headless-without-selector", "RequireDualStack"),
}
each_kind = pytest.mark.parametrize("kind", KINDS)
TESTS = ("read", "label", "delete", "upgrade")


@dataclass
class Converted:
    """A cluster after its conversion, and the Services it held before, by test and kind."""

    cluster: Cluster
    stored: dict[tuple[str, str], Resource]


@pytest.fixture(scope="module")
def converted(conversions: Conversions) -> Converted:
    """A cluster with marker Services for each test, made dual-stack with the other family first."""
    before = conversions.facts.shape
    conversion = conversions.of(before)
    stored = {(test, kind): marker(conversion.cluster, *KINDS[kind]) for test in TESTS for kind in KINDS}
    return Converted(conversion.to(Shape.of((before.primary.other, before.primary))), stored)


def marker(cluster: Cluster, manifest: str, policy: str) -> Resource:
    """A Service that is stored before the conversion."""
    return cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": policy})


@requirement("LIFE-010")
@each_kind
def test_conversion_changes_no_service(converted: Converted, kind: str) -> None:
    """A Service is stored after the conversion as it was before, its families in the order they had."""
    before = converted.stored["read", kind]

    after = converted.cluster.get(before)

    expect(after, "").equals(before.body)


@requirement("LIFE-010")
@each_kind
def test_label_changes_no_family(converted: Converted, kind: str) -> None:
    """A label is no explicit change: families and addresses stay, in their order."""
    before = converted.stored["label", kind]

    after = converted.cluster.patch(before, {"metadata": {"labels": {"edited": "yes"}}})

    expect(after, "metadata.labels.edited").equals("yes")
    expect_ip_fields(after).equals(ip_fields(before))
    expect_ip_fields(converted.cluster.get(before)).equals(ip_fields(before))


@requirement("LIFE-010")
@each_kind
def test_service_can_be_deleted(converted: Converted, kind: str) -> None:
    """A Service from before can be deleted."""
    before = converted.stored["delete", kind]

    converted.cluster.delete(before)

    answer = converted.cluster.try_get(before)
    expect(answer).is_refused(code=404, reason="NotFound")


@decided_by(lambda shape: "LIFE-010" if shape.is_dual else None)
def test_upgrade_keeps_the_first_family(converted: Converted) -> None:
    """Where both families had a range before, the second one comes behind the Service's own first, whatever the
    cluster's is now.
    """
    before = converted.stored["upgrade", "SingleStack"]

    after = converted.cluster.patch(before, {"spec": {"ipFamilyPolicy": "RequireDualStack"}})

    expect(after, "spec.ipFamilies").equals([converted.cluster.secondary, converted.cluster.primary])
    expect(after, "spec.clusterIPs[0]").equals(before["spec.clusterIPs[0]"])
