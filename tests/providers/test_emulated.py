"""The emulated provider: a child process, any shape, and twins that are restarted with another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dualstack.cluster.answer import at
from dualstack.cluster.api import Api
from dualstack.cluster.connection import KubernetesTransport
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.errors import InfrastructureProblem, ProviderProblem
from dualstack.families import Shape
from dualstack.probing import probe
from dualstack.providers.base import Connection
from dualstack.providers.choice import provider_for
from dualstack.providers.emulated import EmulatedProvider, InProcessTransport
from dualstack.settings import Settings

SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "both"},
    "spec": {"ipFamilyPolicy": "RequireDualStack", "ports": [{"port": 80}]},
}


@pytest.fixture
def provider() -> Iterator[EmulatedProvider]:
    """One that plays an older IPv6-primary cluster, stopped whatever happens."""
    provider = EmulatedProvider(Settings(shape=Shape.DUAL_V6, kubernetes_version=(1, 33)))
    yield provider
    provider.stop()


def _api(connection: Connection) -> Api:
    return Api(KubernetesTransport(connection))


def test_start_probe_convert_stop(provider: EmulatedProvider) -> None:
    """What is asked for is what is probed; stored Services survive a twin's restart; nothing is left."""
    connection = provider.start()
    facts = probe(_api(connection), provider.knowledge(), Settings(shape=Shape.DUAL_V6))
    twin = provider.convertible(Shape.DUAL_V4)
    assert twin is not None
    other = _api(twin.connection)
    made = other.request("POST", "/api/v1/namespaces/default/services", SERVICE)
    twin.restart(Shape.IPV4)
    kept = other.get("/api/v1/namespaces/default/services/both")
    refused = other.request("POST", "/api/v1/namespaces/default/services", SERVICE, query={"dryRun": "All"})
    provider.stop()
    provider.stop()

    assert (facts.shape, facts.version, facts.claims_contradicted) == (Shape.DUAL_V6, (1, 33), ())
    assert at(kept.body, "spec.clusterIPs") == at(made.body, "spec.clusterIPs")
    assert refused.status in (409, 422)
    assert not Path(connection.kubeconfig).parent.exists()
    assert not Path(twin.connection.kubeconfig).parent.exists()


def test_rbac_is_passed_on() -> None:
    """The switch reaches the child."""
    provider = EmulatedProvider(Settings(rbac=True))
    try:
        answer = _api(provider.start()).get("/apis/rbac.authorization.k8s.io/v1/clusterroles")
    finally:
        provider.stop()
    assert answer.accepted


def test_a_child_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last words are in the message, and its folder is gone."""
    provider = EmulatedProvider(Settings(kubernetes_version=(1, 36)))
    monkeypatch.setattr("dualstack.providers.emulated.sys.executable", "/bin/false")
    with pytest.raises(ProviderProblem, match="emulated-cluster ended with exit code 1"):
        provider.start()
    provider.stop()


def test_in_process_watch() -> None:
    """The proof's transport streams too, and refuses what the cluster refuses."""
    transport = InProcessTransport(EmulatedCluster(Shape.IPV6))
    event = next(Api(transport).events("/api/v1/services", seconds=1))
    assert (event["type"], at(event, "object.metadata.name")) == ("ADDED", "kubernetes")
    with pytest.raises(InfrastructureProblem, match="GET /api/v1/never -> 404"):
        next(Api(transport).events("/api/v1/never"))


def test_choice() -> None:
    """The default settings choose it."""
    assert provider_for(Settings()).name == "emulated"
