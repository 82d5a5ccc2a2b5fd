"""The tables behind every report."""

from __future__ import annotations

import pytest

from dualstack.families import Shape
from dualstack.report.model import Outcome, Result
from dualstack.report.tables import FAMILIES, POLICIES, Mark, areas, by_reason, matrices, total
from dualstack.rulebook.matrix import create_rows
from tests.report.samples import MUST, OTHER_MUST, case, mixed


def _whole_matrix(shape: Shape, outcome: Outcome = Outcome.PASSED) -> list[Result]:
    cases = [
        case(row.clause(shape), outcome, test=f"matrix/test_create_matrix.py::test_create[{row.id}]")
        for row in create_rows()
    ]
    return [Result(MUST, outcome, cases=cases)]


def test_areas_count_requirements_and_cases() -> None:
    """One row for each area, and one for all."""
    found = mixed().results

    rows = {row.area: row for row in areas(found)}

    assert rows["service-create"].outcomes == {
        Outcome.ERROR: 1,
        Outcome.FAILED: 1,
        Outcome.KNOWN_FAILURE: 1,
        Outcome.UNSUPPORTED: 2,
    }
    assert rows["service-create"].cases == 12
    assert rows["headless"].outcomes == {Outcome.NOT_RUN: 1}
    assert total(found).requirements == len(found) == sum(row.requirements for row in rows.values())


def test_reasons_are_shared() -> None:
    """Requirements with one reason stand together."""
    assert by_reason(mixed().results, Outcome.UNSUPPORTED) == {
        "applies to ipv4, ipv6; this cluster is dual-v4": ["SVC-CREATE-004", "SVC-CREATE-006"]
    }


def test_marks_of_the_matrix() -> None:
    """Accepted with its families, refused, failed, in error, not judged."""
    (matrix,) = matrices(mixed().results, Shape.DUAL_V4)

    texts = [[str(cell) for cell in cells] for cells in matrix.rows]
    assert matrix.kinds == ("ClusterIP",)
    assert texts == [
        ["IPv4", "-", "-", "-", "-"],
        ["-", "-", "error", "refused", "-"],
        ["FAILED", "-", "-", "-", "-"],
        ["-", "-", "-", "-", "-"],
    ]


@pytest.mark.parametrize(
    ("shape", "prefer", "require"),
    [
        (Shape.IPV4, ["IPv4", "IPv4", "refused", "refused", "refused"], ["refused"] * 5),
        (Shape.DUAL_V6, ["IPv6+IPv4", "IPv4+IPv6", "IPv6+IPv4", "IPv4+IPv6", "IPv6+IPv4"], None),
    ],
)
def test_matrix_of_a_shape(shape: Shape, prefer: list[str], require: list[str] | None) -> None:
    """Kinds that look alike share one matrix; every cell is judged."""
    found = {kind: matrix for matrix in matrices(_whole_matrix(shape), shape) for kind in matrix.kinds}

    rows = [[str(cell) for cell in cells] for cells in found["NodePort"].rows]
    assert set(found) == {"ClusterIP", "NodePort", "LoadBalancer", "Headless", "HeadlessNoSelector"}
    assert found["NodePort"] is found["ClusterIP"]
    assert rows[2] == prefer
    assert rows[3] == (require or prefer)
    assert not any(cell.mark is Mark.NOT_JUDGED for matrix in found.values() for row in matrix.rows for cell in row)
    assert (len(rows), len(rows[0])) == (len(POLICIES), len(FAMILIES))


def test_kind_that_fails_stands_apart() -> None:
    """A failure of one kind of Service is not shown for the others."""
    shape = Shape.DUAL_V4
    (whole,) = _whole_matrix(shape)
    test = "matrix/test_create_matrix.py::test_create[NodePort-no_policy-IPv6]"

    found = matrices(
        [whole, Result(OTHER_MUST, Outcome.FAILED, cases=[case(OTHER_MUST, Outcome.FAILED, test=test)])], shape
    )

    (apart,) = [matrix for matrix in found if matrix.kinds == ("NodePort",)]
    assert apart.rows[0][2].mark is Mark.FAILED
    assert sum(cell.mark is Mark.FAILED for matrix in found for row in matrix.rows for cell in row) == 1


def test_no_matrix_without_its_cases() -> None:
    """Rows that name addresses, other tests and unsupported rows are no cells."""
    cases = [
        case(MUST, test="matrix/test_create_matrix.py::test_create[ClusterIP-no_policy-no_families-clusterIPs=IPv4]"),
        case(MUST, test="other/test_matrix.py::test_create[ClusterIP-no_policy-IPv4]"),
        case(MUST, Outcome.UNSUPPORTED, test="matrix/test_create_matrix.py::test_create[ClusterIP-no_policy-IPv6]"),
    ]

    assert matrices([Result(MUST, Outcome.PASSED, cases=cases)], Shape.DUAL_V4) == []
