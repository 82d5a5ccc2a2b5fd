"""The command: runs, table, exit code, going on after an interruption, and bad input; with a suite that is played."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dualstack.matrix import command
from dualstack.matrix.runs import Runs

ROOT = Path(__file__).parents[2]
PLAYED = (sys.executable, "-m", "tests.matrix.playing_suite")
EMULATED = ["--provider", "emulated"]

Matrix = Callable[..., int]


@pytest.fixture
def matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Matrix:
    """The command in an empty folder, on a suite that is played."""
    made = Runs.__init__

    def playing(self: Runs, *arguments: Any) -> None:
        made(self, *arguments)
        self.program = PLAYED

    monkeypatch.setattr(Runs, "__init__", playing)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "fixtures"), str(ROOT)]))
    monkeypatch.setenv("PLAYED", str(tmp_path / "played"))
    monkeypatch.chdir(tmp_path)
    return lambda *words: command.main([*words])


def _found(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "dualstack-out" / "matrix" / "matrix.json").read_text()))


def _played(folder: Path) -> list[str]:
    return (folder / "played").read_text().split()


def test_all_shapes(matrix: Matrix, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is run once, in order; what differs is what does not apply; all good is exit code 0."""
    assert matrix(*EMULATED) == 0

    assert _played(tmp_path) == ["ipv4", "ipv6", "dual-v4", "dual-v6"]
    found = _found(tmp_path)
    assert [run["verdict"] for run in found["runs"]] == ["conformant"] * 4
    assert found["verdict"] == "conformant"
    assert [entry["id"] for entry in found["requirements"]] == ["SVC-CREATE-005"]
    assert found["requirements"][0]["outcomes"]["ipv6"] == "unsupported"
    out = capsys.readouterr().out
    assert "unsupported [1] [2], passed [3] [4]: SVC-CREATE-005" in out
    page = (tmp_path / "dualstack-out" / "matrix" / "matrix.html").read_text()
    assert '<a href="dual-v4/report.html">dual-v4</a>' in page


def test_the_worst_exit_code(matrix: Matrix, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that fails and one that never begins are both in the table; non-conformant is worse than bad input."""
    assert matrix(*EMULATED, "--play-failure", "--play-refused") == 1

    found = _found(tmp_path)
    assert {run["name"]: run["exit_code"] for run in found["runs"]} == {
        "ipv4": 4,
        "ipv6": 0,
        "dual-v4": 0,
        "dual-v6": 1,
    }
    out = capsys.readouterr().out
    assert "[1] ipv4: no report, exit code 4: there is no such thing" in out
    assert "requirements that are judged differently:\n  absent [1], passed [2] [3], failed [4]: SVC-CREATE-001" in out
    text = (tmp_path / "dualstack-out" / "matrix" / "matrix.md").read_text()
    assert "| ipv4 | no report (exit code 4) |" in text
    assert "| absent | passed | passed | failed | SVC-CREATE-001 |" in text


def test_a_part_is_never_conformant(matrix: Matrix, tmp_path: Path) -> None:
    """Runs that judge a selection may exit with 0; the word of the matrix is theirs."""
    assert matrix("dual-v4", "ipv4", *EMULATED, "--play-selection") == 0

    assert _found(tmp_path)["verdict"] == "inconclusive"
    assert '<section id="verdict" class="verdict inconclusive"' in (
        tmp_path / "dualstack-out" / "matrix" / "matrix.html"
    ).read_text(encoding="utf-8")


def test_some_at_a_time(matrix: Matrix, tmp_path: Path) -> None:
    """``--parallel 2`` begins the second before the first has ended."""
    assert matrix("dual-v4", "ipv4", *EMULATED, "--parallel", "2", "--play-parallel") == 0
    assert sorted(_played(tmp_path)) == ["dual-v4", "ipv4"]


def test_configurations_and_versions(matrix: Matrix, tmp_path: Path) -> None:
    """Every one with every one; a kind configuration of a shape stands for the shape."""
    assert matrix("dual-ipv6-first", *EMULATED, "--config", "ipv4", "--kubernetes", "1.36,1.30") == 0

    assert [run["name"] for run in _found(tmp_path)["runs"]] == [
        *("dual-v6-1.36", "dual-v6-1.30"),
        *("ipv4-1.36", "ipv4-1.30"),
    ]


def test_an_interrupted_matrix_goes_on(tmp_path: Path) -> None:
    """What was done is kept, what was not is run; a matrix that ended begins anew."""
    words = ["ipv4", "ipv6", "dual-v4", *EMULATED, "--play-slow"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "fixtures"), str(ROOT)]),
        "PLAYED": str(tmp_path / "played"),
    }
    code = (
        "import sys; from dualstack.matrix import command, runs; from tests.matrix.test_command import PLAYED\n"
        "class Played(runs.Runs):\n"
        "    def __init__(self, *arguments):\n"
        "        super().__init__(*arguments); self.program = PLAYED\n"
        "command.Runs = Played\n"
        "sys.exit(command.main(sys.argv[1:]))"
    )

    def started() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *words], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
        )

    first = started()
    deadline = time.monotonic() + 60
    while not (tmp_path / "played").exists() or "ipv6" not in _played(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    first.send_signal(signal.SIGINT)
    out, _ = first.communicate(timeout=30)
    assert first.returncode == 2, out
    assert "interrupted; the same command goes on" in out
    assert [run["name"] for run in _found(tmp_path)["runs"]] == ["ipv4", "ipv6"]

    (tmp_path / "hurry").write_text("")
    second = started()
    out, _ = second.communicate(timeout=60)
    assert second.returncode == 0, out
    assert "ipv4: kept from before: conformant" in out
    assert _played(tmp_path) == ["ipv4", "ipv6", "ipv6", "dual-v4"]

    third = started()
    out, _ = third.communicate(timeout=60)
    assert third.returncode == 0, out
    assert "kept from before" not in out
    assert _played(tmp_path)[4:] == ["ipv4", "ipv6", "dual-v4"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dual"], "there is no configuration 'dual'"),
        (["nowhere.yaml", "--provider", "kind"], "there is no file nowhere.yaml"),
        (["dual-ipv4-first-nftables"], "what only kind makes"),
        (["dual-v4", "dual-v4,dual-ipv4-first"], "two configurations are called dual-v4"),
        (["--kubernetes", "1.99"], "1.99 cannot be emulated"),
        (["--kubernetes", "new"], "'new' is no minor version"),
        (["--provider", "existing"], "'existing' makes no clusters"),
        (["--provider", "apiserver", "--kubernetes", "1.36"], "the one version of its binaries"),
        (["--parallel", "0"], "it must be 1 at least"),
        (["--parallel", "many"], "--parallel"),
        (["--dualstack-shape=ipv4"], "--dualstack-shape: the matrix says this to each run itself"),
        (["--out", "prose"], "prose is no folder"),
        (["--out", "full"], "holds something that is no matrix"),
        (["--out", "damaged"], "plan.json is damaged"),
        (["--out", "other"], "holds another matrix that is unfinished"),
    ],
)
def test_bad_input(
    matrix: Matrix, tmp_path: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One message with what to do, exit code 4, and no run is begun."""
    (tmp_path / "prose").write_text("")
    for name, file, text in (
        ("full", "photo.jpg", ""),
        ("damaged", "plan.json", "["),
        ("other", "plan.json", '{"schema": "dualstack-matrix-plan/v1", "runs": {}, "ended": false}'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(text)
    before = sorted(tmp_path.rglob("*"))

    assert matrix(*words, *([] if "--provider" in words else EMULATED)) == 4
    assert said in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--dualstack-profile=everything"], "there is no profile 'everything'\n  choose one of api, core, full"),
        (["--dualstack-implementation=boaster.yaml"], "boaster.yaml: it claims 'flying', which there is not\n"),
        (["--dualstack-known-failures=old.yaml"], "old.yaml: SVC-CREATE-001 expired on 2001-01-01\n  fix the cluster"),
        (["--dualstack-context=blue"], "--dualstack-context: the matrix says this to each run itself"),
    ],
)
def test_what_every_run_would_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The suite itself is asked before the first run: one message instead of one for each run, and nothing is made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "boaster.yaml").write_text("{project: Net, claims: {capabilities: [flying]}}")
    (tmp_path / "old.yaml").write_text("[{id: SVC-CREATE-001, reason: because, expiry: 2001-01-01}]")
    before = sorted(tmp_path.rglob("*"))

    assert command.main([*EMULATED, *words]) == 4
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 2, "a culprit and a cure"
    assert shown.out == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_ended_before_the_first_run(matrix: Matrix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the options are looked at ends the matrix, and nothing is made."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Runs, "check", interrupted)

    assert matrix(*EMULATED) == 2
    assert list(tmp_path.iterdir()) == []


def test_begun_anew(matrix: Matrix, tmp_path: Path) -> None:
    """``--anew`` forgets an unfinished matrix, and removes what it left and nothing else."""
    out = tmp_path / "dualstack-out" / "matrix"
    (out / "old").mkdir(parents=True)
    (out / "mine.txt").write_text("")
    (out / "plan.json").write_text('{"schema": "dualstack-matrix-plan/v1", "runs": {"old": []}, "ended": false}')

    assert matrix("ipv4", *EMULATED, "--anew") == 0
    assert {path.name for path in out.iterdir()} == {
        *("plan.json", "matrix.json", "matrix.md", "matrix.html", "mine.txt", "ipv4")
    }
