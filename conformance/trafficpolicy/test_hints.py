"""Hints that keep traffic near, in the slices of each family."""

from typing import Any

import pytest

from dualstack.testing import Cluster, Family, Slices, Testbed, eventually_slices, requirement, slices_of


def hints(slices: Slices, family: Family) -> dict[str, Any]:
    """The hints of each Pod in the slices of a family, in no particular order."""
    return {
        endpoint.target: {
            kind: sorted(entry["name"] for entry in entries)
            for kind, entries in (endpoint.body.get("hints") or {}).items()
        }
        for endpoint in slices.endpoints(family)
    }


@requirement("TP-010")
def test_hints_agree_between_families(cluster: Cluster, testbed: Testbed) -> None:
    """Where a Service asks for near traffic, the slices of both families give each Pod the same hints."""
    backends = testbed.backends(cluster)
    wish = "PreferSameNode" if cluster.since(1, 34) else "PreferClose"
    service = cluster.create(
        "services/selecting.yaml",
        {
            "metadata.namespace": backends.namespace,
            "spec.selector": backends.selector,
            "spec.ipFamilyPolicy": "PreferDualStack",
            "spec.trafficDistribution": wish,
        },
    )
    eventually_slices(
        cluster,
        service,
        lambda found: all(len(found.addresses(family)) == len(backends.pods) for family in Family),
        "all Pods in both families",
    )
    given = [value for family in Family for value in hints(slices_of(cluster, service), family).values()]
    if not any(given):
        pytest.skip(f"the cluster gives no hints for {wish}")

    eventually_slices(
        cluster,
        service,
        lambda found: (
            hints(found, Family.IPV4) == hints(found, Family.IPV6) and all(hints(found, Family.IPV4).values())
        ),
        "the same hints, some for each Pod",
    )
