"""The catalogue for people."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dualstack import defects
from dualstack.catalogue import CATALOGUE, UnknownRequirement
from dualstack.report.requirements_page import explain, listing, page


@pytest.fixture(autouse=True)
def _two_defects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two defects that one requirement catches."""
    trips = SimpleNamespace(trips=frozenset({"SVC-CREATE-003"}))
    monkeypatch.setattr(defects, "load_all", lambda: {"b/two": trips, "a/one": trips})


def test_page_has_every_requirement() -> None:
    """With its statement under its area."""
    text = page({"SVC-CREATE-003": ["service_create/test_single_family.py::test_one"]})

    assert [line[4:] for line in text.splitlines() if line.startswith("### ")] == list(CATALOGUE)
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(
        dict.fromkeys(entry.area for entry in CATALOGUE.values())
    )
    section = text.partition("### SVC-CREATE-003\n")[2].partition("###")[0]
    assert "\n- **MUST** since 1.23 on ipv4, ipv6, dual-v4, dual-v6; profile api\n" in section
    assert "](https://github.com/kubernetes/kubernetes/blob/" in section
    assert "\n- Fault: " in section
    assert "- Defects that it catches: `a/one`, `b/two`" in section
    assert "- Tests: `service_create/test_single_family.py::test_one`" in section


def test_markup_in_words_is_escaped() -> None:
    """A clause that says [0] or * shows it."""
    assert "clusterIPs\\[0\\]" in page()
    assert "clusterIPs[0]" not in page()


def test_explain() -> None:
    """Everything about one requirement, a long link beside its label."""
    lines = explain("SVC-CREATE-003", {"SVC-CREATE-003": ["test_a", "test_b"]}).splitlines()

    assert lines[0].startswith("SVC-CREATE-003 (MUST)  A single requested family")
    assert "  since     Kubernetes 1.23" in lines
    assert "  needs     nothing" in lines
    assert "  defects   a/one, b/two" in lines
    assert "  tests     test_a, test_b" in lines
    assert any(line.startswith("  link      https://github.com/") for line in lines)


def test_explain_unknown() -> None:
    """With the nearest ids."""
    with pytest.raises(UnknownRequirement, match="SVC-CREATE-003"):
        explain("SVC-CREATE-03")


def test_listing() -> None:
    """One line each."""
    assert [line.split()[0] for line in listing()] == list(CATALOGUE)
