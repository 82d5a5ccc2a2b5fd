"""A Service turned into an ExternalName one gives everything back."""

from typing import Any

import pytest

from dualstack.testing import Cluster, Resource, create_once_free, expect, requirement

TO_EXTERNAL_NAME = {"type": "ExternalName", "externalName": "example.com"}


def widest(cluster: Cluster) -> dict[str, Any]:
    """Every family of the cluster, in the order that is not the default one."""
    return {"spec.ipFamilyPolicy": "PreferDualStack", "spec.ipFamilies": cluster.families[::-1]}


def expect_all_cleared(service: Resource) -> None:
    """Judge that nothing is left that belongs to addresses."""
    expect(service, "spec.type").equals("ExternalName")
    expect(service, "spec.externalName").equals("example.com")
    expect(service, "spec.clusterIP").is_absent()
    expect(service, "spec.clusterIPs").is_absent()
    expect(service, "spec.ipFamilies").is_absent()
    expect(service, "spec.ipFamilyPolicy").is_absent()
    expect(service, "spec.ports[0].nodePort").is_absent()
    expect(service, "spec.healthCheckNodePort").is_absent()


@requirement("EXT-004")
@pytest.mark.parametrize("policy", ["SingleStack", "PreferDualStack"])
@pytest.mark.parametrize("kind", ["cluster-ip", "node-port", "load-balancer"])
def test_conversion_clears_all_ip_fields(cluster: Cluster, kind: str, policy: str) -> None:
    """Type and externalName are all that a conversion needs to say."""
    before = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": policy})

    after = cluster.patch(before, {"spec": TO_EXTERNAL_NAME})

    expect_all_cleared(after)
    expect_all_cleared(cluster.get(before))


@requirement("EXT-004")
@pytest.mark.parametrize("position", [0, -1], ids=["first address", "last address"])
def test_conversion_releases_every_address(cluster: Cluster, position: int) -> None:
    """Another Service can pin each of the former addresses, once a reservation made by mistake is taken back."""
    before = cluster.create("services/cluster-ip.yaml", widest(cluster))
    released = before["spec.clusterIPs"][position]

    cluster.patch(before, {"spec": TO_EXTERNAL_NAME})
    other = create_once_free(cluster, "services/cluster-ip.yaml", {"spec.clusterIP": released})

    expect(other, "spec.clusterIPs").equals([released])


PORTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "NodePort": ("node-port", {}, "spec.ports[0].nodePort"),
    "LoadBalancer": ("load-balancer", {}, "spec.ports[0].nodePort"),
    "health check": ("load-balancer", {"spec.externalTrafficPolicy": "Local"}, "spec.healthCheckNodePort"),
}


@requirement("EXT-004")
@pytest.mark.parametrize(("manifest", "changes", "field"), PORTS.values(), ids=PORTS)
def test_conversion_releases_node_ports(cluster: Cluster, manifest: str, changes: dict[str, Any], field: str) -> None:
    """Another Service can pin each of the former node ports at once."""
    before = cluster.create(f"services/{manifest}.yaml", changes)
    released = before[field]

    cluster.patch(before, {"spec": TO_EXTERNAL_NAME})
    other = cluster.create("services/node-port.yaml", {"spec.ports[0].nodePort": released})

    expect(other, "spec.ports[0].nodePort").equals(released)


HEADLESS: dict[str, tuple[str, str]] = {
    "single-stack": ("headless", "SingleStack"),
    "widest": ("headless", "PreferDualStack"),
    "without selector": ("headless-without-selector", "RequireDualStack"),
}


@requirement("EXT-005")
@pytest.mark.parametrize("type", ["strategic", "merge"])
@pytest.mark.parametrize(("manifest", "policy"), HEADLESS.values(), ids=HEADLESS)
def test_headless_is_converted_alike(cluster: Cluster, manifest: str, policy: str, type: str) -> None:
    """A headless Service of any families is converted by type and externalName alone."""
    before = cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": policy})

    after = cluster.patch(before, {"spec": TO_EXTERNAL_NAME}, type=type)

    expect_all_cleared(after)
    expect_all_cleared(cluster.get(before))


@requirement("EXT-006")
@pytest.mark.parametrize("kind", ["cluster-ip", "headless"])
def test_conversion_with_another_policy_is_refused(cluster: Cluster, kind: str) -> None:
    """A policy that differs from the stored one contradicts the conversion."""
    before = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": "SingleStack"})

    answer = cluster.try_patch(before, {"spec": {**TO_EXTERNAL_NAME, "ipFamilyPolicy": "PreferDualStack"}})

    expect(answer).is_refused(("FieldValueForbidden", "spec.ipFamilyPolicy"))
    expect(cluster.get(before), "").equals(before.body)


@requirement("EXT-006")
@pytest.mark.parametrize("kind", ["cluster-ip", "headless"])
def test_conversion_with_other_families_is_refused(cluster: Cluster, kind: str) -> None:
    """Families that differ from the stored ones contradict the conversion."""
    before = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": "SingleStack"})

    answer = cluster.try_patch(before, {"spec": {**TO_EXTERNAL_NAME, "ipFamilies": [cluster.secondary]}})

    expect(answer).is_refused(("FieldValueForbidden", "spec.ipFamilies"))
    expect(cluster.get(before), "").equals(before.body)


@requirement("EXT-006")
@pytest.mark.parametrize("value", ["stored", "null"])
def test_conversion_with_unchanged_fields_is_accepted(cluster: Cluster, value: str) -> None:
    """Policy and families may be sent as they are stored, or as null."""
    before = cluster.create("services/cluster-ip.yaml", widest(cluster))
    names = ("ipFamilyPolicy", "ipFamilies")

    sent = {"stored": {name: before[f"spec.{name}"] for name in names}, "null": dict.fromkeys(names)}[value]
    after = cluster.patch(before, {"spec": {**TO_EXTERNAL_NAME, **sent}})

    expect_all_cleared(after)


@requirement("EXT-007")
@pytest.mark.parametrize("kind", ["cluster-ip", "node-port"])
@pytest.mark.parametrize("cleared", ["", None], ids=["empty", "null"])
def test_patch_that_clears_the_singular_only(cluster: Cluster, cleared: str | None, kind: str) -> None:
    """A patch that clears clusterIP and knows no clusterIPs converts the Service."""
    before = cluster.create(f"services/{kind}.yaml", widest(cluster))

    after = cluster.patch(before, {"spec": {**TO_EXTERNAL_NAME, "clusterIP": cleared}})

    expect_all_cleared(after)


@requirement("EXT-007")
def test_put_that_clears_the_singular_only(cluster: Cluster) -> None:
    """A PUT that clears clusterIP and still lists clusterIPs converts the Service."""
    before = cluster.create("services/cluster-ip.yaml", widest(cluster))

    spec = {**before["spec"], **TO_EXTERNAL_NAME, "clusterIP": ""}
    after = cluster.replace(before, {**before.body, "spec": spec})

    expect_all_cleared(after)
    expect_all_cleared(cluster.get(before))
