"""The testbed that is made by hand, on an emulated cluster without nodes: what is sent, and what it looks like."""

from __future__ import annotations

import pytest

from dualstack.cluster.api import Api
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.errors import InfrastructureProblem
from dualstack.families import Family, Shape, family_of
from dualstack.probing import probe
from dualstack.providers.base import Knowledge
from dualstack.providers.emulated import InProcessTransport
from dualstack.settings import Settings
from dualstack.testbed.handmade import lay_by_hand, running
from dualstack.testbed.plan import Plan
from dualstack.testbed.pods import TestbedPods


def _laid(shape: Shape) -> tuple[Api, Plan]:
    api = Api(InProcessTransport(EmulatedCluster(shape, nodes=0)))
    facts = probe(api, Knowledge(), Settings())
    return api, lay_by_hand(api, "run", image="agnhost", facts=facts, workers=2)


@pytest.mark.parametrize("shape", list(Shape))
def test_pods_have_both_families_whatever_services_have(shape: Shape) -> None:
    """Every Pod is up at once, with an address of each family, the primary one of Services first, and no other's."""
    api, plan = _laid(shape)
    pods = TestbedPods(plan)
    pods.wait(api)

    shown = [pod for role in ("pod", "pool") for pod in pods.pods(role)]
    assert {tuple(map(family_of, pod.addresses)) for pod in shown} == {
        (shape.primary, *(family for family in Family if family is not shape.primary))
    }
    every = [address for pod in shown for address in pod.addresses]
    assert len(set(every)) == len(every)


def test_host_pods_have_the_addresses_of_their_node() -> None:
    """What a kubelet writes for Pods in the network of their node."""
    api, plan = _laid(Shape.DUAL_V6)
    pods = TestbedPods(plan)
    pods.wait(api)

    for pod in pods.pods("host"):
        addresses = api.get(f"/api/v1/nodes/{pod.node}").body["status"]["addresses"]
        assert pod.addresses == pod.host_addresses
        assert pod.addresses == [entry["address"] for entry in addresses if entry["type"] == "InternalIP"]


def test_old_servers_get_no_host_addresses() -> None:
    """``hostIPs`` is sent from the version on that keeps it."""
    assert "hostIPs" not in running(["192.0.2.1"], ["198.51.100.1"], (1, 28))
    assert running(["192.0.2.1"], ["198.51.100.1"], (1, 29))["hostIPs"] == [{"ip": "192.0.2.1"}]


def test_a_refusal_is_told() -> None:
    """The same run id twice: the namespace is there already."""
    api, _ = _laid(Shape.IPV4)
    with pytest.raises(InfrastructureProblem, match="cannot make the namespace dualstack-run-bed"):
        lay_by_hand(api, "run", image="agnhost", facts=probe(api, Knowledge(), Settings()), workers=1)
