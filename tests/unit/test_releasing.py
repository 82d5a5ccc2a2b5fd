"""An address that a Service gave back may be taken for another minute, by a reservation made by mistake."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from dualstack.cluster.api import Api
from dualstack.cluster.cluster import Cluster
from dualstack.cluster.releasing import RELEASED, create_once_free
from dualstack.cluster.transport import Call, Reply
from dualstack.cluster.waiting import Waiting
from dualstack.errors import Nonconformance

TAKEN = 'Service "b" is invalid: spec.clusterIPs[0]: Invalid value: "10.96.0.20": provided IP is already allocated'
OTHER = 'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated'
PINNED = {"spec.clusterIP": "10.96.0.20", "metadata.name": "b"}


class Server:
    """Refuses some creates with these words, then accepts."""

    def __init__(self, refusals: Iterable[str]) -> None:
        self._refusals = iter(refusals)
        self.asked = 0

    def send(self, call: Call) -> Reply:
        """422 or 201."""
        self.asked += 1
        said = next(self._refusals, "")
        body = {"kind": "Status", "message": said} if said else json.loads(call.body or b"")
        return Reply(422 if said else 201, json.dumps(body).encode(), {})

    def stream(self, call: Call) -> Iterator[bytes]:
        """Nothing is watched."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing to close."""


class Time:
    """Passes only while somebody waits."""

    now = 0.0

    def clock(self) -> float:
        """Seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Pass."""
        self.now += seconds


def cluster_of(server: Server) -> tuple[Cluster, Time]:
    """A test's view of it, whose waiting takes no time."""
    time = Time()
    unused: Any = None
    return Cluster(Api(server), unused, "ns", unused, Waiting(clock=time.clock, sleep=time.sleep)), time


def test_taken_is_not_yet() -> None:
    """While the address is said to be taken it is asked for again; the Service that has it goes with the test."""
    cluster, _ = cluster_of(server := Server([TAKEN] * 40))

    made = create_once_free(cluster, "services/cluster-ip.yaml", PINNED)

    assert made["spec.clusterIP"] == "10.96.0.20"
    assert server.asked == 41
    assert cluster.created == ["/api/v1/namespaces/ns/services/b"]


def test_what_is_never_free() -> None:
    """At the bound, which is more than a minute, the last refusal is the finding."""
    cluster, time = cluster_of(Server([TAKEN] * 1000))

    with pytest.raises(Nonconformance, match=r"10\.96\.0\.20, which another Service had") as caught:
        create_once_free(cluster, "services/cluster-ip.yaml", PINNED)

    assert time.now >= RELEASED.seconds > 60
    assert "provided IP is already allocated" in caught.value.finding.observed


def test_another_refusal_is_no_matter_of_time() -> None:
    """Whatever else a server says is told at once."""
    cluster, time = cluster_of(Server([OTHER]))

    with pytest.raises(Nonconformance, match="provided port is already allocated"):
        create_once_free(cluster, "services/cluster-ip.yaml", PINNED)

    assert time.now == 0
