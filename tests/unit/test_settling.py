"""After a test took a range away, nobody asks before the API server has forgotten it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from dualstack.cluster.api import Api
from dualstack.cluster.cluster import Cluster
from dualstack.cluster.facts import Facts
from dualstack.cluster.pool import Pool
from dualstack.cluster.settling import GONE_SECONDS, IN_A_ROW, SECONDS, ranges_gone, ranges_settled
from dualstack.cluster.transport import Call, Reply
from dualstack.cluster.waiting import Waiting
from dualstack.families import Shape

LATE = "the provided IP (10.96.0.20) is not in the valid range. The range of valid IPs is 198.18.0.0/32"
HELD = [("settled-1", "10.96.0.20"), ("settled-2", "fd00:10:96::20")]


class Late:
    """Answers some dry runs by a range that is gone, then all by the right one."""

    def __init__(self, late: Iterable[bool], message: str = LATE) -> None:
        self._late = iter(late)
        self._message = message
        self.asked: list[Call] = []

    def send(self, call: Call) -> Reply:
        """422 or 201."""
        self.asked.append(call)
        late = next(self._late, False)
        body = {"kind": "Status", "message": self._message} if late else {"kind": "Service"}
        return Reply(422 if late else 201, json.dumps(body).encode(), {})

    def stream(self, call: Call) -> Iterator[bytes]:
        """Nothing is watched."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing to close."""


def test_so_many_in_a_row() -> None:
    """One answer by the range that is gone begins the count anew; each family is asked, and nothing is stored."""
    server = Late([True, False, False, True])

    assert ranges_settled(Api(server), "ns", HELD, sleep=lambda _: None)
    assert len(server.asked) == 4 + 4 * IN_A_ROW
    assert all(call.query.get("dryRun") == "All" for call in server.asked)
    specs = [json.loads(call.body or b"")["spec"] for call in server.asked[:4]]
    assert [(spec["ipFamilies"], spec.get("clusterIP")) for spec in specs] == [
        (["IPv4"], "10.96.0.20"),
        (["IPv4"], None),
        (["IPv6"], "fd00:10:96::20"),
        (["IPv6"], None),
    ]


def test_a_range_that_is_going_is_not_asked_either() -> None:
    """It has no address to give, whichever is wanted."""
    server = Late([False, True], message="failed to allocate IP: allocator not ready")

    assert ranges_settled(Api(server), "ns", HELD, sleep=lambda _: None)
    assert len(server.asked) == 2 + 4 * IN_A_ROW


def test_not_for_ever() -> None:
    """At the bound, which patience scales, the others go on."""
    ticks = iter(range(1000))
    server = Late(True for _ in range(1000))

    assert not ranges_settled(Api(server), "ns", HELD, patience=2.0, clock=lambda: next(ticks), sleep=lambda _: None)
    assert len(server.asked) == 2 * SECONDS


def test_nothing_to_ask() -> None:
    """Where no range is known, there is nothing to wait for."""
    assert ranges_settled(Api(Late([])), "ns", [])


class Going(Late):
    """Still has a ServiceCIDR that was deleted, for so many looks."""

    def __init__(self, looks: int) -> None:
        super().__init__([])
        self._looks = looks

    def send(self, call: Call) -> Reply:
        """200 or 404."""
        self.asked.append(call)
        self._looks -= 1
        return Reply(200 if self._looks >= 0 else 404, b"{}", {})


def test_a_range_is_waited_for_until_it_is_gone() -> None:
    """Each is asked for until it is not found, and no more then."""
    server = Going(looks=3)

    assert ranges_gone(Api(server), ["/a", "/b"], sleep=lambda _: None)
    assert [call.path for call in server.asked] == ["/a", "/b", "/a", "/b", "/a"]


def test_a_range_that_stays_is_not_waited_for_for_ever() -> None:
    """At the bound, which patience scales, the others go on."""
    ticks = iter(range(1000))
    server = Going(looks=1000)

    assert not ranges_gone(Api(server), ["/a"], patience=0.5, clock=lambda: next(ticks), sleep=lambda _: None)
    assert len(server.asked) == GONE_SECONDS / 2


class Kept(Late):
    """Has any ServiceCIDR until it is deleted, and lists nothing."""

    def send(self, call: Call) -> Reply:
        """200, 404 for a ServiceCIDR that was asked for, 201 for a dry run."""
        self.asked.append(call)
        if call.method == "GET" and "/servicecidrs/" in call.path:
            return Reply(404, b"{}", {})
        body = {"metadata": {"resourceVersion": "1"}, "items": []}
        return Reply(201 if call.method == "POST" else 200, json.dumps(body).encode(), {})


def test_ranges_of_several_tests_are_waited_for_once() -> None:
    """One that another follows alone leaves its range to that one, which waits for both."""
    server, pool = Kept([]), Pool("r1")
    ranges = ("10.96.0.0/16", "fd00:10:96::/112")
    known = Facts("emulated", Shape.DUAL_V4, (1, 36), "v1.36.0", ranges=ranges)
    first, second = (Cluster(Api(server), known, "ns", pool, Waiting()) for _ in range(2))
    first.created.append("/apis/networking.k8s.io/v1/servicecidrs/a")
    second.created.append("/apis/networking.k8s.io/v1/servicecidrs/b")

    first.clean_up(settle=False)
    assert [call.method for call in server.asked] == ["DELETE"]
    second.clean_up()

    looked = [call.path[-1] for call in server.asked if call.method == "GET" and "/servicecidrs/" in call.path]
    assert looked == ["a", "b"]
    assert pool.ranges == []
