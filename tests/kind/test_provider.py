"""The provider ``kind`` from command to verdict, on a program that plays kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command.commanding import Served
from tests.kind.judging import behind_kind, judged
from tests.kind.playing_kind import played, played_engine


@pytest.fixture(scope="module")
def cluster_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The cluster behind the played kind."""
    with behind_kind(tmp_path_factory.mktemp("served")) as cluster:
        yield cluster


def test_from_a_configuration_to_a_verdict(cluster_up: Served, tmp_path: Path) -> None:
    """The cluster is made with a private kubeconfig, judged, and deleted; progress is told."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig)
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first", "--dualstack-kind-image=node:1")
    create = next(words for words in kind.asked if words[:1] == ["create"])

    assert result.code == 0, result.shown
    assert kind.commands()[:1] == ["create cluster"]
    assert kind.commands()[-1] == "delete cluster"
    assert {"--retain", "--kubeconfig", "node:1"} < {*create}
    assert not Path(create[create.index("--kubeconfig") + 1]).exists()
    assert "the kind cluster is ready" in result.out


def test_a_cluster_that_is_there_stays(cluster_up: Served, tmp_path: Path) -> None:
    """Named by its name, it is judged and neither made nor deleted."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig, clusters=["mine"])
    result = judged(tmp_path, kind, "--dualstack-kind-cluster=mine")

    assert result.code == 0, result.shown
    assert kind.commands() == ["get kubeconfig"]


def test_an_engine_that_is_still_at_it_is_waited_for(cluster_up: Served, tmp_path: Path) -> None:
    """A deletion that fails for the moment is tried again."""
    failing = {"delete cluster": "removal of container is already in progress"}
    kind = played(tmp_path / "bin", cluster_up.kubeconfig, fails_once=failing)
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first")

    assert result.code == 0, result.shown
    assert kind.commands()[-2:] == ["delete cluster", "delete cluster"]


def test_keep_leaves_the_cluster(cluster_up: Served, tmp_path: Path) -> None:
    """With --dualstack-keep it is not deleted."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig)
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first", "--dualstack-keep")

    assert result.code == 0, result.shown
    assert "delete cluster" not in kind.commands()
    assert "`kind export kubeconfig --name dualstack-" in result.out


def test_kubernetes_names_a_pinned_image(cluster_up: Served, tmp_path: Path) -> None:
    """A version becomes the image that this kind's release pins."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig)
    result = judged(tmp_path, kind, "--dualstack-kubernetes=1.34")
    create = next(words for words in kind.asked if words[:1] == ["create"])

    assert result.code == 0, result.shown
    assert create[create.index("--image") + 1].startswith("kindest/node:v1.34.11@sha256:")


def test_a_name_that_is_taken_is_somebody_elses(tmp_path: Path) -> None:
    """Such a cluster is neither looked into nor deleted."""
    said = 'ERROR: failed to create cluster: node(s) already exist for a cluster with the name "dualstack-x"'
    kind = played(tmp_path / "bin", fails={"create cluster": said})
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first")

    assert result.code == 4, result.shown
    assert "it is left alone" in result.shown
    assert kind.commands() == ["create cluster"]


def test_a_container_that_comes_late_is_deleted_too(cluster_up: Served, tmp_path: Path) -> None:
    """An engine that was interrupted may make a node after the deletion: it is looked for, and deleted."""
    kind = played(tmp_path / "bin", fails={"create cluster": "ERROR: interrupted"})
    (kind.folder / "remains").touch()
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first")

    assert result.code == 4, result.shown
    assert kind.commands()[-2:] == ["delete cluster", "delete cluster"]


def test_the_cluster_carries_the_run_id(cluster_up: Served, tmp_path: Path) -> None:
    """Its name begins with that of the run's namespaces."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig)
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first")
    create = next(words for words in kind.asked if words[:1] == ["create"])

    assert create[create.index("--name") + 1].startswith(f"dualstack-{result.report['run']['id']}-")


def test_images_of_the_host_are_loaded(cluster_up: Served, tmp_path: Path) -> None:
    """Where that fails the nodes may still pull them, so the run goes on."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig, fails={"load docker-image": "ERROR: content digest"})
    played_engine(kind.folder, answers={"image inspect": (0, "sha256:1")})
    options = ["--dualstack-kind-config=dual-ipv4-first", "--dualstack-agnhost-image=agnhost:1"]
    result = judged(tmp_path, kind, *options)

    assert result.code == 0, result.shown
    assert kind.commands() == ["create cluster", "load docker-image", "delete cluster"]
    assert "agnhost:1 could not be loaded" in result.shown


def test_podman_loads_by_way_of_an_archive(cluster_up: Served, tmp_path: Path) -> None:
    """kind does not find images by the names that Podman gives them."""
    kind = played(tmp_path / "bin", cluster_up.kubeconfig)
    played_engine(kind.folder, "podman", answers={"image inspect": (0, "[]"), "save": (0, "")})
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first")

    assert result.code == 0, result.shown
    assert kind.commands() == ["create cluster", "load image-archive", "delete cluster"]


def test_an_archive_is_loaded_or_it_is_bad_input(cluster_up: Served, tmp_path: Path) -> None:
    """It was asked for by name, so there is no going on without."""
    archive = tmp_path / "images.tar"
    archive.touch()
    options = ["--dualstack-kind-config=dual-ipv4-first", f"--dualstack-image-archive={archive}"]
    kind = played(tmp_path / "bin", cluster_up.kubeconfig, fails={"load image-archive": "ERROR: not a tar"})
    result = judged(tmp_path, kind, *options)

    assert result.code == 4, result.shown
    assert f"{archive} could not be loaded into the cluster: ERROR: not a tar" in result.shown
    assert kind.commands()[-1] == "delete cluster"


def test_a_network_without_ipv6_is_told_before(tmp_path: Path) -> None:
    """The remedy names the engine and the network in use; nothing is made."""
    kind = played(tmp_path / "bin")
    played_engine(kind.folder, "podman", answers={"network inspect kind": (0, '[{"ipv6_enabled": false}]')})
    result = judged(tmp_path, kind, "--dualstack-kind-config=dual-ipv4-first")

    assert result.code == 4, result.shown
    assert "the network 'kind' of podman was made without" in result.shown
    assert "podman network rm kind" in result.shown
    assert kind.commands() == []


@pytest.mark.parametrize(
    ("manners", "options", "phrases"),
    [
        ({"version": "kind v0.11.1 go1.16"}, (), ["kind v0.11.1", "use kind 0.24 or newer"]),
        ({"fails": {"get clusters": "exec: no docker"}}, (), ["none of Docker, nerdctl and Podman is on the PATH"]),
        ({"clusters": ["a", "b"]}, ("--dualstack-kind-cluster=c",), ["no kind cluster 'c'", "there is: a, b"]),
        ({}, ("--dualstack-kind-config=nonsense",), ["there is no file nonsense", "dual-ipv4-first"]),
        ({}, ("--dualstack-kind-config=dual-ipv4-first-no-cni",), ["leaves the CNI plugin out"]),
        ({"fails": {"get clusters": "no"}}, ("--dualstack-kind-config=nonsense",), ["there is no file nonsense"]),
        ({}, ("--dualstack-kubernetes=1.12",), ["no node image", "choose from"]),
        ({}, ("--dualstack-kind-cluster=a", "--dualstack-kind-image=b"), ["leave one of them out"]),
        ({"version": "nothing"}, (), ["cannot be used: nothing"]),
        ({"takes": {"version": 30}}, (), ["does not say its version within 10 s"]),
    ],
    ids=[
        "old kind",
        "no engine",
        "no such cluster",
        "no such file",
        "no CNI",
        "no such file, and no engine",
        "unknown version",
        "contradiction",
        "no kind",
        "kind hangs",
    ],
)
def test_bad_input(tmp_path: Path, manners: dict[str, Any], options: tuple[str, ...], phrases: list[str]) -> None:
    """One message with culprit and cure, exit code 4, and nothing made."""
    kind = played(tmp_path / "bin", **manners)
    result = judged(tmp_path, kind, "--dualstack-provider=kind", *options)

    assert result.code == 4, result.shown
    assert all(phrase in result.shown for phrase in phrases), result.shown
    assert "Traceback" not in result.shown
    assert "create cluster" not in kind.commands()


def test_no_kind_at_all(tmp_path: Path) -> None:
    """Without the program, that is the message."""
    result = judged(tmp_path, None, "--dualstack-provider=kind")

    assert result.code == 4, result.shown
    assert "kind is not installed" in result.shown


@pytest.mark.parametrize("text", ["kind: [", "- a list", "kind: Cluster", "kind: Cluster\nkind: Cluster\n"])
def test_a_file_that_is_no_configuration(tmp_path: Path, text: str) -> None:
    """Not YAML, another object, or a key that is there twice: named before kind is asked to make anything."""
    file = tmp_path / "config.yaml"
    file.write_text(text)
    kind = played(tmp_path / "bin")
    result = judged(tmp_path, kind, f"--dualstack-kind-config={file}")

    assert result.code == 4, result.shown
    assert str(file) in result.shown
    assert "create cluster" not in kind.commands()
