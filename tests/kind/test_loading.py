"""Images that are pinned by digest, loaded from archives that name them by tag."""

from __future__ import annotations

from pathlib import Path

import pytest

from dualstack.kind.engine import Engine
from dualstack.kind.loading import name_by_digest
from dualstack.kind.tool import Kind
from tests.kind.playing_kind import played, played_engine

PINNED = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64
NAME = "registry.example:5000/tools/agnhost:2.53"


def loaded(folder: Path, monkeypatch: pytest.MonkeyPatch, digest: str) -> tuple[list[list[str]], list[str]]:
    """What two nodes are asked, and what is told, when the image that was loaded has this digest."""
    listing = (
        f"REF TYPE DIGEST SIZE PLATFORMS LABELS\n{NAME} application/vnd.oci.image.index.v1+json {digest} 1 MiB - -"
    )
    bin = folder / "bin"
    played(bin, clusters=["mine"], nodes=["one", "two"])
    docker = played_engine(bin, answers={"exec": (0, listing)})
    monkeypatch.setenv("PATH", f"{bin}:/usr/bin:/bin")
    told: list[str] = []
    name_by_digest(Kind.find(told.append), "mine", Engine("docker"), f"{NAME}@{PINNED}")
    return [words[2:] for words in docker.asked if "tag" in words], told


def test_the_image_of_that_digest_gets_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On every node, by the repository without the tag, as kubelets look for it."""
    asked, told = loaded(tmp_path, monkeypatch, PINNED)

    assert [words[-2:] for words in asked] == [[NAME, f"registry.example:5000/tools/agnhost@{PINNED}"]] * 2
    assert told == []


def test_an_image_of_another_digest_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was pinned is not what was loaded: that is told, with the way to use it all the same."""
    asked, told = loaded(tmp_path, monkeypatch, OTHER)

    assert asked == []
    assert OTHER in told[0]
    assert told[1] == f"to use what was loaded: --dualstack-agnhost-image {NAME}"


def test_nodes_that_cannot_be_asked_may_pull(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That kind does not name them is told, and no reason to end a run."""
    played(tmp_path / "bin", fails={"get nodes": "ERROR: timed out"})
    docker = played_engine(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    told: list[str] = []
    name_by_digest(Kind.find(told.append), "mine", Engine("docker"), f"{NAME}@{PINNED}")

    assert docker.asked == []
    assert "could not be asked for it: ERROR: timed out" in told[0]
