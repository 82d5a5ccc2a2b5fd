"""Facts: probed from an emulated cluster in process, where every answer can be bent."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from dualstack import permissions
from dualstack.capabilities import SERVICECIDRS, TWO_NODES
from dualstack.cluster.api import Api
from dualstack.cluster.facts import Facts
from dualstack.cluster.transport import Call, Reply, Transport
from dualstack.emulator.authentication import User
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.errors import InfrastructureProblem, UsageProblem
from dualstack.families import Shape, family_of
from dualstack.implementation import Claims, Implementation
from dualstack.probing import header, probe
from dualstack.providers.base import Knowledge
from dualstack.providers.emulated import InProcessTransport
from dualstack.settings import ProviderName, Settings

EXISTING = Settings(provider=ProviderName.EXISTING)


class Bent:
    """A transport that answers some requests otherwise."""

    def __init__(self, honest: Transport, bent: dict[tuple[str, str], Reply]) -> None:
        self._honest = honest
        self._bent = bent
        self.asked: list[Call] = []

    def send(self, call: Call) -> Reply:
        """The bent answer, if there is one."""
        self.asked.append(call)
        return self._bent.get((call.method, call.path)) or self._honest.send(call)

    def stream(self, call: Call) -> Iterator[bytes]:
        """Probes never watch."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing to close."""


def _bent(shape: Shape, bent: dict[tuple[str, str], Reply] | None = None, **changes: Any) -> Bent:
    return Bent(InProcessTransport(EmulatedCluster(shape, **changes)), bent or {})


def _probe(transport: Transport, settings: Settings = EXISTING, knowledge: Knowledge | None = None) -> Facts:
    return probe(Api(transport), knowledge or Knowledge(), settings)


@pytest.mark.parametrize("shape", list(Shape))
def test_shape_and_ranges(shape: Shape) -> None:
    """What Services get, the ready ranges with the primary family first, and nothing is left behind."""
    transport = _bent(shape)
    facts = _probe(transport)

    assert (facts.shape, facts.version, facts.claims_contradicted) == (shape, (1, 36), ())
    assert [family_of(cidr) for cidr in facts.ranges] == list(shape.families)
    assert all(call.query.get("dryRun") == "All" for call in transport.asked if call.path.endswith("/services"))
    assert Facts.from_json(facts.to_json()) == facts


def test_contradicted_claim() -> None:
    """A single-stack cluster that was sold as dual-stack."""
    facts = _probe(_bent(Shape.IPV4), dataclasses.replace(EXISTING, shape=Shape.DUAL_V4))
    assert facts.claims_contradicted == ("the cluster was said to be dual-v4, and its Services are ipv4",)
    assert any("CLAIM CONTRADICTED" in line for line in header(facts, Knowledge()))


def test_contradicted_claims_of_the_implementation() -> None:
    """A shape and a capability that the owner claims and the probe does not find are failures, not reasons to skip."""
    owner = Implementation(claims=Claims(Shape.DUAL_V6, (SERVICECIDRS, TWO_NODES)))
    facts = _probe(_bent(Shape.DUAL_V4, nodes=1), dataclasses.replace(EXISTING, implementation=owner))
    assert facts.claims_contradicted == (
        "the implementation file claims shape dual-v6, and the cluster's Services are dual-v4",
        "the implementation file claims two-nodes, and the cluster has it not: 1 ready node",
    )


def test_server_without_servicecidrs() -> None:
    """Before 1.33 the ranges are what the provider knows."""
    facts = _probe(_bent(Shape.DUAL_V6, version=(1, 30)), knowledge=Knowledge(ranges=("fd00::/112", "10.0.0.0/16")))
    assert (facts.version, facts.shape, facts.ranges) == ((1, 30), Shape.DUAL_V6, ("fd00::/112", "10.0.0.0/16"))
    assert "not served" in facts.missing["servicecidrs"]


def test_capabilities_of_a_cluster_of_somebody_else() -> None:
    """What is missing says why."""
    facts = _probe(_bent(Shape.DUAL_V4))
    assert facts.missing["cluster-scope-writes"] == "not asked for: --dualstack-allow cluster-scope-writes"
    assert facts.missing["conversion"] == "an API server that others use is never restarted"
    assert facts.missing["nodes"] == "0 ready nodes"
    assert not set(facts.missing) & set(facts.capabilities)


def test_capabilities_of_an_own_cluster() -> None:
    """Nobody needs protection there, and what the provider knows is not guessed."""
    knowledge = Knowledge(capabilities=("controllers",), missing={"namespace-controller": "because"})
    facts = _probe(_bent(Shape.DUAL_V4), Settings(), knowledge)
    assert {"controllers", "cluster-scope-writes", "conversion"} <= set(facts.capabilities)
    assert facts.missing["namespace-controller"] == "because"


def test_dry_run_has_no_writes() -> None:
    """Neither opt-in counts then."""
    facts = _probe(_bent(Shape.DUAL_V4), dataclasses.replace(EXISTING, dry_run=True))
    assert facts.missing["cluster-scope-writes"] == "a dry run writes nothing"
    assert "create namespaces" not in facts.permissions


def test_shape_when_the_dry_run_is_refused() -> None:
    """Then it is the ranges' word, and the report says so."""
    refused = Reply(422, b'{"kind": "Status", "reason": "Invalid", "message": "no"}')
    facts = _probe(_bent(Shape.DUAL_V6, {("POST", "/api/v1/namespaces/default/services"): refused}))
    assert facts.shape is Shape.DUAL_V6
    assert "the shape is that of the ServiceCIDRs, because POST" in facts.notes[0]


def test_too_old() -> None:
    """Dual-stack Services are judged from 1.23 on."""
    old = Reply(200, b'{"major": "1", "minor": "22+", "gitVersion": "v1.22.17"}')
    with pytest.raises(UsageProblem, match=r"the server is Kubernetes v1.22.17\n  .*1.23 on"):
        _probe(_bent(Shape.IPV4, {("GET", "/version"): old}))


def test_no_default_service() -> None:
    """A server without default/kubernetes cannot be told about."""
    gone = Reply(404, b'{"kind": "Status", "reason": "NotFound", "message": "gone"}')
    with pytest.raises(InfrastructureProblem, match="there is no Service default/kubernetes"):
        _probe(_bent(Shape.IPV4, {("GET", "/api/v1/namespaces/default/services/kubernetes"): gone}))


def test_denied_permissions_are_named_before_anything_is_created() -> None:
    """403 on what is needed names each verb and resource, and the way out."""
    cluster = EmulatedCluster(Shape.DUAL_V4, rbac=True, tokens={"t": User("viewer", ("system:authenticated",))})
    transport = Bent(
        _WithToken(cluster), {("GET", "/api/v1/namespaces/default/services/kubernetes"): Reply(200, b"{}")}
    )
    with pytest.raises(UsageProblem) as caught:
        _probe(transport)
    assert "403: this user may not, in all namespaces: get services, list services" in caught.value.culprit
    assert "create endpointslices.discovery.k8s.io" in caught.value.culprit
    assert "manifests/rbac.yaml" in caught.value.cure
    assert {call.path for call in transport.asked if call.method == "POST"} == {permissions.REVIEWS}


@pytest.mark.parametrize("status", [401, 403])
def test_nobody_at_all(status: int) -> None:
    """A user who is not let in is told so by the first request that needs one."""
    with pytest.raises(UsageProblem, match=f"does not let this user in \\({status}"):
        _probe(_bent(Shape.IPV4, {("POST", permissions.REVIEWS): Reply(status, b"{}")}))


class _WithToken:
    """Adds a token as the real transport does."""

    def __init__(self, cluster: EmulatedCluster) -> None:
        self._inner = InProcessTransport(cluster)

    def send(self, call: Call) -> Reply:
        """Send with the token."""
        return self._inner.send(dataclasses.replace(call, headers={**call.headers, "authorization": "Bearer t"}))

    def stream(self, call: Call) -> Iterator[bytes]:
        """Probes never watch."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing to close."""
