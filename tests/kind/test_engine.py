"""The engine behind kind: which one it is, what is wrong with it, and what mends that."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dualstack.errors import UsageProblem
from dualstack.families import Family
from dualstack.kind import engine
from dualstack.kind.engine import Engine
from dualstack.kind.network import Network
from dualstack.kind.tool import Kind
from tests.kind.playing_kind import Played, played, played_engine

DUAL = {"IPAM": {"Config": [{"Subnet": "172.18.0.0/16"}, {"Subnet": "fc00::/64"}]}}
SINGLE = {"IPAM": {"Config": [{"Subnet": "172.18.0.0/16"}]}}


@pytest.fixture
def bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH; nothing in the environment speaks of an engine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in ("KIND_EXPERIMENTAL_PROVIDER", "KIND_EXPERIMENTAL_DOCKER_NETWORK", "KIND_EXPERIMENTAL_PODMAN_NETWORK"):
        monkeypatch.delenv(name, raising=False)
    return folder


def test_the_order_of_kind(bin: Path) -> None:
    """Docker before nerdctl before Podman; none where none is."""
    assert engine.find() is None
    played_engine(bin, "podman")
    assert engine.find() == Engine("podman")
    played_engine(bin, "nerdctl")
    assert engine.find() == Engine("nerdctl")
    played_engine(bin, "docker")
    assert engine.find() == Engine("docker")


def test_podman_by_the_name_of_docker_is_no_docker(bin: Path) -> None:
    """kind asks the program what it is."""
    played_engine(bin, "docker", version="podman version 5.4.0")
    assert engine.find() is None


def test_the_one_that_was_chosen(bin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable decides, also for one that kind would not look for."""
    played_engine(bin, "docker")
    played_engine(bin, "finch")
    monkeypatch.setenv("KIND_EXPERIMENTAL_PROVIDER", "finch")
    assert engine.find() == Engine("finch")


def test_one_that_kind_does_not_know(bin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """kind would ignore the word and take another engine, so the run ends before."""
    played(bin)
    monkeypatch.setenv("KIND_EXPERIMENTAL_PROVIDER", "dokcer")
    with pytest.raises(UsageProblem, match=r"no engine 'dokcer'[\s\S]*docker, nerdctl, podman, finch, nerdctl.lima"):
        Kind.find()


@pytest.mark.parametrize(
    ("name", "said", "what", "cure"),
    [
        (
            "docker",
            'command "docker ps" failed: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.',
            "docker does not run",
            "systemctl start docker",
        ),
        (
            "docker",
            "permission denied while trying to connect to the Docker daemon socket",
            "docker is not allowed for this user",
            "usermod -aG docker",
        ),
        (
            "podman",
            "Cannot connect to Podman. Please verify your connection",
            "podman does not",
            "podman machine start",
        ),
        (
            "nerdctl",
            "cannot access containerd socket: no such file",
            "nerdctl does not run",
            "systemctl start containerd",
        ),
        ("nerdctl", "permission denied", "nerdctl is not allowed", "as root"),
        ("docker", "something new", "does not do what kind asks", "`docker ps` works"),
    ],
)
def test_stopped_and_forbidden_are_told_apart(bin: Path, name: str, said: str, what: str, cure: str) -> None:
    """The message names the engine in use and what mends it."""
    played_engine(bin, name)
    kind = played(bin, fails={"get clusters": said})

    with pytest.raises(UsageProblem) as caught:
        Kind.find().clusters()

    assert what in caught.value.culprit
    assert said in caught.value.culprit
    assert cure in caught.value.cure
    assert kind.commands() == []


def test_none_is_installed(bin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is another message, which names the one that was asked for."""
    played(bin, fails={"get clusters": 'exec: "docker": executable file not found in $PATH'})
    with pytest.raises(UsageProblem, match="none of Docker, nerdctl and Podman is on the PATH"):
        Kind.find().clusters()
    monkeypatch.setenv("KIND_EXPERIMENTAL_PROVIDER", "podman")
    with pytest.raises(UsageProblem, match=r"podman \(KIND_EXPERIMENTAL_PROVIDER\) is not on the PATH"):
        Kind.find().clusters()


@pytest.mark.parametrize(
    ("name", "network", "lacks"),
    [
        ("docker", {"EnableIPv6": False}, True),
        ("docker", {"EnableIPv6": True}, False),
        ("podman", {"ipv6_enabled": False, "subnets": [{"subnet": "10.89.0.0/24"}]}, True),
        ("podman", {"ipv6_enabled": True, "subnets": [{"subnet": "10.89.0.0/24"}, {"subnet": "fc00::/64"}]}, False),
        ("nerdctl", SINGLE, True),
        ("nerdctl", DUAL, False),
    ],
)
def test_a_network_without_ipv6(bin: Path, name: str, network: dict[str, Any], lacks: bool) -> None:
    """Each engine spells it otherwise."""
    played_engine(bin, name, answers={"network inspect kind": (0, json.dumps([network]))})
    assert Engine(name).network_lacks(Family.IPV6) is lacks
    assert not Engine(name).network_lacks(Family.IPV4)


@pytest.mark.parametrize(
    ("name", "network"),
    [
        ("docker", {"EnableIPv4": False, "EnableIPv6": True}),
        ("podman", {"ipv6_enabled": True, "subnets": [{"subnet": "fc00::/64"}]}),
    ],
)
def test_a_network_without_ipv4(bin: Path, name: str, network: dict[str, Any]) -> None:
    """Docker says it since it can make one; of others the subnets do."""
    played_engine(bin, name, answers={"network inspect kind": (0, json.dumps([network]))})
    assert Engine(name).network_lacks(Family.IPV4)
    assert not Engine(name).network_lacks(Family.IPV6)


def test_no_network_lacks_nothing(bin: Path) -> None:
    """kind makes one that has what it needs."""
    played_engine(bin)
    assert not any(Engine("docker").network_lacks(family) for family in Family)


@pytest.mark.parametrize(
    ("name", "variable"),
    [("docker", "KIND_EXPERIMENTAL_DOCKER_NETWORK"), ("podman", "KIND_EXPERIMENTAL_PODMAN_NETWORK")],
)
def test_a_network_of_another_name(bin: Path, monkeypatch: pytest.MonkeyPatch, name: str, variable: str) -> None:
    """The network that is looked at is the one kind will use."""
    monkeypatch.setenv(variable, "mine")
    played_engine(bin, name, answers={"network inspect mine": (0, '[{"EnableIPv6": false}]')})
    assert Engine(name).network_lacks(Family.IPV6)


def test_by_which_name_an_image_is_loaded(bin: Path) -> None:
    """By its tag, if that is the image of the digest."""
    same = {"image inspect --format {{.Id}} a:1": (0, "sha256:1")}
    other = {"image inspect --format {{.Id}} a:1@sha256:f": (0, "sha256:2"), **same}
    played_engine(bin, answers=same)
    assert Engine("docker").loadable("a:1@sha256:f") == Engine("docker").loadable("a:1") == "a:1"
    assert Engine("docker").loadable("b:1") == ""
    played_engine(bin, answers=other)
    assert Engine("docker").loadable("a:1@sha256:f") == ""


def test_an_engine_that_hangs(bin: Path) -> None:
    """A command has a bound."""
    program = bin / "docker"
    program.write_text("#!/bin/sh\nexec /bin/sleep 30\n")
    program.chmod(0o755)
    assert Engine("docker").run("ps", seconds=0.2) == (126, "no answer within 0.2 s")


@pytest.mark.parametrize(
    "text", ["2026-11-27T01:02:03.123456789Z", "2026-11-27 02:02:03.12 +0100 CET", "2026-11-27 01:02:03 +0000 UTC"]
)
def test_when_a_container_was_made(bin: Path, text: str) -> None:
    """As Docker writes it, and as Podman does."""
    played_engine(bin, answers={"inspect": (0, text)})
    assert Engine("docker").created("node") == datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)


def networked(bin: Path, *, there: bool) -> tuple[Network, Played]:
    """The network as a run uses it that found it there, or did not."""
    docker = played_engine(bin, answers={"network inspect": (0, "[]")} if there else {})
    return Network(Engine("docker"), str(bin / "docker")), docker


def test_a_network_that_came_with_the_run_goes_with_it(bin: Path) -> None:
    """kind itself never deletes it."""
    network, docker = networked(bin, there=False)
    assert network.removal == ["docker", "network", "rm", "kind"]
    network.give_back()
    assert docker.asked[-1] == ["network", "rm", "kind"]


def test_a_network_that_was_there_stays(bin: Path) -> None:
    """It may be anybody's."""
    network, docker = networked(bin, there=True)
    assert network.removal == []
    network.give_back()
    assert docker.asked[-1][:2] == ["network", "inspect"]


def test_a_network_stays_while_another_run_uses_it(bin: Path) -> None:
    """That one may be about to put nodes into it."""
    first, docker = networked(bin, there=False)
    second, _ = networked(bin, there=True)
    first.give_back()
    assert docker.asked[-1][:2] == ["network", "inspect"]
    second.give_back()
