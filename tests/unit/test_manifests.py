"""Manifests are changed at paths, and every shipped one is an object a user could apply."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dualstack import assets
from dualstack.cluster.answer import ABSENT, at
from dualstack.cluster.manifest import change, manifest

FILES = sorted((assets.root() / "manifests").rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_manifest_opens_with_what_it_is_for(file: Path) -> None:
    """A comment on top, then objects with kind and name; but for the plugin, which is Sonobuoy's to read."""
    text = file.read_text(encoding="utf-8")
    documents = [document for document in yaml.safe_load_all(text) if "sonobuoy-config" not in document]

    assert text.startswith("# ")
    assert all(document["kind"] and document["metadata"]["name"] for document in documents)


def test_there_are_manifests() -> None:
    """A folder that was moved must not make the test above pass by being empty."""
    assert FILES


def test_a_change_sets_nulls_and_removes() -> None:
    """``None`` is an explicit null, ``ABSENT`` takes the field away, missing objects are made."""
    body = {"spec": {"ports": [{"port": 80, "name": "http"}], "selector": {"app": "x"}}}

    change(body, "spec.ports[0].port", 81)
    change(body, "spec.clusterIP", None)
    change(body, "spec.ports[0].name", ABSENT)
    change(body, "metadata.labels.a", "b")
    change(body, "spec.absent", ABSENT)

    assert body == {
        "spec": {"ports": [{"port": 81}], "selector": {"app": "x"}, "clusterIP": None},
        "metadata": {"labels": {"a": "b"}},
    }


def test_two_readers_of_a_manifest_do_not_share_it() -> None:
    """What one test changes, another never sees."""
    one = manifest("services/cluster-ip.yaml", {"spec.type": "NodePort"})
    other = manifest("services/cluster-ip.yaml")

    assert one["spec"]["type"] == "NodePort"
    assert other["spec"] != one["spec"]


@pytest.mark.parametrize(
    ("path", "value"),
    [("a.b[1]", 2), ("a.b[2]", ABSENT), ("a.c", None), ("a.d", ABSENT), ("a.b[0].x", ABSENT), ("a.b[-1]", 2)],
)
def test_a_path_tells_null_from_absent(path: str, value: object) -> None:
    """An explicit null and a field that is not there are two things."""
    assert at({"a": {"b": [1, 2], "c": None}}, path) is value or at({"a": {"b": [1, 2], "c": None}}, path) == value
