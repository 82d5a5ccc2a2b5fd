"""The traffic matrices of a report."""

from __future__ import annotations

from typing import Any

from dualstack.families import Family
from dualstack.report.model import Outcome, Result
from dualstack.report.traffic import traffic_matrices
from tests.report.samples import case


def _crossed(origin: str, target: str, family: str = "IPv6", *, routes: int = 3, wrong: int = 0) -> dict[str, Any]:
    return {
        "family": family, "from": origin, "to": target, "protocol": "http", "owed": "answer",
        "routes": routes, "wrong": wrong,
    }  # fmt: skip


def _judged(*crossed: dict[str, Any], id: str = "CONN-002") -> Result:
    return Result(id, Outcome.PASSED, cases=[case(id, traffic=crossed)])


def test_routes_of_all_cases_are_counted_together() -> None:
    """Whoever judged a route, it counts in the cell of its places."""
    found = traffic_matrices([
        _judged(_crossed("Pod on a", "clusterIP")),
        _judged(_crossed("Pod on a", "clusterIP", routes=2, wrong=1), id="CONN-009"),
    ])  # fmt: skip

    ((cell,),) = found[0].rows
    assert cell is not None
    assert (cell.routes, cell.wrong, cell.ids, str(cell)) == (5, 1, ["CONN-009"], "1 of 5")
    assert found[0].routes == 5
    assert found[0].wrong == [("Pod on a", "clusterIP", cell)]


def test_there_is_a_matrix_for_each_family() -> None:
    """In the order of families, and none for a family that nobody judged."""
    both = [_judged(_crossed("Pod on a", "clusterIP"), _crossed("Pod on a", "clusterIP", "IPv4"))]

    assert [matrix.family for matrix in traffic_matrices(both)] == [Family.IPV4, Family.IPV6]
    assert [matrix.family for matrix in traffic_matrices([_judged(_crossed("Pod on a", "b"))])] == [Family.IPV6]
    assert traffic_matrices([_judged()]) == []


def test_places_stand_in_order() -> None:
    """Pods, nodes, their ports, cluster IPs, anything else; nodes by number, not by letter; holes stay holes."""
    names = [
        "former clusterIP",
        "clusterIP",
        "host port of w2",
        "node port of w2",
        "node w2",
        "Pod on w10",
        "Pod on w2",
    ]

    (matrix,) = traffic_matrices([_judged(_crossed("node w2", "x"), *(_crossed("Pod on w2", name) for name in names))])

    assert matrix.targets == ("Pod on w2", "Pod on w10", "node w2", "node port of w2", *names[2:0:-1], names[0], "x")
    assert matrix.origins == ("Pod on w2", "node w2")
    assert [row[1] is not None for row in matrix.rows] == [False] * 7 + [True]


def test_origins_of_a_kind_share_a_heading() -> None:
    """Columns are named by what they are, and then by their node; an origin of another kind stands by itself."""
    crossed = [_crossed(origin, "clusterIP") for origin in ("node a", "Pod on b", "Pod on a", "outside")]

    (matrix,) = traffic_matrices([_judged(*crossed)])

    assert [(heading.kind, heading.names) for heading in matrix.headings] == [
        ("Pod on", ("a", "b")),
        ("node", ("a",)),
        ("", ("outside",)),
    ]
