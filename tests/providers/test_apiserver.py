"""The apiserver provider, with stand-ins for failures and with real binaries where there are any."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dualstack import binaries
from dualstack.binaries import Binaries
from dualstack.cluster.answer import at
from dualstack.cluster.api import Api
from dualstack.cluster.connection import KubernetesTransport
from dualstack.errors import ProviderProblem, UsageProblem
from dualstack.families import Family, Shape, family_of
from dualstack.probing import probe
from dualstack.providers.apiserver import ApiserverProvider
from dualstack.providers.base import Connection
from dualstack.providers.processes import sweep
from dualstack.runspace import make_namespace, remove_namespaces
from dualstack.settings import ProviderName, Settings
from dualstack.testbed.handmade import lay_by_hand
from dualstack.testbed.pods import TestbedPods

SERVICES = "/api/v1/namespaces/default/services"
SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "both"},
    "spec": {"ipFamilyPolicy": "RequireDualStack", "ports": [{"port": 80}]},
}
RUN = """
import os, sys, time
from dualstack import binaries
from dualstack.families import Shape
from dualstack.providers.controlplane import ControlPlane
plane = ControlPlane(binaries.find(None, os.environ), Shape.IPV4)
plane.start()
print(plane.connection.kubeconfig, *plane.process_ids, flush=True)
time.sleep(100)
"""


@pytest.fixture(scope="module")
def real() -> Binaries:
    """Real programs from KUBEBUILDER_ASSETS or PATH."""
    try:
        return binaries.find(None, os.environ)
    except UsageProblem as problem:
        pytest.skip(f"{problem.culprit}: no real API server at hand")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where folders of runs go; empty again at the end."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.glob("dualstack-run-*")) == []


def _settings(programs: Binaries, shape: Shape) -> Settings:
    return Settings(provider=ProviderName.APISERVER, shape=shape, binaries=programs)


def _api(connection: Connection) -> Api:
    return Api(KubernetesTransport(connection))


def _script(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_a_server_that_cannot_start(place: Path) -> None:
    """The message quotes its last words; etcd is stopped and the folder gone."""
    etcd = _script(place, "etcd", "exec sleep 100")
    server = _script(place, "kube-apiserver", "echo unknown flag: --nonsense >&2; exit 1")
    provider = ApiserverProvider(_settings(Binaries(server, etcd), Shape.IPV4))
    with pytest.raises(ProviderProblem, match=r"(?s)kube-apiserver ended with exit code 1;.*unknown flag: --nonsense"):
        provider.start()
    provider.stop()


def test_taken_ports_are_tried_again(place: Path) -> None:
    """Somebody else may take a free port first: three attempts, then the problem is told."""
    etcd = _script(place, "etcd", "exec sleep 100")
    server = _script(
        place, "kube-apiserver", f"echo x >> {place}/attempts; echo bind: address already in use >&2; exit 1"
    )
    provider = ApiserverProvider(_settings(Binaries(server, etcd), Shape.IPV4))
    with pytest.raises(ProviderProblem, match="address already in use"):
        provider.start()
    provider.stop()
    assert (place / "attempts").read_text() == "x\n" * 3


def test_knowledge_without_controllers() -> None:
    """No controller manager: that capability is missing, with the reason."""
    knowledge = ApiserverProvider(
        _settings(Binaries(Path("/b/kube-apiserver"), Path("/b/etcd")), Shape.IPV6)
    ).knowledge()
    assert knowledge.ranges == ("fd00:10:96::/112",)
    assert knowledge.missing["controllers"] == "there is no kube-controller-manager beside /b/kube-apiserver"


@pytest.mark.parametrize("shape", list(Shape))
def test_real_server_of_each_shape(real: Binaries, place: Path, shape: Shape) -> None:
    """It has the shape asked for, a valid own EndpointSlice of the primary family, and TLS that is verified."""
    provider = ApiserverProvider(_settings(real, shape))
    try:
        api = _api(provider.start())
        facts = probe(api, provider.knowledge(), _settings(real, shape))
        own = api.get("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes")
    finally:
        provider.stop()

    assert (facts.shape, facts.claims_contradicted, facts.notes) == (shape, (), ())
    assert [family_of(cidr) for cidr in facts.ranges] == list(shape.families)
    assert own.body["addressType"] == shape.primary
    assert family_of(at(own.body, "endpoints[0].addresses[0]")) is shape.primary


def test_real_conversion(real: Binaries, place: Path) -> None:
    """A twin restarts with another shape on the same objects; with controllers, namespaces go away."""
    provider = ApiserverProvider(_settings(real, Shape.DUAL_V4))
    try:
        twin = provider.convertible(Shape.DUAL_V4)
        assert twin is not None
        api = _api(twin.connection)
        made = api.request("POST", SERVICES, SERVICE)
        twin.restart(Shape.IPV4)
        kept = api.get(f"{SERVICES}/both")
        refused = api.request("POST", SERVICES, SERVICE, query={"dryRun": "All"})
        make_namespace(api, "run", "w")
        removed = remove_namespaces(api, "run", wait=real.kube_controller_manager is not None)
    finally:
        provider.stop()

    assert at(kept.body, "spec.clusterIPs") == at(made.body, "spec.clusterIPs")
    assert refused.status == 422
    assert removed == ["dualstack-run-w"]


@pytest.fixture(scope="module")
def controlled(real: Binaries) -> Binaries:
    """Real programs, a controller manager among them."""
    if real.kube_controller_manager is None:
        pytest.skip("no real kube-controller-manager at hand")
    return real


def test_real_controllers_work_on_pods_made_by_hand(controlled: Binaries, place: Path) -> None:
    """Pods without a kubelet are endpoints of both families, and their nodes pass for no ready ones."""
    settings = _settings(controlled, Shape.DUAL_V4)
    provider = ApiserverProvider(settings)
    try:
        api = _api(provider.start())
        plan = lay_by_hand(api, "run", image="agnhost", facts=probe(api, provider.knowledge(), settings), workers=1)
        pods = TestbedPods(plan)
        pods.wait(api)
        namespace = pods.pods("pod")[0].namespace
        selecting = {**SERVICE["spec"], "selector": {"dualstack-conformance/role": "pod"}}
        api.request("POST", f"/api/v1/namespaces/{namespace}/services", {**SERVICE, "spec": selecting})
        found = _endpoints(api, namespace, len(pods.pods("pod")))
        facts = probe(api, provider.knowledge(), settings)
    finally:
        provider.stop()

    assert found == {
        "IPv4": sorted(str(pod.address(Family.IPV4)) for pod in pods.pods("pod")),
        "IPv6": sorted(str(pod.address(Family.IPV6)) for pod in pods.pods("pod")),
    }
    assert facts.missing["nodes"] == "0 ready nodes"


def _endpoints(api: Api, namespace: str, count: int) -> dict[str, list[str]]:
    """The addresses in the slices of a namespace by family, once each has so many."""
    deadline = time.monotonic() + 30
    found: dict[str, list[str]] = {}
    while time.monotonic() < deadline and (len(found) < 2 or any(len(each) < count for each in found.values())):
        items = api.items(f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices")
        found = {
            item["addressType"]: sorted(entry["addresses"][0] for entry in item["endpoints"] or ()) for item in items
        }
        time.sleep(0.1)
    return found


def test_real_server_with_a_manager_that_ends(real: Binaries, place: Path, tmp_path: Path) -> None:
    """A controller manager that cannot start is told with its last words, not taken for one at work."""
    manager = _script(tmp_path, "kube-controller-manager", "echo unknown controller >&2; exit 1")
    programs = Binaries(real.kube_apiserver, real.etcd, manager)
    provider = ApiserverProvider(_settings(programs, Shape.IPV4))
    with pytest.raises(ProviderProblem, match=r"(?s)kube-controller-manager ended with exit code 1;.*unknown controll"):
        provider.start()
    provider.stop()


def test_real_killed_run(real: Binaries, tmp_path: Path) -> None:
    """kill -9 of the run: every program dies with it, and a sweep removes the folder."""
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True, env=environment)
    assert run.stdout is not None
    kubeconfig, *children = run.stdout.readline().split()
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()

    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(children) >= 2
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    assert sweep(tmp_path) == [Path(kubeconfig).parent]
