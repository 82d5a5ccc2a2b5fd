"""The recorded answers of real API servers, and how their rows describe requests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dualstack.families import Family, family_of

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "reference"
Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    """All rows of one file; skips where the recordings are not at hand."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the recorded answers are not at hand: no {path}")
    return [json.loads(line) for line in path.read_text().splitlines()]


def service_body(kind: str, name: str = "subject") -> Row:
    """The body that the rows of a kind were recorded with."""
    spec: Row = {
        "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}],
        "selector": {"app": "x"},
    }
    if kind in ("NodePort", "LoadBalancer", "ExternalName"):
        spec["type"] = kind
    if kind.startswith("Headless"):
        spec["clusterIP"] = "None"
    if kind in ("HeadlessNoSelector", "ExternalName"):
        del spec["selector"]
    if kind == "ExternalName":
        spec["externalName"] = "example.com"
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def merged_spec(body: Row, change: Row) -> Row:
    """A body with other spec fields; ``None`` removes one."""
    spec = {key: value for key, value in (body["spec"] | change).items() if value is not None}
    return body | {"spec": spec}


def abstract(text: str) -> str:
    """An address as the rows show it: its family."""
    return text if text == "None" else str(family_of(text))


def abstract_spec(spec: Row, full: bool = True) -> Row:
    """A spec as the rows show it."""
    shown: Row = {"type": spec["type"]}
    if spec.get("ipFamilyPolicy") is not None:
        shown["ipFamilyPolicy"] = spec["ipFamilyPolicy"]
    if spec.get("ipFamilies"):
        shown["ipFamilies"] = spec["ipFamilies"]
    if full and spec.get("clusterIP"):
        shown["clusterIP"] = abstract(spec["clusterIP"])
    if spec.get("clusterIPs"):
        shown["clusterIPs"] = [abstract(text) for text in spec["clusterIPs"]]
    if full and any(port.get("nodePort") for port in spec.get("ports", [])):
        shown["nodePort"] = True
    if full:
        shown["selector"] = bool(spec.get("selector"))
    return shown


class Pins:
    """Free addresses to pin: another one at each call."""

    _NETWORKS = {Family.IPV4: "10.96.0.", Family.IPV6: "fd00:10:96::"}

    def __init__(self) -> None:
        self._count = 10

    def next(self, family: str) -> str:
        """A free address of the family, or ``None`` as it is."""
        if family == "None":
            return family
        self._count += 1
        return f"{self._NETWORKS[Family(family)]}{self._count}"


def pin(spec: Row, pinned: Row, pins: Pins) -> None:
    """Put the pinned addresses of a row into a spec, the singular one being the first of the list."""
    plural = [pins.next(family) for family in pinned.get("clusterIPs") or []]
    if plural:
        spec["clusterIPs"] = plural
    if "clusterIP" in pinned:
        matching = [text for text in plural[:1] if abstract(text) == pinned["clusterIP"]]
        spec["clusterIP"] = matching[0] if matching else pins.next(pinned["clusterIP"])


def service_change(change: str, spec: Row) -> Row:
    """The merge patch of ``spec`` that a name of a change stands for."""
    whole: dict[str, Row] = {
        "policy=null": {"ipFamilyPolicy": None},
        "families=null": {"ipFamilies": None},
        "policy,families=null": {"ipFamilyPolicy": None, "ipFamilies": None},
        "clusterIP=None": {"clusterIP": "None", "clusterIPs": ["None"]},
        "clear clusterIP(s)": {"clusterIP": None, "clusterIPs": None},
        "selector=null": {"selector": None},
        "selector added": {"selector": {"app": "y"}},
        "type=ExternalName": {"type": "ExternalName", "externalName": "example.com"},
    }
    if change in whole:
        return whole[change]
    if change == "type=ExternalName clear":
        cleared: Row = {key: None for key in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")}
        return {"type": "ExternalName", "externalName": "example.com"} | cleared
    patch: Row = {}
    for word in change.split():
        key, _, value = word.partition("=")
        if key == "type":
            patch |= {"type": value} | ({"externalName": None} if value == "ClusterIP" else {})
        elif key == "policy":
            patch["ipFamilyPolicy"] = value
        elif key == "families":
            patch["ipFamilies"] = value.split("+")
    if "drop-secondary" in change:
        patch |= {"clusterIPs": spec["clusterIPs"][:1], "ipFamilies": spec["ipFamilies"][:1]}
    if "swap" in change:
        patch |= {"clusterIPs": spec["clusterIPs"][::-1], "clusterIP": spec["clusterIPs"][-1]}
    if "swap families" in change:
        patch["ipFamilies"] = spec["ipFamilies"][::-1]
    return patch
