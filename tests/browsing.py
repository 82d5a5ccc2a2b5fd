"""A headless Chromium for tests that look at a page as its readers do."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""What distributions call it."""
PATIENCE = 60.0
"""Seconds in which a page must have done what a reader asked of it: a test machine has other work."""
_STARTING = 180.0
"""Seconds in which a browser must have started."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it; where there is none, or none that starts, nothing can be looked at."""
    playwright_api = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install -e '.[dev]'")
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(CHROMIUM)} is on the PATH (apt-get install chromium)")
    with playwright_api.sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=program, timeout=1000 * _STARTING)
        except playwright_api.Error as problem:
            pytest.skip(f"{program} does not start: {problem.message.splitlines()[0]}")
        yield started
        started.close()


class Opened:
    """One page in one window, and what it did that a report must not do."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        page.set_default_timeout(1000 * PATIENCE)
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self.asked.append(request.url))
        self.url = file.as_uri()

    def _dismiss(self, dialog: Dialog) -> None:
        self.said.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def go(self, place: str = "") -> None:
        """Open it, at a place where one is named."""
        self.page.goto(self.url + place)

    def shown(self) -> list[str]:
        """The ids of requirements that a reader sees."""
        ids = self.page.locator(".requirement").evaluate_all("all => all.filter(e => e.offsetHeight).map(e => e.id)")
        return [str(id) for id in ids]

    def comes_to(self, look: Callable[[], object], owed: object) -> None:
        """Look until it is so: a page is not done when the key that moves it has been sent."""
        deadline = time.monotonic() + PATIENCE
        while (seen := look()) != owed and time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
        assert seen == owed

    def shows(self, ids: list[str]) -> None:
        """A reader comes to see these requirements, and no others."""
        self.comes_to(self.shown, ids)
