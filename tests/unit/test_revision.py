"""A report names the suite that made it, down to the commit of a checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dualstack import __version__, assets
from dualstack.revision import CHANGED, suite_version

GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that the suite takes for its own."""
    monkeypatch.setattr(assets, "root", lambda: tmp_path)
    suite_version.cache_clear()
    yield tmp_path
    suite_version.cache_clear()


def _committed(folder: Path) -> None:
    (folder / "file").write_text("one")
    for words in (["init", "-q"], ["add", "file"], ["commit", "-qm", "One"], ["tag", "v9"]):
        subprocess.run([*GIT, *words], cwd=folder, check=True)


def test_of_a_checkout_it_names_the_commit(root: Path) -> None:
    """The version, then the commit whatever tags there are."""
    _committed(root)

    found = suite_version()

    commit = subprocess.run([*GIT, "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True).stdout
    assert re.fullmatch(rf"{re.escape(__version__)}\+[0-9a-f]{{12,}}", found)
    assert commit.startswith(found.partition("+")[2])


def test_what_was_changed_since_is_said(root: Path) -> None:
    """Nobody else can have that suite."""
    _committed(root)
    (root / "file").write_text("two")

    assert suite_version().endswith(CHANGED)


def test_an_installed_suite_has_its_version(root: Path) -> None:
    """There is nothing else to tell."""
    assert suite_version() == __version__


def test_without_git_it_has_its_version(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has the files of a checkout and cannot read its history."""
    (root / ".git").mkdir()
    assert suite_version() == __version__
    suite_version.cache_clear()
    monkeypatch.setenv("PATH", str(root))
    assert shutil.which("git") is None
    assert suite_version() == __version__
