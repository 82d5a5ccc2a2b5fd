"""The rulebook says what real servers said: every recorded row, none excepted."""

from __future__ import annotations

import json

from dualstack.families import Shape
from dualstack.rulebook.changes import change_named
from dualstack.rulebook.conversion import rewrite
from dualstack.rulebook.creation import create
from dualstack.rulebook.model import Kind
from dualstack.rulebook.transition import update
from tests.rulebook.reference_rows import Row, request_of, result_of, rows, stored_of, write_of


def _listed(disagreements: list[tuple[Row, Row]]) -> str:
    return "\n".join(f"{json.dumps(row)}\n  rulebook: {json.dumps(result)}" for row, result in disagreements)


def test_every_create() -> None:
    """All creates of all recorded clusters get the recorded answer."""
    recorded = rows("service_create.jsonl")
    results = [result_of(create(Shape(row["cluster"]), request_of(row)), 201) for row in recorded]

    wrong = [(row, result) for row, result in zip(recorded, results, strict=True) if row["result"] != result]

    assert len(recorded) >= 1530
    assert not wrong, _listed(wrong)


def test_every_transition() -> None:
    """All changes to all stored states get the recorded answer, and the primary address stays or goes as recorded."""
    recorded = rows("service_transitions.jsonl")
    wrong = []
    for row in recorded:
        stored = stored_of(row["from"], Kind(row["kind"]))
        change = change_named(row["change"], stored)
        assert change is not None, f"the recording has {row['change']!r} for {row['from']}, the rulebook has not"
        result = result_of(update(Shape(row["cluster"]), stored, change), 200)
        if row["result"] != result:
            wrong.append((row, result))

    assert len(recorded) >= 1630
    assert not wrong, _listed(wrong)


def test_every_conversion() -> None:
    """Services stored under another shape are read, written and deleted as recorded."""
    recorded = rows("service_conversion.jsonl")
    wrong = []
    for row in recorded:
        stored = stored_of(row["stored"], Kind(row["kind"]))
        answer = rewrite(Shape(row["before"]), Shape(row["after"]), stored, write_of(row["write"]))
        result = _as_conversion_row(result_of(answer, 200))
        if row["result"] != result:
            wrong.append((row, result))

    assert len(recorded) >= 567
    assert not wrong, _listed(wrong)


def test_conversion_depends_on_the_version_where_recorded() -> None:
    """Where servers before and after 1.33 differ about a converted cluster, the rulebook knows both answers."""
    recorded = [row for row in rows("version_differences.jsonl") if row["source"] == "service_conversion"]
    wrong = []
    for row in recorded:
        stored = stored_of(row["stored"], Kind(row["kind"]))
        for answer in row["answers"]:
            for version in answer["versions"].split(","):
                owed = rewrite(
                    Shape(row["before"]), Shape(row["after"]), stored, write_of(row["write"]), _version(version)
                )
                result = _as_conversion_row(result_of(owed, 200))
                if _without_empty_causes(answer["result"]) != result:
                    wrong.append((row, result))

    assert len(recorded) >= 8
    assert not wrong, _listed(wrong)


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


def _as_conversion_row(result: Row) -> Row:
    """Conversion rows leave out what follows from the rest."""
    if "spec" in result:
        for field in ("clusterIP", "selector", "nodePort"):
            result["spec"].pop(field, None)
    return result


def _without_empty_causes(result: Row) -> Row:
    """An InternalError has one cause that names neither reason nor field."""
    if result["code"] == 500:
        return {**result, "causes": [cause for cause in result["causes"] if cause != [None, None]]}
    return result
