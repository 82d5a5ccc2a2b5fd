"""Traffic that stays in the zone of the client, in each family."""

import pytest

from dualstack.testing import Cluster, Family, Slices, Testbed, at_cluster_ips, eventually_slices, requirement, routes

ZONE = "topology.kubernetes.io/zone"


def zones(cluster: Cluster, testbed: Testbed) -> dict[str, str]:
    """The zone of each node of the testbed; where there are not two at least, the test does not apply."""
    nodes = {pod.node for pod in testbed.pods}
    labels = {node.name: node["metadata.labels"] or {} for node in cluster.list("nodes") if node.name in nodes}
    found = {name: str(known[ZONE]) for name, known in labels.items() if known.get(ZONE)}
    if len({*found.values()}) < 2 or found.keys() != nodes:
        pytest.skip(f"the nodes are not in two zones at least: {sorted({*found.values()})}")
    return found


def zones_hinted(slices: Slices, family: Family) -> dict[str, list[str]]:
    """By Pod the zones that the slices of a family mean it for."""
    return {
        endpoint.target: [entry["name"] for entry in (endpoint.body.get("hints") or {}).get("forZones") or ()]
        for endpoint in slices.endpoints(family)
    }


@requirement("TP-008")
def test_clients_stay_in_their_zone(cluster: Cluster, testbed: Testbed) -> None:
    """With trafficDistribution PreferClose each cluster IP leads clients to backends of their own zone."""
    zone, service = zones(cluster, testbed), testbed.service("near")
    owed = {pod.name: [zone[pod.node]] for pod in testbed.pods}
    eventually_slices(
        cluster,
        service,
        lambda slices: all(zones_hinted(slices, family) == owed for family in cluster.families),
        f"hints for the own zone of each Pod in every family: {owed}",
    )

    testbed.must_answer([
        route
        for client in [*testbed.pods, *testbed.host_pods]
        for route in routes(
            [client],
            at_cluster_ips(service, [pod for pod in testbed.pods if zone[pod.node] == zone[client.node]]),
        )
    ])  # fmt: skip
