"""Clusters that are up for all tests of this folder, and the two ways to run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.command.commanding import Served, served

DEFECTS = ("service-create/policy-inferred-from-families", "service-create/apply-always-writes")
"""Of what these tests select, they trip SVC-CREATE-012, a MUST, and SVC-CREATE-023, a SHOULD."""


@pytest.fixture(scope="session")
def cluster_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An honest cluster of shape dual-v4."""
    with served(tmp_path_factory.mktemp("honest")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def defective(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A cluster of shape dual-v4 that fails one MUST and one SHOULD."""
    options = [word for defect in DEFECTS for word in ("--defect", defect)]
    with served(tmp_path_factory.mktemp("defective"), "dual-v4", *options) as cluster:
        yield cluster


@pytest.fixture(scope="module", params=["-n0", "-n2"], ids=["plain", "-n2"])
def spread(request: pytest.FixtureRequest) -> str:
    """The option that says whether the run is one process or has two workers."""
    return str(request.param)
