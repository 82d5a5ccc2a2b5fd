"""A single-stack cluster becomes dual-stack: its Services wait for their users to say so."""

from dataclasses import dataclass

import pytest

from dualstack.testing import Cluster, Conversions, Resource, Shape, expect, expect_ip_fields, ip_fields, requirement

KINDS = {
    "SingleStack": ("cluster-ip", "SingleStack"),
    "PreferDualStack": ("cluster-ip", "PreferDualStack"),
    "NodePort PreferDualStack": ("node-port", "PreferDualStack"),
    "headless PreferDualStack": ("headless", "PreferDualStack"),
}
each_kind = pytest.mark.parametrize("kind", KINDS)


@dataclass
class Converted:
    """A cluster after its conversion, and the Services it held before, by test and kind."""

    cluster: Cluster
    stored: dict[tuple[str, str], Resource]


TESTS = ("read", "label", "policy", "families", "type")


@pytest.fixture(scope="module")
def converted(conversions: Conversions) -> Converted:
    """A single-stack cluster with marker Services for each test, made dual-stack."""
    primary = conversions.facts.shape.primary
    conversion = conversions.of(Shape.of((primary,)))
    stored = {(test, kind): marker(conversion.cluster, *KINDS[kind]) for test in TESTS for kind in KINDS}
    return Converted(conversion.to(Shape.of((primary, primary.other))), stored)


def marker(cluster: Cluster, manifest: str, policy: str) -> Resource:
    """A Service that is stored before the conversion."""
    return cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": policy})


@requirement("LIFE-010")
@each_kind
def test_conversion_changes_no_service(converted: Converted, kind: str) -> None:
    """A Service is stored after the conversion as it was before, to the last byte."""
    before = converted.stored["read", kind]

    after = converted.cluster.get(before)

    expect(after, "").equals(before.body)
    expect(after, "spec.ipFamilies").equals([converted.cluster.primary])


@requirement("LIFE-010")
@each_kind
def test_label_does_not_upgrade(converted: Converted, kind: str) -> None:
    """A label is no explicit change: the Service keeps its one family, whatever its policy prefers."""
    before = converted.stored["label", kind]

    after = converted.cluster.patch(before, {"metadata": {"labels": {"edited": "yes"}}})

    expect_ip_fields(after).equals(ip_fields(before))
    expect_ip_fields(converted.cluster.get(before)).equals(ip_fields(before))


def expect_upgraded(cluster: Cluster, after: Resource, before: Resource) -> None:
    """Judge that the second family came behind the first, and that the address stayed."""
    expect(after, "spec.ipFamilies").equals(cluster.families)
    expect(after, "spec.clusterIPs").satisfies(
        lambda addresses: addresses == ["None"] or len(addresses) == 2, "None, or two addresses"
    )
    expect(after, "spec.clusterIPs[0]").equals(before["spec.clusterIPs[0]"])


@requirement("LIFE-010")
@each_kind
def test_policy_upgrades(converted: Converted, kind: str) -> None:
    """Setting the policy to RequireDualStack adds the second family to a Service from before."""
    before = converted.stored["policy", kind]

    after = converted.cluster.patch(before, {"spec": {"ipFamilyPolicy": "RequireDualStack"}})

    expect_upgraded(converted.cluster, after, before)


@requirement("LIFE-010")
@pytest.mark.parametrize("kind", [kind for kind, (_, policy) in KINDS.items() if policy == "PreferDualStack"])
def test_families_upgrade(converted: Converted, kind: str) -> None:
    """Naming both families adds the second one to a PreferDualStack Service from before."""
    before = converted.stored["families", kind]

    after = converted.cluster.patch(before, {"spec": {"ipFamilies": converted.cluster.families}})

    expect_upgraded(converted.cluster, after, before)
    expect(after, "spec.ipFamilyPolicy").equals("PreferDualStack")


@requirement("LIFE-010")
def test_type_change_upgrades(converted: Converted) -> None:
    """A change of type adds the second family to a PreferDualStack Service from before."""
    before = converted.stored["type", "PreferDualStack"]

    after = converted.cluster.patch(before, {"spec": {"type": "NodePort"}})

    expect_upgraded(converted.cluster, after, before)
    expect(after, "spec.ipFamilyPolicy").equals("PreferDualStack")


@requirement("LIFE-010")
@pytest.mark.parametrize("manifest", ["cluster-ip", "node-port", "headless"])
def test_new_services_have_both_families(converted: Converted, manifest: str) -> None:
    """A PreferDualStack Service that is made after the conversion has both families."""
    service = converted.cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    expect(service, "spec.ipFamilies").equals(converted.cluster.families)
