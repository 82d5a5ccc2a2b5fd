"""What nodes have in force when a failure is seen: kept beside its evidence, what is about it first."""

from __future__ import annotations

from pathlib import Path

import pytest

from dualstack.kind.diagnosis import COMMANDS
from dualstack.kind.moment import MOMENTS, Moments
from tests.kind.playing_kind import Played, played_engine

STATE = """\
$ iptables-save
-A KUBE-SERVICES -d 10.96.7.7/32 -p tcp -m comment --comment "ns/web:http cluster IP" -j KUBE-SVC-X
-A KUBE-SERVICES -d 10.96.7.77/32 -p tcp -j KUBE-SVC-Y
$ conntrack -L -f ipv6
tcp 6 1 SYN_SENT src=fd00:10:244:1::5 dst=fd00:10:96::7 sport=4 dport=80 [UNREPLIED]
tcp 6 1 SYN_SENT src=fd00:10:244:1::55 dst=fd00:10:96::77 sport=4 dport=80 [UNREPLIED]
"""


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    """An engine whose nodes say this."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return played_engine(tmp_path / "bin", answers={"exec": (0, STATE)})


def test_each_node_is_asked_at_once(docker: Played, tmp_path: Path) -> None:
    """All commands in one go; lines about the addresses and the object of the failure come first, and only those."""
    texts = ["Service ns/web", "answers at 10.96.7.7:80 and [fd00:10:96::7]:80", "no answer."]
    files = Moments("docker", ["one", "two"]).keep(tmp_path / "kept", texts)
    about, _, everything = Path(files[0]).read_text().partition("Everything:\n")

    assert files == [str(tmp_path / "kept" / "one.txt"), str(tmp_path / "kept" / "two.txt")]
    assert [line for line in about.splitlines() if "10.96." in line or "fd00" in line] == [
        line for line in STATE.splitlines() if "10.96.7.7/" in line or "fd00:10:96::7 " in line
    ]
    assert everything.strip() == STATE.strip()
    assert len(docker.asked) == 2
    assert all(" ".join(command) in docker.asked[0][-1] for command in COMMANDS.values())


def test_a_cluster_that_is_broken_all_over_is_not_looked_at_for_ever(docker: Played, tmp_path: Path) -> None:
    """A few failures of each process."""
    moments = Moments("docker", ["one"])
    kept = [moments.keep(tmp_path / str(number), ["x"]) for number in range(MOMENTS + 2)]

    assert [bool(files) for files in kept] == [True] * MOMENTS + [False] * 2


def test_where_nodes_cannot_be_asked(tmp_path: Path) -> None:
    """Nothing is written."""
    assert Moments("", ()).keep(tmp_path / "kept", ["x"]) == []
    assert not (tmp_path / "kept").exists()
