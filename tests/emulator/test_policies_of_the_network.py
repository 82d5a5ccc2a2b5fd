"""NetworkPolicy in the emulated network: what passes, in each family and direction."""

from __future__ import annotations

from typing import Any

import pytest

from dualstack.emulator.network import policies
from dualstack.emulator.network.policies import Connection
from dualstack.emulator.strategy import Obj

FAMILIES = [0, 1]
"""Which of the two addresses of a Pod."""


def pod(name: str, *addresses: str, node: str = "a", host: bool = False, namespace: str = "one") -> Obj:
    """A Pod with a named port."""
    port = {"name": "web", "containerPort": 8080}
    return {
        "metadata": {"name": name, "namespace": namespace, "uid": name, "labels": {"app": name}},
        "spec": {"nodeName": node, "hostNetwork": host, "containers": [{"ports": [port]}]},
        "status": {"podIPs": [{"ip": address} for address in addresses]},
    }


SERVER = pod("server", "10.0.0.1", "fd00::1")
CLIENT = pod("client", "10.0.0.2", "fd00::2")
OTHER = pod("other", "10.0.0.3", "fd00::3", namespace="two")
NODE = pod("node", "192.0.2.1", "2001:db8::1", host=True)
FAR_NODE = pod("far-node", "192.0.2.2", "2001:db8::2", node="b", host=True)


class World:
    """Three Pods in two namespaces."""

    def get(self, plural: str, namespace: str, name: str) -> Obj | None:
        """A namespace, labelled with its name."""
        return {"metadata": {"name": name, "labels": {"name": name}}}

    def list(self, plural: str, namespace: str = "") -> list[Obj]:
        """The Pods."""
        return [SERVER, CLIENT, OTHER]


def passes(policy: dict[str, Any], client: Obj, family: int, port: int = 8080, protocol: str = "TCP") -> bool:
    """Whether a client gets to the server under a policy of the server's namespace."""
    source, address = (each["status"]["podIPs"][family]["ip"] for each in (client, SERVER))
    found = {"metadata": {"name": "p", "namespace": "one", "uid": "p"}, "spec": {"podSelector": {}} | policy}
    connection = Connection(client, SERVER, source, address, port, protocol)
    return policies.permits(World(), [found], connection)


@pytest.mark.parametrize("family", FAMILIES)
def test_isolation_lets_only_the_own_node_in(family: int) -> None:
    """Under an empty ingress policy neither Pods nor other nodes get in; the node that the Pod is on does."""
    deny = {"policyTypes": ["Ingress"]}

    assert [passes(deny, client, family) for client in (CLIENT, OTHER, FAR_NODE, NODE, SERVER)] == [
        False, False, False, True, True
    ]  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_egress_binds_pods_of_its_namespace(family: int) -> None:
    """Under an empty egress policy Pods of the namespace reach nothing; others are free, and so are nodes."""
    deny = {"policyTypes": ["Egress"]}

    assert [passes(deny, client, family) for client in (CLIENT, OTHER, FAR_NODE)] == [False, True, True]


@pytest.mark.parametrize("family", FAMILIES)
def test_peers_are_let_in_over_both_families(family: int) -> None:
    """A selector stands for every address of its Pods, in its own namespace unless others are selected."""
    by_pod = {"ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "client"}}}]}]}
    by_namespace = {"ingress": [{"from": [{"namespaceSelector": {"matchLabels": {"name": "two"}}}]}]}

    assert [passes(by_pod, client, family) for client in (CLIENT, OTHER)] == [True, False]
    assert [passes(by_namespace, client, family) for client in (CLIENT, OTHER)] == [False, True]


def test_blocks_hold_in_their_own_family() -> None:
    """A block of everything in one family lets nothing of the other one in; an exception is left out."""
    everything = {"ingress": [{"from": [{"ipBlock": {"cidr": "::/0", "except": ["fd00::3/128"]}}]}]}

    assert [passes(everything, client, family) for client in (CLIENT, OTHER) for family in FAMILIES] == [
        False, True, False, False
    ]  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("port", "allowed"),
    [
        ({"port": 8080}, True),
        ({"port": "web"}, True),
        ({"port": 8000, "endPort": 8100}, True),
        ({"port": 8081}, False),
        ({"port": "other"}, False),
        ({"protocol": "UDP"}, False),
        ({"protocol": "TCP"}, True),
    ],
)
def test_ports_by_number_name_and_range(port: dict[str, Any], allowed: bool, family: int) -> None:
    """A port is met by its number, its name in the Pod, or a range, and only in its protocol."""
    assert passes({"ingress": [{"ports": [port]}]}, CLIENT, family) is allowed
