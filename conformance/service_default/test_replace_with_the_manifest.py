"""A PUT of what the user wrote, without what the server filled in, keeps what was filled in."""

from typing import Any

import pytest

from dualstack.testing import ABSENT, Cluster, expect, expect_ip_fields, ip_fields, requirement

LOCAL = {"spec.externalTrafficPolicy": "Local"}
MANIFESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "ClusterIP": ("cluster-ip", {}),
    "without selector": ("without-selector", {}),
    "NodePort": ("node-port", {}),
    "LoadBalancer with health check": ("load-balancer", LOCAL),
}
each_manifest = pytest.mark.parametrize(("manifest", "changes"), MANIFESTS.values(), ids=MANIFESTS)


@requirement("SVC-DEF-004")
@pytest.mark.parametrize("policy", [ABSENT, "PreferDualStack"], ids=["no policy", "PreferDualStack"])
@each_manifest
def test_replace_keeps_what_was_allocated(
    cluster: Cluster, manifest: str, changes: dict[str, Any], policy: str
) -> None:
    """Policy, families, addresses, node port and health check port survive a PUT of the manifest."""
    body = cluster.body(f"services/{manifest}.yaml", {**changes, "spec.ipFamilyPolicy": policy})
    before = cluster.create(body)

    after = cluster.replace(before, body)

    expect_ip_fields(after).equals(ip_fields(before))
    expect(after, "spec.ports").equals(before["spec.ports"])
    expect(after, "spec.healthCheckNodePort").equals(before["spec.healthCheckNodePort"])
    expect_ip_fields(cluster.get(before)).equals(ip_fields(before))


@requirement("SVC-DEF-007")
@pytest.mark.parametrize("manifest", ["cluster-ip", "node-port", "load-balancer"])
def test_old_client_keeps_the_second_address(cluster: Cluster, manifest: str) -> None:
    """A PUT that knows clusterIP only keeps every address of the Service."""
    before = cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})
    spec = {name: value for name, value in before["spec"].items() if name != "clusterIPs"}

    after = cluster.replace(before, {**before.body, "spec": spec})

    expect(after, "spec.clusterIPs").equals(before["spec.clusterIPs"])
    expect(after, "spec.ipFamilies").equals(cluster.families)
    expect(cluster.get(before), "spec.clusterIPs").equals(before["spec.clusterIPs"])


@requirement("SVC-DEF-007")
def test_client_that_knows_no_families_keeps_them(cluster: Cluster) -> None:
    """A PUT of clusterIP alone, without any newer IP field, keeps families and addresses."""
    before = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})
    newer = ("clusterIPs", "ipFamilies", "ipFamilyPolicy")
    spec = {name: value for name, value in before["spec"].items() if name not in newer}

    after = cluster.replace(before, {**before.body, "spec": spec})

    expect_ip_fields(after).equals(ip_fields(before))
