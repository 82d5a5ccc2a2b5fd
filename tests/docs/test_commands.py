"""Every block of commands in the pages, run as a reader would type it, page by page.

The live cluster ``my-cluster`` of the pages is an emulated one, kind is a program that plays kind, and
runs are narrowed to a few requirements; everything else is what it says.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, Block, blocks
from tests.docs.reading import Reader

_WITH_COMMANDS = [page for page in PAGES if any(block.language == "sh" for block in blocks(page))]


@pytest.mark.parametrize("page", _WITH_COMMANDS, ids=str)
def test_the_commands_of_a_page_run(page: Path, reader: Reader) -> None:
    """Each block ends with the exit code that the page gives, and shows what the page shows."""
    shown: str | None = None
    for block in blocks(page):
        if block.language == "sh" and not _is_run(block):
            shown = None
        elif block.language == "sh":
            done = reader.types(block.text, whole="whole" in block.words)
            shown = done.stdout
            assert str(done.returncode) in block.words.get("exits", "0").split("|"), f"{block.where}\n{shown}"
        elif "file" in block.words:
            (reader.checkout / block.words["file"]).write_text(block.text)
        elif "shown" in block.words and shown is not None:
            missing = [line for line in block.text.splitlines() if not _is_in(line, shown)]
            assert missing == [], f"{block.where}\n{shown}"


def _is_run(block: Block) -> bool:
    if "seen-in" in block.words:
        return False
    program = block.words.get("needs", "")
    folder = os.environ.get("KUBEBUILDER_ASSETS", "")
    return not program or bool(shutil.which(program) or shutil.which(program, path=folder))


def _is_in(line: str, shown: str) -> bool:
    """Whether this line is in the output, whatever its blanks."""
    words = [".*" if word == "..." else re.escape(word) for word in line.split()]
    return not words or re.search(r"\s+".join(words), shown) is not None
