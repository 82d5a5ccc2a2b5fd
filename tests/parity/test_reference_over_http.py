"""Every recorded answer, asked again over HTTPS: of the emulated server, and of a real one where there is one.

The rulebook only writes the bodies here; answers are compared with the recording itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator

import pytest

from dualstack import binaries
from dualstack.cluster.answer import Answer
from dualstack.cluster.api import Api
from dualstack.cluster.connection import KubernetesTransport
from dualstack.errors import UsageProblem
from dualstack.families import Family, Shape, family_of
from dualstack.providers.apiserver import ApiserverProvider
from dualstack.providers.base import Connection, Provider
from dualstack.providers.emulated import EmulatedProvider
from dualstack.rulebook.changes import change_named
from dualstack.rulebook.conversion import Plain
from dualstack.rulebook.model import Change, Kind, ServiceRequest, ServiceSpec
from dualstack.rulebook.wire import held_addresses
from dualstack.settings import Settings
from tests.parity.asking import Asker
from tests.parity.test_emulator_never_surprises import NETWORKS
from tests.rulebook.reference_rows import Row, request_of, rows, stored_of, write_of

LEFT_OUT_OF_CONVERSIONS = ("clusterIP", "selector", "nodePort")


def emulated(shape: Shape) -> Provider:
    """The emulated server in a child process."""
    return EmulatedProvider(Settings(shape=shape))


def apiserver(shape: Shape) -> Provider:
    """A real one, from binaries."""
    try:
        found = binaries.find(None, os.environ)
    except UsageProblem as absent:
        pytest.skip(str(absent).replace("\n", ";"))
    return ApiserverProvider(Settings(shape=shape, binaries=found))


@pytest.fixture(params=[emulated, apiserver])
def start(request: pytest.FixtureRequest) -> Iterator[Callable[[Shape], Provider]]:
    """Makes providers; stops what they started."""
    made: list[Provider] = []

    def provider(shape: Shape) -> Provider:
        made.append(request.param(shape))
        return made[-1]

    yield provider
    for started in made:
        started.stop()


@pytest.mark.parametrize("shape", [Shape.DUAL_V4, Shape.IPV4, Shape.IPV6])
def test_every_recorded_create(start: Callable[[Shape], Provider], shape: Shape) -> None:
    """Each create is answered as recorded; what was created is deleted again."""
    recorded = [row for row in rows("service_create.jsonl") if row["cluster"] == shape]
    asker = asker_of(start(shape).start(), shape)
    wrong = []
    for row in recorded:
        request = request_of(row)
        addresses = asker.addresses(request.cluster_ip, *(request.cluster_ips or ()))
        answer = asker.create(request, addresses)
        if answer.accepted:
            asker.delete(answer.body["metadata"]["name"])
        if result_of(answer) != row["result"]:
            wrong.append((row, result_of(answer)))

    assert len(recorded) >= 510
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("shape", [Shape.DUAL_V4, Shape.IPV4])
def test_every_recorded_transition(start: Callable[[Shape], Provider], shape: Shape) -> None:
    """Each change to each state is answered as recorded."""
    recorded = [row for row in rows("service_transitions.jsonl") if row["cluster"] == shape]
    asker = asker_of(start(shape).start(), shape)
    stored: dict[ServiceSpec, Answer] = {}
    wrong = []
    for row in recorded:
        spec = stored_of(row["from"], Kind(row["kind"]))
        before = stored.get(spec) or stored.setdefault(spec, store(asker, spec))
        change = change_named(row["change"], spec)
        assert change is not None
        name, addresses = before.body["metadata"]["name"], held_addresses(before.body)
        result = result_of(asker.patch(name, change, addresses, dry_run=True), before)
        if result != row["result"]:
            wrong.append((row, result))

    assert len(recorded) >= 523
    assert not wrong, listed(wrong)


@pytest.mark.parametrize(
    ("before", "after"),
    [(Shape.IPV4, Shape.DUAL_V4), (Shape.DUAL_V4, Shape.IPV4), (Shape.DUAL_V4, Shape.DUAL_V6)],
)
def test_every_recorded_conversion(start: Callable[[Shape], Provider], before: Shape, after: Shape) -> None:
    """Services stored under one shape and written under another are answered as recorded."""
    recorded = [r for r in rows("service_conversion.jsonl") if (r["before"], r["after"]) == (before, after)]
    cluster = start(before).convertible(before)
    assert cluster is not None
    asker = asker_of(cluster.connection, before)
    stored = [store(asker, stored_of(row["stored"], Kind(row["kind"]))) for row in recorded]

    cluster.restart(after)

    asker = asker_of(cluster.connection, after)
    answers = [write(asker, was, row["write"]) for was, row in zip(stored, recorded, strict=True)]
    results = [without(result_of(*pair), LEFT_OUT_OF_CONVERSIONS) for pair in zip(answers, stored, strict=True)]
    wrong = [(row, result) for row, result in zip(recorded, results, strict=True) if row["result"] != result]
    assert len(recorded) >= 117
    assert not wrong, listed(wrong)


def asker_of(connection: Connection, shape: Shape) -> Asker:
    """Asks the server behind a connection."""
    return Asker(Api(KubernetesTransport(connection)), shape, NETWORKS)


def store(asker: Asker, spec: ServiceSpec) -> Answer:
    """A Service in this state."""
    families = None if spec.is_external_name else spec.families
    answer = asker.create(ServiceRequest(spec.kind, spec.policy, families), {})
    assert answer.accepted, answer.message
    return answer


def write(asker: Asker, stored: Answer, name: str) -> Answer:
    """Read, delete or change a Service, as a conversion row says."""
    service, change = stored.body["metadata"]["name"], write_of(name)
    if change is Plain.READ:
        return asker.get(service)
    if change is Plain.DELETE:
        return asker.delete(service)
    if change == Change():
        return asker.merge(service, {"metadata": {"labels": {"touched": "yes"}}})
    return asker.patch(service, change, held_addresses(stored.body))


def result_of(answer: Answer, before: Answer | None = None) -> Row:
    """A real answer in the form of a row's ``result``."""
    if not answer.accepted:
        causes = sorted([reason or None, field or None] for reason, field in answer.causes)
        return {"code": answer.status, "reason": answer.reason, "causes": causes}
    sent = answer.body["spec"]
    plural = sent.get("clusterIPs", [])
    spec: Row = {"type": sent["type"], "selector": bool(sent.get("selector"))}
    spec |= {name: sent[name] for name in ("ipFamilyPolicy", "ipFamilies") if name in sent}
    spec |= {"clusterIP": abstracted(sent["clusterIP"])} if sent.get("clusterIP") else {}
    spec |= {"clusterIPs": [abstracted(text) for text in plural]} if plural else {}
    spec |= {"nodePort": True} if any(port.get("nodePort") for port in sent.get("ports", [])) else {}
    if before is None:
        return {"code": answer.status, "spec": spec}
    first = before.body["spec"].get("clusterIPs", [])[:1]
    return {"code": answer.status, "spec": spec, "primaryKept": bool(first) and plural[:1] == first}


def abstracted(text: str) -> str:
    """An address as its family."""
    return text if text == "None" else Family(family_of(text)).value


def without(result: Row, fields: tuple[str, ...]) -> Row:
    """A result with some fields of its ``spec`` left out."""
    for field in fields:
        result.get("spec", {}).pop(field, None)
    return result


def listed(wrong: list[tuple[Row, Row]]) -> str:
    """Each recorded row with the answer that was had instead."""
    return "\n".join(f"{json.dumps(row)}\n  answered: {json.dumps(result)}" for row, result in wrong)
