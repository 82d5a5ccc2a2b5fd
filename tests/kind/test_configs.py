"""The shipped configurations: each says what it is for, and is what its name says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dualstack import assets
from dualstack.errors import UsageProblem
from dualstack.families import Family, Shape
from dualstack.kind import config
from dualstack.kind.images import node_image, node_images

FOLDER = assets.root() / "kind-configs"
KNOWN = {
    "apiServerAddress",
    "disableDefaultCNI",
    "dnsSearch",
    "ipFamily",
    "kubeProxyMode",
    "podSubnet",
    "serviceSubnet",
}
"""Fields of ``networking`` that kind has known since 0.24."""


@pytest.mark.parametrize("name", config.names())
def test_a_shipped_configuration(name: str) -> None:
    """A comment on top, three nodes, no search domains, only fields that the oldest kind knows."""
    text = (FOLDER / f"{name}.yaml").read_text()
    data = yaml.safe_load(text)
    found = config.read(config.find(name))

    assert text.startswith("# ")
    assert found.nodes == 3
    assert data["networking"]["dnsSearch"] == []
    assert data["networking"].keys() <= KNOWN
    assert data.keys() <= {"kind", "apiVersion", "networking", "nodes", "kubeadmConfigPatches"}
    # Without an apiVersion the patch fits what either of kubeadm's versions is told.
    (patch,) = [yaml.safe_load(patch) for patch in data["kubeadmConfigPatches"]]
    assert patch == {"kind": "ClusterConfiguration", "etcd": {"local": {"dataDir": "/tmp/etcd"}}}


@pytest.mark.parametrize("shape", list(Shape))
def test_each_shape_has_one(shape: Shape) -> None:
    """The configuration of a shape has its families, and its Service ranges in its order."""
    found = config.read(config.find(config.BY_SHAPE[shape]))
    ranges = yaml.safe_load(found.file.read_text())["networking"].get("serviceSubnet", "")
    families = [Family.IPV6 if ":" in part else Family.IPV4 for part in ranges.split(",") if part]

    assert {*found.node_families} == {*shape.families}
    assert not families or families == list(shape.families)


def test_images_are_pinned_by_digest() -> None:
    """A tag alone can change under a run."""
    images = [image for release in node_images().values() for image in release.values()]

    assert images
    assert all(re.fullmatch(r"kindest/node:v\d+\.\d+\.\d+@sha256:[0-9a-f]{64}", image) for image in images)


def test_an_older_kind_gets_no_newer_image() -> None:
    """An image works with the kind it was built with and newer ones only."""
    assert node_image("1.34", (0, 30)) != node_image("1.34", (0, 31))
    with pytest.raises(UsageProblem, match=r"choose from 1\.34"):
        node_image("1.36", (0, 30))


@pytest.mark.parametrize(
    "text",
    [
        "networking: dual",
        "nodes: 3",
        "nodes: hello",
        "networking: {ipFamily: [dual]}",
        "networking: {disableDefaultCNI: 'no'}",
        "? [a]\n: 1",
    ],
)
def test_a_malformed_configuration_is_refused(tmp_path: Path, text: str) -> None:
    """A part of the wrong type is bad input that names the file, not a fault of the kit."""
    file = tmp_path / "config.yaml"
    file.write_text(f"kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n{text}\n")

    with pytest.raises(UsageProblem, match=re.escape(str(file))):
        config.read(file)


HEAD = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [\n", "is not YAML, line 2: "),
        (f"{HEAD}networking:\n  ipFamily: dual\n  ipFamily: ipv4\n", "line 5: the key 'ipFamily' is there twice"),
        (f"{HEAD}---\n{HEAD}", "cannot be used, line 3: expected a single document"),
        ("", "is no kind configuration"),
        ("kind: ConfigMap\napiVersion: v1\n", "is no kind configuration"),
    ],
    ids=["not YAML", "a key twice", "two documents", "nothing", "another kind"],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    """One sentence, which names the option that was given, the file and the line."""
    file = tmp_path / "config.yaml"
    file.write_text(text)

    with pytest.raises(UsageProblem) as caught:
        config.read(file, "--kind-config")

    assert caught.value.culprit.startswith(f"--kind-config: {file}")
    assert said in caught.value.culprit
    assert "unicode string" not in caught.value.culprit


def test_a_folder_or_bytes_are_no_configuration(tmp_path: Path) -> None:
    """Each is called what it is."""
    with pytest.raises(UsageProblem, match="is a folder"):
        config.find(str(tmp_path))
    file = tmp_path / "config.yaml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageProblem, match="cannot be read"):
        config.read(file)
