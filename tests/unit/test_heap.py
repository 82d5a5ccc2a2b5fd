"""The heap of a worker and Python's search for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from dualstack.heap import LastingHeap


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_garbage_is_looked_for_while_tests_run() -> None:
    """Neither while they are collected nor when the process ends; and never among what was collected."""
    heap = LastingHeap()
    assert not gc.isenabled()

    heap.pytest_collection_finish()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0

    heap.pytest_unconfigure()
    assert not gc.isenabled()
