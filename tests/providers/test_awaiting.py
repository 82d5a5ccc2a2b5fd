"""What is known only after a while: waited for within a bound, once, and told with its reason."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dualstack.awaiting import Awaiting
from dualstack.capabilities import LOAD_BALANCER
from dualstack.catalogue import CATALOGUE
from dualstack.rundata import RunData
from dualstack.testbed.plan import Plan, Planned
from tests.providers.scripted_server import Scripted, ScriptedServer, serving
from tests.report.samples import facts

SERVICE = "/api/v1/namespaces/bed/services/balanced"
PENDING = Scripted(200, {"status": {"loadBalancer": {}}})
GIVEN = Scripted(200, {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}})
ENTRY = next(entry for entry in CATALOGUE.values() if LOAD_BALANCER in entry.needs)


def run(script: ScriptedServer, folder: Path, refused: dict[str, str] | None = None, *, begun: float = 0.0) -> RunData:
    """A run that asked for a load balancer."""
    plan = Plan("image", (1, 36), ("a",), 1, (Planned("pod-0", "bed", "a", "pod"),), refused or {})
    return RunData(
        "0123", script.connection(), facts(awaited=(LOAD_BALANCER,)), "", "", plan, begun, str(folder / "turns")
    )


def test_an_answer_is_waited_for_and_then_remembered(tmp_path: Path) -> None:
    """A controller may take its time; when it is known, nobody asks again."""
    with serving(tmp_path, {SERVICE: [PENDING, GIVEN]}) as script:
        awaiting = Awaiting(run(script, tmp_path, begun=time.time()), patience=1.0)
        first = awaiting.reason_against(ENTRY), len(script.asked)
        again = awaiting.reason_against(ENTRY), len(script.asked)

    assert first == again == ("", 2)
    assert LOAD_BALANCER in awaiting.facts({LOAD_BALANCER}).capabilities
    assert awaiting.facts({LOAD_BALANCER}).awaited == ()


@pytest.mark.parametrize(
    ("refused", "answers", "reason"),
    [
        ({}, [PENDING], "no controller gave a Service an address"),
        ({}, [Scripted(404, {})], "the Service that asks for one is not there"),
        ({"service balanced": "403: quota"}, [GIVEN], "a Service that asks for one was refused: 403: quota"),
    ],
)
def test_after_the_bound_the_reason_is_told(
    tmp_path: Path, refused: dict[str, str], answers: list[Scripted], reason: str
) -> None:
    """A requirement that needs it does not apply, and the facts say why."""
    with serving(tmp_path, {SERVICE: answers}) as script:
        awaiting = Awaiting(run(script, tmp_path, refused), patience=1.0)
        said = awaiting.reason_against(ENTRY)

    assert said.startswith(f"needs {LOAD_BALANCER}: {reason}")
    assert awaiting.facts({LOAD_BALANCER}).missing[LOAD_BALANCER].startswith(reason)
