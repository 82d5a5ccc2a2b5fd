"""Every way to write an update leads to the same Service."""

from collections.abc import Callable
from typing import Any

import pytest

from dualstack.testing import Cluster, Resource, expect, requirement

Change = dict[str, Any]
Verb = Callable[[Cluster, Resource, Change], Resource]


def json_patch(cluster: Cluster, service: Resource, change: Change) -> Resource:
    """One operation a field."""
    operations = [{"op": "add", "path": f"/spec/{name}", "value": value} for name, value in change.items()]
    return cluster.patch(service, operations, type="json")


def merge_patch(cluster: Cluster, service: Resource, change: Change) -> Resource:
    """The fields as a partial object."""
    return cluster.patch(service, {"spec": change}, type="merge")


def strategic_merge_patch(cluster: Cluster, service: Resource, change: Change) -> Resource:
    """The fields as a partial object, lists merged as the API's types say."""
    return cluster.patch(service, {"spec": change}, type="strategic")


def server_side_apply(cluster: Cluster, service: Resource, change: Change) -> Resource:
    """The fields as the whole intent of one manager, who takes them over."""
    identity = {"name": service.name, "namespace": service.namespace}
    body = {"apiVersion": "v1", "kind": "Service", "metadata": identity, "spec": change}
    return cluster.apply(body, manager="conformance", force=True)


def put(cluster: Cluster, service: Resource, change: Change) -> Resource:
    """The stored object with the fields in it."""
    return cluster.replace(service, {**service.body, "spec": {**service["spec"], **change}})


VERBS: dict[str, Verb] = {
    "JSON patch": json_patch,
    "JSON merge patch": merge_patch,
    "strategic merge patch": strategic_merge_patch,
    "server-side apply": server_side_apply,
    "PUT": put,
}
through_each_verb = pytest.mark.parametrize("write", VERBS.values(), ids=VERBS)
from_each_family = pytest.mark.parametrize("role", ["primary", "secondary"])


@requirement("SVC-TR-023")
@through_each_verb
@from_each_family
def test_upgrade_through_each_verb(cluster: Cluster, role: str, write: Verb) -> None:
    """An upgrade that names policy, families and both addresses ends with exactly these."""
    family = cluster.family(role)
    before = cluster.create(
        "services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "SingleStack", "spec.ipFamilies": [family]}
    )
    addresses = [before["spec.clusterIP"], cluster.free_address(family.other)]

    change = {"ipFamilyPolicy": "RequireDualStack", "ipFamilies": [family, family.other], "clusterIPs": addresses}
    after = write(cluster, before, change)

    expect(after, "spec.ipFamilyPolicy").equals("RequireDualStack")
    expect(after, "spec.ipFamilies").equals([family, family.other])
    expect(after, "spec.clusterIPs").equals(addresses)
    expect(after, "spec.clusterIP").equals(addresses[0])


@requirement("SVC-TR-023")
@through_each_verb
@from_each_family
def test_downgrade_through_each_verb(cluster: Cluster, role: str, write: Verb) -> None:
    """A downgrade that names policy and shortened lists replaces the lists: nothing is appended."""
    family = cluster.family(role)
    before = cluster.create(
        "services/cluster-ip.yaml",
        {"spec.ipFamilyPolicy": "RequireDualStack", "spec.ipFamilies": [family, family.other]},
    )
    addresses = before["spec.clusterIPs"][:1]

    after = write(cluster, before, {"ipFamilyPolicy": "SingleStack", "ipFamilies": [family], "clusterIPs": addresses})

    expect(after, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(after, "spec.ipFamilies").equals([family])
    expect(after, "spec.clusterIPs").equals(addresses)
    expect(after, "spec.clusterIP").equals(addresses[0])


@requirement("SVC-TR-023")
@through_each_verb
def test_policy_alone_through_each_verb(cluster: Cluster, write: Verb) -> None:
    """An upgrade by the policy alone adds the second family, whichever verb carries it."""
    before = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "SingleStack"})

    after = write(cluster, before, {"ipFamilyPolicy": "PreferDualStack"})

    expect(after, "spec.ipFamilyPolicy").equals("PreferDualStack")
    expect(after, "spec.ipFamilies").equals(cluster.families)
    expect(after, "spec.clusterIPs").has_families(cluster.families)
    expect(after, "spec.clusterIPs[0]").equals(before["spec.clusterIP"])
