"""Judging traffic: what is waited for, what fails, and how a failure reads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from dualstack.cluster.answer import Answer, Resource
from dualstack.cluster.api import Api
from dualstack.cluster.waiting import Bound, Waiting
from dualstack.errors import Nonconformance
from dualstack.testbed.judged import summed
from dualstack.testbed.plan import Planned
from dualstack.testbed.pods import BedPod
from dualstack.testbed.reaching import MANY, Reaching
from dualstack.testbed.target import UDP, at_cluster_ips, at_host_ports, at_node_ports, at_pods, routes
from dualstack.testbed.wanted import OWN_SOURCE, SPREAD, STUCK, source_of

SHORT = Bound("traffic of a test", 3)
REFUSED = "dial tcp: connect: connection refused"
TIMED_OUT = "read udp: i/o timeout"


class Time:
    """Passes only while somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        """Seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Pass."""
        self.now += seconds


class Dialling(Api):
    """Answers every ``/dial`` with what a function of the query says; knows no objects."""

    def __init__(self, says: Callable[[dict[str, str]], dict[str, list[str]]]) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self._says = says
        self.asked: list[dict[str, str]] = []

    def request(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """One exchange."""
        if "/proxy/dial" not in path:
            return Answer(method, path, body, 404, {}, (), 0.0)
        query = dict(more["query"])
        self.asked.append(query)
        return Answer(method, path, body, 200, self._says(query), (), 0.0)


def pod(name: str, node: str, *addresses: str) -> BedPod:
    """A Pod of the testbed with these addresses."""
    status = {"podIPs": [{"ip": address} for address in addresses]}
    return BedPod(Planned(name, "bed", node, "pod"), {"spec": {"nodeName": node}, "status": status}, name)


ONE, TWO = pod("pod-0", "a", "10.1.0.1", "fd01::1"), pod("pod-1", "b", "10.1.1.1", "fd01:1::1")
SERVICE = Resource(
    {
        "metadata": {"namespace": "bed", "name": "web"},
        "spec": {
            "clusterIPs": ["10.96.0.7", "fd96::7"],
            "ipFamilies": ["IPv4", "IPv6"],
            "ports": [
                {"port": 80, "nodePort": 30080},
                {"port": 90, "protocol": "UDP", "nodePort": 30090},
            ],
        },
    },
    Answer("GET", "/", None, 200, {}, (), 0.0),
    "/api/v1/namespaces/bed/services/web",
)


def reaching(says: Callable[[dict[str, str]], dict[str, list[str]]]) -> tuple[Reaching, Dialling, Time]:
    """A judge over a network that says this."""
    time, api = Time(), Dialling(says)
    return Reaching(api, Waiting(clock=time.clock, sleep=time.sleep)), api, time


def test_targets_of_a_service() -> None:
    """Cluster IPs and node ports are targets with the port of the protocol; families that are missing are none."""
    assert [str(target) for target in at_cluster_ips(SERVICE, [ONE], UDP)] == [
        "clusterIP 10.96.0.7:90/udp",
        "clusterIP [fd96::7]:90/udp",
    ]
    only = Resource({**SERVICE.body, "spec": {**SERVICE["spec"], "ipFamilies": ["IPv6"]}}, SERVICE.answer, SERVICE.path)
    assert [str(target) for target in at_node_ports(only, {"a": ["172.18.0.2", "fc00::2"]}, [ONE])] == [
        "node a [fc00::2]:30080/http"
    ]


@pytest.mark.parametrize(
    ("said", "address"),
    [("10.1.0.1:4000", "10.1.0.1"), ("[fd01::1]:4000", "fd01::1"), ("[fe80::1%eth0]:4000", "fe80::1"), ("nobody", "")],
)
def test_source_addresses(said: str, address: str) -> None:
    """What netexec says of its client is read in either spelling; anything else is no address."""
    assert str(source_of(said) or "") == address


def test_waits_until_the_right_one_answers() -> None:
    """An answer of somebody else is waited out as silence is."""
    settled = {"responses": ["pod-1"]}
    said = iter([{"errors": [REFUSED]}, {"responses": ["old"]}, settled, {"responses": ["pod-1"] * 10}])
    judge, api, time = reaching(lambda query: next(said))

    judge.must_answer(routes([ONE], at_pods([TWO])[:1]), bound=SHORT)

    assert [query["tries"] for query in api.asked] == ["1", "1", "1", "10"]
    assert time.now > 0


def test_failure_shows_matrices() -> None:
    """A failure names expected and observed by origin and target, in a matrix for each family."""
    judge, _, _ = reaching(
        lambda query: {"errors": [REFUSED]} if ":" in query["host"] else {"responses": ["pod-1"] * 10}
    )

    with pytest.raises(Nonconformance) as failure:
        judge.must_answer(routes([ONE], at_pods([TWO])), bound=SHORT)

    observed = failure.value.finding.observed.splitlines()
    assert [line.split() for line in observed[1:7]] == [
        ["IPv4", "a"],
        ["pod-0", "on", "a", "."],
        ["a", "pod-1", "on", "b", "10.1.1.1:8080/http"],
        ["IPv6", "a"],
        ["pod-0", "on", "a", "X"],
        ["a", "pod-1", "on", "b", "[fd01:1::1]:8080/http"],
    ]
    assert "CNI" in failure.value.finding.observed


def test_what_was_judged_is_counted_by_place() -> None:
    """Every judgement adds its routes, right ones and wrong ones, under the places of both ends and what was owed."""
    judge, _, _ = reaching(
        lambda query: {"errors": [REFUSED]} if ":" in query["host"] else {"responses": ["pod-1"] * 10}
    )
    judge.must_answer(routes([ONE], at_pods([TWO])[:1]), bound=SHORT)
    judge.must_refuse(routes([ONE], at_cluster_ips(SERVICE, [])[1:]), bound=SHORT)
    with pytest.raises(Nonconformance):
        judge.must_answer(routes([ONE], at_node_ports(SERVICE, {"b": ["172.18.0.2", "fc00::2"]}, [TWO])), bound=SHORT)

    assert [tuple(entry.values()) for entry in summed(judge.judged)] == [
        ("IPv4", "Pod on a", "Pod on b", "http", "answer", 1, 0),
        ("IPv6", "Pod on a", "clusterIP", "http", "refusal", 1, 0),
        ("IPv4", "Pod on a", "node port of b", "http", "answer", 1, 0),
        ("IPv6", "Pod on a", "node port of b", "http", "answer", 1, 1),
    ]


def test_places_name_nodes_and_no_pods() -> None:
    """Pods have other names in each run, and two reports are to be laid side by side."""
    targets = [*at_pods([ONE]), *at_host_ports(ONE, ["10.0.0.1", "fd00::1"], 7000)]

    assert {target.place for target in targets} == {"Pod on a", "host port of a"}
    assert all("pod-0" in target.label for target in targets)


def test_a_connection_lost_twice_fails() -> None:
    """Of many connections one may be lost, and another one when all are tried again is a failure."""
    answers = ["pod-0", "pod-1"] * 20
    lost = {"responses": answers[1:], "errors": [REFUSED]}
    first = routes([ONE], at_cluster_ips(SERVICE, [ONE, TWO])[:1])
    single = {"responses": ["pod-0"]}
    once, twice = iter([single, lost, {"responses": answers}]), iter([single, lost, lost])

    reaching(lambda query: next(once))[0].must_answer(first, SPREAD, bound=SHORT)

    with pytest.raises(Nonconformance, match="40 connections each"):
        reaching(lambda query: next(twice))[0].must_answer(first, SPREAD, bound=SHORT)


def test_one_backend_of_two_is_not_spread_and_two_are_not_stuck() -> None:
    """All backends must answer where traffic is spread, and one only where clients are kept."""
    both = routes([ONE], at_cluster_ips(SERVICE, [ONE, TWO])[:1])
    tries = {"1": ["pod-0"], "40": ["pod-0"] * 40, "20": ["pod-0", "pod-1"] * 10}

    for wanted in (SPREAD, STUCK):
        with pytest.raises(Nonconformance):
            reaching(lambda query: {"responses": tries[query["tries"]]})[0].must_answer(both, wanted, bound=SHORT)


def test_another_source_address_fails() -> None:
    """A client that appears with an address that is not its own is told from one that is not answered."""
    judge, _, _ = reaching(lambda query: {"responses": ["172.18.0.2:4000"]})

    with pytest.raises(Nonconformance) as failure:
        judge.must_answer(routes([ONE], at_pods([TWO])[:1]), OWN_SOURCE, bound=SHORT)

    assert "?" in failure.value.finding.observed.splitlines()[2]


def test_silence_is_looked_at_again() -> None:
    """One answer within the dwell is enough to fail what must stay silent."""
    said = iter([{"errors": [REFUSED]}, {"responses": ["pod-1"]}])
    judge, _, _ = reaching(lambda query: next(said))

    with pytest.raises(Nonconformance, match="nobody answers"):
        judge.must_stay_silent(routes([ONE], at_pods([TWO])[:1]))


def test_one_refusal_is_not_yet_silence() -> None:
    """An address has fallen silent when it was refused several times in a row."""
    said = iter([{"errors": [REFUSED]}, {"responses": ["pod-1"]}, *[{"errors": [REFUSED]}] * 3])
    judge, api, _ = reaching(lambda query: next(said))

    judge.must_fall_silent(routes([ONE], at_pods([TWO])[:1]))

    assert len(api.asked) == 5


def test_a_time_out_is_no_refusal() -> None:
    """What lets clients wait does not refuse; what refuses now and then does."""
    said = iter([{"errors": [TIMED_OUT]}, {"errors": [REFUSED]}])
    asked = routes([ONE], at_cluster_ips(SERVICE, ())[:1])
    reaching(lambda query: next(said))[0].must_refuse(asked)

    with pytest.raises(Nonconformance, match="refused"):
        reaching(lambda query: {"errors": [TIMED_OUT]})[0].must_refuse(asked, bound=SHORT)


def test_lost_connections_of_a_stream_are_counted() -> None:
    """A stream that loses connections fails at its end, with how many."""
    judge, _, _ = reaching(lambda query: {"errors": [REFUSED]})

    with (
        pytest.raises(Nonconformance, match=r"2 of 2 connections were lost"),
        judge.unbroken(routes([ONE], at_pods([TWO])[:1])),
    ):
        pass


@pytest.mark.parametrize(
    ("asked", "wrong", "is_broken"),
    [
        (MANY, [{"errors": [REFUSED]}], False),
        (MANY - 2, [{"errors": [REFUSED]}], True),
        (10 * MANY, [{"errors": [REFUSED]}] * 2, True),
        (10 * MANY, [{"responses": ["a stranger"]}], True),
    ],
    ids=["one of many", "one of few", "two", "a stranger answers"],
)
def test_a_lone_connection_of_many_may_be_lost(asked: int, wrong: list[dict[str, list[str]]], is_broken: bool) -> None:
    """It is told in a remark; anybody else who answers is a failure however often it happens."""
    said = iter(wrong)
    judge, _, _ = reaching(lambda query: next(said, {"responses": ["pod-1"]}))
    told: list[str] = []
    judge.remark = told.append
    ways = routes([ONE], at_pods([TWO])[:1]) * (asked // 2)  # asked before and after

    with pytest.raises(Nonconformance) if is_broken else nullcontext(), judge.unbroken(ways):
        pass

    assert bool(told) is not is_broken
    assert all(f"1 of {asked} connections were lost" in text for text in told)


def test_no_route_is_no_proof() -> None:
    """A judgement over nothing is a mistake of the test."""
    judge, _, _ = reaching(lambda query: {})

    with pytest.raises(ValueError, match="no route"):
        judge.must_stay_silent([])


def test_one_round_by_chance_is_not_settled() -> None:
    """A backend that is on its way out may be missed by ten connections: a second round must miss it too."""
    by_chance, astray = {"responses": ["pod-0"] * 10}, {"responses": ["pod-0"] * 5 + ["pod-1"] * 5}
    said = iter([astray, by_chance, astray])
    judge, api, _ = reaching(lambda query: next(said, by_chance))

    judge.must_settle(routes([TWO], at_cluster_ips(SERVICE, [ONE])[:1]), bound=SHORT)

    assert len(api.asked) == 6
