"""Everything that outlives a test by accident can be told from what others made."""

from __future__ import annotations

from typing import Any

from dualstack.cleaning import Selection, left_behind
from dualstack.cluster.api import Api
from dualstack.cluster.cluster import Cluster
from dualstack.cluster.labels import RUN_LABEL
from dualstack.cluster.pool import Pool
from dualstack.cluster.waiting import Waiting
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.families import Shape
from dualstack.probing import probe
from dualstack.providers.base import Knowledge
from dualstack.providers.emulated import InProcessTransport
from dualstack.runspace import make_namespace
from dualstack.settings import Settings
from tests.providers.test_runspace import soon

RANGE: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "ServiceCIDR",
    "metadata": {"name": "extra", "labels": {"mine": "too"}},
    "spec": {"cidrs": ["10.97.0.0/24"]},
}


def test_cluster_scoped_objects_carry_the_run() -> None:
    """They have no namespace to go with, so ``dualstack clean`` finds them by their own label."""
    api = Api(InProcessTransport(EmulatedCluster(Shape.DUAL_V4)))
    facts = probe(api, Knowledge(), Settings())
    cluster = Cluster(api, facts, make_namespace(api, "r1", "w"), Pool("r1"), Waiting())

    made = cluster.create(RANGE)

    assert made["metadata.labels"] == {"mine": "too", RUN_LABEL: "r1"}
    assert "/apis/networking.k8s.io/v1/servicecidrs/extra" in left_behind(api, Selection(soon(), run="r1"))
    assert RANGE["metadata"]["labels"] == {"mine": "too"}
