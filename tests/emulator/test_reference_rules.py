"""The rules of the emulated cluster give every recorded answer of real API servers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from dualstack.families import Shape
from tests.emulator.cluster_driver import ClusterDriver
from tests.emulator.reference import Pins, Row, abstract_spec, pin, rows, service_body, service_change
from tests.emulator.strategy_driver import Answer, Driver
from tests.emulator.version_cases import run_case

NAMESPACE, NAME = "default", "subject"
AnyDriver = Driver | ClusterDriver
Start = type[Driver] | type[ClusterDriver]
EITHER = pytest.mark.parametrize("start", [Driver, ClusterDriver], ids=["rules", "cluster"])


def _observed(answer: Answer, full: bool = True) -> Row:
    if answer.code >= 400:
        causes = [[reason or None, path or None] for reason, path in answer.causes]
        return {"code": answer.code, "reason": answer.reason, "causes": causes}
    return {"code": answer.code, "spec": abstract_spec(answer.body["spec"], full)}


def _differences(all_rows: list[Row], run: Callable[[Start, Row], Row], start: Start) -> list[str]:
    differences = []
    for row in all_rows:
        observed = run(start, row)
        if observed != row["result"]:
            asked = {key: value for key, value in row.items() if key != "result"}
            differences.append(f"{asked}\n  expected {row['result']}\n  observed {observed}")
    return differences


def _create(start: Start, row: Row) -> Row:
    body = service_body(row["kind"])
    for key in ("ipFamilyPolicy", "ipFamilies"):
        if row[key] is not None:
            body["spec"][key] = row[key]
    pin(body["spec"], row.get("pinned") or {}, Pins())
    return _observed(start(Shape(row["cluster"])).create("services", body))


def _stored(driver: AnyDriver, kind: str, state: Row) -> Row:
    body = service_body(kind)
    wanted = {key: state[key] for key in ("ipFamilyPolicy", "ipFamilies") if key in state}
    body["spec"] |= wanted
    answer = driver.create("services", body)
    assert answer.code == 201, answer
    spec: Row = answer.body["spec"]
    return spec


def _kept(before: Row, answer: Answer) -> bool:
    return bool(before.get("clusterIP", "none") == answer.body["spec"].get("clusterIP"))


def _transition(start: Start, row: Row) -> Row:
    driver = start(Shape(row["cluster"]))
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


def _conversion(start: Start, row: Row, version: tuple[int, int] = (1, 36)) -> Row:
    driver = start(Shape(row["before"]), version)
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
@EITHER
def test_rules_answer_like_the_recorded_server(name: str, run: Callable[[Start, Row], Row], start: Start) -> None:
    """Every row: the same code, reason and causes, or the same policy, families and addresses."""
    recorded = rows(name)

    differences = _differences(recorded, run, start)

    assert recorded
    assert not differences, f"{len(differences)} of {len(recorded)} rows differ\n" + "\n".join(differences[:10])


RECORDED = ((1, 23), (1, 26), (1, 28), (1, 30), (1, 31), (1, 33), (1, 35), (1, 36))
_NOT_OF_A_RESOURCE = ("unknown field", "v1 Endpoints is deprecated")
"""Warnings that come from decoding and routing, whatever the object."""


def _versions(text: str) -> list[tuple[int, int]]:
    versions = []
    for part in text.split(","):
        first, _, last = part.partition("..")
        low, high = (tuple(int(number) for number in end.split(".")) for end in (first, last or first))
        versions += [version for version in RECORDED if low <= version <= high]
    return versions


def _warnings(texts: list[str]) -> list[str]:
    plain = (text.replace('\\"', '"') for text in texts)
    kept = [text for text in plain if not text.startswith(_NOT_OF_A_RESOURCE)]
    return sorted(re.sub(r'"[^" ]*[:.<][^" ]*"', '"<address>"', text) for text in kept)


def _version_problems(row: Row, result: Row, answer: Answer) -> list[str]:
    shown = {key for each in row["answers"] for key in each["result"].get("spec", {})}
    spec = answer.body.get("spec", answer.body)
    if "type" in spec and "type" in shown:
        spec = spec | abstract_spec(spec)
    expected = {key: result.get("spec", {}).get(key) for key in shown if key != "nodePort"}
    pairs = [
        ("code", result["code"], answer.code),
        ("causes", result.get("causes", []), [list(cause) for cause in answer.causes]),
        ("warnings", _warnings(result.get("warnings", [])), _warnings(answer.warnings)),
    ]
    if answer.code < 400:
        pairs.append(("spec", expected, {key: spec.get(key) for key in expected}))
    if "status" in result:
        for key, value in result["status"].items():
            pairs.append((f"status.{key}", value, answer.body["status"].get(key)))
    return [f"{what}: expected {wanted}, observed {got}" for what, wanted, got in pairs if wanted != got]


def _version_runs(row: Row, start: Start) -> list[tuple[Row, Answer | None, str]]:
    runs = []
    for each in row["answers"]:
        for version in _versions(each["versions"]):
            for cluster in row["clusters"]:
                answer = run_case(start(Shape(cluster), version), row["case"])
                runs.append((each["result"], answer, f"{row['case']} on {cluster} {version}"))
    return runs


@EITHER
def test_rules_know_what_changed_between_versions(start: Start) -> None:
    """Every recorded difference that the rules of a resource decide, at every version that was recorded."""
    recorded = [row for row in rows("version_differences.jsonl") if row["source"] == "extras"]

    differences, judged = [], 0
    for row in recorded:
        for result, answer, what in _version_runs(row, start):
            if answer is not None:
                judged += 1
                differences += [f"{what}: {problem}" for problem in _version_problems(row, result, answer)]

    assert judged > 5000
    assert not differences, f"{len(differences)} differences\n" + "\n".join(differences[:20])


@EITHER
def test_reversed_conversions_depend_on_the_version(start: Start) -> None:
    """A range of which only the primary family changed gives no addresses once ranges are objects."""
    recorded = [row for row in rows("version_differences.jsonl") if row["source"] == "service_conversion"]

    differences = []
    for row in recorded:
        for each in row["answers"]:
            for version in _versions(each["versions"]):
                observed = _conversion(start, row, version)
                if observed != each["result"]:
                    differences.append(f"{row} {version}: {observed}")

    assert recorded
    assert not differences, "\n".join(differences)
