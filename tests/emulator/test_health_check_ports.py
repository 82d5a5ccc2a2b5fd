"""The health check node ports of the emulated cluster: every node counts its own endpoints, over each family."""

from __future__ import annotations

import json

import pytest

from dualstack.emulator.network import health_checks
from dualstack.emulator.network.packet import Packet
from dualstack.families import Family, family_of
from tests.emulator.api import SERVICES, Api
from tests.emulator.test_endpoint_controllers import service
from tests.emulator.test_load_balancers import NETEXEC
from tests.emulator.test_machines import PODS, cluster, pod

WORKER, OTHER = "emulated-worker", "emulated-worker2"


def told(api: Api, node: str, family: Family) -> tuple[int, int] | None:
    """Code and number of endpoints that a node tells over a family."""
    server = api.cluster.server
    addresses = [entry["address"] for entry in api.stored(f"/api/v1/nodes/{node}")["status"]["addresses"][:-1]]
    host = next(address for address in addresses if family_of(address) is family)
    client = server.store.get("pods", "default", "one")
    assert client is not None
    port = api.stored(f"{SERVICES}/svc")["spec"]["healthCheckNodePort"]
    said = health_checks.answer(server.store, Packet(client, host, port, "TCP"))
    return said and (said[0], json.loads(said[1])["localEndpoints"])


def local(policy: str) -> Api:
    """A cluster with a backend on one node, behind a load balancer that sends to nodes with backends only."""
    api = cluster()
    api("POST", PODS, pod(nodeName=WORKER, containers=NETEXEC))
    api("POST", SERVICES, service(type="LoadBalancer", externalTrafficPolicy="Local", ipFamilyPolicy=policy))
    return api


@pytest.mark.parametrize("family", list(Family))
def test_nodes_count_their_own(family: Family) -> None:
    """The node with the endpoint says 200 and 1, another one 503 and 0."""
    api = local("PreferDualStack")

    assert (told(api, WORKER, family), told(api, OTHER, family)) == ((200, 1), (503, 0))


def test_a_missing_family_is_not_told_anything() -> None:
    """On node addresses of a family that the Service lacks nobody listens."""
    assert told(local("SingleStack"), WORKER, Family.IPV6) is None


def test_endpoints_that_end_do_not_count() -> None:
    """Once its Pod is told to end, a node has none, though the Pod goes on for a while."""
    api = cluster()
    hook = {"preStop": {"sleep": {"seconds": 30}}}
    api("POST", PODS, pod(nodeName=WORKER, containers=[NETEXEC[0] | {"lifecycle": hook}]))
    api("POST", SERVICES, service(type="LoadBalancer", externalTrafficPolicy="Local"))
    before = told(api, WORKER, Family.IPV4)
    api("DELETE", f"{PODS}/one")

    assert (before, told(api, WORKER, Family.IPV4)) == ((200, 1), (503, 0))
