"""The commands beside the suite, and what needs no cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from dualstack import __version__
from dualstack.catalogue import CATALOGUE
from tests.command.commanding import run


def test_requirements_lists_all(tmp_path: Path) -> None:
    """Every id of the catalogue, each on a line of its own."""
    ended = run(tmp_path, "requirements")

    assert ended.code == 0
    assert {id for id in CATALOGUE if any(id in line.split() for line in ended.out.splitlines())} == set(CATALOGUE)


def test_requirements_explains_one(tmp_path: Path) -> None:
    """Statement, level, source, the tests that judge it and the defects that it catches."""
    ended = run(tmp_path, "requirements", "SVC-CREATE-012")
    text = " ".join(ended.out.split())

    assert ended.code == 0
    for phrase in (
        "SVC-CREATE-012",
        "MUST",
        CATALOGUE["SVC-CREATE-012"].statement,
        "https://",
        "test_refused_families.py",
        "policy-inferred-from-families",
    ):
        assert phrase in text


def test_requirements_suggests(tmp_path: Path) -> None:
    """An unknown id is bad input, and the nearest ids are named."""
    ended = run(tmp_path, "requirements", "SVC-CREATE-0012")

    assert (ended.code, ended.out) == (4, "")
    assert "there is no requirement 'SVC-CREATE-0012'" in ended.err
    assert "SVC-CREATE-012" in ended.err


def test_unknown_command(tmp_path: Path) -> None:
    """A word that is neither a command nor a file is bad input, answered by the list of commands."""
    ended = run(tmp_path, "requirement")

    assert (ended.code, ended.out) == (4, "")
    assert "there is no command 'requirement'" in ended.err
    assert "dualstack requirements [ID]" in ended.err


def test_unknown_option(tmp_path: Path) -> None:
    """A misspelt option is bad input, and named."""
    ended = run(tmp_path, "--dualstack-provder=emulated")

    assert ended.code == 4
    assert "--dualstack-provder" in ended.err
    assert "Traceback" not in ended.shown


def test_version(tmp_path: Path) -> None:
    """Name and version on one line."""
    assert run(tmp_path, "--version").out == f"dualstack {__version__}\n"


def test_help(tmp_path: Path) -> None:
    """Commands and options are shown, and nothing is started."""
    ended = run(tmp_path, "--help")

    assert ended.code == 0
    assert "dualstack clean" in ended.out
    assert "--dualstack-known-failures=FILE" in ended.out
    assert ended.made == []


@pytest.mark.parametrize("command", ["serve", "clean", "prove"])
def test_help_of_a_command(tmp_path: Path, command: str) -> None:
    """Each command explains its options."""
    ended = run(tmp_path, command, "--help")

    assert ended.code == 0
    assert f"usage: dualstack {command}" in ended.out


def test_collecting_needs_no_cluster(tmp_path: Path) -> None:
    """``--collect-only`` lists tests even for a cluster that nobody can reach, and leaves nothing."""
    (tmp_path / "kubeconfig").write_text(
        "{clusters: [{name: a, cluster: {server: 'https://127.0.0.1:1'}}], users: [{name: a, user: {}}],"
        " contexts: [{name: a, context: {cluster: a, user: a}}]}"
    )
    named = ["--dualstack-kubeconfig=kubeconfig", "--dualstack-context=a"]
    ended = run(tmp_path, "--collect-only", "-q", "-k", "test_refused_families", *named)

    assert ended.code == 0, ended.shown
    assert "test_two_families_without_policy_are_refused" in ended.out
    assert ended.made == ["kubeconfig"]
