"""The families of one Service have nothing to do with each other."""

import pytest

from dualstack.testing import (
    HTTP,
    SAME_FAMILY,
    UDP,
    Cluster,
    Testbed,
    at_cluster_ips,
    requirement,
    routes,
)

UPGRADE = {"spec": {"ipFamilyPolicy": "PreferDualStack"}}
DOWNGRADE = {"spec": {"ipFamilyPolicy": "SingleStack"}}


@requirement("CONN-035")
@pytest.mark.parametrize("protocol", [HTTP, UDP])
def test_traffic_stays_in_its_family(testbed: Testbed, protocol: str) -> None:
    """A server behind a cluster IP is asked by a client of the same family, so at its own address of it."""
    service = testbed.service("everywhere")

    testbed.must_answer(routes(testbed.pods, at_cluster_ips(service, testbed.pods, protocol)), SAME_FAMILY)


@requirement("CONN-027")
@pytest.mark.long
def test_connections_live_through_changes_of_the_other_family(cluster: Cluster, testbed: Testbed) -> None:
    """One connection to the primary address lives through an upgrade, a downgrade and an upgrade again."""
    backends = testbed.backends(cluster)
    placed = {"metadata.namespace": backends.namespace, "spec.selector": backends.selector}
    service = cluster.create("traffic/live.yaml", placed)
    clients = testbed.pods[:1]

    with testbed.one_connection(routes(clients, at_cluster_ips(service, backends.pods))):
        upgraded = cluster.patch(service, UPGRADE)
        testbed.must_answer(routes(clients, at_cluster_ips(upgraded, backends.pods)))
        cluster.patch(service, DOWNGRADE)
        cluster.waiting.pause(3)
        again = cluster.patch(service, UPGRADE)
        testbed.must_answer(routes(clients, at_cluster_ips(again, backends.pods)))
