"""Where the Pods of a testbed are, and whose."""

from __future__ import annotations

import pytest

from dualstack.cluster.api import Api
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.families import Shape
from dualstack.probing import probe
from dualstack.providers.base import Knowledge
from dualstack.providers.emulated import InProcessTransport
from dualstack.settings import Settings
from dualstack.testbed.laying import lay
from dualstack.testbed.plan import POOL, Planned, planned_pods
from dualstack.testbed.pods import TestbedPods

SPACES = {"pod": "bed", "pool": "bed", "host": "hosts"}


def pools(nodes: int, workers: int) -> list[Planned]:
    """The Pods that belong to workers."""
    planned = planned_pods(SPACES, [f"node-{number}" for number in range(nodes)], workers, 0)
    return [pod for pod in planned if pod.role == "pool"]


@pytest.mark.parametrize("workers", range(1, 9))
@pytest.mark.parametrize("nodes", range(1, 6))
def test_each_worker_has_pods_on_different_nodes_and_each_node_has_one(nodes: int, workers: int) -> None:
    """As few as that takes, by names of their own."""
    found = pools(nodes, workers)

    assert len({pod.name for pod in found}) == len(found) == max(POOL * workers, nodes)
    assert len({pod.node for pod in found}) == min(nodes, len(found))
    for worker in range(workers):
        own = [pod.node for pod in found if pod.worker == worker]
        assert len(own) >= POOL
        assert len({*own[:POOL]}) == min(POOL, nodes)


@pytest.mark.parametrize("worker", range(2))
def test_each_pod_has_a_neighbour_on_its_node(worker: int) -> None:
    """The worker's own where it has one there, else another's."""
    api = Api(InProcessTransport(EmulatedCluster(Shape.DUAL_V4, nodes=3)))
    facts = probe(api, Knowledge(), Settings())
    pods = TestbedPods(lay(api, "run", image="agnhost", pull_secret="", facts=facts, sample=3, workers=2), worker)
    pods.wait(api)
    own = {pod.node: pod.name for pod in pods.pods("pool")}

    neighbours = pods.neighbours()

    assert len(own) == POOL < len(neighbours)
    assert [pod.node for pod in neighbours] == [pod.node for pod in pods.pods()]
    assert {pod.node: pod.name for pod in neighbours if pod.node in own} == own
    assert {pod.planned.role for pod in neighbours} == {"pool"}
