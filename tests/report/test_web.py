"""The report as a web page."""

from __future__ import annotations

import base64
import datetime
import hashlib
import itertools
import re
from pathlib import Path

import pytest

from dualstack.catalogue import CATALOGUE
from dualstack.declarations import KnownFailure
from dualstack.implementation import Implementation
from dualstack.report.files import write_text
from dualstack.report.jsonreport import to_json
from dualstack.report.model import Outcome, Report, Result
from dualstack.report.web import duration, text, write
from dualstack.report.web.entries import TOLD, entry
from tests.report.reading_html import Element, read_html
from tests.report.samples import MUST, OTHER_MUST, SHOULD, case, facts, mixed, musts, report, results

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='x' {{ 7*12345679 }} \u202e &amp;"
"""What a cluster or a user may send."""


def _page(shown: Report) -> Element:
    return read_html(text(shown))


def test_verdict_and_scope_stand_on_top() -> None:
    """The first section says the word, its scope, and what decides it, with a link to each requirement."""
    (first, *_) = list(_page(mixed()).all("section"))

    assert first.attributes["id"] == "verdict"
    assert "non-conformant" in first.text
    assert f"api, dual-v4, 2 of {len(musts())} MUSTs judged" in first.text
    links = {link.attributes["href"] for link in first.all("a")}
    assert links == {f"#{id}" for id in (OTHER_MUST, "SVC-CREATE-002", SHOULD)}
    assert "TLS verification is off in the kubeconfig" in first.text


def test_what_was_judged_is_said() -> None:
    """Cluster, families, ranges, what is not there, and the run."""
    page = _page(mixed())
    said = " ".join(page.by_id("judged").text.split())

    for words in (
        "v1.36.0", "dual-stack, IPv4 primary (dual-v4)", "10.96.0.0/16", "nodes: 0 ready nodes",
        "kube-proxy nftables", "cni (example/cni:1)",
        "dualstack --dualstack-context lab", "2026-01-02T03:04:05Z", "12.5 s", "dualstack-report/v2",
    ):  # fmt: skip
        assert words in said


def test_whose_cluster_it_was() -> None:
    """Where the user said so it heads the page, with address, contact and claims; an address on the web is a link."""
    owner = Implementation("Example Ltd", "ExampleNet", "v1.2", "https://example.org", "who@example.org")
    page = _page(report(results(), implementation=owner))

    assert next(page.all("h1")).text == "Example Ltd, ExampleNet v1.2"
    said = page.by_id("judged")
    assert "who@example.org" in said.text
    assert "https://example.org" in [link.attributes["href"] for link in said.all("a")]


def test_known_failures_and_options_are_told() -> None:
    """What the user listed, with reason, expiry and link; the digest that the JSON report has too."""
    listed = KnownFailure(MUST, "ticket 12", datetime.date(2026, 12, 31), "https://example.org/12")
    shown = report(results(), known_failures=(listed,), options={"dualstack-nodes": "5"})
    judged = _page(shown).by_id("judged")

    assert f"{MUST}\nticket 12\nuntil 2026-12-31\n" in judged.text
    assert "https://example.org/12" in [link.attributes["href"] for link in judged.all("a")]
    assert to_json(shown)["digest"] in judged.text


def test_areas_count_outcomes() -> None:
    """One row for each area with the numbers of the other reports, and only columns that occur."""
    table = next(_page(mixed()).by_id("areas").all("table"))
    rows = {row.inside[0].text: [cell.text for cell in row.all("td")] for row in table.all("tr") if [*row.all("td")]}  # type: ignore[union-attr]

    assert [cell.text.split()[-1] for cell in table.all("th") if cell.attributes["scope"] == "col"] == [
        *("Area", "passed", "failed", "error", "unsupported", "known-failure", "not-run", "cases")
    ]
    assert rows["service-create"] == ["0", "1", "1", "2", "1", "0", "12"]
    assert len(list(next(_page(report(results())).by_id("areas").all("tr")).all("th"))) == 4


def test_policy_matrix_is_a_table() -> None:
    """Rows are policies, columns are families, and a failure is marked by more than colour."""
    grid = next(_page(mixed()).by_id("policies").all("table"))
    rows = {next(row.all("th")).text: [cell.text for cell in row.all("td")] for row in grid.all("tr")}

    assert rows["PreferDualStack"] == [f"✗ FAILED{OTHER_MUST}", *["not judged"] * 4]
    assert [link.attributes["href"] for link in grid.all("a")] == [f"#{OTHER_MUST}"]
    assert rows["SingleStack"][2:4] == ["error", "refused"]
    assert "Services of kind ClusterIP" in next(grid.all("caption")).text


def test_traffic_matrices_are_tables() -> None:
    """One for each family, from the places of columns to those of rows; what was wrong leads to its requirements."""
    traffic = _page(mixed()).by_id("traffic")
    cells = [
        [[cell.text.split() for cell in row.all("td")] for row in table.all("tr")] for table in traffic.all("table")
    ]

    assert [caption.text for caption in traffic.all("caption")] == ["IPv4, 3 routes", "IPv6, 6 routes"]
    assert cells == [[[], [], [["✓", "3", "right"]]], [[], [], [["✗", "2", "of", "3", "wrong"]], [["✓", "3", "right"]]]]
    assert [item.text for item in traffic.all("li")] == [f"Pod on a to node port of b, 2 of 3: {SHOULD}"]
    assert [link.attributes["href"] for link in traffic.all("a")] == [f"#{SHOULD}"]


@pytest.mark.parametrize("id", [MUST, OTHER_MUST, SHOULD, "SVC-CREATE-002", "SVC-CREATE-004", "HL-001"])
def test_every_requirement_is_told(id: str) -> None:
    """Under its id: level, outcome, statement, source, reason, cases and duration."""
    told = _page(mixed()).by_id(id)
    result = next(result for result in mixed().results if result.id == id)

    assert told.attributes["data-outcome"] == result.outcome
    assert told.attributes["data-level"] == CATALOGUE[id].level
    for words in (result.outcome, CATALOGUE[id].statement, CATALOGUE[id].source, result.reason):
        assert words in told.text
    assert (f"{len(result.cases)} case" in told.text) is bool(result.cases)


def test_a_failure_is_told_in_full() -> None:
    """What was owed, what was there, where, the evidence, and how to see it again."""
    told = _page(mixed()).by_id(SHOULD)

    values = {label.text: value.text for label, value in zip(told.all("dt"), told.all("dd"), strict=True)}
    assert values["expected"] == "IPv4, IPv6"
    assert values["observed"] == "IPv4, IPv4"
    assert values["evidence"] == f"out/evidence/{SHOULD}/main-001.json"
    assert f"Again: dualstack --dualstack-context lab --dualstack-only {SHOULD}" in told.text
    assert "open" in next(told.all("details")).attributes


def test_passed_cases_of_a_test_share_a_line() -> None:
    """A thousand cases are readable: the test once, then its parameters."""
    passed = [case(MUST, test=f"area/test_one.py::test_it[{n}-dual]", seconds=0.5) for n in range(3)]

    shown = entry(Result(MUST, Outcome.PASSED, cases=passed))

    (alike,) = shown.alike
    assert (alike.test, alike.count, alike.seconds) == ("area/test_one.py::test_it", 3, 1.5)
    assert alike.names == ("0-dual", "1-dual", "2-dual")


def test_a_page_of_many_failures_stays_small() -> None:
    """Some failures of a requirement are told in full, the others are counted and named."""
    failed = [case(MUST, Outcome.FAILED, test=f"area/test_one.py::test_it[{n}]") for n in range(TOLD + 5)]

    told = _page(report([Result(MUST, Outcome.FAILED, "25 of 25 cases failed", failed)])).by_id(MUST)

    assert len([part for part in told.all("div") if part.attributes.get("class") == "told"]) == TOLD
    assert "5 more cases failed" in told.text
    assert "24" in [name.text for name in told.all("li")]


def test_long_texts_are_cut() -> None:
    """One long text is cut where it is of no more use, and many so that all fit; what is left out is counted."""
    long = {"finding": {"observed": "x" * 9000}}
    one = case(MUST, Outcome.FAILED, **long)

    assert (
        "... and 5000 more characters, which the JSON report has"
        in _page(report([Result(MUST, Outcome.FAILED, "", [one])])).text
    )
    many = [Result(id, Outcome.FAILED, "", [case(id, Outcome.FAILED, **long)] * 9) for id in CATALOGUE]
    assert len(text(report(many)).encode()) < 2_000_000


def test_words_of_others_are_only_words() -> None:
    """Nothing that a cluster or a user says becomes an element, an attribute, a link or a template."""
    odd = case(MUST, Outcome.FAILED, text=MARKUP, title=MARKUP, test=MARKUP, evidence=(MARKUP,), file=MARKUP,
               finding={"object": MARKUP, "observed": f"{MARKUP}\n{MARKUP}"})  # fmt: skip
    broken = case(OTHER_MUST, Outcome.ERROR, text=MARKUP, reason=MARKUP)
    found = [Result(MUST, Outcome.FAILED, MARKUP, [odd]), Result(OTHER_MUST, Outcome.ERROR, MARKUP, [broken])]
    hostile = facts(notes=(MARKUP,), missing={MARKUP: MARKUP}, git_version=MARKUP, claims_contradicted=(MARKUP,))

    plain = _page(report(found, facts=facts()))
    page = _page(report(found, facts=hostile, command=MARKUP, description=MARKUP, problem=MARKUP, id=MARKUP))

    assert {(e.tag, name) for e in page.all() for name in e.attributes} == {
        (e.tag, name) for e in plain.all() for name in e.attributes
    }
    assert len(list(page.all("script"))) == 1
    assert list(page.all("img")) == []
    assert page.text.count("{{ 7*12345679 }}") > 10
    assert "86419753" not in page.text


def test_only_the_web_is_linked() -> None:
    """A file, a script or words of a report are no links; what leads out of the page is https or http."""
    links = [link.attributes["href"] for link in _page(mixed()).all("a")]

    assert [link for link in links if not re.match(r"https?://|#", link)] == []
    assert 'href="javascript' not in text(report(results(), description="javascript:alert(1)"))


def test_links_lead_to_a_place_on_the_page() -> None:
    """Each id is there once, and each link within the page has one."""
    page = _page(mixed())
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    inward = {link.attributes["href"][1:] for link in page.all("a") if link.attributes["href"].startswith("#")}

    assert len(ids) == len({*ids})
    assert inward <= {*ids}
    assert {id for id in ids if id in CATALOGUE} == {result.id for result in mixed().results}


def test_nothing_is_loaded() -> None:
    """The file is whole by itself, and its own policy lets nothing else in: only this style and this script."""
    page = _page(mixed())
    (policy,) = [e.attributes["content"] for e in page.all("meta") if e.attributes.get("http-equiv")]

    def hashed(tag: str) -> str:
        (element,) = page.all(tag)
        return base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()

    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{hashed('style')}'" in policy
    assert f"script-src 'sha256-{hashed('script')}'" in policy
    assert [e.tag for e in page.all() if "src" in e.attributes or "style" in e.attributes] == []
    assert [e.attributes["href"] for e in page.all("link")] == ["data:,"]
    assert "url(" not in next(page.all("style")).text
    assert "@import" not in next(page.all("style")).text


def test_headings_are_in_order() -> None:
    """One heading of the first level, and none skips a level."""
    levels = [int(heading.tag[1]) for heading in _page(mixed()).all("h1", "h2", "h3", "h4")]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_tables_say_what_their_headers_head() -> None:
    """Each table has a caption, and each header a scope; what scrolls can be scrolled by keyboard."""
    page = _page(mixed())
    tables = list(page.all("table"))

    assert tables
    assert all(list(table.all("caption")) for table in tables)
    assert {header.attributes.get("scope") for header in page.all("th")} == {"row", "col", "colgroup"}
    scrolling = [part for part in page.all("div") if part.attributes.get("class") == "scroll"]
    assert all(part.attributes["tabindex"] == "0" and part.attributes["role"] == "region" for part in scrolling)
    names = {part.attributes["aria-labelledby"] for part in page.all() if "aria-labelledby" in part.attributes}
    assert names <= {part.attributes.get("id") for part in page.all()}


def test_conformant_and_inconclusive() -> None:
    """A run without a cluster has a page too: it says what happened, and has no empty tables."""
    assert "conformant" in _page(report(results())).by_id("verdict").text
    page = _page(report([], facts=None, problem="it is gone"))
    assert "The run ended early: it is gone" in page.by_id("verdict").text
    assert "no cluster" in next(page.all("h1")).text
    assert list(page.all("table")) == []


def test_an_emulated_cluster_proves_nothing() -> None:
    """The page says so beside the verdict."""
    assert "emulated cluster" in _page(report(results(), facts=facts(provider="emulated"))).by_id("verdict").text
    assert "emulated cluster" not in _page(report(results())).text


def test_contradicted_claims_are_listed() -> None:
    """They decide the verdict."""
    shown = report(results(), facts=facts(claims_contradicted=("sold as dual-v6",)))

    assert "sold as dual-v6" in _page(shown).by_id("verdict").text


@pytest.mark.parametrize(("seconds", "said"), [(0.031, "0.03 s"), (12.52, "12.5 s"), (270, "4 min 30 s")])
def test_durations_are_for_people(seconds: float, said: str) -> None:
    """With as many digits as matter."""
    assert duration(seconds) == said


def test_write(tmp_path: Path) -> None:
    """The file holds the page, half a surrogate pair in an answer notwithstanding."""
    shown = report([Result(MUST, Outcome.PASSED, cases=[case(MUST, title="half \ud83d a pair")])])
    write(shown, tmp_path / "new" / "page.html")
    write_text(tmp_path / "plain", "\ud83d")

    assert r"half \ud83d a pair" in (tmp_path / "new" / "page.html").read_text(encoding="utf-8")
    assert (tmp_path / "plain").read_text(encoding="utf-8") == r"\ud83d"
