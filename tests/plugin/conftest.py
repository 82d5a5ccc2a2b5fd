"""One cluster that is up for all small suites of a process, and the suites themselves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dualstack.cluster.api import Api
from dualstack.cluster.connection import KubernetesTransport
from dualstack.providers.base import Connection
from dualstack.runspace import namespaces_of
from tests.browsing import browser
from tests.plugin.mixed import EVERY_REPORT, MIXED
from tests.plugin.small_suite import CONTEXT, Ended, SmallSuite

__all__ = ["browser"]

READY_SECONDS = 20.0


@pytest.fixture(scope="session")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of a served cluster of shape dual-v4: to a run it is a live one."""
    file = tmp_path_factory.mktemp("served") / "kubeconfig"
    command = [sys.executable, "-m", "dualstack.emulator.serve", "--shape", "dual-v4", "--kubeconfig", str(file)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as child:
        try:
            deadline = time.monotonic() + READY_SECONDS
            while not file.exists():
                assert child.poll() is None, "the served cluster ended"
                assert time.monotonic() < deadline, "the served cluster is not ready"
                time.sleep(0.05)
            yield file
        finally:
            child.terminate()


@pytest.fixture
def namespaces(kubeconfig: Path) -> Iterator[Callable[[], list[str]]]:
    """The names of the namespaces that runs made on the served cluster and that are still there."""
    transport = KubernetesTransport(Connection(str(kubeconfig), CONTEXT))
    yield lambda: [found["metadata"]["name"] for found in namespaces_of(Api(transport))]
    transport.close()


@pytest.fixture(params=[0, 2], ids=["plain", "-n2"])
def suite(request: pytest.FixtureRequest, tmp_path: Path, kubeconfig: Path) -> SmallSuite:
    """A small suite that is run in one process, and then by two workers."""
    return SmallSuite(tmp_path, kubeconfig, request.param)


@pytest.fixture
def plain_suite(tmp_path: Path, kubeconfig: Path) -> SmallSuite:
    """A small suite that is run in one process: where distribution makes no difference."""
    return SmallSuite(tmp_path, kubeconfig)


@pytest.fixture(scope="session", params=[0, 2], ids=["plain", "-n2"])
def mixed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, kubeconfig: Path) -> Ended:
    """One run with every outcome and every report, in one process and by two workers."""
    suite = SmallSuite(tmp_path_factory.mktemp("mixed"), kubeconfig, request.param)
    suite.holds(MIXED, area="first")
    return suite.run(*EVERY_REPORT, environment={"GITHUB_ACTIONS": "true"})
