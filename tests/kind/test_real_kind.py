"""The real kind program, as far as it goes without an engine: the engine is played, no container is run.

It is the kind on the PATH, and each program named in ``DUALSTACK_KINDS`` (separated as a PATH is):
so the shipped configurations can be tried on the oldest and on the newest kind.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dualstack.kind import config
from dualstack.kind.tool import Kind, KindFailed
from tests.command.commanding import run
from tests.kind.playing_kind import Played, played_engine

KINDS = [*filter(None, os.environ.get("DUALSTACK_KINDS", "").split(os.pathsep)), *filter(None, [shutil.which("kind")])]
INFO = '{"CgroupDriver": "systemd", "CgroupVersion": "2", "MemoryLimit": true, "PidsLimit": true, "CPUShares": true}'
ANSWERS = {
    "info": (0, INFO),
    "ps": (0, ""),
    "inspect --type=image": (0, "[]"),
    "network": (0, "[]"),
    "run": (125, "this engine is played"),
}
pytestmark = pytest.mark.skipif(not KINDS, reason="there is no kind on the PATH, and none in DUALSTACK_KINDS")


@pytest.fixture(params=KINDS or ["kind"])
def kind(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kind:
    """A real kind before a played Docker."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "kind").symlink_to(Path(request.param).resolve())
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.delenv("KIND_EXPERIMENTAL_PROVIDER", raising=False)
    return Kind.find()


def engine_of(kind: Kind, **answers: tuple[int, str]) -> Played:
    """The played Docker beside a kind."""
    return played_engine(Path(kind.program).parent, answers={**answers, **ANSWERS})


@pytest.mark.parametrize("name", config.names())
def test_a_shipped_configuration_is_accepted(kind: Kind, tmp_path: Path, name: str) -> None:
    """kind reads and validates it, and goes on to run a container for each of three nodes."""
    docker = engine_of(kind)
    arguments = ["--name", "x", "--config", str(config.find(name)), "--kubeconfig", str(tmp_path / "k"), "--retain"]
    with pytest.raises(KindFailed, match=r"this engine is played|docker run error"):
        kind.run("create", "cluster", *arguments)

    assert any(words[0] == "run" for words in docker.asked)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("networking: {ipFamily: dualstack}", "ipFamily"),
        ("networking: {ipFamilly: dual}", "field ipFamilly not found"),
        ('networking: {ipFamily: ipv4, podSubnet: "fd00::/56"}', "ubnet"),
    ],
)
def test_what_kind_refuses_is_bad_input(kind: Kind, tmp_path: Path, text: str, said: str) -> None:
    """A configuration with a field or a value that kind does not know: its words, exit code 4, and no container."""
    file = tmp_path / "config.yaml"
    file.write_text(f"kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n{text}\n")
    docker = engine_of(kind)
    options = ["-n0", "--dualstack-only=SVC-CREATE-002", f"--dualstack-kind-config={file}"]
    result = run(tmp_path / "run", *options, PATH=os.environ["PATH"])

    assert result.code == 4, result.shown
    assert said in result.shown
    assert not any(words[0] == "run" for words in docker.asked)


def test_a_stopped_engine_in_the_words_of_kind(kind: Kind, tmp_path: Path) -> None:
    """What kind makes of Docker's words is understood."""
    said = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
    played_engine(Path(kind.program).parent, answers={"ps": (1, said), "info": (1, said)})
    result = run(tmp_path / "run", "-n0", "--dualstack-provider=kind", PATH=os.environ["PATH"])

    assert result.code == 4, result.shown
    assert "docker does not run" in result.shown
    assert "systemctl start docker" in result.shown


def test_no_engine_in_the_words_of_kind(kind: Kind, tmp_path: Path) -> None:
    """With none on the PATH, that is what is told."""
    result = run(tmp_path / "run", "-n0", "--dualstack-provider=kind", PATH=str(Path(kind.program).parent))

    assert result.code == 4, result.shown
    assert "none of Docker, nerdctl and Podman is on the PATH" in result.shown


def test_an_unfinished_name_is_free(kind: Kind) -> None:
    """Deleting what is not there is fine, and it has no nodes."""
    engine_of(kind)
    kind.delete("dualstack-nobody")
    assert kind.nodes("dualstack-nobody") == []
    assert kind.clusters() == []


def test_the_version_is_understood(kind: Kind) -> None:
    """As the program itself writes it."""
    said = subprocess.run([kind.program, "version"], capture_output=True, text=True, check=True).stdout
    assert f"v{kind.release}." in said
