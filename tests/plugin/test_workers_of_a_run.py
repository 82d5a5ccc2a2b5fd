"""What is special about a run that workers share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command.commanding import UNUSED_PLUGINS
from tests.plugin.small_suite import SmallSuite

WATCHING = '''
"""Notes which namespaces of the run stand when the tests are over, before the run's own last word."""
from pathlib import Path
from dualstack.cluster.api import Api
from dualstack.cluster.connection import KubernetesTransport
from dualstack.providers.base import Connection
from dualstack.runspace import namespaces_of

def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        return
    transport = KubernetesTransport(Connection({kubeconfig!r}, {context!r}))
    found = [each["metadata"] for each in namespaces_of(Api(transport))]
    standing = [about["name"] for about in found if "deletionTimestamp" not in about]
    transport.close()
    Path("found").write_text(" ".join(standing))
'''
TWO = """
    @requirement("HL-001")
    def test_one(cluster: Cluster) -> None:
        "It makes a namespace."
        cluster.create("services/cluster-ip.yaml")
        {end}

    @requirement("HL-004")
    def test_two(cluster: Cluster) -> None:
        "As the first."
        cluster.create("services/cluster-ip.yaml")
"""


@pytest.fixture
def shared(tmp_path: Path, kubeconfig: Path) -> SmallSuite:
    """A suite that two workers run."""
    return SmallSuite(tmp_path, kubeconfig, 2)


def _watched(suite: SmallSuite, end: str) -> str:
    suite.holds(TWO.format(end=end))
    watching = WATCHING.format(kubeconfig=str(suite.kubeconfig), context="dualstack-emulated")
    (suite.folder / "watching.py").write_text(watching)
    ended = suite.run(environment={"PYTEST_ADDOPTS": f"{UNUSED_PLUGINS} -p watching"})
    assert "HL-004" in ended.outcomes, ended.shown
    return (suite.path / "found").read_text()


def test_the_clean_up_begins_before_the_workers_have_ended(
    shared: SmallSuite, namespaces: Callable[[], list[str]]
) -> None:
    """Nobody works in the namespaces any more, and they take their time."""
    assert _watched(shared, "") == ""
    assert namespaces() == []


def test_a_run_in_trouble_is_cleaned_up_at_the_end_only(
    shared: SmallSuite, namespaces: Callable[[], list[str]]
) -> None:
    """A server that does not answer is waited for once."""
    assert "-gw" in _watched(shared, 'raise InfrastructureProblem("played")')
    assert namespaces() == []


@pytest.mark.parametrize(
    ("options", "scheduler"), [([], "WorkStealingScheduling"), (["--dist=load"], "LoadScheduling")], ids=["", "load"]
)
def test_workers_take_stretches_unless_told_otherwise(shared: SmallSuite, options: list[str], scheduler: str) -> None:
    """The order of the tests is made for stretches."""
    shared.holds(TWO.format(end=""))

    assert f"scheduling tests via {scheduler}" in shared.run("-v", *options).shown
