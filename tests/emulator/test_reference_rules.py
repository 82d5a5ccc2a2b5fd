"""The rules of the emulated cluster give every recorded answer of real API servers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dualstack.families import Shape
from tests.emulator.reference import Pins, Row, abstract_spec, pin, rows, service_body, service_change
from tests.emulator.strategy_driver import Answer, Driver

NAMESPACE, NAME = "default", "subject"


def _observed(answer: Answer, full: bool = True) -> Row:
    if answer.code >= 400:
        causes = [[reason or None, path or None] for reason, path in answer.causes]
        return {"code": answer.code, "reason": answer.reason, "causes": causes}
    return {"code": answer.code, "spec": abstract_spec(answer.body["spec"], full)}


def _differences(all_rows: list[Row], run: Callable[[Row], Row]) -> list[str]:
    differences = []
    for row in all_rows:
        observed = run(row)
        if observed != row["result"]:
            asked = {key: value for key, value in row.items() if key != "result"}
            differences.append(f"{asked}\n  expected {row['result']}\n  observed {observed}")
    return differences


def _create(row: Row) -> Row:
    body = service_body(row["kind"])
    for key in ("ipFamilyPolicy", "ipFamilies"):
        if row[key] is not None:
            body["spec"][key] = row[key]
    pin(body["spec"], row.get("pinned") or {}, Pins())
    return _observed(Driver(Shape(row["cluster"])).create("services", body))


def _stored(driver: Driver, kind: str, state: Row) -> Row:
    body = service_body(kind)
    wanted = {key: state[key] for key in ("ipFamilyPolicy", "ipFamilies") if key in state}
    body["spec"] |= wanted
    answer = driver.create("services", body)
    assert answer.code == 201, answer
    return answer.body["spec"]


def _kept(before: Row, answer: Answer) -> bool:
    return before.get("clusterIP", "none") == answer.body["spec"].get("clusterIP")


def _transition(row: Row) -> Row:
    driver = Driver(Shape(row["cluster"]))
    before = _stored(driver, row["kind"], row["from"])
    assert abstract_spec(before) == row["from"]
    answer = driver.patch("services", NAMESPACE, NAME, {"spec": service_change(row["change"], before)})
    observed = _observed(answer)
    if answer.code == 200:
        observed["primaryKept"] = _kept(before, answer)
    return observed


_CONVERSION_WRITES: dict[str, Any] = {
    "label patch": {"metadata": {"labels": {"a": "b"}}},
    "selector patch": {"spec": {"selector": {"app": "y"}}},
    "type=NodePort": {"spec": {"type": "NodePort"}},
    "type=ExternalName": {"spec": {"type": "ExternalName", "externalName": "example.com"}},
}


def _conversion(row: Row, version: tuple[int, int] = (1, 36)) -> Row:
    driver = Driver(Shape(row["before"]), version)
    before = _stored(driver, row["kind"], row["stored"])
    assert abstract_spec(before, full=False) == row["stored"]
    driver.restart(Shape(row["after"]))
    write = row["write"]
    if write == "read":
        answer = Answer(200, body={"spec": before})
    elif write == "delete":
        answer = driver.delete("services", NAMESPACE, NAME)
    else:
        policy = {"spec": {"ipFamilyPolicy": write.removeprefix("policy=")}}
        answer = driver.patch("services", NAMESPACE, NAME, _CONVERSION_WRITES.get(write, policy))
    observed = _observed(answer, full=False)
    if answer.code == 200:
        observed["primaryKept"] = _kept(before, answer)
    return observed


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("service_create.jsonl", _create),
        ("service_transitions.jsonl", _transition),
        ("service_conversion.jsonl", _conversion),
    ],
    ids=["creates", "transitions", "conversions"],
)
def test_rules_answer_like_the_recorded_server(name: str, run: Callable[[Row], Row]) -> None:
    """Every row: the same code, reason and causes, or the same policy, families and addresses."""
    recorded = rows(name)

    differences = _differences(recorded, run)

    assert recorded
    assert not differences, f"{len(differences)} of {len(recorded)} rows differ\n" + "\n".join(differences[:10])
