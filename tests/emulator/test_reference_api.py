"""The whole emulated server, from request to answer, gives every recorded answer of a real one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dualstack.emulator.cluster import EmulatedCluster
from dualstack.families import Shape
from tests.emulator.api import MERGE, SERVICES, Answer, Api
from tests.emulator.reference import Pins, Row, abstract_spec, pin, rows, service_body, service_change

SUBJECT = f"{SERVICES}/subject"
WRITES: dict[str, Any] = {
    "label patch": {"metadata": {"labels": {"a": "b"}}},
    "selector patch": {"spec": {"selector": {"app": "y"}}},
    "type=NodePort": {"spec": {"type": "NodePort"}},
    "type=ExternalName": {"spec": {"type": "ExternalName", "externalName": "example.com"}},
}


class Clusters:
    """One cluster per shape, used again and again: what a row made is deleted after it."""

    def __init__(self) -> None:
        self._apis = {shape: Api(EmulatedCluster(shape, seed=1)) for shape in Shape}

    def __getitem__(self, shape: str) -> Api:
        return self._apis[Shape(shape)]


def observed(answer: Answer, full: bool = True) -> Row:
    """An answer as the rows show it."""
    if answer.code < 400:
        return {"code": answer.code, "spec": abstract_spec(answer.body["spec"], full)}
    found = answer.body["details"].get("causes", [])
    causes = sorted({(cause.get("reason"), cause.get("field")) for cause in found}, key=str)
    return {"code": answer.code, "reason": answer.body["reason"], "causes": [list(cause) for cause in causes]}


def judged(before: Row, answer: Answer, full: bool = True) -> Row:
    """The answer to a change of a Service that had this spec."""
    shown = observed(answer, full)
    if answer.code == 200:
        shown["primaryKept"] = before.get("clusterIP", "none") == answer.body["spec"].get("clusterIP")
    return shown


def create(clusters: Clusters, row: Row) -> Row:
    """One row of creates."""
    body = service_body(row["kind"])
    body["spec"] |= {key: row[key] for key in ("ipFamilyPolicy", "ipFamilies") if row[key] is not None}
    pin(body["spec"], row.get("pinned") or {}, Pins())
    api = clusters[row["cluster"]]
    dry, lasting = api("POST", SERVICES, body, dryRun="All"), api("POST", SERVICES, body)
    if lasting.code == 201:
        api("DELETE", SUBJECT)
    assert observed(dry) == observed(lasting)
    return observed(lasting)


def stored(api: Api, kind: str, state: Row) -> Row:
    """Store a Service in a state; the spec it has then."""
    body = service_body(kind)
    body["spec"] |= {key: state[key] for key in ("ipFamilyPolicy", "ipFamilies") if key in state}
    answer = api("POST", SERVICES, body)
    assert answer.code == 201, answer
    spec: Row = answer.body["spec"]
    return spec


def transition(clusters: Clusters, row: Row) -> Row:
    """One row of transitions."""
    api = clusters[row["cluster"]]
    before = stored(api, row["kind"], row["from"])
    answer = api("PATCH", SUBJECT, {"spec": service_change(row["change"], before)}, MERGE)
    if answer.code >= 400:
        assert api.stored(SUBJECT)["spec"] == before
    api("DELETE", SUBJECT)
    return judged(before, answer)


def conversion(clusters: Clusters, row: Row) -> Row:
    """One row of conversions."""
    api = Api(EmulatedCluster(Shape(row["before"]), seed=1))
    before = stored(api, row["kind"], row["stored"])
    api.cluster.restart(Shape(row["after"]))
    write = row["write"]
    if write == "read":
        answer = api("GET", SUBJECT)
    elif write == "delete":
        answer = api("DELETE", SUBJECT)
    else:
        policy = {"spec": {"ipFamilyPolicy": write.removeprefix("policy=")}}
        answer = api("PATCH", SUBJECT, WRITES.get(write, policy), MERGE)
    return judged(before, answer, full=False)


@pytest.mark.parametrize(
    ("name", "run"),
    [("service_create", create), ("service_transitions", transition), ("service_conversion", conversion)],
)
def test_the_server_answers_like_the_recorded_one(name: str, run: Callable[[Clusters, Row], Row]) -> None:
    """Every row: the same code, reason and causes, or the same policy, families and addresses."""
    recorded = rows(f"{name}.jsonl")
    clusters = Clusters()

    wrong = [(row, answer) for row in recorded if (answer := run(clusters, row)) != row["result"]]

    assert recorded
    assert not wrong, f"{len(wrong)} of {len(recorded)} rows differ\n" + "\n".join(map(str, wrong[:5]))
