"""An ExternalName Service that becomes another type gets what a new Service would get."""

from typing import Any

import pytest

from dualstack.testing import Cluster, expect, expect_ip_fields, ip_fields, requirement

NO_CONTROLLER = {"loadBalancerClass": "conformance.test/none"}
PORT = {"ports": [{"name": "http", "port": 80}]}
TYPES: dict[str, dict[str, Any]] = {
    "ClusterIP": {"type": "ClusterIP", "externalName": None, **PORT},
    "NodePort": {"type": "NodePort", "externalName": None, **PORT},
    "LoadBalancer": {"type": "LoadBalancer", "externalName": None, **NO_CONTROLLER, **PORT},
}
to_each_type = pytest.mark.parametrize("type", TYPES)


@requirement("EXT-008")
@to_each_type
def test_type_alone_gives_single_stack(cluster: Cluster, type: str) -> None:
    """Without a policy the Service is SingleStack in the primary family."""
    before = cluster.create("services/external-name.yaml")

    after = cluster.patch(before, {"spec": TYPES[type]})

    expect(after, "spec.type").equals(type)
    expect(after, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(after, "spec.ipFamilies").equals([cluster.primary])
    expect(after, "spec.clusterIPs").has_families([cluster.primary])
    expect(after, "spec.clusterIP").is_within(cluster.facts.networks(cluster.primary))
    expect_ip_fields(cluster.get(after)).equals(ip_fields(after))


@requirement("EXT-008")
@to_each_type
def test_prefer_dual_stack_gives_every_family(cluster: Cluster, type: str) -> None:
    """PreferDualStack gives an address of each family of the cluster."""
    before = cluster.create("services/external-name.yaml")

    after = cluster.patch(before, {"spec": {**TYPES[type], "ipFamilyPolicy": "PreferDualStack"}})

    expect(after, "spec.ipFamilyPolicy").equals("PreferDualStack")
    expect(after, "spec.ipFamilies").equals(cluster.families)
    expect(after, "spec.clusterIPs").has_families(cluster.families)


def expect_require_dual_stack(cluster: Cluster, type: str) -> None:
    """Judge the conversion with RequireDualStack: both families, or a refusal where there is one."""
    before = cluster.create("services/external-name.yaml")
    answer = cluster.try_patch(before, {"spec": {**TYPES[type], "ipFamilyPolicy": "RequireDualStack"}})
    if not cluster.shape.is_dual:
        expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"))
        expect(cluster.get(before), "").equals(before.body)
    else:
        expect(answer).is_accepted(200)
        expect(answer, "spec.ipFamilies").equals(cluster.families)
        expect(answer, "spec.clusterIPs").has_families(cluster.families)


@requirement("EXT-008")
@to_each_type
def test_require_dual_stack_gives_both_or_nothing(cluster: Cluster, type: str) -> None:
    """RequireDualStack gives both families, and is refused where there is only one."""
    expect_require_dual_stack(cluster, type)


@requirement("EXT-008")
@to_each_type
@pytest.mark.parametrize("position", [0, -1], ids=["first family", "last family"])
def test_named_family_is_given(cluster: Cluster, position: int, type: str) -> None:
    """A family of the cluster that the request names is the one it gets."""
    family = cluster.families[position]
    before = cluster.create("services/external-name.yaml")

    after = cluster.patch(before, {"spec": {**TYPES[type], "ipFamilies": [family]}})

    expect(after, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(after, "spec.ipFamilies").equals([family])
    expect(after, "spec.clusterIPs").has_families([family])
    expect(after, "spec.clusterIP").is_within(cluster.facts.networks(family))


@requirement("EXT-009")
def test_headless_without_selector_gets_both_families(cluster: Cluster) -> None:
    """An ExternalName Service without selector that becomes headless has both families on any cluster."""
    before = cluster.create("services/external-name.yaml")

    after = cluster.patch(before, {"spec": {"type": "ClusterIP", "externalName": None, "clusterIP": "None", **PORT}})

    expect(after, "spec.ipFamilyPolicy").equals("RequireDualStack")
    expect(after, "spec.ipFamilies").equals([cluster.primary, cluster.secondary])
    expect(after, "spec.clusterIP").equals("None")
    expect(after, "spec.clusterIPs").equals(["None"])
    expect_ip_fields(cluster.get(after)).equals(ip_fields(after))
