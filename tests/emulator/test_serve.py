"""The process: TLS, kubeconfig, clean stops, and the real kubectl."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dualstack

PACKAGE = Path(next(iter(dualstack.__path__))).parent
MANIFEST = """\
apiVersion: v1
kind: Service
metadata: {name: ds, labels: {a: b}}
spec:
  ipFamilyPolicy: PreferDualStack
  selector: {a: b}
  ports: [{name: http, port: 80}, {name: https, port: 443, targetPort: 8443}]
"""


def serve(folder: Path, *options: str) -> subprocess.Popen[str]:
    """A server in a child process, ready."""
    command = [sys.executable, "-m", "dualstack.emulator.serve", "--shape", "dual-v4"]
    command += ["--kubeconfig", str(folder / "kubeconfig"), "--with-parent", str(os.getpid()), *options]
    environment = os.environ | {"PYTHONPATH": str(PACKAGE)}
    child = subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return child


def ready(child: subprocess.Popen[str]) -> str:
    """The line with which a server says that it is ready."""
    assert child.stdout is not None
    return child.stdout.readline()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of a running server."""
    folder = tmp_path_factory.mktemp("served")
    child = serve(folder)
    assert ready(child).startswith("ready: https://127.0.0.1:")
    yield folder / "kubeconfig"
    child.send_signal(signal.SIGTERM)
    assert child.wait(5) == 0


def opened(kubeconfig: Path, path: str) -> Any:
    """What a path answers, the server's certificate verified by the kubeconfig's CA."""
    config = json.loads(kubeconfig.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    request = urllib.request.Request(cluster["server"] + path, headers={"Authorization": f"Bearer {user['token']}"})
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cadata=authority)),
    )
    return opener.open(request, timeout=5)


def test_the_kubeconfig_is_private_and_leads_to_the_cluster(server: Path) -> None:
    """Its context has a fixed name, its CA verifies, its token is taken."""
    assert stat.S_IMODE(server.stat().st_mode) == 0o600
    assert json.loads(server.read_text())["current-context"] == "dualstack-emulated"
    with opened(server, "/api/v1/namespaces/default/services/kubernetes") as answer:
        assert json.load(answer)["spec"]["clusterIP"] == "10.96.0.1"


def test_a_watch_streams_as_changes_happen(server: Path) -> None:
    """Events come line by line, the first ones at once."""
    with opened(server, "/api/v1/namespaces?watch=1&timeoutSeconds=1") as answer:
        first = json.loads(answer.readline())
        began = time.monotonic()
        rest = answer.read()

    assert first["type"] == "ADDED"
    assert rest.count(b"\n") == 3
    assert time.monotonic() - began < 3


def test_a_taken_port_is_one_clear_message(tmp_path: Path) -> None:
    """Exit code 4, and no kubeconfig is written."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        child = serve(tmp_path, "--port", str(port))
        _, problem = child.communicate(timeout=10)

    assert child.returncode == 4
    assert f"port {port}" in problem
    assert not (tmp_path / "kubeconfig").exists()


@pytest.mark.parametrize("wrong", [("--defect", "nonsense"), ("--kubeconfig", "/nowhere/at/all")])
def test_bad_input_is_one_clear_message(tmp_path: Path, wrong: tuple[str, str]) -> None:
    """Exit code 4, the culprit named, no traceback."""
    child = serve(tmp_path, *wrong)
    _, problem = child.communicate(timeout=10)

    assert child.returncode == 4
    assert wrong[1] in problem
    assert "Traceback" not in problem


def test_a_server_dies_with_its_parent(tmp_path: Path) -> None:
    """A parent that was killed leaves no server behind."""
    command = [sys.executable, "-m", "dualstack.emulator.serve", "--shape", "ipv4", "--kubeconfig",
               str(tmp_path / "kubeconfig"), "--with-parent"]  # fmt: skip
    script = f"import os, subprocess, time\nc = subprocess.Popen({command!r} + [str(os.getpid())])\n"
    script += "print(c.pid, flush=True)\ntime.sleep(60)"
    environment = os.environ | {"PYTHONPATH": str(PACKAGE)}
    parent = subprocess.Popen([sys.executable, "-c", script], env=environment, text=True, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert parent.stdout.readline().startswith("ready: ")

    parent.kill()
    parent.wait()

    assert gone_within(5, child)


def gone_within(seconds: float, process: int) -> bool:
    """Whether a process ends in time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


class Kubectl:
    """The real kubectl, against one kubeconfig."""

    def __init__(self, program: str, kubeconfig: Path, home: Path) -> None:
        self._program, self.home = program, home
        self._environment = {"KUBECONFIG": str(kubeconfig), "HOME": str(home), "PATH": os.environ["PATH"]}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command, whatever comes of it."""
        command = [self._program, *words]
        return subprocess.run(command, env=self._environment, text=True, capture_output=True, timeout=20, check=False)

    def __call__(self, *words: str) -> str:
        """What a command says that must succeed."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def kubectl(server: Path, tmp_path_factory: pytest.TempPathFactory) -> Kubectl:
    """The real kubectl, if there is one."""
    program = os.environ.get("KUBECTL") or shutil.which("kubectl")
    if not program:
        pytest.skip("no kubectl on PATH and none named by KUBECTL")
    return Kubectl(program, server, tmp_path_factory.mktemp("home"))


def test_kubectl_lives_with_it(kubectl: Kubectl) -> None:
    """create, get, apply (both kinds), patch, label, annotate, replace, wait, watch, delete."""
    file = kubectl.home / "ds.yaml"
    file.write_text(MANIFEST)
    named = ("svc", "ds")

    assert "created" in kubectl("create", "-f", str(file))
    assert "PORT(S)" in kubectl("get", *named, "-o", "wide")
    assert "ipFamilyPolicy: PreferDualStack" in kubectl("get", *named, "-o", "yaml")
    assert kubectl("get", *named, "-o", "jsonpath={.spec.ipFamilies}") == '["IPv4","IPv6"]'
    kubectl("delete", *named)

    assert "created" in kubectl("apply", "-f", str(file))
    assert "unchanged" in kubectl("apply", "-f", str(file))
    file.write_text(MANIFEST.replace("443", "444"))
    assert "configured" in kubectl("apply", "-f", str(file))
    assert kubectl("get", *named, "-o", "jsonpath={.spec.ports[*].port}") == "80 444"
    kubectl("apply", "--server-side", "--force-conflicts", "-f", str(file))

    patches = {"merge": '{"spec":{"ipFamilyPolicy":"SingleStack"}}',
               "strategic": '{"spec":{"ipFamilyPolicy":"PreferDualStack"}}',
               "json": '[{"op":"replace","path":"/spec/ipFamilyPolicy","value":"RequireDualStack"}]'}  # fmt: skip
    for kind, patch in patches.items():
        assert "patched" in kubectl("patch", *named, "--type", kind, "-p", patch)
    assert "labeled" in kubectl("label", *named, "x=y")
    assert "annotated" in kubectl("annotate", *named, "x=y")
    kubectl("wait", "--for=jsonpath={.spec.ipFamilyPolicy}=RequireDualStack", "svc/ds", "--timeout=5s")
    file.write_text(kubectl("get", *named, "-o", "yaml"))
    assert "replaced" in kubectl("replace", "-f", str(file))
    watched = kubectl.run("get", "svc", "--watch", "--request-timeout=1s").stdout
    assert watched.splitlines()[0].split()[:2] == ["NAME", "TYPE"]
    assert "deleted" in kubectl("delete", *named)


def test_kubectl_makes_and_ends_namespaces(kubectl: Kubectl) -> None:
    """Typed creates travel as protobuf; a delete waits until the namespace is gone."""
    kubectl("create", "namespace", "mine")
    kubectl("-n", "mine", "create", "service", "nodeport", "np", "--tcp", "80:8080")
    kubectl("-n", "mine", "create", "configmap", "c", "--from-literal", "k=v")

    assert "deleted" in kubectl("delete", "namespace", "mine")
    assert "NotFound" in kubectl.run("get", "namespace", "mine").stderr


def test_kubectl_hears_of_an_unknown_field(kubectl: Kubectl) -> None:
    """Its strict validation is the server's."""
    file = kubectl.home / "typo.yaml"
    file.write_text(MANIFEST.replace("ipFamilyPolicy", "ipFamilyPolcy"))

    assert 'unknown field "spec.ipFamilyPolcy"' in kubectl.run("create", "-f", str(file)).stderr


def test_kubectl_shows_pods_and_asks_them(kubectl: Kubectl) -> None:
    """A Deployment rolls out; its Pods have nodes and addresses, and answer by way of the API server."""
    kubectl("create", "deployment", "web", "--image=agnhost", "--replicas=2", "--port=8080", "--", "agnhost", "netexec")
    kubectl("rollout", "status", "deployment/web", "--timeout=5s")
    kubectl("expose", "deployment", "web", "--overrides", '{"spec":{"ipFamilyPolicy":"PreferDualStack"}}')
    lines = kubectl("get", "pods", "-l", "app=web", "-o", "wide", "--no-headers").splitlines()
    pods = {line.split()[0]: line.split() for line in lines}
    first = next(iter(pods))
    pods_path = "/api/v1/namespaces/default/pods"

    assert [words[1:4] for words in pods.values()] == [["1/1", "Running", "0"]] * 2
    assert {words[6] for words in pods.values()} <= {"emulated-worker", "emulated-worker2"}
    assert kubectl("get", "--raw", f"{pods_path}/{first}:8080/proxy/hostname") == first
    for address in kubectl("get", "svc", "web", "-o", "jsonpath={.spec.clusterIPs[*]}").split():
        query = f"host={address}&port=8080&protocol=http&request=hostname&tries=4"
        said = json.loads(kubectl("get", "--raw", f"{pods_path}/{first}:8080/proxy/dial?{query}"))
        assert {*said["responses"]} == {*pods}
    kubectl("delete", "deployment/web", "service/web")
