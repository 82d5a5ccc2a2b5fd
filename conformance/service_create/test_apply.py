"""Server-side apply of a manifest that names no address."""

from typing import Any

from dualstack.testing import (
    Cluster,
    Resource,
    expect,
    expect_ip_fields,
    expect_stack,
    expect_value,
    ip_fields,
    requirement,
)

MANAGER = "conformance-applier"
ALLOCATED = {"f:clusterIP", "f:clusterIPs", "f:ipFamilies"}


def owned_fields(service: Resource) -> set[str]:
    """The fields of ``spec`` that the applier owns."""
    entries: list[dict[str, Any]] = service["metadata.managedFields"]
    mine = [entry["fieldsV1"] for entry in entries if entry["manager"] == MANAGER]
    return {field for fields in mine for field in fields.get("f:spec", {})}


@requirement("SVC-CREATE-023")
def test_apply_allocates_once(cluster: Cluster) -> None:
    """The same manifest applied again changes nothing, down to the resource version."""
    body = cluster.body("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})
    first = cluster.apply(body, manager=MANAGER)

    again = cluster.apply(body, manager=MANAGER)

    expect_stack(first, cluster.facts, policy="PreferDualStack", families=cluster.families)
    expect_ip_fields(again).equals(ip_fields(first))
    expect(again, "metadata.resourceVersion").equals(first["metadata.resourceVersion"])


@requirement("SVC-CREATE-023")
def test_applier_does_not_own_what_was_allocated(cluster: Cluster) -> None:
    """The applier owns the policy that it sent, and no field that the server filled in."""
    body = cluster.body("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})
    cluster.apply(body, manager=MANAGER)

    service = cluster.apply(body, manager=MANAGER)

    owned = owned_fields(service)
    expect_value("f:ipFamilyPolicy" in owned, subject=str(service), field="applier owns ipFamilyPolicy").equals(True)
    expect_value(owned & ALLOCATED, subject=str(service), field="allocated fields that the applier owns").equals(set())
