"""The web page of a report as its readers have it: in a window, on a phone, by keyboard, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dualstack.catalogue import CATALOGUE
from dualstack.report.model import Outcome, Report, Result
from dualstack.report.web import write
from tests.browsing import Opened
from tests.report.samples import MUST, SHOULD, TRAFFIC, case, facts, mixed, report
from tests.report.test_web import MARKUP

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Open = Callable[..., Opened]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MEGABYTE = 1_000_000


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a report in a window of its own, with the given properties."""
    contexts = []

    def open_page(shown: Report, **properties: Any) -> Opened:
        write(shown, tmp_path / "page.html")
        contexts.append(browser.new_context(**{"viewport": DESKTOP, **properties}))
        return Opened(contexts[-1].new_page(), tmp_path / "page.html")

    yield open_page
    for context in contexts:
        context.close()


def test_nothing_is_asked_of_the_network(opened: Open) -> None:
    """The file is all that is read, and the browser has nothing to complain of."""
    window = opened(mixed())

    window.go()

    assert window.asked == [window.url]
    assert window.said == []
    assert window.page.title().startswith("non-conformant: ")


def test_words_of_a_cluster_do_nothing(opened: Open) -> None:
    """What a cluster sends is shown as it is: no dialog, no request, no element of it."""
    odd = case(MUST, Outcome.FAILED, text=MARKUP, title=MARKUP, finding={"object": MARKUP, "observed": MARKUP})
    window = opened(report([Result(MUST, Outcome.FAILED, MARKUP, [odd])], facts=facts(notes=(MARKUP,))))

    window.go()

    assert window.said == []
    assert window.asked == [window.url]
    assert window.page.locator("img").count() == 0
    assert MARKUP in window.page.locator(f"#{MUST}").inner_text()


def test_filter(opened: Open) -> None:
    """By outcome, level, area and words, together; the number shown is said aloud, and all come back."""
    window = opened(mixed())
    window.go()
    page, everything = window.page, [result.id for result in mixed().results]
    window.shows(everything)

    page.get_by_role("checkbox", name="unsupported").uncheck()
    window.shows([id for id in everything if id not in ("SVC-CREATE-004", "SVC-CREATE-006")])
    page.get_by_role("checkbox", name="MUST").uncheck()
    window.shows([SHOULD])
    window.comes_to(page.get_by_role("status").inner_text, f"1 of {len(everything)} requirements shown")
    page.get_by_role("button", name="Show all").click()
    window.shows(everything)
    page.get_by_role("combobox", name="Area").select_option("headless")
    window.shows(["HL-001"])
    page.get_by_role("combobox", name="Area").select_option("all areas")
    page.get_by_role("searchbox", name="Words").fill("PreferDualStack without")
    window.shows([id for id in everything if "PreferDualStack without" in CATALOGUE[id].statement])
    page.get_by_role("button", name="Show all").click()
    window.shows(everything)


def test_what_is_hidden_can_be_seen_to_be(opened: Open) -> None:
    """A page that is loaded again has its filter open: boxes that a browser remembers say what is shown."""
    window = opened(mixed())
    window.go()
    window.page.get_by_role("checkbox", name="unsupported").uncheck()
    window.page.get_by_role("searchbox", name="Words").fill("nothing like this")
    window.shows([])

    window.page.reload()

    window.shows([result.id for result in mixed().results])
    assert window.page.get_by_role("checkbox", name="unsupported").is_checked()


def test_showing_all_is_done_at_once(opened: Open) -> None:
    """By the time the button has been pressed every requirement is there: nothing is put off."""
    window = opened(mixed())
    window.go()
    window.page.get_by_role("checkbox", name="failed").first.uncheck()

    hidden = "document.querySelectorAll('.requirement[hidden]').length"
    press = "document.getElementById('show-all').click()"
    before, _, after = window.page.evaluate(f"[{hidden}, {press}, {hidden}]")

    assert before > 0
    assert after == 0


@pytest.mark.parametrize("hidden", [False, True])
def test_a_link_leads_to_its_requirement(opened: Open, hidden: bool) -> None:
    """``page.html#ID`` shows the requirement with its cases open, even where a filter had hidden it."""
    window = opened(mixed())
    window.go("" if hidden else "#SVC-CREATE-004")
    if hidden:
        window.page.get_by_role("checkbox", name="unsupported").uncheck()
        window.page.evaluate("location.hash = 'SVC-CREATE-004'")

    there = window.page.locator("#SVC-CREATE-004")
    there.locator("details[open]").wait_for()

    box = there.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < DESKTOP["height"]


def test_a_broken_link_is_a_link_to_the_page(opened: Open) -> None:
    """Half an escape and an id that there is not change nothing: all is shown, and the browser does not complain."""
    window = opened(mixed())

    for place in ("#%E0%A4%A", "#SVC-CREATE-999"):
        window.go(place)
        window.shows([result.id for result in mixed().results])

    assert window.said == []


def test_without_scripts_it_is_a_long_page(opened: Open) -> None:
    """Everything is there and nothing is offered that would not work; what failed is open."""
    window = opened(mixed(), java_script_enabled=False)
    window.go(f"#{SHOULD}")
    page = window.page

    assert page.locator("#filter").is_visible() is False
    assert page.locator(".requirement:visible").count() == len(mixed().results)
    assert page.locator(f"#{SHOULD}").get_by_text("IPv4, IPv4").is_visible()


def test_keyboard(opened: Open) -> None:
    """The first stop leads past the navigation; every stop is seen; a check box and a button work by keys."""
    window = opened(mixed())
    window.go()
    page = window.page
    outline = "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.outlineWidth })()"

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the report"
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    window.comes_to(lambda: page.evaluate("document.activeElement.id"), "main")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        assert page.evaluate(outline) == "solid3px"
        seen.add(page.evaluate("document.activeElement.tagName"))
    assert seen >= {"A", "INPUT", "SELECT", "BUTTON", "SUMMARY", "DIV"}
    page.get_by_role("checkbox", name="failed").first.focus()
    page.keyboard.press("Space")
    window.shows([result.id for result in mixed().results if result.outcome is not Outcome.FAILED])
    page.get_by_role("button", name="Show all").focus()
    page.keyboard.press("Enter")
    window.shows([result.id for result in mixed().results])


def test_a_phone_shows_it_without_moving_sideways(opened: Open) -> None:
    """At 390 pixels nothing is wider than the window, all cases open; wide tables move by themselves."""
    window = opened(mixed(), viewport=PHONE, is_mobile=True, has_touch=True)
    window.go()

    window.page.get_by_role("button", name="Open all cases").click()

    window.comes_to(lambda: window.page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
    assert window.page.locator(".scroll").first.evaluate("e => e.scrollWidth > e.clientWidth")


@pytest.mark.parametrize(("scheme", "viewport"), [("light", DESKTOP), ("dark", PHONE)], ids=["desktop", "dark phone"])
def test_axe_finds_nothing(opened: Open, scheme: str, viewport: dict[str, int]) -> None:
    """Contrast, names, roles, landmarks, tables and headings, as axe-core judges them, with all cases open."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe: pip install -e '.[dev]'")
    window = opened(mixed(), color_scheme=scheme, viewport=viewport)
    window.go()
    window.page.get_by_role("button", name="Open all cases").click()

    found = axe.Axe().run(window.page, options={"resultTypes": ["violations", "passes"]})

    assert found.violations_count == 0, found.generate_report()
    assert {"color-contrast", "heading-order", "label", "list", "region"} <= {
        rule["id"] for rule in found.response["passes"]
    }


def test_paper(opened: Open) -> None:
    """What is printed is dark on white whatever the screen is, without what only works on a screen."""
    window = opened(mixed(), color_scheme="dark")
    window.go()
    page = window.page
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("nav").is_visible() is False
    assert page.locator("#filter").is_visible() is False
    assert page.locator("#verdict").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def _full_run(outcome: Outcome) -> Report:
    """Every requirement of the catalogue and more cases than a run has, with names and failures as long as theirs."""
    name = "area/test_some_behaviour_of_services.py::test_what_becomes_of_it[{}-PreferDualStack-no_families-IPv4+IPv6]"
    grid = "\n".join(
        f"Pod pod-{n} on a-node-with-a-name  . . X . . . X  pod-{n} [fd00:10:244::{n}]:8080" for n in range(30)
    )
    text = {"expected": grid, "observed": grid, "object": "Service ds-7f3a/x", "field": "spec.clusterIPs"}
    more = {"finding": text} if outcome is Outcome.FAILED else {}
    found = [
        Result(id, outcome, cases=[case(id, outcome, test=name.format(n), traffic=TRAFFIC, **more) for n in range(15)])
        for id in CATALOGUE
    ]
    return report(found)


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.FAILED])
def test_a_full_run_is_small_and_quick(opened: Open, tmp_path: Path, outcome: Outcome) -> None:
    """Under two megabytes, and under a second of work for the browser until it can be read, and to filter it."""
    window = opened(_full_run(outcome))
    session = window.page.context.new_cdp_session(window.page)
    # Time of the processor, not of the clock: a test machine has other work.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        values = session.send("Performance.getMetrics")["metrics"]
        return float(next(value["value"] for value in values if value["name"] == "TaskDuration"))

    window.go()
    window.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    until_read = worked()
    window.page.get_by_role("searchbox", name="Words").fill("HL-001")
    window.shows(["HL-001"])

    assert (tmp_path / "page.html").stat().st_size < 2 * MEGABYTE
    assert until_read < 1.0
    assert worked() - until_read < 1.0
