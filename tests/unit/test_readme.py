"""What the README tells people to type is what CI runs, and what there is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_ci_sets_up_and_tests_as_the_second_command_does() -> None:
    """The two never drift apart: CI has both halves of the README's command."""
    command = next(line.strip() for line in README.splitlines() if "pytest tests" in line)
    setup, _, run = command.rpartition(" && ")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert setup in ci
    assert run in ci


def test_every_linked_file_exists() -> None:
    """A link to a page of ours leads somewhere."""
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", README)

    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
