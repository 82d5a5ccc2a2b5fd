"""Every change to every stored Service: policy, families, type, headless, swap, drop and clear, row by row.

A row counts for the requirement that the rulebook names with its answer, and exists only on the
shapes on which its Service can come to be.
"""

from __future__ import annotations

from typing import Any

import pytest

from dualstack.rulebook.matrix import TransitionRow, transition_rows
from dualstack.rulebook.wire import expected, held_addresses, merge_patch, observed
from dualstack.testing import Cluster, decided_by, expect_value

ROWS = [pytest.param(row, id=row.id, marks=decided_by(row.clause)) for row in transition_rows()]


@pytest.mark.parametrize("row", ROWS)
def test_transition(cluster: Cluster, bench: Any, row: TransitionRow) -> None:
    """A merge patch gets the answer that is owed, and what must survive it survives, by value."""
    before = bench.service(cluster, row.state)
    addresses = held_addresses(before.body)

    answer = cluster.try_patch(before, merge_patch(row.change_on(cluster.shape), addresses), dry_run=True)

    owed, seen = expected(row.owed_on(cluster.shape), 200).contrast(
        observed(answer.status, answer.body, addresses, before.body)
    )
    expect_value(seen, subject=f"{before} {row.id}", field="answer", answer=answer).equals(owed)
