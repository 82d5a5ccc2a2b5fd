"""The emulated network and DNS over the recorded objects of real clusters answer what the real ones answered."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dualstack.emulator.dns import answering
from dualstack.emulator.network import routing
from dualstack.emulator.network.memory import Memory
from dualstack.emulator.network.packet import Delivered, Packet
from dualstack.emulator.strategy import Obj
from dualstack.families import family_of
from tests.emulator.reference import FOLDER

RECORDINGS = ["cluster_dual-v4_iptables.json", "cluster_ipv6_iptables.json"]
PORTS = {("pod", "TCP"): 8080, ("pod", "UDP"): 8081, ("host", "TCP"): 8083, ("host", "UDP"): 8084}


class Recorded:
    """What was stored in a recorded cluster, as the emulated network looks at it."""

    def __init__(self, name: str) -> None:
        path = FOLDER / name
        if not path.exists():
            pytest.skip(f"the recorded answers are not at hand: no {path}")
        self.data: dict[str, Any] = json.loads(path.read_text())
        self.memory = Memory(lambda: 0.0)
        slices = [piece for key, value in self.data.items() if key.startswith("endpointslices ") for piece in value]
        services = [value for key, value in self.data.items() if key.startswith("service ") and "spec" in value]
        for number, service in enumerate(services):
            service["metadata"].setdefault("uid", str(number))
        self._stored: dict[str, list[Obj]] = {
            "nodes": [self._node(node) for node in self.data["nodes"]],
            "pods": [self._pod(pod) for pod in self.data["pods"]],
            "services": services,
            "endpointslices": slices,
            "namespaces": [{"metadata": {"name": "reference-bed"}}],
        }

    @staticmethod
    def _node(node: Obj) -> Obj:
        return {
            "metadata": {"name": node["name"]},
            "spec": node.get("spec") or {},
            "status": {"addresses": node["addresses"]},
        }

    @staticmethod
    def _pod(pod: Obj) -> Obj:
        kind = pod["name"].partition("-")[0]
        args = ["netexec", f"--http-port={PORTS[kind, 'TCP']}", f"--udp-port={PORTS[kind, 'UDP']}"]
        ready = {"type": "PodReadyToStartContainers", "status": "True"}
        return {
            "metadata": {"name": pod["name"], "namespace": "reference-bed", "uid": pod["name"]},
            "spec": {
                "nodeName": pod["node"],
                "hostNetwork": bool(pod.get("hostNetwork")),
                "containers": [{"name": "c", "image": "agnhost", "args": args}],
            },
            "status": pod["status"] | {"conditions": [ready]},
        }

    def get(self, plural: str, namespace: str, name: str) -> Obj | None:
        """One object."""
        return next((obj for obj in self.list(plural, namespace) if obj["metadata"]["name"] == name), None)

    def list(self, plural: str, namespace: str = "") -> list[Obj]:
        """All objects of a kind."""
        found = self._stored.get(plural, [])
        return [obj for obj in found if not namespace or obj["metadata"].get("namespace") == namespace]


def asked(recorded: Recorded, probe: str) -> Packet:
    """The packet of a recorded probe, which its key describes."""
    client, _, rest = probe.partition(" -> ")
    origin = recorded.get("pods", "reference-bed", client)
    assert origin is not None
    words = rest.split()
    protocol = "UDP" if "udp" in words else "TCP"
    if words[0] == "service":
        return Packet(origin, words[2], 81 if "closed" in words else 90 if protocol == "UDP" else 80, protocol)
    if words[0].startswith("nodeport"):
        host, _, port = words[2].rpartition(":")
        return Packet(origin, host, int(port), protocol)
    return Packet(origin, words[1], PORTS[words[0].partition("-")[0], protocol], protocol)


def is_lost_on_its_way_back(probe: str) -> bool:
    """Whether a datagram went to a wildcard server of a node, which may answer from another address."""
    return "udp" in probe and ("-> host" in probe or "hostnet" in probe)


def names(recorded: Recorded) -> set[str]:
    """The names with which Pods answer."""
    return {pod["name"] for pod in recorded.data["pods"]} | {node["name"] for node in recorded.data["nodes"]}


def identity(end: Delivered) -> str:
    """What the netexec that got a packet calls itself."""
    return str(end.pod["spec"]["nodeName"] if end.pod["spec"]["hostNetwork"] else end.pod["metadata"]["name"])


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_recorded_probe_ends_the_same_way(name: str) -> None:
    """Who was answered is answered, by a server that answered; who was not is not."""
    recorded = Recorded(name)
    wrong = {}
    for probe, answer in recorded.data["traffic"].items():
        if is_lost_on_its_way_back(probe):
            continue
        said = json.loads(answer.get("body") or "{}").get("responses") or []
        packet = asked(recorded, probe)
        ends = [routing.route(recorded, recorded.memory, packet) for _ in range(30)]
        reached = {identity(end) for end in ends if isinstance(end, Delivered)}
        all_or_none = all(isinstance(end, Delivered) for end in ends) == bool(said) == bool(reached)
        named = {entry for entry in said if entry in names(recorded)}
        # Where clients are kept, which of the two Pods it is was chance.
        same = len(reached) == 1 if "affinity" in probe else named <= reached
        if not all_or_none or not same:
            wrong[probe] = (said, ends[0])

    assert len(recorded.data["traffic"]) > 40
    assert wrong == {}


@pytest.mark.parametrize("name", RECORDINGS)
def test_pods_are_seen_with_their_own_address_where_they_were(name: str) -> None:
    """Where a Pod asked another Pod, or itself directly, the server saw the address that the emulated one sees."""
    recorded = Recorded(name)
    wrong = {}
    for probe, answer in recorded.data["traffic"].items():
        if re.match(r"pod-\d -> pod-\d .* clientip", probe):
            packet = asked(recorded, probe)
            end = routing.route(recorded, recorded.memory, packet)
            [seen] = json.loads(answer["body"])["responses"]
            if not isinstance(end, Delivered) or seen.rpartition(":")[0].strip("[]") != end.source:
                wrong[probe] = (seen, end)

    assert wrong == {}


def is_cut(body: str) -> bool:
    """Whether a recording was too long."""
    return not body.strip().endswith("}")


def output_of(body: str) -> str:
    """What a command printed; long recordings are cut."""
    whole = body.rstrip("\\") + '"}' if is_cut(body) else body
    return str(json.loads(whole)["output"])


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_recorded_question_is_answered_the_same_way(name: str) -> None:
    """The same code, the same addresses, the same ports and targets, as many records in each section."""
    recorded = Recorded(name)
    wrong = {}
    for question, answer in recorded.data["dns"].items():
        if "body" not in answer:
            continue
        output = output_of(answer["body"])
        host, kind = question.split()
        reply = answering.answer(recorded, recorded.memory, f"{host}.reference-bed.svc.cluster.local", kind)
        counts = [int(number) for number in re.findall(r"(?:ANSWER|AUTHORITY|ADDITIONAL): (\d+)", output)]
        told = {tuple(line.split()[-1:]) for line in output.splitlines() if f"IN {kind}" in line.replace("\t", " ")}
        ours = {tuple(record.data.split()[-1:]) for record in reply.answers}
        same = f"status: {reply.code}," in output
        same = same and counts == [len(reply.answers), len(reply.authority), len(reply.additional) + 1]
        if not same or not (told == ours or is_cut(answer["body"])):
            wrong[question] = (output, reply)

    assert wrong == {}


def test_the_recorded_families_are_those_of_the_names() -> None:
    """The recordings cover both families."""
    recorded = Recorded(RECORDINGS[0])

    assert {family_of(asked(recorded, probe).host) for probe in recorded.data["traffic"]} == {"IPv4", "IPv6"}
