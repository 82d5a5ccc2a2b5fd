"""Every image that a run may use, by digest, and from another registry."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dualstack import assets, images
from dualstack.errors import UsageProblem
from dualstack.kind.creation import image_of
from dualstack.kind.images import node_images
from dualstack.kind.tool import Kind
from dualstack.registries import checked_registry, in_registry
from dualstack.settings import Settings

FLAG = "--dualstack-image-registry"


def printed(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    """The lines that the command prints."""
    assert images.main(list(options)) == 0
    return capsys.readouterr().out.splitlines()


def test_every_image_of_the_manifests_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """What tests create names no image that a site would not have brought in."""
    listed = {line.partition("@")[0] for line in printed(capsys)}
    named = {
        image.partition("@")[0]
        for file in (assets.root() / "manifests").rglob("*.yaml")
        if "in-cluster" not in file.parts
        for image in re.findall(r"image: (\S+)", file.read_text(encoding="utf-8"))
    }

    assert named
    assert named <= listed


def test_nodes_are_listed_by_digest(capsys: pytest.CaptureFixture[str]) -> None:
    """Each pinned image of each release, once."""
    lines = printed(capsys, "--only", "nodes")

    assert set(lines) == {image for release in node_images().values() for image in release.values()}
    assert len(lines) == len(set(lines))
    assert all("@sha256:" in line for line in lines)


def test_pairs_for_a_program_that_copies(capsys: pytest.CaptureFixture[str]) -> None:
    """The source by digest, the target by tag."""
    source, target = printed(capsys, "--only", "nodes", "--copy-to", "mirror.example:5000/k8s")[0].split()

    assert "@" in source
    assert target == f"mirror.example:5000/k8s/{source.partition('@')[0]}"


def test_as_json_each_image_has_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    """So that a site can replace a single one."""
    entries = json.loads("\n".join(printed(capsys, "--json", "--registry", "mirror.example")))["images"]

    assert {entry["override"] for entry in entries} == {"--dualstack-agnhost-image", "--dualstack-kind-image"}
    assert all(entry["image"].startswith("mirror.example/") for entry in entries)


@pytest.mark.parametrize(
    ("image", "there"),
    [
        ("registry.k8s.io/a/b:1@sha256:c", "mirror/a/b:1@sha256:c"),
        ("kindest/node:v1", "mirror/kindest/node:v1"),
        ("localhost:5000/a", "mirror/a"),
        ("busybox", "mirror/busybox"),
    ],
)
def test_an_image_in_another_registry(image: str, there: str) -> None:
    """Its host is replaced, if it has one; path, tag and digest stay."""
    assert in_registry(image, "mirror") == there
    assert in_registry(image, "") == image


@pytest.mark.parametrize("text", ["https://mirror.example", "mirror.example/", "/k8s", "a b"])
def test_what_is_no_registry(text: str) -> None:
    """The option is named, and how to write it."""
    with pytest.raises(UsageProblem, match=f"{FLAG}: .* is no registry"):
        checked_registry(text, FLAG)


def test_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 4 and one message."""
    assert images.main(["--registry", "https://mirror.example"]) == 4
    assert "is no registry" in capsys.readouterr().err


def test_nodes_come_from_there_too(tmp_path: Path) -> None:
    """With a registry the node image is named in any case, for kind's own would be pulled from elsewhere."""
    kind = Kind("kind", (0, 33), lambda line: None)
    newest = next(iter(node_images()[(0, 33)].values()))

    assert image_of(Settings(image_registry="mirror"), kind) == f"mirror/{newest}"
    assert image_of(Settings(image_registry="mirror", kubernetes="1.36"), kind).startswith("mirror/kindest/node:v1.36")
    assert image_of(Settings(image_registry="mirror", kind_image="mine:1"), kind) == "mine:1"
    assert image_of(Settings(), kind) == ""
