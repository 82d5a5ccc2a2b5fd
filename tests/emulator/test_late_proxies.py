"""Proxies that are behind what is stored, and connections that get lost now and then."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dualstack.emulator.network import backends, programming, routing
from dualstack.emulator.ruling import Ruling, rule_name
from dualstack.families import Family
from tests.emulator.api import MERGE, SERVICES, Api
from tests.emulator.test_machines import PODS, Clock, cluster

DELAY = 5.0


def bed(clock: Clock, rule: Callable[..., Any] | None = None, by: Callable[..., Any] | None = None) -> Api:
    """A client and two backends with netexec, under one rule that may be replaced."""
    ruling = Ruling({rule_name(rule): by} if rule is not None and by is not None else {})
    api = cluster(clock=clock, ruling=ruling)
    for name in ("client", "one", "two"):
        body = {
            "metadata": {"name": name, "labels": {"app": "client" if name == "client" else "x"}},
            "spec": {"containers": [{"name": "main", "image": "agnhost", "args": ["netexec"]}]},
        }
        assert api("POST", PODS, body).code == 201
    return api


def service(api: Api) -> list[str]:
    """A dual-stack Service of the backends; its addresses."""
    spec = {"ipFamilyPolicy": "PreferDualStack", "selector": {"app": "x"}, "ports": [{"port": 80, "targetPort": 8080}]}
    answer = api("POST", SERVICES, {"metadata": {"name": "web"}, "spec": spec})
    return list(answer.body["spec"]["clusterIPs"])


def answers(api: Api, host: str, tries: int = 1) -> list[str | None]:
    """Who answers a Pod, connection by connection."""
    query = {"host": host, "port": "80", "protocol": "http", "request": "hostname"}
    return [
        (json.loads(api("GET", f"{PODS}/client:8080/proxy/dial", **query).body).get("responses") or [None])[0]
        for _ in range(tries)
    ]


def said(api: Api, host: str) -> bool:
    """Whether a Pod is answered."""
    return answers(api, host) != [None]


@pytest.mark.parametrize(("behind", "at_once"), [(0.0, True), (DELAY, False)])
def test_proxies_know_what_was_stored_some_time_ago(behind: float, at_once: bool) -> None:
    """A new Service, one that lost a family, and one that is gone: each shows as late as the proxies are."""
    clock = Clock()
    api = bed(clock, programming.seconds_behind, lambda node, family: behind)
    clock.now += 60
    first, second = service(api)
    new = said(api, first), said(api, second)
    clock.now += DELAY + 1
    later = said(api, first), said(api, second)
    api("PATCH", f"{SERVICES}/web", {"spec": {"ipFamilyPolicy": "SingleStack"}}, MERGE)
    downgraded = said(api, second)
    clock.now += DELAY + 1
    gone = said(api, second)
    api("DELETE", f"{SERVICES}/web")
    deleted = said(api, first)
    clock.now += DELAY + 1

    assert new == (at_once, at_once)
    assert later == (True, True)
    assert (downgraded, gone) == (not at_once, False)
    assert (deleted, said(api, first)) == (not at_once, False)


def test_one_node_may_be_behind_in_one_family() -> None:
    """What the proxy of another node knows, and what this one knows of the other family, is as it is stored."""
    clock = Clock()

    def late(node: str, family: Family) -> float:
        return DELAY if node == where and family is Family.IPV6 else 0.0

    where = ""
    api = bed(clock, programming.seconds_behind, late)
    node = api.stored(f"{PODS}/client")["spec"]["nodeName"]
    clock.now += 60
    first, second = service(api)
    elsewhere = said(api, second)
    where = node

    assert elsewhere
    assert (said(api, first), said(api, second)) == (True, False)


def test_connections_are_counted() -> None:
    """Each connection of a client in a family has its number, and each look of a proxy at the endpoints of a port."""
    clock = Clock()
    api = bed(clock, routing.arrives, lambda family, protocol, number: number % 10 != 9)
    first, second = service(api)
    lost = [answers(api, host, 30).count(None) for host in (first, second)]
    api = bed(clock, backends.are_out, lambda family, look: family is Family.IPV6 and look % 5 == 4)
    first, second = service(api)
    out = [answers(api, host, 30).count(None) for host in (first, second)]

    assert lost == [3, 3]
    assert out == [0, 6]
