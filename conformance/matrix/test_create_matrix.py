"""Every create: policy x families x kind x named addresses, row by row.

A row counts for the requirement that the rulebook names with its answer.
"""

from __future__ import annotations

from typing import Any

import pytest

from dualstack.rulebook.matrix import CreateRow, create_rows
from dualstack.rulebook.wire import expected, observed, service_body
from dualstack.testing import Cluster, decided_by, expect_value


def rows(*, real: bool) -> list[Any]:
    """The rows that take a real write, or those that a dry run can judge."""
    chosen = [row for row in create_rows() if row.needs_real_write is real]
    return [pytest.param(row, id=row.id, marks=decided_by(row.clause)) for row in chosen]


@pytest.mark.parametrize("row", rows(real=False))
def test_create(dry_cluster: Cluster, bench: Any, row: CreateRow) -> None:
    """A create gets the answer that is owed, field by field."""
    addresses = bench.named_by(row, dry_cluster)

    answer = dry_cluster.try_create(service_body(row.request, addresses, dry_cluster.pool.name("row")))

    owed, seen = expected(row.owed_on(dry_cluster.shape), 201).contrast(observed(answer.status, answer.body, addresses))
    expect_value(seen, subject=f"Service {row.id}", field="answer", answer=answer).equals(owed)


@pytest.mark.parametrize("row", rows(real=True))
def test_create_with_a_taken_address(cluster: Cluster, bench: Any, row: CreateRow) -> None:
    """An address of another Service is refused; only a real write looks for it."""
    addresses = bench.named_by(row, cluster)

    answer = cluster.try_create(service_body(row.request, addresses, cluster.pool.name("row")))

    owed, seen = expected(row.owed_on(cluster.shape), 201).contrast(observed(answer.status, answer.body, addresses))
    expect_value(seen, subject=f"Service {row.id}", field="answer", answer=answer).equals(owed)
