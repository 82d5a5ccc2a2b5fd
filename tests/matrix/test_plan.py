"""Where the clusters of a matrix come from, and which there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from dualstack.errors import UsageProblem
from dualstack.matrix.plan import chosen, planned
from dualstack.settings import ProviderName


def _program(folder: Path, name: str, text: str = "exit 0") -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.delenv("KIND_EXPERIMENTAL_PROVIDER", raising=False)
    return tmp_path


def test_the_first_that_the_machine_has(path: Path) -> None:
    """Emulated clusters where there is nothing, real API servers where they are, kind where it and an engine are."""
    assert chosen("", []).provider is ProviderName.EMULATED
    assert chosen("", ["--dualstack-binaries=x"]).provider is ProviderName.APISERVER
    _program(path, "kube-apiserver")
    _program(path, "etcd")
    assert chosen("", []).provider is ProviderName.APISERVER
    _program(path, "kind")
    assert chosen("", []).provider is ProviderName.APISERVER
    _program(path, "docker", "echo Docker version 28.5.2")
    assert chosen("", []).provider is ProviderName.KIND
    assert chosen("emulated", []).provider is ProviderName.EMULATED


def test_every_kind_configuration(path: Path) -> None:
    """All that are shipped, in the version that kind has; a shape is the plainest of them."""
    cells = planned(ProviderName.KIND, [], [])

    assert {"dual-ipv4-first", "dual-ipv4-first-nftables", "single-ipv6"} <= {cell.name for cell in cells}
    (one,) = planned(ProviderName.KIND, ["dual-v6"], [])
    assert one.words == ("--dualstack-provider=kind", "--dualstack-kind-config=dual-ipv6-first")


def test_versions_of_kind(path: Path) -> None:
    """Those whose node images the kind at hand has; others are refused before a cluster is made."""
    _program(path, "docker", "echo Docker version 28.5.2")
    _program(path, "kind", "echo kind v0.32.0 go1.25 linux/amd64")

    assert [cell.kubernetes for cell in planned(ProviderName.KIND, ["dual-v4"], ["all"])] == ["1.34", "1.35", "1.36"]
    (one,) = planned(ProviderName.KIND, ["dual-v4"], ["v1.36"])
    assert (one.name, one.words[-1]) == ("dual-ipv4-first-1.36", "--dualstack-kubernetes=1.36")
    with pytest.raises(UsageProblem, match=r"1\.37: no node image"):
        planned(ProviderName.KIND, ["dual-v4"], ["1.37"])


def test_versions_of_the_emulation() -> None:
    """All that it plays."""
    names = [cell.name for cell in planned(ProviderName.EMULATED, ["ipv4"], ["all"])]

    assert names[0] == "ipv4-1.23"
    assert names[-1] == "ipv4-1.36"
