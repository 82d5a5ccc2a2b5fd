"""The live cluster of the pages, and who reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.command.commanding import served
from tests.docs.reading import Reader, reading

CONTEXT = "my-cluster"


@pytest.fixture(scope="session")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of a live cluster, as JSON, its context called as in the pages."""
    with served(tmp_path_factory.mktemp("live")) as cluster:
        config = yaml.safe_load(cluster.kubeconfig.read_text())
        config["contexts"][0]["name"] = CONTEXT
        config.pop("current-context", None)
        cluster.kubeconfig.write_text(json.dumps(config))
        yield cluster.kubeconfig


@pytest.fixture
def reader(tmp_path: Path, kubeconfig: Path) -> Iterator[Reader]:
    """Somebody who reads a page from its beginning."""
    with reading(tmp_path, kubeconfig) as somebody:
        yield somebody
