"""Hand-made runs, cases and reports."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dualstack.catalogue import CATALOGUE, Level, Profile
from dualstack.cluster.facts import Facts
from dualstack.declarations import KnownFailure
from dualstack.errors import Finding
from dualstack.families import Shape
from dualstack.implementation import Claims, Implementation
from dualstack.report.failure import failure_text
from dualstack.report.model import Case, Outcome, Report, Result, Run
from dualstack.report.verdict import judge, results_of

FACTS = Facts(
    provider="existing",
    shape=Shape.DUAL_V4,
    version=(1, 36),
    git_version="v1.36.0",
    ranges=("10.96.0.0/16", "fd00:10:96::/112"),
    capabilities=("servicecidrs", "controllers"),
    missing={"nodes": "0 ready nodes"},
    permissions={"create services": True},
    notes=("TLS verification is off in the kubeconfig",),
    components={"kube-proxy": "nftables", "daemons in the network of a node": "cni (example/cni:1)"},
)
RUN = Run(
    id="7f3a",
    suite="0.1.0",
    profile="api",
    selection="",
    command="dualstack --dualstack-context lab",
    started="2026-01-02T03:04:05Z",
    seconds=12.5,
    facts=FACTS,
    description="a lab",
    ended="2026-01-02T03:04:17Z",
    catalogue=CATALOGUE.digest,
)
OWNER = Implementation(
    organisation="Example Ltd",
    project="ExampleNet",
    version="1.2",
    url="https://net.example",
    contact="@net",
    claims=Claims(Shape.DUAL_V4, ("controllers",)),
)
FINDING = Finding(
    object="Service ds-7f3a/two-families",
    field="spec.clusterIPs",
    expected="IPv4, IPv6",
    observed="IPv4, IPv4",
    request="POST /api/v1/namespaces/ds-7f3a/services -> 201",
)
TRAFFIC = tuple(
    {"family": family, "from": "Pod on a", "to": to, "protocol": "http", "owed": "answer", "routes": 3, "wrong": wrong}
    for family, to, wrong in (("IPv4", "clusterIP", 0), ("IPv6", "clusterIP", 0), ("IPv6", "node port of b", 2))
)
"""What one case saw of traffic."""
MUST, OTHER_MUST, SHOULD = "SVC-CREATE-001", "SVC-CREATE-005", "SVC-DEF-007"
AGAIN = "dualstack --dualstack-context lab --dualstack-only"


def run(**changed: Any) -> Run:
    """The run, with some fields changed."""
    return replace(RUN, **changed)


def facts(**changed: Any) -> Facts:
    """The facts, with some fields changed."""
    return replace(FACTS, **changed)


def case(id: str, outcome: Outcome = Outcome.PASSED, **fields: Any) -> Case:
    """One case, with what belongs to its outcome."""
    told: dict[str, Any] = {
        "test": f"area/test_one.py::test_{id.lower()}",
        "title": "A fact.",
        "file": "conformance/area/test_one.py",
    }
    told |= {"line": 12, "seconds": 0.25}
    if outcome is Outcome.FAILED:
        evidence = (f"out/evidence/{id}/main-001.json",)
        finding = {key: getattr(FINDING, key) for key in ("object", "field", "expected", "observed", "request")}
        told |= {"finding": finding, "evidence": evidence}
        told |= {"text": failure_text(CATALOGUE[id], FINDING, FACTS, evidence, f"{AGAIN} {id}")}
    elif outcome is Outcome.ERROR:
        told |= {"reason": "InfrastructureProblem: connection refused", "text": "Traceback\nconnection refused"}
    elif outcome is not Outcome.PASSED:
        told |= {"reason": "needs nodes: 0 ready nodes"}
    return Case(requirement=id, outcome=outcome, **{**told, **fields})


def musts(profile: Profile = Profile.API) -> list[str]:
    """The MUSTs of a profile."""
    return [id for id, entry in CATALOGUE.items() if entry.level is Level.MUST and profile.includes(entry.profile)]


def results(
    changed: Mapping[str, Outcome] | None = None, *, known: Mapping[str, object] | None = None, only: Iterable[str] = ()
) -> list[Result]:
    """A result for each requirement of the profile ``api``: all passed but those named.  ``NOT_RUN`` has no case."""
    said = changed or {}
    chosen = [CATALOGUE[id] for id in only] or [e for e in CATALOGUE.values() if e.profile is Profile.API]
    cases = [
        case(entry.id, said.get(entry.id, Outcome.PASSED))
        for entry in chosen
        if said.get(entry.id) is not Outcome.NOT_RUN
    ]
    return results_of(cases, selected=chosen, not_run_reason={}, known_failures=known or {})


def report(found: list[Result], **changed: Any) -> Report:
    """The report of a run with these results."""
    of = run(**changed)
    return Report(of, found, judge(of, found))


def mixed() -> Report:
    """A run with one of everything, and a part of the matrix."""
    matrix = [
        case(MUST, test="matrix/test_create_matrix.py::test_create[ClusterIP-no_policy-no_families]"),
        case(MUST, test="matrix/test_create_matrix.py::test_create[ClusterIP-SingleStack-IPv4+IPv6]"),
        case(MUST, Outcome.ERROR, test="matrix/test_create_matrix.py::test_create[ClusterIP-SingleStack-IPv6]"),
        case(
            OTHER_MUST,
            Outcome.FAILED,
            test="matrix/test_create_matrix.py::test_create[ClusterIP-PreferDualStack-no_families]",
        ),
        *(case(OTHER_MUST, Outcome.FAILED, test=f"services/test_two.py::test_two[{n}]") for n in range(5)),
        case("SVC-CREATE-002", Outcome.FAILED),
        case("SVC-CREATE-004", Outcome.UNSUPPORTED, reason="applies to ipv4, ipv6; this cluster is dual-v4"),
        case("SVC-CREATE-006", Outcome.UNSUPPORTED, reason="applies to ipv4, ipv6; this cluster is dual-v4"),
        case(SHOULD, Outcome.FAILED, traffic=TRAFFIC),
    ]
    chosen = [CATALOGUE[id] for id in dict.fromkeys([*(c.requirement for c in matrix), "HL-001"])]
    listed = KnownFailure(
        "SVC-CREATE-002", "our ticket 12, until 2026-12-31", datetime.date(2026, 12, 31), "https://bugs.example/12"
    )
    known = {listed.id: listed.reason}
    found = results_of(
        matrix, selected=chosen, not_run_reason={"HL-001": "no test ran: deselected"}, known_failures=known
    )
    return report(found, known_failures=(listed,), implementation=OWNER)
