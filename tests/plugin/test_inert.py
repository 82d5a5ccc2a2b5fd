"""Without being asked, the plugin does nothing; without a cluster, it can still tell."""

from __future__ import annotations

from tests.plugin.small_suite import SmallSuite
from tests.plugin.test_outcomes import PASSING


def test_other_peoples_runs_are_left_alone(plain_suite: SmallSuite) -> None:
    """A run without options of ours, elsewhere, has neither our header nor our outcomes."""
    plain_suite.pytester.makepyfile("def test_theirs():\n    assert True\n")

    result = plain_suite.pytester.runpytest_subprocess("-p", "dualstack.plugin")

    result.assert_outcomes(passed=1)
    assert "dualstack" not in result.stdout.str().replace("dualstack.plugin", "")
    assert result.ret == 0


def test_help_lists_the_options(plain_suite: SmallSuite) -> None:
    """``--help`` needs no cluster."""
    result = plain_suite.pytester.runpytest_subprocess("-p", "dualstack.plugin", "--help")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*--dualstack-provider=NAME*", "*--dualstack-report=FILE*"])


def test_collecting_needs_no_cluster(suite: SmallSuite) -> None:
    """``--collect-only`` shows the tests, starts nothing and reports nothing."""
    suite.holds(PASSING)

    ended = suite.run("--collect-only", "-q", live=False)

    assert ended.code == 0, ended.shown
    assert "test_pass" in ended.shown
    assert ended.report == {}
