"""The web page that a run writes, from the run to the reader's window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browsing import Opened
from tests.plugin.mixed import OUTCOMES
from tests.plugin.small_suite import Ended

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_run_can_be_read_in_a_browser(mixed: Ended, browser: Browser) -> None:
    """Every requirement of the run is shown with its outcome; one that failed is found by its link and told in full."""
    window = Opened(browser.new_page(), mixed.folder / "page.html")

    window.go("#HL-002")

    page = window.page
    assert window.said == []
    assert page.get_by_role("heading", level=2, name="Verdict").inner_text().split() == [
        "Verdict",
        mixed.report["verdict"]["word"],
    ]
    shown = {entry["id"]: entry["outcome"] for entry in mixed.report["requirements"]}
    assert {id: page.locator(f"#{id}").get_attribute("data-outcome") for id in shown} == shown
    assert shown.keys() >= OUTCOMES.keys()
    assert page.locator("#HL-002").get_by_text("observed").first.is_visible()
    for outcome in {*shown.values()} - {"failed"}:
        page.get_by_role("checkbox", name=outcome).uncheck()
    assert window.shown() == [id for id, outcome in shown.items() if outcome == "failed"]
