"""How many workers ``-n auto`` means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from _pytest.config import _prepareconfig


@contextmanager
def prepared(*options: str) -> Iterator[pytest.Config]:
    """A configuration as xdist finds it when it asks: parsed, not configured yet."""
    config = _prepareconfig(["-c", "/dev/null", "-p", "dualstack.plugin", *options])
    yield config
    config._ensure_unconfigure()


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.delenv("PYTEST_XDIST_AUTO_NUM_WORKERS", raising=False)


def test_an_emulated_cluster_gets_two_for_each_processor() -> None:
    """Its tests wait too, and it computes beside them."""
    with prepared("--dualstack-provider=emulated") as config:
        assert config.hook.pytest_xdist_auto_num_workers(config=config) == 4


def test_a_cluster_elsewhere_gets_four_for_each_processor() -> None:
    """It computes elsewhere, as far as the suite knows."""
    with prepared("--dualstack-context=lab") as config:
        assert config.hook.pytest_xdist_auto_num_workers(config=config) == 8


def test_a_small_cluster_is_not_overrun(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many processors the suite has."""
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    with prepared("--dualstack-context=lab") as config:
        assert config.hook.pytest_xdist_auto_num_workers(config=config) == 8


def test_a_number_of_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """xdist's own variable is the user's word."""
    monkeypatch.setenv("PYTEST_XDIST_AUTO_NUM_WORKERS", "3")
    with prepared("--dualstack-provider=emulated") as config:
        assert config.hook.pytest_xdist_auto_num_workers(config=config) == 3
