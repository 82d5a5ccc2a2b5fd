"""Links, generated pages, and the open list of commands that no test here runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dualstack import referencing
from tests.docs.pages import DOCS, PAGES, ROOT, anchors, blocks, links

INDEX = DOCS / "README.md"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    """Each link of a page is a file of the repository, and a heading in it."""
    dead = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / name).resolve() if name else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.relative_to(ROOT))):
            dead.append(link)

    assert dead == []


def test_the_page_of_options_is_fresh() -> None:
    """``dualstack reference options > docs/options.md`` would change nothing."""
    assert (DOCS / "options.md").read_text(encoding="utf-8") == referencing.options_page()


def test_the_page_of_the_report_is_fresh() -> None:
    """``dualstack reference report > docs/report.md`` would change nothing."""
    page = referencing.report_page(json.loads(referencing.schema_text()))

    assert (DOCS / "report.md").read_text(encoding="utf-8") == page


def test_every_page_is_in_the_index() -> None:
    """Whoever opens the folder finds every page in it."""
    listed = {(DOCS / link).resolve() for link in links(INDEX.relative_to(ROOT))}

    assert {page for page in DOCS.rglob("*.md") if page != INDEX} <= listed


def test_what_is_not_run_here_is_listed() -> None:
    """The index names each block that no test here runs, by page and reason, and no other."""
    section = INDEX.read_text(encoding="utf-8").partition("## Not run by the tests")[2].partition("\n## ")[0]
    listed = re.findall(r"^- \[`([^`]+)`\]\(.*?\): (.*)$", section, flags=re.MULTILINE)
    unrun = {
        (str(page.relative_to("docs")), block.words["seen-in"])
        for page in PAGES
        if page.is_relative_to("docs")
        for block in blocks(page)
        if "seen-in" in block.words
    }

    assert sorted(listed) == sorted(unrun)
