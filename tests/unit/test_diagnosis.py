"""What stands beside a traffic failure: who, where, what the API has, and the likely layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dualstack.cluster.answer import Answer
from dualstack.cluster.api import Api
from dualstack.testbed.diagnosis import diagnosis
from dualstack.testbed.knocking import Knock
from dualstack.testbed.naming import name_diagnosis
from dualstack.testbed.target import at_cluster_ips, at_pods, routes
from tests.unit.test_reaching import ONE, SERVICE, TWO

SLICE = {
    "addressType": "IPv6", "ports": [{"port": 8080, "protocol": "TCP"}],
    "endpoints": [
        {"addresses": ["fd01:1::1"], "conditions": {"ready": True}, "targetRef": {"name": "pod-1"}},
        {"addresses": ["fd01:2::1"], "conditions": {"ready": False}, "targetRef": {"name": "pod-2"}},
    ],
}  # fmt: skip
UNREADY: dict[str, Any] = {**SLICE, "endpoints": SLICE["endpoints"][1:]}
EVENTS = [
    {"involvedObject": {"name": name}, "reason": "Unhealthy", "message": text, "lastTimestamp": when}
    for name, text, when in (("pod-2", "second", "2"), ("pod-2", "first", "1"), ("stranger", "not told", "3"))
]
PROXY = {"data": {"config.conf": 'mode: "nftables"\n'}}
NODE = {"status": {"addresses": [{"address": "172.18.0.2"}, {"address": "fc00::2"}]}}


class Objects(Api):
    """Answers reads with these objects, and every ``/dial`` with these words."""

    def __init__(self, slices: list[dict[str, Any]], dialled: dict[str, list[str]], **spec: Any) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self._slices, self._dialled = slices, dialled
        self._service = {**SERVICE.body, "spec": {**SERVICE["spec"], "type": "ClusterIP", **spec}}

    def request(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """One exchange."""
        plural = path.rpartition("/")[2]
        found: Any = {
            "web": self._service, "endpointslices": {"items": self._slices}, "events": {"items": EVENTS},
            "kube-proxy": PROXY, "a": NODE, "dial": self._dialled,
            "services": {"items": [{"metadata": {"name": "kube-dns"}, "spec": {"clusterIPs": ["fd96::a"]}}]},
        }.get(plural)  # fmt: skip
        return Answer(method, path, body, 200 if found else 404, found or {}, (), 0.0)


def silent() -> Knock:
    """A Pod that is not answered at the IPv6 cluster IP."""
    return Knock(routes([ONE], at_cluster_ips(SERVICE, [TWO])[1:])[0], (), ("refused",), 1)


ANSWERS, ERRORS = {"responses": ["pod-1"]}, {"errors": ["i/o timeout"]}
LAYERS: dict[str, tuple[Callable[[], Objects], str]] = {
    "allocation": (lambda: Objects([SLICE], ANSWERS, ipFamilies=["IPv4"]), "allocation: the Service has no IPv6"),
    "no slices": (lambda: Objects([], ANSWERS), "slices: none of IPv6"),
    "nobody ready": (lambda: Objects([UNREADY], ANSWERS), "slices: no ready endpoint of IPv6"),
    "route": (lambda: Objects([SLICE], ERRORS), "CNI route: Pod bed/pod-0 on a does not reach the endpoint fd01:1::1"),
    "proxy": (lambda: Objects([SLICE], ANSWERS), "service proxy on a: the endpoint fd01:1::1 itself answers"),
}


@pytest.mark.parametrize(("objects", "likely"), LAYERS.values(), ids=LAYERS)
def test_the_likely_layer_of_a_silence(objects: Callable[[], Objects], likely: str) -> None:
    """What the API has, and whether the endpoint itself answers, tell the layers apart."""
    assert diagnosis(objects(), [silent()]).lines[-1].startswith(f"likely   {likely}")


def test_another_answer_is_the_proxys() -> None:
    """Where somebody answers who should not, it is the proxy of the node that was asked from."""
    answered = Knock(silent().route, ("stranger",), (), 1)

    assert (
        diagnosis(Objects([SLICE], ANSWERS), [answered]).lines[-1].startswith("likely   service proxy on a: something")
    )


def test_what_an_engineer_would_ask_next() -> None:
    """Client, node, Service, slices of the family, events of what is on the way in order, and the proxy's mode."""
    found = diagnosis(Objects([SLICE], ANSWERS), [silent()])

    assert found.lines[:-1] == [
        "client   Pod bed/pod-0 on a, 10.1.0.1, fd01::1",
        "node     a: 172.18.0.2, fc00::2",
        "service  ClusterIP None [IPv4, IPv6] 10.96.0.7, fd96::7, policies -/-",
        "slices   IPv6: 1, ready fd01:1::1 of 2",
        "event    pod-2: Unhealthy: first",
        "event    pod-2: Unhealthy: second",
        "proxy    kube-proxy, nftables",
    ]
    assert set(found.evidence) == {"service", "slices", "events"}


def test_between_pods() -> None:
    """Without a Service on the way it is the route."""
    direct = Knock(routes([ONE], at_pods([TWO]))[1], (), ("i/o timeout",), 1)

    assert diagnosis(Objects([], ERRORS), [direct]).lines[-1] == "likely   CNI route: from a to fd01:1::1"


NAMES = {
    "wrong": (set[str](), "DNS: the server answers, but not with what the API has"),
    "one node": ({"a"}, "service proxy or CNI route on a: nobody answers there, while the server answers others"),
    "all nodes": ({"a", "b"}, "the way to the DNS server, from a, b: nobody answers"),
}


@pytest.mark.parametrize(("unanswered", "likely"), NAMES.values(), ids=NAMES)
def test_the_likely_layer_of_a_name(unanswered: set[str], likely: str) -> None:
    """A wrong answer is the server's; none is the way to it, on one node or on all."""
    lines = name_diagnosis(Objects([SLICE], ANSWERS), [ONE, TWO], unanswered, ["fd96::a"])

    assert lines == [
        "client   Pod bed/pod-0 on a, 10.1.0.1, fd01::1, asks fd96::a",
        "service  kube-system/kube-dns at fd96::a: IPv6, 1 ready of 2 endpoints",
        f"likely   {likely}",
    ]
