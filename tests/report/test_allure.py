"""What Allure is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import allure_commons
import pytest
import yaml

from dualstack.catalogue import CATALOGUE
from dualstack.report.allure import (
    CATEGORIES,
    Label,
    apply,
    labels,
    write_categories,
    write_environment,
    write_executor,
)
from tests.docs.pages import blocks
from tests.report.samples import MUST, facts, report


class _Listener:
    """Hears what Allure's own listener would."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, ...]] = []

    @allure_commons.hookimpl
    def add_parameter(self, name: str, value: str, excluded: bool, mode: object) -> None:
        """A parameter."""
        self.heard.append(("parameter", name, "excluded" if excluded else value))

    @allure_commons.hookimpl
    def add_label(self, label_type: str, labels: tuple[str, ...]) -> None:
        """A label."""
        self.heard.append((label_type, *labels))

    @allure_commons.hookimpl
    def add_link(self, url: str, link_type: str, name: str) -> None:
        """A link."""
        self.heard.append((link_type, url))


@pytest.fixture
def listener() -> Iterator[_Listener]:
    """Registered as long as a test runs."""
    manager: Any = allure_commons.plugin_manager
    listening = _Listener()
    manager.register(listening)
    yield listening
    manager.unregister(listening)


def test_labels() -> None:
    """Epic, feature, story, and severity by level."""
    assert labels(CATALOGUE[MUST])[:4] == [
        Label("epic", "Dual-stack"),
        Label("feature", "service-create"),
        Label("story", MUST),
        Label("severity", "critical"),
    ]
    assert Label("severity", "normal") in labels(CATALOGUE["SVC-DEF-007"])


def test_apply_tells_the_listener(listener: _Listener) -> None:
    """Labels, the link to the source, and a history that does not depend on objects."""
    apply(CATALOGUE[MUST], "test_one[a]", ["row"])

    assert ("story", MUST) in listener.heard
    assert any(said[0] == "link" and said[1].startswith("https://github.com/kubernetes/") for said in listener.heard)
    assert listener.heard[-2:] == [("parameter", "case", "test_one[a]"), ("parameter", "row", "excluded")]


def test_source_without_a_link(listener: _Listener) -> None:
    """Text is not sold as a link."""
    apply(CATALOGUE["AFF-009"], "test_one")

    assert not [said for said in listener.heard if said[0] == "link"]


def test_apply_without_allure() -> None:
    """Nothing happens where nobody listens."""
    apply(CATALOGUE[MUST], "test_one")


def test_environment(tmp_path: Path) -> None:
    """One line for each fact, as Java reads properties."""
    write_environment(tmp_path, report([], command="dualstack 'C:\\x'\nü😀", facts=facts(provider="emulated")))

    lines = dict(line.split("=", 1) for line in (tmp_path / "environment.properties").read_text().splitlines())
    assert lines["Shape"] == "dual-v4"
    assert lines["Kubernetes"] == "v1.36.0"
    assert lines["Verdict"].endswith("(emulated cluster: says nothing about yours)")
    assert lines["Command"] == "dualstack 'C:\\\\x'\\n\\u00fc\\ud83d\\ude00"


def test_environment_without_a_cluster(tmp_path: Path) -> None:
    """The verdict is there all the same."""
    write_environment(tmp_path, report([], facts=None))

    assert (tmp_path / "environment.properties").read_text().startswith("Verdict=inconclusive: ")


def test_categories(tmp_path: Path) -> None:
    """Each status of Allure has a name here."""
    write_categories(tmp_path)

    found = json.loads((tmp_path / "categories.json").read_text())
    statuses = {status for entry in found for status in entry["matchedStatuses"]}
    assert statuses == {"failed", "broken", "unknown", "skipped"}
    assert len({entry["name"] for entry in found}) == len(found)


def test_which_run_it_was(tmp_path: Path) -> None:
    """Later runs stand later in the order, whatever the order in which they are shown."""
    write_executor(tmp_path, report([]))
    about = json.loads((tmp_path / "executor.json").read_text())

    assert about["buildOrder"] > 0
    assert about["reportName"].startswith(("conformant", "non-conformant", "inconclusive"))


def test_the_page_gives_allure_3_the_same_categories() -> None:
    """Which reads them from its own configuration: the one on the page."""
    (block,) = [block for block in blocks(Path("docs/allure.md")) if "file" in block.words]
    shown = yaml.safe_load(block.text)["categories"]

    assert [category["name"] for category in shown] == [category["name"] for category in CATEGORIES]
    assert [category["matchedStatuses"] for category in shown] == [entry["matchedStatuses"] for entry in CATEGORIES]
