"""The recorded answers of real servers, read into the rulebook's words.

The recordings lie beside the checkout, not in it; without them these tests are skipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dualstack.families import Family
from dualstack.rulebook.conversion import Plain
from dualstack.rulebook.model import (
    NONE,
    Accepted,
    Change,
    ClusterIP,
    Kind,
    NodePort,
    Place,
    Policy,
    Refused,
    ServiceRequest,
    ServiceSpec,
    ServiceType,
)

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    """Every row of one reference file; skips the test where the recordings are not at hand."""
    path = REFERENCE / name
    if not path.is_file():
        pytest.skip(f"no recorded answers at ../shared/reference/{name}")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def request_of(row: Row) -> ServiceRequest:
    """The create that a row describes; its pinned addresses were free."""
    pinned = row.get("pinned") or {}
    singular, plural = pinned.get("clusterIP"), pinned.get("clusterIPs")
    return ServiceRequest(
        kind=Kind(row["kind"]),
        policy=row["ipFamilyPolicy"],
        families=None if row["ipFamilies"] is None else tuple(row["ipFamilies"]),
        cluster_ip=None if singular is None else _free(singular),
        cluster_ips=None if plural is None else tuple(_free(family) for family in plural),
    )


def stored_of(state: Row, kind: Kind) -> ServiceSpec:
    """The stored Service that a row starts from."""
    addresses = tuple(_held(family) for family in state.get("clusterIPs", ()))
    return ServiceSpec(
        type=ServiceType(state["type"]),
        policy=state.get("ipFamilyPolicy"),
        families=tuple(state.get("ipFamilies", ())),
        cluster_ip=addresses[0] if addresses else None,
        cluster_ips=addresses,
        selector=kind.has_selector,
    )


def write_of(name: str) -> Change | Plain:
    """The write of a conversion row."""
    if name in ("read", "delete"):
        return Plain(name)
    if name == "label patch":
        return Change()
    if name == "selector patch":
        return Change(selector=True)
    field, _, value = name.partition("=")
    return Change(type=ServiceType(value)) if field == "type" else Change(policy=Policy(value))


def result_of(answer: Accepted | Refused, code: int) -> Row:
    """An answer of the rulebook in the form of a row's ``result``."""
    if isinstance(answer, Refused):
        causes = sorted([cause.reason, cause.field] for cause in answer.causes)
        return {"code": answer.code, "reason": answer.reason, "causes": causes}
    spec = answer.spec
    fields: Row = {"type": spec.type.value, "selector": spec.selector}
    if not spec.is_external_name:
        families = list(answer.address_families)
        fields |= {"ipFamilyPolicy": spec.policy, "ipFamilies": list(spec.families)}
        fields |= {"clusterIP": families[0], "clusterIPs": families}
    if answer.node_port is not NodePort.ABSENT:
        fields["nodePort"] = True
    result: Row = {"code": code, "spec": fields}
    if answer.primary_kept is not None:
        result["primaryKept"] = answer.primary_kept
    return result


def _free(family: str) -> ClusterIP:
    return ClusterIP(Family(family), Place.FREE)


def _held(family: str) -> ClusterIP:
    return NONE if family == "None" else ClusterIP(Family(family), Place.HELD)
