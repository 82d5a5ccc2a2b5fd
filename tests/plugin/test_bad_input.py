"""Bad input: one clear message, exit code 4, no traceback, nothing created."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.small_suite import SmallSuite
from tests.plugin.test_outcomes import PASSING

WRITING = PASSING.replace("dry_cluster", "cluster")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--dualstack-only=HL-0001"], "there is no requirement 'HL-0001'", id="unknown-requirement"),
        pytest.param(["--dualstack-context=nowhere"], "nowhere", id="unknown-context"),
        pytest.param(["--dualstack-provider=emulated"], "contradicts", id="contradiction"),
        pytest.param(["--dualstack-report=report.pdf"], ".pdf", id="unknown-format"),
    ],
)
def test_one_message_and_nothing_made(
    suite: SmallSuite, namespaces: Callable[[], list[str]], options: list[str], said: str
) -> None:
    """The message names the culprit; there is neither traceback nor report nor namespace."""
    suite.holds(WRITING)

    ended = suite.run(*options)

    assert ended.code == 4, ended.shown
    assert said in ended.shown
    assert ended.shown.count("ERROR:") == 1
    assert "Traceback" not in ended.shown
    assert "INTERNALERROR" not in ended.shown
    assert ended.report == {}
    assert namespaces() == []


def test_unreachable_server(suite: SmallSuite, kubeconfig: Path) -> None:
    """A server that does not answer is bad input as long as nothing was started."""
    suite.holds(WRITING)
    dead = suite.path / "dead"
    text = kubeconfig.read_text()
    port = text.partition("https://127.0.0.1:")[2].split()[0].strip('",')
    dead.write_text(text.replace(f":{port}", ":1"))

    ended = suite.run(f"--dualstack-kubeconfig={dead}")

    assert ended.code == 4, ended.shown
    assert "cannot be reached" in ended.shown
    assert "INTERNALERROR" not in ended.shown


def test_a_test_without_requirement(suite: SmallSuite) -> None:
    """A test of the suite that judges nothing is an error: it does not run, and nothing is conformant."""
    suite.holds("def test_nothing() -> None:\n    'It judges nothing.'\n")
    suite.holds(PASSING)

    ended = suite.run("-k", "test_nothing or test_pass")

    assert ended.code == 5, ended.shown
    assert "judges no requirement" in ended.report["run"]["problem"]
    assert ended.outcomes == {"HL-001": "passed"}
    assert "INTERNALERROR" not in ended.shown


def test_an_unknown_requirement_in_a_test(suite: SmallSuite) -> None:
    """It is an error at import, with its file; the rest of the suite is no verdict."""
    suite.holds('@requirement("HL-9999")\ndef test_it() -> None:\n    "It judges what there is not."\n')
    suite.holds(PASSING)

    ended = suite.run()

    assert ended.code == 5, ended.shown
    assert "test_1.py could not be collected" in ended.report["run"]["problem"]
    assert "there is no requirement 'HL-9999'" in ended.report["run"]["problem"]
    assert ended.report["run"]["interrupted"] is False
