"""Existing clusters: each kind of bad input has one message with culprit and cure, and nothing is created."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dualstack.errors import UsageProblem
from dualstack.providers.base import Connection
from dualstack.providers.existing import ExistingProvider
from dualstack.settings import ProviderName, Settings
from tests.providers.scripted_server import Scripted, serving, write_kubeconfig

VERSION = {"major": "1", "minor": "33+", "gitVersion": "v1.33.4-eks-1"}


def _provider(connection: Connection) -> ExistingProvider:
    settings = Settings(provider=ProviderName.EXISTING, kubeconfig=connection.kubeconfig, context=connection.context)
    return ExistingProvider(settings)


def _problem(connection: Connection) -> UsageProblem:
    with pytest.raises(UsageProblem) as caught:
        _provider(connection).start()
    return caught.value


def test_a_kubernetes_server_is_taken(tmp_path: Path) -> None:
    """Its version is asked for, once; nothing else is."""
    with serving(tmp_path, {"/version": [Scripted(200, VERSION)]}, tls=True) as script:
        connection = script.connection()
        provider = _provider(connection)
        assert provider.start() == connection
        assert provider.knowledge().description == f"context 'scripted', {script.url}, v1.33.4-eks-1"
        provider.stop()
    assert [(method, path) for method, path, _ in script.asked] == [("GET", "/version")]


@pytest.mark.parametrize(
    ("answer", "culprit", "cure"),
    [
        (Scripted(401, {}), "does not accept the credentials (401", "renew the token"),
        (Scripted(403, {"message": "no!"}), "forbids GET /version (403): no!", "manifests/rbac.yaml"),
        (Scripted(200, {"hello": "world"}), "is not a Kubernetes API server", "correct the server's address"),
        (Scripted(200, b"<html>"), "is not a Kubernetes API server", "correct the server's address"),
        (
            Scripted(404, VERSION),
            "is not a Kubernetes API server (GET /version -> 404)",
            "correct the server's address",
        ),
    ],
)
def test_what_the_server_says_first(tmp_path: Path, answer: Scripted, culprit: str, cure: str) -> None:
    """Login refused, version forbidden, or no Kubernetes at all."""
    with serving(tmp_path, {"/version": [answer]}) as script:
        problem = _problem(script.connection())
    assert culprit in problem.culprit
    assert "context 'scripted'" in problem.culprit
    assert cure in problem.cure
    assert "secret-token" not in str(problem)


def test_untrusted(tmp_path: Path) -> None:
    """A certificate that the kubeconfig's CA did not sign."""
    with serving(tmp_path, {"/version": [Scripted(200, VERSION)]}, tls=True) as script:
        problem = _problem(script.connection(certificate_authority=None))
    assert "is not trusted" in problem.culprit
    assert "certificate-authority-data" in problem.cure


def test_unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens."""
    monkeypatch.setattr("dualstack.providers.existing.REACH_SECONDS", 0.1)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = f"https://127.0.0.1:{held.getsockname()[1]}"
        problem = _problem(write_kubeconfig(tmp_path, {"server": server}, {}))
    assert f"{server} cannot be reached" in problem.culprit
    assert "kubectl" in problem.cure


def test_never_converted() -> None:
    """An API server of somebody else has no twin to convert."""
    from dualstack.families import Shape

    assert _provider(Connection("x", "y")).convertible(Shape.IPV4) is None
