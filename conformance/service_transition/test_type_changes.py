"""A Service changes its type: its addresses stay, node ports come and go with the types that have them."""

from collections.abc import Callable
from typing import Any

import pytest

from dualstack.testing import Cluster, Family, Resource, expect, expect_ip_fields, ip_fields, requirement

NO_CONTROLLER = {"loadBalancerClass": "conformance.test/none"}
TYPES: dict[str, dict[str, Any]] = {
    "ClusterIP": {"type": "ClusterIP"},
    "NodePort": {"type": "NodePort"},
    "LoadBalancer": {"type": "LoadBalancer", **NO_CONTROLLER},
}
MANIFESTS = {"ClusterIP": "cluster-ip", "NodePort": "node-port", "LoadBalancer": "load-balancer"}


def allocated(after: Resource, before: Resource) -> None:
    """Judge that the Service got a node port."""
    expect(after, "spec.ports[0].nodePort").satisfies(
        lambda port: isinstance(port, int) and 0 < port < 65536, "a port number"
    )


def kept(after: Resource, before: Resource) -> None:
    """Judge that the node port is the one it was."""
    allocated(before, before)
    expect(after, "spec.ports[0].nodePort").equals(before["spec.ports[0].nodePort"])


def released(after: Resource, before: Resource) -> None:
    """Judge that there is no node port any more."""
    allocated(before, before)
    expect(after, "spec.ports[0].nodePort").is_absent()


def own_families(cluster: Cluster, policy: str) -> list[Family]:
    """Families that no default would give: all of them in reverse, or the last one alone."""
    return cluster.families[-1:] if policy == "SingleStack" else cluster.families[::-1]


Fate = Callable[[Resource, Resource], None]
PAIRS: list[tuple[str, str, Fate]] = [
    ("ClusterIP", "NodePort", allocated),
    ("ClusterIP", "LoadBalancer", allocated),
    ("NodePort", "LoadBalancer", kept),
    ("LoadBalancer", "NodePort", kept),
    ("NodePort", "ClusterIP", released),
    ("LoadBalancer", "ClusterIP", released),
]


@requirement("SVC-TR-016")
@pytest.mark.parametrize("policy", ["SingleStack", "PreferDualStack"])
@pytest.mark.parametrize(
    ("first", "second", "expect_node_port"), PAIRS, ids=[f"{first} to {second}" for first, second, _ in PAIRS]
)
def test_type_change_keeps_the_ip_fields(
    cluster: Cluster, first: str, second: str, expect_node_port: Fate, policy: str
) -> None:
    """Policy, families and addresses outlive a change of type; the node port does as the types say."""
    changes = {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": own_families(cluster, policy)}
    before = cluster.create(f"services/{MANIFESTS[first]}.yaml", changes)

    after = cluster.patch(before, {"spec": TYPES[second]})

    expect(after, "spec.type").equals(second)
    expect_ip_fields(after).equals(ip_fields(before))
    expect_node_port(after, before)
    expect_ip_fields(cluster.get(after)).equals(ip_fields(before))


@requirement("SVC-TR-017")
@pytest.mark.parametrize("role", ["primary", "secondary"])
@pytest.mark.parametrize("type", ["NodePort", "LoadBalancer"])
def test_type_change_and_upgrade_together(cluster: Cluster, type: str, role: str) -> None:
    """One request can change the type and add the second family."""
    family = cluster.family(role)
    before = cluster.create(
        "services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "SingleStack", "spec.ipFamilies": [family]}
    )

    after = cluster.patch(before, {"spec": {**TYPES[type], "ipFamilyPolicy": "RequireDualStack"}})

    expect(after, "spec.type").equals(type)
    expect(after, "spec.ipFamilyPolicy").equals("RequireDualStack")
    expect(after, "spec.ipFamilies").equals([family, family.other])
    expect(after, "spec.clusterIPs").has_families([family, family.other])
    expect(after, "spec.clusterIPs[0]").equals(before["spec.clusterIP"])
    allocated(after, before)


PORT_FIELDS = {
    "NodePort": ("node-port", {}, ["spec.ports[0].nodePort"]),
    "LoadBalancer with Local policy": (
        "load-balancer",
        {"spec.externalTrafficPolicy": "Local"},
        ["spec.ports[0].nodePort", "spec.healthCheckNodePort"],
    ),
}


def ports(service: Resource, fields: list[str]) -> dict[str, Any]:
    """These port fields of a Service; each must be there."""
    for field in fields:
        expect(service, field).is_present()
    return {field: service[field] for field in fields}


@requirement("SVC-TR-026")
@pytest.mark.parametrize(("manifest", "changes", "fields"), PORT_FIELDS.values(), ids=PORT_FIELDS)
def test_ports_survive_upgrade_and_downgrade(
    cluster: Cluster, manifest: str, changes: dict[str, Any], fields: list[str]
) -> None:
    """Node ports are one for both families: they stay when a family comes or goes."""
    before = cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": "SingleStack", **changes})

    up = cluster.patch(before, {"spec": {"ipFamilyPolicy": "RequireDualStack"}})
    down = cluster.patch(before, {"spec": {"ipFamilyPolicy": "SingleStack"}})

    expect(up, "spec.ipFamilies").equals(cluster.families)
    expect(down, "spec.ipFamilies").equals([cluster.primary])
    expect(up, "spec").satisfies(lambda _: ports(up, fields) == ports(before, fields), f"{ports(before, fields)}")
    expect(down, "spec").satisfies(lambda _: ports(down, fields) == ports(before, fields), f"{ports(before, fields)}")
