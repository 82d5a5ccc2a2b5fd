"""``dualstack clean`` as a user calls it, after a run that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dualstack.cleaning import main
from dualstack.cluster.api import Api
from dualstack.cluster.connection import KubernetesTransport
from dualstack.providers.base import Connection
from dualstack.providers.emulated import EmulatedProvider
from dualstack.runspace import make_namespace, namespaces_of
from dualstack.settings import Settings

RUN = """
import sys, time
from dualstack.cluster.api import Api
from dualstack.cluster.connection import KubernetesTransport
from dualstack.providers.base import Connection
from dualstack.providers.processes import Folder
from dualstack.runspace import make_namespace
make_namespace(Api(KubernetesTransport(Connection(*sys.argv[1:]))), "killed", "main")
print(Folder("test").path, flush=True)
time.sleep(100)
"""


@pytest.fixture
def connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """A cluster with the namespace of a living run, and folders of runs in the test's own place."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    provider = EmulatedProvider(Settings())
    try:
        connection = provider.start()
        make_namespace(Api(KubernetesTransport(connection)), "living", "main")
        yield connection
    finally:
        provider.stop()


def _killed_run(connection: Connection, place: Path) -> str:
    environment = {**os.environ, "TMPDIR": str(place), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", RUN, connection.kubeconfig, connection.context]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert run.stdout is not None
    folder = run.stdout.readline().strip()
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, where processes have start times to tell them by")
def test_a_killed_run_is_cleaned_up(connection: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its namespace and its folder go, at once; a living run and everything else stay."""
    folder = _killed_run(connection, tmp_path)
    named = ["--kubeconfig", connection.kubeconfig, "--context", connection.context]
    api = Api(KubernetesTransport(connection))

    assert main([*named, "--list"]) == 0
    listed = capsys.readouterr().out
    assert Path(folder).exists()
    assert len(namespaces_of(api)) == 2
    assert main(named) == 0
    removed = capsys.readouterr().out

    assert listed.replace("would remove", "removed") == removed
    assert f"removed {folder}\n" in removed
    assert "removed /api/v1/namespaces/dualstack-killed-main on https://127.0.0.1:" in removed
    assert not Path(folder).exists()
    names = {
        item["metadata"]["name"]
        for item in api.items("/api/v1/namespaces")
        if "deletionTimestamp" not in item["metadata"]
    }
    assert names == {"default", "dualstack-living-main", "kube-node-lease", "kube-public", "kube-system"}


def test_a_run_by_name(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever names a run says that it is over."""
    named = ["--kubeconfig", connection.kubeconfig, "--context", connection.context]
    assert main([*named, "--run", "living"]) == 0
    assert "dualstack-living-main" in capsys.readouterr().out


def test_nothing_left(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """Says so, and that a cluster can be named."""
    assert main([]) == 0
    assert capsys.readouterr().out == "nothing was left behind on this machine; name a cluster with --context\n"


def test_bad_input(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """The current context is not taken here either; ages have units."""
    assert main(["--kubeconfig", connection.kubeconfig]) == 4
    assert "name one with --context" in capsys.readouterr().err
    assert main(["--older-than", "soon"]) == 4
    assert "like 30m" in capsys.readouterr().err
