"""The table of a proof, as somebody sees it who has only the end of it."""

from __future__ import annotations

import pytest

from dualstack.proof import command
from dualstack.proof.model import Result


def result(name: str, failed: tuple[str, ...]) -> Result:
    """What a defect with one declared requirement tripped."""
    return Result(name, f"{name}.", "a.rule", "dual-v4", ("POD-001",), failed, {}, 1, 0.1)


def test_what_is_not_proved_stands_at_the_end_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One row of hundreds is not lost where only the last lines of a log are kept."""
    rows = [result("pod/missed", ()), *(result(f"pod/good-{number}", ("POD-001",)) for number in range(40))]
    monkeypatch.setattr(command, "jobs_of", lambda *asked: [])
    monkeypatch.setattr(command, "results_of", lambda *asked: iter(rows))

    assert command.main([]) == command.NOT_PROVED

    table, _, end = capsys.readouterr().out.partition("\n\n")
    assert table.startswith("NOT PROVED  pod/missed")
    assert "NOT PROVED  pod/missed" in end
    assert "declared, but passed: POD-001" in end
    assert "good" not in end
