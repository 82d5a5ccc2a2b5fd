"""The transport: credentials, retries by class of failure, and what each failure is called."""

from __future__ import annotations

import socket
from importlib.metadata import version
from pathlib import Path

import pytest

from dualstack.cluster.connection import KubernetesTransport, ServerUnreachable, ServerUntrusted
from dualstack.cluster.transport import Call
from dualstack.errors import InfrastructureProblem, UsageProblem
from dualstack.providers.base import Connection
from tests.providers.scripted_server import CONTEXT, Scripted, ScriptedServer, serving, write_kubeconfig

STATUS = {"kind": "Status", "status": "Failure"}


def _transport(script: ScriptedServer, retry_seconds: float = 2.0) -> KubernetesTransport:
    return KubernetesTransport(script.connection(), retry_seconds=retry_seconds)


def test_reply_is_what_the_server_said(tmp_path: Path) -> None:
    """Status, bytes, lower-case header names; each warning apart and unquoted; the token as the kubeconfig has it."""
    headers = [("Warning", '299 - "first \\"thing\\""'), ("Warning", '299 - "second"'), ("X-Some", "Value")]
    with serving(tmp_path, {"/api": [Scripted(422, {"a": None}, headers)]}) as script:
        reply = _transport(script).send(Call("POST", "/api", {"dryRun": "All"}, {"content-type": "x/y"}, b"{}"))

    assert (reply.status, reply.body) == (422, b'{"a": null}')
    assert reply.warnings == ('first "thing"', "second")
    assert reply.headers["x-some"] == "Value"
    method, path, sent = script.asked[0]
    assert (method, path, sent["content-type"]) == ("POST", "/api?dryRun=All", "x/y")
    assert sent["authorization"] == "Bearer secret-token"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500])
def test_these_are_answers(tmp_path: Path, status: int) -> None:
    """A 4xx is an answer, and a 500 too: a full range says so with one."""
    with serving(tmp_path, {"/api": [Scripted(status, STATUS)]}) as script:
        assert _transport(script).send(Call("GET", "/api")).status == status
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("method", "query", "status"),
    [
        ("GET", {}, 429),
        ("GET", {}, 502),
        ("GET", {}, 503),
        ("GET", {}, 504),
        ("POST", {}, 429),
        ("POST", {}, 503),
        ("POST", {"dryRun": "All"}, 504),
    ],
)
def test_these_pass(tmp_path: Path, method: str, query: dict[str, str], status: int) -> None:
    """Overload and a server that restarts are tried again where that cannot do a thing twice."""
    answers = [Scripted(status, STATUS, [("Retry-After", "0")]), Scripted(200, {})]
    with serving(tmp_path, {"/api": answers}) as script:
        assert _transport(script).send(Call(method, "/api", query)).status == 200
    assert len(script.asked) == 2


def test_a_write_that_may_have_happened_is_not_repeated(tmp_path: Path) -> None:
    """A 504 for a POST may hide a created object: it is the answer."""
    with serving(tmp_path, {"/api": [Scripted(504, STATUS)]}) as script:
        assert _transport(script).send(Call("POST", "/api")).status == 504
    assert len(script.asked) == 1


def test_proxied_answers_are_not_judged(tmp_path: Path) -> None:
    """What a Pod answers through the API server's proxy is its own affair."""
    path = "/api/v1/namespaces/n/pods/p/proxy/x"
    with serving(tmp_path, {path: [Scripted(503, STATUS)]}) as script:
        assert _transport(script).send(Call("GET", path)).status == 503


def test_retry_after_is_honoured_and_bounded(tmp_path: Path) -> None:
    """A server that wants more time than there is ends the wait at once, and is named."""
    with serving(tmp_path, {"/api": [Scripted(429, STATUS, [("Retry-After", "60")])]}) as script:
        transport = _transport(script)
        with pytest.raises(InfrastructureProblem, match=f"GET {script.url}/api -> 429"):
            transport.send(Call("GET", "/api"))
    assert len(script.asked) == 1


def test_a_dropped_read_is_repeated_and_a_dropped_write_is_not(tmp_path: Path) -> None:
    """Nobody knows whether a write happened whose answer never came."""
    with serving(
        tmp_path, {"/read": [Scripted(drop=True), Scripted(200, {})], "/write": [Scripted(drop=True)]}
    ) as script:
        transport = _transport(script)
        assert transport.send(Call("GET", "/read")).status == 200
        with pytest.raises(ServerUnreachable, match=f"PUT {script.url}/write"):
            transport.send(Call("PUT", "/write"))
    assert [path for _, path, _ in script.asked] == ["/read", "/read", "/write"]


def test_refused_connection_names_server_and_cause(tmp_path: Path) -> None:
    """Where nobody listens, the message says which server and why."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = f"http://127.0.0.1:{held.getsockname()[1]}"
        transport = KubernetesTransport(write_kubeconfig(tmp_path, {"server": server}, {}), retry_seconds=0.2)
        with pytest.raises(ServerUnreachable, match=rf"^POST {server}/api: Failed.*refused$"):
            transport.send(Call("POST", "/api"))


def test_no_answer_in_time(tmp_path: Path) -> None:
    """A silent server is given up after the call's own time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = f"http://127.0.0.1:{silent.getsockname()[1]}"
        transport = KubernetesTransport(write_kubeconfig(tmp_path, {"server": server}, {}), retry_seconds=0)
        with pytest.raises(ServerUnreachable, match="no answer in time"):
            transport.send(Call("GET", "/api", timeout=0.1))


def test_tls_is_verified(tmp_path: Path) -> None:
    """Only the CA of the kubeconfig makes a server trusted; switching that off is its own word, and noted."""
    with serving(tmp_path, {"/api": [Scripted(200, {})]}, tls=True) as script:
        trusted = KubernetesTransport(script.connection())
        assert (trusted.send(Call("GET", "/api")).status, trusted.notes) == (200, ())
        stranger = KubernetesTransport(script.connection(certificate_authority=None))
        with pytest.raises(ServerUntrusted, match=f"certificate of {script.url} is not trusted: .*VERIFY_FAILED"):
            stranger.send(Call("GET", "/api"))
        careless = KubernetesTransport(script.connection(certificate_authority=None, insecure_skip_tls_verify=True))
        assert careless.send(Call("GET", "/api")).status == 200
        assert "switches TLS verification off" in careless.notes[0]
    assert all("secret-token" not in note for note in careless.notes)


def test_stream_yields_lines(tmp_path: Path) -> None:
    """A watch is read line by line."""
    with serving(tmp_path, {"/watch": [Scripted(200, b'{"a":1}\n{"b":2}\n{"c"')]}) as script:
        assert list(_transport(script).stream(Call("GET", "/watch"))) == [b'{"a":1}', b'{"b":2}', b'{"c"']


def test_refused_stream(tmp_path: Path) -> None:
    """A watch that is refused is no empty watch."""
    with serving(tmp_path, {"/watch": [Scripted(403, STATUS)]}) as script:
        transport = _transport(script)
        with pytest.raises(InfrastructureProblem, match="-> 403"):
            list(transport.stream(Call("GET", "/watch")))


def test_exec_plugin_gives_the_token(tmp_path: Path) -> None:
    """Logins by a program of the user's work as they do for kubectl."""
    token = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-plugin"}}'
    command = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "/bin/echo",
        "args": [token],
        "interactiveMode": "Never",
    }
    with serving(tmp_path, {"/api": [Scripted(200, {})]}) as script:
        connection = write_kubeconfig(tmp_path, {"server": script.url}, {"exec": command})
        KubernetesTransport(connection).send(Call("GET", "/api"))
    assert script.asked[0][2]["authorization"] == "Bearer from-plugin"


def test_unusable_kubeconfig(tmp_path: Path) -> None:
    """A context that leads nowhere is bad input."""
    file = tmp_path / "config"
    file.write_text('{"contexts": [{"name": "scripted", "context": {"cluster": "gone"}}], "clusters": []}')
    with pytest.raises(UsageProblem, match=r"context 'scripted' of .* cannot be used"):
        KubernetesTransport(Connection(str(file), CONTEXT))


def test_outside_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """In-cluster credentials exist in a Pod only."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(UsageProblem, match="in-cluster account cannot be used"):
        KubernetesTransport(Connection("", ""))


def test_in_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account of the Pod: address from the environment, token and CA from its files."""
    with serving(tmp_path, {"/api": [Scripted(200, {})]}, tls=True) as script:
        assert script.credentials is not None
        (tmp_path / "token").write_text("of-the-pod")
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        monkeypatch.setenv("KUBERNETES_SERVICE_PORT", script.url.rpartition(":")[2])
        places = "kubernetes.config.incluster_config"
        monkeypatch.setattr(f"{places}.SERVICE_TOKEN_FILENAME", str(tmp_path / "token"))
        monkeypatch.setattr(f"{places}.SERVICE_CERT_FILENAME", str(script.credentials.ca))
        assert KubernetesTransport(Connection("", "")).send(Call("GET", "/api")).status == 200
    assert script.asked[0][2]["authorization"].lower() == "bearer of-the-pod"


def test_a_proxy_of_the_environment_is_not_for_loopback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Own clusters are reached whatever the environment says."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(tmp_path, {"/api": [Scripted(200, {})]}) as script:
        assert _transport(script).send(Call("GET", "/api")).status == 200


@pytest.mark.skipif(int(version("kubernetes").partition(".")[0]) < 32, reason="client 31 knows no proxy-url")
def test_a_proxy_of_the_kubeconfig_is_used(tmp_path: Path) -> None:
    """It is the user's own word, for loopback too."""
    with serving(tmp_path, {"/api": [Scripted(200, {})]}) as script:
        proxied = KubernetesTransport(script.connection(proxy_url="http://127.0.0.1:2"), retry_seconds=0)
        with pytest.raises(ServerUnreachable):
            proxied.send(Call("GET", "/api"))
    assert script.asked == []


def test_a_server_that_stays_away_costs_its_patience_once(tmp_path: Path) -> None:
    """After one call that was tried for all its time, the next is tried once, until the server answers again."""
    with serving(tmp_path, {"/api": [Scripted(drop=True)], "/other": [Scripted(200, {})]}) as script:
        transport = _transport(script, retry_seconds=0.5)
        with pytest.raises(ServerUnreachable):
            transport.send(Call("GET", "/api"))
        patient = len(script.asked)
        with pytest.raises(ServerUnreachable):
            transport.send(Call("GET", "/api"))
        once = len(script.asked) - patient
        transport.send(Call("GET", "/other"))
        with pytest.raises(ServerUnreachable):
            transport.send(Call("GET", "/api"))

    assert patient > 1
    assert once == 1
    assert len(script.asked) - patient - once - 1 > 1
