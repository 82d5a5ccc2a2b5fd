"""The JSON report and its schema."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dualstack.report.files import write_text
from dualstack.report.jsonreport import SCHEMA_FILE, from_json, read, to_json, write
from dualstack.report.model import Outcome, Report
from tests.report.samples import MUST, SHOULD, facts, mixed, report, results


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    """The published schema."""
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


REPORTS: list[Any] = [
    pytest.param(mixed, id="one of everything"),
    pytest.param(lambda: report(results()), id="conformant"),
    pytest.param(lambda: report([], facts=None, problem="no cluster"), id="no cluster"),
    pytest.param(lambda: report(results({MUST: Outcome.FAILED, SHOULD: Outcome.FAILED})), id="warnings"),
    pytest.param(lambda: report([], interrupted=True, facts=facts(claims_contradicted=("c",))), id="interrupted"),
]


@pytest.mark.parametrize("make", REPORTS)
def test_report_fits_its_schema(make: Callable[[], Report], validator: jsonschema.Draft202012Validator) -> None:
    """Every report, and after a journey through text too."""
    validator.validate(json.loads(json.dumps(to_json(make()))))


@pytest.mark.parametrize("make", REPORTS)
def test_report_comes_back(make: Callable[[], Report], tmp_path: Path) -> None:
    """What is written can be read as the same report."""
    write(make(), tmp_path / "report.json")

    assert to_json(read(tmp_path / "report.json")) == to_json(make())


def test_words_of_the_report() -> None:
    """The fields that others rely on."""
    data = to_json(mixed())

    assert data["schema"] == "dualstack-report/v2"
    assert data["verdict"]["word"] == "non-conformant"
    assert data["verdict"]["exit_code"] == 1
    assert data["cluster"]["shape"] == "dual-v4"
    assert {entry["id"]: entry["outcome"] for entry in data["requirements"]} == {
        "SVC-CREATE-001": "error",
        "SVC-CREATE-005": "failed",
        "SVC-CREATE-002": "known-failure",
        "SVC-CREATE-004": "unsupported",
        "SVC-CREATE-006": "unsupported",
        "SVC-DEF-007": "failed",
        "HL-001": "not-run",
    }
    assert data["requirements"][1]["cases"][0]["finding"]["observed"] == "IPv4, IPv4"


def _objects(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all objects in a document that are not maps with free keys."""
    if isinstance(data, list):
        return [found for index, item in enumerate(data) for found in _objects(item, (*path, index))]
    if not isinstance(data, dict) or path[-1:] in (("missing",), ("permissions",), ("options",), ("components",)):
        return []
    return [path, *(found for key, item in data.items() for found in _objects(item, (*path, key)))]


def test_schema_is_strict(validator: jsonschema.Draft202012Validator) -> None:
    """A field more in any object is refused, and a field less, unless it is one of a finding."""
    data = to_json(mixed())

    for path in _objects(data):
        wrong = copy.deepcopy(data)
        place = wrong
        for key in path:
            place = place[key]
        place["surprise"] = 1
        assert not validator.is_valid(wrong), path
        del place["surprise"]
        if path[-1:] != ("finding",):
            del place[next(iter(place))]
            assert not validator.is_valid(wrong), path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("verdict", "word"), "fine"),
        (("verdict", "exit_code"), 6),
        (("run", "profile"), "tiny"),
        (("cluster", "shape"), "dual"),
        (("requirements", 0, "outcome"), "skipped"),
        (("requirements", 0, "id"), "one"),
        (("schema",), "dualstack-report/v1"),
        (("digest",), "sha256:0"),
        (("run", "implementation", "claims", "shape"), "dual"),
        (("run", "known_failures", 0, "reason"), ""),
    ],
)
def test_schema_knows_the_words(
    path: tuple[Any, ...], value: object, validator: jsonschema.Draft202012Validator
) -> None:
    """A word of nobody is refused."""
    data = to_json(mixed())
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value

    assert not validator.is_valid(data)


def test_report_of_another_version_is_refused() -> None:
    """Not half understood."""
    with pytest.raises(ValueError, match="dualstack-report/v9"):
        from_json({"schema": "dualstack-report/v9"})


def test_file_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails leaves what was there, and no draft."""
    target = tmp_path / "report.json"
    write_text(target, "old")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(OSError, match="disk full"):
        write_text(target, "new")

    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    assert target.read_text(encoding="utf-8") == "old"
