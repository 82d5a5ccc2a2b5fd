"""The report as Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from dualstack.catalogue import CATALOGUE
from dualstack.implementation import Implementation
from dualstack.report.markdown import ROOM, text, write
from dualstack.report.model import Outcome, Result
from tests.report.samples import MUST, case, facts, mixed, musts, report, results


def test_page() -> None:
    """Verdict first, then the cluster, tables, folded failures and groups."""
    page = text(mixed())

    assert page.startswith(f"## ❌ non-conformant: api, dual-v4, 2 of {len(musts())} MUSTs judged, ")
    assert "Cluster: existing v1.36.0, dual-v4, services 10.96.0.0/16 + fd00:10:96::/112" in page
    assert "| service-create |  | 1 | 1 | 2 | 1 |  | 12 |" in page
    assert "| PreferDualStack | **FAILED** | - | - | - | - |" in page
    assert "<details><summary><b>SVC-CREATE-005</b> (MUST) failed: PreferDualStack without" in page
    assert "\n  observed  IPv4, IPv4\n" in page
    assert "3 more cases failed." in page
    assert "- applies to ipv4, ipv6; this cluster is dual-v4: SVC-CREATE-004, SVC-CREATE-006" in page
    assert "- SVC-DEF-007 (SHOULD) failed: " in page
    assert page.count("<details>") == page.count("</details>") == 8


def test_traffic() -> None:
    """A matrix for each family, folded away, and what was wrong in its heading."""
    page = text(mixed())

    assert "<summary>Traffic over IPv4: 3 routes, all right</summary>" in page
    assert "<summary>Traffic over IPv6: 2 of 6 routes wrong</summary>" in page
    assert "| node port of b | **2 of 3 wrong** |\n| clusterIP | 3 |" in page


def test_whose_cluster_it_was() -> None:
    """The implementation, where the user said so."""
    owner = Implementation(organisation="Example", project="net<b>", version="1.2", url="https://example.org")

    assert "Implementation: Example, net&lt;b&gt; 1.2 https://example.org  \n" in text(
        report(results(), implementation=owner)
    )
    assert "Implementation" not in text(report(results()))


def test_a_broken_cluster_fits_in_a_comment() -> None:
    """What fails is told as far as there is room, and then by id; a long text is cut."""
    long = {"text": "x" * 9000}
    broken = [Result(id, Outcome.FAILED, "1 of 1", [case(id, Outcome.FAILED, **long)]) for id in musts()]

    page = text(report(broken))

    assert len(page.encode()) <= ROOM
    assert page.count("<details>") > 5
    assert "... and 5000 more characters" in page
    last = page[page.index("**Failed too, without room here:**") :]
    assert [id for id in musts() if f"<b>{id}</b>" not in page] == [id for id in musts() if id in last]


def _crossed(nodes: int) -> list[dict[str, object]]:
    """Traffic between all nodes of a cluster."""
    names = [f"Pod on node-{n}.some-zone.example.org" for n in range(nodes)]
    way = {"protocol": "http", "owed": "answer", "routes": 1, "wrong": 0}
    return [{"family": f, "from": a, "to": b, **way} for f in ("IPv4", "IPv6") for a in names for b in names]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.ERROR, Outcome.PASSED])
def test_whatever_there_is_fits_in_a_comment(outcome: Outcome) -> None:
    """Every requirement failed in short, or in error each for a long reason of its own, or on very many nodes."""
    nodes = 30 if outcome is Outcome.PASSED else 5
    made = [
        Result(id, outcome, f"{id} {'why ' * 200}", [case(id, outcome, traffic=_crossed(nodes))]) for id in CATALOGUE
    ]

    page = text(report(made, facts=facts(notes=("n" * 9000,))))

    assert len(page.encode()) <= ROOM
    assert page.count("</details>") == page.count("<details>")
    assert all(id in page for id in CATALOGUE) or outcome is Outcome.PASSED


def test_tables_are_whole() -> None:
    """Each row has as many cells as its head."""
    rows = [line for line in text(mixed()).splitlines() if line.startswith("|")]

    assert {row.count("|") for row in rows} == {9, 7, 3}


def test_words_of_others_are_only_words() -> None:
    """Text from a cluster or a user closes no fence and opens no element."""
    odd = case(MUST, Outcome.FAILED, text="```\n</details><b>")
    found = report([Result(MUST, Outcome.FAILED, "", [odd])], facts=facts(notes=("<script>",)))

    page = text(found)

    assert "\n````text\n" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_conformant_and_inconclusive() -> None:
    """The sign on top follows the word, and a run that ended early says so."""
    assert text(report(results())).startswith("## ✅ conformant")
    page = text(report([], facts=None, problem="it is gone"))
    assert page.startswith("## ❔ inconclusive")
    assert "> **The run ended early:** it is gone" in page


def test_contradicted_claims_are_listed() -> None:
    """They decide the verdict."""
    assert "- sold as dual-v6" in text(report(results(), facts=facts(claims_contradicted=("sold as dual-v6",))))


def test_write(tmp_path: Path) -> None:
    """The file holds the page."""
    write(mixed(), tmp_path / "new" / "summary.md")

    assert (tmp_path / "new" / "summary.md").read_text(encoding="utf-8") == text(mixed())
