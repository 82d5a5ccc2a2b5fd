"""The folder of published results keeps its own rules."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dualstack.catalogue import CATALOGUE
from dualstack.options import OPTIONS
from dualstack.report import jsonreport
from dualstack.verifying import main as verify

REPORTS = Path(__file__).parents[2] / "reports"
FILES = sorted(REPORTS.rglob("report.json"))
EVERY = pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
_LOCAL = re.compile(r"""(?<![\w.:/-])/(?:home|root|work|srv|tmp|Users|builds|runner)/""")


def _read(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text(encoding="utf-8")))


def test_there_are_some() -> None:
    """The folder holds what was really run."""
    assert FILES


@EVERY
def test_report_is_as_it_was_written(file: Path) -> None:
    """It fits the schema, and no word was changed."""
    data = _read(file)

    jsonschema.Draft202012Validator(json.loads(jsonreport.SCHEMA_FILE.read_text(encoding="utf-8"))).validate(data)
    assert data["digest"] == jsonreport.digest_of(data)


@EVERY
def test_report_may_be_published(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its owner is named, the whole profile was judged on a real cluster, and its verdict follows from its cases."""
    data = _read(file)
    owner = data["run"]["implementation"]

    assert all(owner[name] for name in ("organisation", "project", "version", "url", "contact"))
    assert (data["run"]["selection"], data["run"]["shard"], data["run"]["problem"]) == ("", "", "")
    assert data["cluster"]["provider"] != "emulated"
    if data["run"]["catalogue"] == CATALOGUE.digest:
        assert verify([str(file), "--publishable"]) == 0, capsys.readouterr().out


@EVERY
def test_no_path_of_a_machine_is_in_it(file: Path) -> None:
    """Neither folders of a user, nor of a build, nor temporary ones."""
    assert _LOCAL.findall(file.read_text(encoding="utf-8")) == []


@EVERY
def test_its_command_is_one_of_this_suite(file: Path) -> None:
    """Every option of it is known, and the implementation comes from the report itself."""
    program, *words = shlex.split(_read(file)["run"]["command"])
    names = [word.partition("=")[0] for word in words]

    assert program == "dualstack"
    assert set(names) <= {option.flag for option in OPTIONS.values()}
    assert "--dualstack-implementation=report.json" in words


@EVERY
def test_its_readme_tells_of_it(file: Path) -> None:
    """The table has its verdict word for word, and there is a section on how to reproduce it."""
    text = (file.parent.parent / "README.md").read_text(encoding="utf-8")

    assert f"[{file.parent.name}]({file.parent.name}/report.json)" in text
    assert _read(file)["verdict"]["line"] in text
    assert "\n## Reproduce\n" in text
    assert re.search(r"commit `[0-9a-f]{7,40}`", text)
