"""An archive goes into a log and comes out whole, or is refused."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from dualstack.errors import UsageProblem
from dualstack.incluster import bundle


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A folder as a run leaves it."""
    folder = tmp_path / "results"
    (folder / "evidence" / "CONN-001").mkdir(parents=True)
    (folder / "report.json").write_text('{"verdict": {"line": "ä"}}', encoding="utf-8")
    (folder / "evidence" / "CONN-001" / "main-001.json").write_text("[]" * 20_000)
    return folder


def test_a_log_gives_back_what_went_in(results: Path, tmp_path: Path) -> None:
    """Between other lines, byte by byte."""
    log = "\n".join(["collected 3 items", *bundle.log_lines(bundle.pack(results)), "exit code 0"])

    files = bundle.unpack(bundle.from_log(log), tmp_path / "out")

    assert {str(file.relative_to(tmp_path / "out")) for file in files} == {
        "report.json",
        "evidence/CONN-001/main-001.json",
    }
    assert (tmp_path / "out" / "report.json").read_bytes() == (results / "report.json").read_bytes()


def test_no_line_is_longer_than_a_runtime_bears(results: Path) -> None:
    """Runtimes cut at 16 KiB, and a cut line would end the archive."""
    assert max(map(len, bundle.log_lines(bundle.pack(results)))) <= 16 * 1024


def test_too_much_evidence_is_left_out(results: Path, tmp_path: Path) -> None:
    """The reports come first: a log holds only so much."""
    files = bundle.unpack(bundle.pack(results, most=100), tmp_path / "out")

    assert [file.name for file in files] == ["report.json"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda log: "nothing but progress", "no results in this log"),
        (lambda log: log[: len(log) // 2], "have no end"),
        (lambda log: log.replace("RESULTS-----\n", "RESULTS-----\nAAAA", 1), "are damaged"),
        (lambda log: log.replace("RESULTS-----\n", "RESULTS-----\n*", 1), "are damaged"),
    ],
    ids=["none", "cut", "changed", "not base64"],
)
def test_a_log_without_a_whole_archive_is_refused(results: Path, spoil: object, said: str) -> None:
    """Nothing is taken from a log that lost a part of it."""
    assert callable(spoil)
    log = spoil("\n".join(bundle.log_lines(bundle.pack(results))))

    with pytest.raises(UsageProblem, match=said):
        bundle.from_log(log)


@pytest.mark.parametrize(("name", "kind"), [("../outside", tarfile.REGTYPE), ("link", tarfile.SYMTYPE)])
def test_an_archive_cannot_write_elsewhere(tmp_path: Path, name: str, kind: bytes) -> None:
    """A path that leads out of the folder is refused, and so is a link: the log may be anybody's."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "../outside"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        archive.addfile(member, io.BytesIO())

    with pytest.raises(UsageProblem, match="cannot be unpacked"):
        bundle.unpack(buffer.getvalue(), tmp_path / "out")
    assert not (tmp_path / "outside").exists()
