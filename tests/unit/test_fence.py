"""Judging who gets to Pods that policies are about, and whether any policy is enforced at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from _pytest.outcomes import Skipped

from dualstack.cluster.answer import Answer
from dualstack.cluster.api import Api
from dualstack.cluster.waiting import Waiting
from dualstack.errors import InfrastructureProblem, Nonconformance, NotRun
from dualstack.testbed import canary
from dualstack.testbed.fence import SILENCE_SECONDS, Fence, host_block
from dualstack.testbed.fenced import Fenced, planned_fence
from dualstack.testbed.plan import Planned
from dualstack.testbed.pods import BedPod
from dualstack.testbed.target import routes
from tests.unit.test_reaching import REFUSED, Dialling, Time

LOST = "dial tcp: i/o timeout"
Says = Callable[[str, str], str]
"""What becomes of a question of a Pod to a host: who answers, or what goes wrong."""


def pod(name: str, number: int, node: str = "a", families: int = 2) -> BedPod:
    """A Pod with addresses that tell its number."""
    addresses = [f"10.1.0.{number}", f"fd01::{number}"][:families]
    body = {"spec": {"nodeName": node}, "status": {"podIPs": [{"ip": address} for address in addresses]}}
    return BedPod(Planned(name, "fence", node, "fence", 0, 8080, 8080), body, name)


PODS = {name: pod(name, number) for number, name in enumerate(("server", "allowed", "other"), start=1)}
OUTSIDER = pod("pod-0", 9)


class Asked(Dialling):
    """Knows which Pod is asked to ask, and takes a canary."""

    def __init__(self, says: Says) -> None:
        super().__init__(lambda query: {})
        self.says = says
        self.policies: list[str] = []

    def request(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """One exchange."""
        if "/networkpolicies" in path:
            self.policies.append(method)
            return Answer(method, path, body, 201, {}, (), 0.0)
        if "/proxy/dial" not in path:
            return super().request(method, path, body, **more)
        client, host = path.split("/pods/")[1].partition(":")[0], more["query"]["host"]
        said = self.says(client, host)
        answer = {"errors": [said]} if said in (LOST, REFUSED) else {"responses": [said]}
        self.asked.append(dict(more["query"]))
        return Answer(method, path, body, 200, answer, (), 0.0)


def fence(says: Says) -> tuple[Fence, Asked, Time]:
    """A fence in a network that says this."""
    time, api = Time(), Asked(says)
    return Fence(Fenced(PODS, 0), [OUTSIDER], api, Waiting(clock=time.clock, sleep=time.sleep)), api, time


def admitting(*clients: str, loss: str = LOST) -> Says:
    """A network that lets these clients through to the server."""
    return lambda client, host: "server" if client in clients else loss


def parting(held: Fence, **more: Any) -> None:
    """Judge that one client is admitted, and another is not."""
    held.must_part(routes([held.allowed], held.doors), routes([held.other], held.doors), **more)


def test_who_is_admitted_is_answered_and_nobody_else() -> None:
    """One look is enough where silence took its time; refusals have to last as long."""
    held, api, time = fence(admitting("allowed"))
    parting(held)
    assert (len(api.asked), time.now) == (8, 0.0)

    held, api, time = fence(admitting("allowed", loss=REFUSED))
    parting(held)
    assert time.now >= SILENCE_SECONDS


@pytest.mark.parametrize("through", [("allowed", "other"), ("other",), ()])
def test_too_many_or_too_few_fail(through: tuple[str, ...]) -> None:
    """A closed way that is open fails, and so does an admitted one that is shut."""
    held, _, time = fence(admitting(*through))

    with pytest.raises(Nonconformance, match="who is admitted is answered, and nobody else"):
        parting(held)
    assert time.now >= 30
    assert {judgement.owed: len(judgement.wrong) for judgement in held.judged} == {
        "answer": 0 if "allowed" in through else 4,
        "silence": 4 if "other" in through else 0,
    }


def test_engines_that_do_not_match_pods_by_address_are_not_judged() -> None:
    """Where the own addresses of a Pod admit it in neither family, the test does not apply, and is told once."""
    held, api, _ = fence(admitting())

    for _ in range(2):
        with pytest.raises(Skipped, match="in neither family"):
            parting(held, by_address=True)
    assert api.policies == ["POST", "DELETE"]


def test_engines_that_match_one_family_fail() -> None:
    """A difference between families is no matter of taste."""
    held, _, _ = fence(lambda client, host: "server" if client == "allowed" and ":" in host else LOST)

    with pytest.raises(Nonconformance):
        parting(held, by_address=True)


def test_engines_that_match_pods_by_address_fail_for_the_rest() -> None:
    """Where a canary shows that blocks do match Pods, a closed door is a failure."""
    held, _, _ = fence(lambda client, host: "other" if client == "pod-0" else LOST)

    with pytest.raises(Nonconformance):
        parting(held, by_address=True)


def test_what_is_closed_without_a_policy_is_for_others_to_judge() -> None:
    """A route that nobody answers before there is a policy says nothing about policies."""
    held, _, _ = fence(admitting("allowed"))

    held.needs(routes([held.allowed], held.doors))
    with pytest.raises(NotRun, match="not open without one"):
        held.needs(routes([held.other], held.doors))


def test_places_of_the_fence() -> None:
    """The admitted client is on another node than the server, if there is one; the other one on the server's."""
    assert [entry.node for entry in planned_fence("fence", ["a", "b", "c"])] == ["a", "b", "a"]
    assert [entry.node for entry in planned_fence("fence", ["a"])] == ["a", "a", "a"]
    assert [host_block("10.0.0.1"), host_block("fd00::1")] == ["10.0.0.1/32", "fd00::1/128"]


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (lambda client, host: "free" if host.endswith("2") else LOST, ""),
        (lambda client, host: LOST if host == "fd01::1" else "free", ""),
        (
            lambda client, host: "free",
            "policies are not enforced: a Pod that one isolates answers over IPv4 and IPv6",
        ),
    ],
)
def test_enforcement_in_either_family_counts(says: Says, reason: str) -> None:
    """One family in which the isolated Pod is silent and the free one answers is enough."""
    isolated, free = pod("server", 1), pod("free", 2)
    free = BedPod(free.planned, free.object, "free")

    assert canary.verdict(canary.asked(Asked(says), OUTSIDER, isolated, free)) == reason


def test_a_canary_that_nobody_reaches_tells_nothing() -> None:
    """Where the free Pod is silent too, the suite cannot tell."""
    silent = Asked(lambda client, host: LOST)

    with pytest.raises(InfrastructureProblem, match="nothing can be told"):
        canary.verdict(canary.asked(silent, OUTSIDER, pod("server", 1), pod("free", 2)))
    assert isinstance(silent, Api)
