"""Generated pages are what the data say today."""

from __future__ import annotations

from pathlib import Path

from dualstack import testindex
from dualstack.report.requirements_page import page

ROOT = Path(__file__).parents[2]


def test_the_page_of_requirements_is_fresh() -> None:
    """``dualstack requirements --markdown > docs/requirements.md`` would change nothing."""
    assert (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8") == page(testindex.tests_by_requirement())
