"""The wheel holds the whole suite and nothing else, and runs from an empty folder."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "fixtures" / "dualstack"
SHIPPED = ("conformance", "manifests", "kind-configs")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as an installer would build it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_suite(wheel: Path) -> None:
    """A file that is left out is a test that silently never runs."""
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = [file for file in PACKAGE.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    beside = [file for top in SHIPPED for file in (ROOT / top).rglob("*.*") if "__pycache__" not in file.parts]

    missing = {f"dualstack/{file.relative_to(PACKAGE)}" for file in sources} - names
    missing |= {f"dualstack/{file.relative_to(ROOT)}" for file in beside} - names

    assert len(sources) > 50
    assert len(beside) > 20
    assert missing == set()


def test_the_wheel_has_one_name_at_its_top(wheel: Path) -> None:
    """Nothing of ours can collide with another distribution."""
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"dualstack"}


def test_an_installed_wheel_judges_the_emulated_cluster(wheel: Path, tmp_path: Path) -> None:
    """From an empty folder, without a checkout in reach."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, system_site_packages=False)
    # Of the packages that it needs, most modules are never imported: to compile them all takes longer than the rest.
    command = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "install", "-q", "--no-compile"]
    install = subprocess.run([*command, str(wheel)], capture_output=True, text=True, check=False)
    assert install.returncode == 0, install.stderr
    empty = tmp_path / "empty"
    empty.mkdir()

    run = subprocess.run(
        [home / "bin" / "dualstack", "--dualstack-only", "CLU-002,SVC-CREATE-001", "-n", "1"],
        cwd=empty,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
