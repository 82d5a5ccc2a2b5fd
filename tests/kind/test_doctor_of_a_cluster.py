"""What the doctor finds on a live cluster."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dualstack import permissions
from dualstack.doctor.cluster_looks import cluster_side
from dualstack.doctor.finding import OK, PROBLEM, UNKNOWN, WARNING, Finding
from dualstack.families import Shape
from dualstack.providers.base import Connection
from dualstack.settings import ProviderName, Settings
from tests.command.commanding import CONTEXT, Served, run, served


@pytest.fixture(scope="module")
def cluster_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A live cluster."""
    with served(tmp_path_factory.mktemp("served")) as cluster:
        yield cluster


def live(cluster: Served, *, pull: bool = False, **changes: Any) -> dict[str, Finding]:
    """What is found on it."""
    file = str(cluster.kubeconfig)
    settings = Settings(provider=ProviderName.EXISTING, kubeconfig=file, context=CONTEXT, **changes)
    return {finding.id: finding for finding in cluster_side(Connection(file, CONTEXT), settings, pull=pull)}


def test_a_live_cluster_is_looked_at_verb_by_verb(cluster_up: Served) -> None:
    """Reachable, version, each permission, shape, nodes; the image is a warning where nodes must pull it."""
    findings = live(cluster_up)

    assert {name: findings[name].status for name in ("reachable", "version", "may create services", "shape")} == {
        "reachable": OK, "version": OK, "may create services": OK, "shape": OK,
    }  # fmt: skip
    assert findings["shape"].message.startswith("dual-v4: Services have IPv4, IPv6, ")
    assert findings["nodes"].message == "3 with IPv4 and IPv6, all Ready"
    assert findings["image"].status == WARNING
    assert "cluster-scope-writes" in findings["capabilities"].message


def test_a_claim_that_is_not_so(cluster_up: Served) -> None:
    """The shape that a cluster is said to have is compared."""
    finding = live(cluster_up, shape=Shape.IPV6)["shape"]

    assert finding.status == PROBLEM
    assert "its Services are dual-v4" in finding.message


def test_whether_the_image_can_be_pulled(cluster_up: Served) -> None:
    """Only if asked, by Pods that are gone afterwards; what the kubelet says of an image it cannot have is told."""
    assert "pull" not in live(cluster_up)
    assert live(cluster_up, pull=True)["pull"].status == OK
    unknown = "registry.example.invalid/no-such-image:1"
    finding = live(cluster_up, pull=True, agnhost_image=unknown, patience=0.1)["pull"]

    assert finding.status == PROBLEM
    assert "ErrImagePull" in finding.message
    deadline = time.monotonic() + 30
    while cluster_up.run_namespaces:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_an_unknown_context_is_bad_input(cluster_up: Served, tmp_path: Path) -> None:
    """The message names the contexts that there are."""
    result = run(tmp_path, "doctor", "--kubeconfig", str(cluster_up.kubeconfig), "--context", "other")

    assert result.code == 4
    assert "dualstack-emulated" in result.shown


def test_the_command_on_a_live_cluster(cluster_up: Served, tmp_path: Path) -> None:
    """For people, exit code 0 where nothing is in the way."""
    options = ["--kubeconfig", str(cluster_up.kubeconfig), "--context", CONTEXT]
    result = run(tmp_path, "doctor", *options)

    assert result.code == 0, result.shown
    assert "ok       shape: dual-v4" in result.out


def changed(cluster: Served, folder: Path, **entries: Any) -> Path:
    """A copy of its kubeconfig in which entries of the cluster or of the user differ."""
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    for name, value in entries.items():
        part = "user" if name == "token" else "cluster"
        config[f"{part}s"][0][part][name] = value
    file = folder / "changed"
    file.write_text(json.dumps(config))
    return file


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"server": "https://127.0.0.1:1"}, "127.0.0.1:1"),
        ({"server": "https://no-such-host.invalid:6443"}, "no-such-host.invalid"),
    ],
    ids=["nobody listens", "no such host"],
)
def test_a_cluster_that_is_not_reached(
    cluster_up: Served, tmp_path: Path, entries: Mapping[str, str], said: str
) -> None:
    """One finding says why, with a remedy, and the exit code is 1."""
    file = changed(cluster_up, tmp_path, **entries)
    result = run(tmp_path, "doctor", "--kubeconfig", str(file), "--context", CONTEXT, "--json")
    findings = json.loads(result.out)["findings"]

    assert result.code == 1, result.shown
    assert [(finding["id"], finding["status"]) for finding in findings] == [("reachable", PROBLEM)]
    assert said in findings[0]["message"]
    assert findings[0]["remedy"]


def test_a_user_who_is_not_let_in(cluster_up: Served, tmp_path: Path) -> None:
    """The server answers, and that it does not know the user is another finding."""
    file = changed(cluster_up, tmp_path, token="not-the-token")
    result = run(tmp_path, "doctor", "--kubeconfig", str(file), "--context", CONTEXT, "--json")
    findings = {finding["id"]: finding for finding in json.loads(result.out)["findings"]}

    assert result.code == 1, result.shown
    assert findings["reachable"]["status"] == OK
    assert findings["user"]["status"] == PROBLEM
    assert "401" in findings["user"]["message"]
    assert findings["user"]["remedy"]


def test_a_permission_that_is_missing(cluster_up: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verb that is denied has a finding of its own, with the role to bind; the shape is not looked for."""
    denied = "create services"
    monkeypatch.setattr(permissions, "ask", lambda api, needed: {one: str(one) != denied for one in needed})
    found = live(cluster_up)
    problems = {name: finding for name, finding in found.items() if finding.status == PROBLEM}

    assert {*problems} == {f"may {denied}"}
    assert "manifests/rbac.yaml" in problems[f"may {denied}"].remedy
    assert found["shape"].status == UNKNOWN
