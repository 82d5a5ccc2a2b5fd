"""The matrix is complete, its rows are told apart, and each is a case of a requirement that applies."""

from __future__ import annotations

from collections import Counter

import pytest

from dualstack.catalogue import CATALOGUE
from dualstack.families import Shape
from dualstack.rulebook.matrix import create_rows, transition_rows
from dualstack.rulebook.model import Kind, ServiceSpec
from tests.rulebook.reference_rows import Row, request_of, rows, stored_of


def test_row_ids_are_unique() -> None:
    """No two rows share an id, and no id needs quoting in a shell."""
    ids = [row.id for row in create_rows()] + [row.id for row in transition_rows()]

    assert [id for id, count in Counter(ids).items() if count > 1] == []
    assert [id for id in ids if not id.isascii() or " " in id] == []


@pytest.mark.parametrize("shape", Shape)
def test_each_clause_is_a_requirement_that_applies(shape: Shape) -> None:
    """Every row is a case of a known requirement, judged by an API server alone, on this very shape."""
    clauses = {row.clause(shape) for row in create_rows()}
    clauses |= {row.clause(shape) or "" for row in transition_rows(shape)}

    wrong = {id: CATALOGUE.get(id) for id in clauses if id not in CATALOGUE}
    misplaced = {id for id in clauses if shape not in CATALOGUE[id].shapes or CATALOGUE[id].kind != "api"}
    assert wrong == {}
    assert misplaced == set()


@pytest.mark.parametrize(("shape", "count"), [("ipv4", 523), ("ipv6", 523), ("dual-v4", 1107), ("dual-v6", 1107)])
def test_number_of_transitions(shape: str, count: int) -> None:
    """A dual-stack cluster can be in more states than a single-stack one."""
    assert len(transition_rows(Shape(shape))) == count


def test_without_a_shape_there_are_the_transitions_of_all() -> None:
    """Rows can be collected without a cluster; a row that a shape lacks has no clause there."""
    everywhere = {row.id for row in transition_rows()}

    for shape in Shape:
        here = {row.id for row in transition_rows(shape)}
        assert here <= everywhere
        assert here == {row.id for row in transition_rows() if row.clause(shape) is not None}


def test_every_recorded_create_has_a_row() -> None:
    """The matrix contains all that was recorded."""
    requests = {row.request for row in create_rows()}

    missing = [row for row in rows("service_create.jsonl") if request_of(row) not in requests]
    assert missing == []


@pytest.mark.parametrize("shape", [Shape.IPV4, Shape.DUAL_V4])
def test_transitions_are_exactly_the_recorded_ones(shape: Shape) -> None:
    """The matrix contains what was recorded on a shape, and nothing else."""
    recorded = Counter(_key(row) for row in rows("service_transitions.jsonl") if row["cluster"] == shape)
    ours = Counter((row.stored(shape), row.change_name) for row in transition_rows(shape))

    assert list(recorded - ours) == []
    assert list(ours - recorded) == []


def _key(row: Row) -> tuple[ServiceSpec | None, str]:
    return stored_of(row["from"], Kind(row["kind"])), row["change"]


def test_only_rows_with_a_taken_address_need_a_real_write() -> None:
    """Everything else can be judged by a dry run."""
    real = [row for row in create_rows() if row.needs_real_write]

    assert real
    assert all("taken" in row.id for row in real)
    assert not any("taken" in row.id for row in create_rows() if row not in real)


def test_a_transition_that_a_shape_lacks_owes_nothing_there() -> None:
    """A dual-stack Service cannot be stored on a single-stack cluster."""
    row = next(row for row in transition_rows(Shape.DUAL_V4) if row.id.startswith("NodePort-RequireDualStack"))

    assert row.clause(Shape.IPV4) is None
    with pytest.raises(LookupError, match="does not exist on ipv4"):
        row.owed_on(Shape.IPV4)
    with pytest.raises(LookupError, match="does not exist on ipv4"):
        row.change_on(Shape.IPV4)
