"""Defaults of the traffic policies, which do not depend on families."""

import pytest

from dualstack.testing import ABSENT, Cluster, expect, requirement

POLICIES = [ABSENT, "SingleStack", "PreferDualStack"]
any_stack = pytest.mark.parametrize("policy", POLICIES, ids=["no policy", "SingleStack", "PreferDualStack"])


@requirement("SVC-DEF-002")
@any_stack
@pytest.mark.parametrize("manifest", ["cluster-ip", "headless", "node-port", "load-balancer"])
def test_internal_traffic_goes_everywhere(dry_cluster: Cluster, manifest: str, policy: str) -> None:
    """internalTrafficPolicy is Cluster where nothing else is said."""
    service = dry_cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": policy})

    expect(service, "spec.internalTrafficPolicy").equals("Cluster")


@requirement("SVC-DEF-002")
def test_external_name_has_no_internal_traffic(dry_cluster: Cluster) -> None:
    """An ExternalName has no internalTrafficPolicy, for nothing is routed."""
    service = dry_cluster.create("services/external-name.yaml")

    expect(service, "spec.internalTrafficPolicy").is_absent()


@requirement("SVC-DEF-002")
@pytest.mark.parametrize(
    ("manifest", "owed"),
    [("cluster-ip", "Cluster"), ("headless", "Cluster"), ("external-name", ABSENT)],
    ids=["cluster-ip", "headless", "external-name"],
)
def test_stored_internal_traffic_policy(cluster: Cluster, manifest: str, owed: str) -> None:
    """The default of internalTrafficPolicy is stored."""
    service = cluster.get(cluster.create(f"services/{manifest}.yaml"))

    expect(service, "spec.internalTrafficPolicy").equals(owed)


@requirement("SVC-DEF-003")
@any_stack
@pytest.mark.parametrize("manifest", ["node-port", "load-balancer"])
def test_external_traffic_goes_everywhere(dry_cluster: Cluster, manifest: str, policy: str) -> None:
    """externalTrafficPolicy is Cluster on Services that are reached from outside."""
    service = dry_cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": policy})

    expect(service, "spec.externalTrafficPolicy").equals("Cluster")


@requirement("SVC-DEF-003")
@any_stack
def test_cluster_ip_has_no_external_traffic(dry_cluster: Cluster, policy: str) -> None:
    """A ClusterIP Service without external addresses has no externalTrafficPolicy."""
    service = dry_cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": policy})

    expect(service, "spec.externalTrafficPolicy").is_absent()


@requirement("SVC-DEF-003")
@pytest.mark.parametrize(
    ("manifest", "owed"),
    [("cluster-ip", ABSENT), ("node-port", "Cluster"), ("load-balancer", "Cluster")],
    ids=["cluster-ip", "node-port", "load-balancer"],
)
def test_stored_external_traffic_policy(cluster: Cluster, manifest: str, owed: str) -> None:
    """The default of externalTrafficPolicy is stored."""
    created = cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    service = cluster.get(created)

    expect(service, "spec.externalTrafficPolicy").equals(owed)
