"""The Dockerfile, the Job and the plugin keep what the pages promise of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dualstack import __version__
from dualstack.incluster.fetching import JOB, NAMESPACE
from dualstack.incluster.job import RESULTS, SONOBUOY_RESULTS
from tests.providers.recording import documents

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "manifests" / "in-cluster"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def _yaml(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")))


@pytest.fixture
def pod() -> dict[str, Any]:
    """The Pod of the Job."""
    return dict(_yaml("job.yaml")["spec"]["template"]["spec"])


def test_the_job_is_what_fetch_looks_for() -> None:
    """By the names that are its defaults."""
    metadata = _yaml("job.yaml")["metadata"]

    assert (metadata["name"], metadata["namespace"]) == (JOB, NAMESPACE)


def test_the_job_has_the_account_of_the_role(pod: dict[str, Any]) -> None:
    """Nothing but what manifests/rbac.yaml gives."""
    accounts = {
        (body["metadata"]["namespace"], body["metadata"]["name"])
        for body in documents()
        if body["kind"] == "ServiceAccount"
    }

    assert accounts == {(NAMESPACE, pod["serviceAccountName"])}


def test_the_pod_is_as_restricted_as_can_be(pod: dict[str, Any]) -> None:
    """The restricted Pod Security level, and a root file system that is read only."""
    container = pod["containers"][0]["securityContext"]

    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["readOnlyRootFilesystem"]
    assert container["allowPrivilegeEscalation"] is False
    assert container["capabilities"] == {"drop": ["ALL"]}


def test_the_pod_writes_where_something_is_mounted(pod: dict[str, Any]) -> None:
    """The folder of results and the temporary one."""
    assert {mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]} == {str(RESULTS), "/tmp"}


def test_the_plugin_follows_the_contract() -> None:
    """The results folder of Sonobuoy, its own volume, and a format that it reads."""
    plugin = _yaml("sonobuoy-plugin.yaml")
    mounts = {mount["mountPath"]: mount["name"] for mount in plugin["spec"]["volumeMounts"]}

    assert plugin["sonobuoy-config"]["result-format"] == "junit"
    assert mounts[str(SONOBUOY_RESULTS)] == "results"
    assert "results" not in {volume["name"] for volume in plugin["podSpec"]["volumes"]}
    assert "--sonobuoy" in plugin["spec"]["args"]


def test_the_image_is_of_this_version_and_without_root(pod: dict[str, Any]) -> None:
    """One name in all files, one user that is not root."""
    image = f"dualstack:{__version__}"

    assert pod["containers"][0]["image"] == _yaml("sonobuoy-plugin.yaml")["spec"]["image"] == image
    assert image in DOCKERFILE
    assert f"USER {pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}" in DOCKERFILE


def test_the_image_is_made_from_what_the_wheel_is_made_from() -> None:
    """A folder that the wheel takes and the build context lacks would be missing in silence."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert {"conformance", "manifests", "kind-configs", "fixtures", "pyproject.toml", "README.md", "LICENSE"} == allowed
    assert all(name in project for name in ("conformance", "manifests", "kind-configs"))
