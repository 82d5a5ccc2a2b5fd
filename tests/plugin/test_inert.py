"""Without being asked, the plugin does nothing; without a cluster, it can still tell."""

from __future__ import annotations

import sys

from tests.plugin.small_suite import SmallSuite
from tests.plugin.test_outcomes import PASSING

PYTEST = [sys.executable, "-m", "pytest", "-p", "dualstack.plugin"]


def test_other_peoples_runs_are_left_alone(plain_suite: SmallSuite) -> None:
    """A run without options of ours, elsewhere, has neither our header nor our outcomes."""
    (plain_suite.path / "test_theirs.py").write_text("def test_theirs():\n    assert True\n")

    ended = plain_suite.child([*PYTEST, "test_theirs.py"])

    shown = [line for line in ended.shown.splitlines() if not line.startswith("plugins: ")]

    assert "1 passed" in ended.shown
    assert "dualstack" not in "\n".join(shown)
    assert ended.code == 0


def test_help_lists_the_options(plain_suite: SmallSuite) -> None:
    """``--help`` needs no cluster."""
    ended = plain_suite.child([*PYTEST, "--help"])

    assert ended.code == 0
    assert "--dualstack-provider=NAME" in ended.shown
    assert "--dualstack-report=FILE" in ended.shown


def test_collecting_needs_no_cluster(suite: SmallSuite) -> None:
    """``--collect-only`` shows the tests, starts nothing and reports nothing."""
    suite.holds(PASSING)

    ended = suite.run("--collect-only", "-q", live=False)

    assert ended.code == 0, ended.shown
    assert "test_pass" in ended.shown
    assert ended.report == {}
