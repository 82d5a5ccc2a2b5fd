"""The API of Service ranges is there, and the range of the cluster itself is in use."""

from typing import Any

import pytest

from dualstack.testing import Cluster, Resource, expect, expect_value, requirement

GROUP = "/apis/networking.k8s.io/v1"


def served(cluster: Cluster) -> dict[str, Any]:
    """What the group serves: resource name to whether it is namespaced."""
    return {resource["name"]: resource["namespaced"] for resource in cluster.api.get(GROUP).body["resources"]}


@requirement("CIDR-001")
@pytest.mark.parametrize("resource", ["servicecidrs", "servicecidrs/status", "ipaddresses"])
def test_resource_is_served(dry_cluster: Cluster, resource: str) -> None:
    """The group lists the resource, as one of the cluster and not of a namespace."""
    resources = served(dry_cluster)

    expect_value(resources.get(resource), subject=GROUP, field=f"{resource} namespaced").equals(False)


@requirement("CIDR-001")
@pytest.mark.parametrize("resource", ["servicecidrs", "ipaddresses"])
def test_collection_answers(dry_cluster: Cluster, resource: str) -> None:
    """What is listed can be asked for."""
    answer = dry_cluster.try_get(f"{GROUP}/{resource}")

    expect(answer).is_accepted(200)


def conditions(service_cidr: Resource) -> dict[str, str]:
    """The status of each condition by its type."""
    found = service_cidr["status.conditions"] or []
    return {condition["type"]: condition["status"] for condition in found}


@requirement("CIDR-002")
def test_default_range_is_ready(dry_cluster: Cluster) -> None:
    """The ServiceCIDR ``kubernetes`` is Ready and holds a range of the primary family first."""
    default = dry_cluster.get(f"{GROUP}/servicecidrs/kubernetes")

    ready = expect_value(conditions(default), subject=str(default), field="status.conditions", answer=default.answer)

    ready.satisfies(lambda found: found.get("Ready") == "True", "Ready True")
    expect(default, "spec.cidrs").is_present()
