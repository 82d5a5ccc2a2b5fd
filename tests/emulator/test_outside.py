"""The host outside the emulated cluster: whom it answers, and whom it takes for the client."""

from __future__ import annotations

import pytest

from dualstack.emulator.network import outside, routing
from dualstack.emulator.network.memory import Memory
from dualstack.emulator.network.packet import TCP, Delivered, Loss, Packet
from dualstack.emulator.strategy import Obj
from dualstack.families import Family

NODE: Obj = {
    "metadata": {"name": "a"},
    "status": {
        "addresses": [
            {"type": "InternalIP", "address": "172.18.0.2"},
            {"type": "InternalIP", "address": "fc00:f853:ccd:e793::2"},
        ]
    },
}
LONELY: Obj = {"metadata": {"name": "b"}, "status": {"addresses": [{"type": "InternalIP", "address": "172.18.0.3"}]}}


class World:
    """Two nodes, of which one has no IPv6, and nothing else."""

    def get(self, plural: str, namespace: str, name: str) -> Obj | None:
        """A node."""
        return {"a": NODE, "b": LONELY}.get(name)

    def list(self, plural: str, namespace: str = "") -> list[Obj]:
        """The nodes."""
        return [NODE, LONELY] if plural == "nodes" else []


def client(node: str, *addresses: str, host: bool = False) -> Obj:
    """A Pod on a node."""
    status = {"podIPs": [{"ip": address} for address in addresses]}
    return {"metadata": {"name": "c", "uid": "c"}, "spec": {"nodeName": node, "hostNetwork": host}, "status": status}


def asked(pod: Obj, family: Family, port: int = 8080) -> Delivered | Loss:
    """What becomes of a packet to the host."""
    packet = Packet(pod, outside.ADDRESSES[family], port, TCP)
    return routing.route(World(), Memory(lambda: 0.0), packet)


@pytest.mark.parametrize(("family", "number"), [(Family.IPV4, 0), (Family.IPV6, 1)])
def test_pods_are_seen_as_their_node(family: Family, number: int) -> None:
    """A Pod is seen with the address of its node, and so is the node."""
    address = NODE["status"]["addresses"][number]["address"]
    pod = client("a", "10.244.0.5", "fd00:10:244::5")
    node = client("a", *(entry["address"] for entry in NODE["status"]["addresses"]), host=True)

    assert [end.source for end in (asked(pod, family), asked(node, family)) if isinstance(end, Delivered)] == [
        address, address
    ]  # fmt: skip


def test_ways_that_lead_nowhere() -> None:
    """A family that the node lacks leads nowhere, and a port where nobody listens refuses."""
    pod = client("b", "10.244.1.5", "fd00:10:244:1::5")

    assert asked(pod, Family.IPV6) is Loss.UNREACHABLE
    assert asked(pod, Family.IPV4, 81) is Loss.REFUSED


def test_there_is_no_way_back_to_pods() -> None:
    """The host answers nodes, and nobody of the ranges of Pods."""
    assert outside.is_answerable("172.18.0.2")
    assert not outside.is_answerable("10.244.0.5")
    assert not outside.is_answerable("fd00:10:244::5")


def test_targets_are_written_as_in_a_url() -> None:
    """Address and port, IPv6 in brackets."""
    assert outside.targets(tuple(Family)) == ("172.18.0.1:8080", "[fc00:f853:ccd:e793::1]:8080")
