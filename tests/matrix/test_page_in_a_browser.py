"""The page of a matrix as its readers have it: in a window and on a dark phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dualstack.matrix.web import page
from tests.browsing import Opened
from tests.matrix.test_table import example

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.mark.parametrize(("scheme", "viewport"), [("light", DESKTOP), ("dark", PHONE)], ids=["desktop", "dark phone"])
def test_it_is_whole_and_fit_for_everybody(
    browser: Browser, tmp_path: Path, scheme: str, viewport: dict[str, int]
) -> None:
    """It asks nothing of the network, does not move sideways, shows words of others as they are, and axe is content."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe: pip install -e '.[dev]'")
    file = tmp_path / "matrix.html"
    file.write_text(page(example(), "4 configurations, provider kind"), encoding="utf-8")
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    window = Opened(context.new_page(), file)

    window.go()

    assert window.asked == [window.url]
    assert window.said == []
    assert window.page.title() == "non-conformant: 4 configurations, provider kind - dual-stack conformance"
    assert window.page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    assert "no report, exit code 4: <b>|it broke" in window.page.locator("#verdict").inner_text()
    assert window.page.get_by_role("link", name="good").get_attribute("href") == "good/report.html"
    found = axe.Axe().run(window.page)
    assert found.violations_count == 0, found.generate_report()
    context.close()
