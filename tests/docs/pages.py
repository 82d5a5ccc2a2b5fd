"""The pages as the tests read them: fenced blocks with what their fence says, and links.

A block of commands begins with a fence like

    ```sh exits=1 needs=kubectl

``exits`` is the exit code that it must end with (0 unless said; ``0|1`` allows for both).  ``needs`` names a program
without which the block is skipped.  ``seen-in`` says where its commands are run instead, because here
they cannot be.  ``whole`` means that runs in it are not narrowed to a few requirements.
A block ``text shown`` after it holds lines of its output, where ``...`` stands for anything.  A block
with ``file=NAME`` is a file that the reader writes.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(page.relative_to(ROOT) for page in (*DOCS.rglob("*.md"), ROOT / "README.md"))
_FENCE = re.compile(r"^( *)```(.*)$")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: Path
    line: int
    """Of its fence."""
    language: str
    words: Mapping[str, str]
    """What the fence says beside the language; the value is empty where there is none."""
    text: str

    @property
    def where(self) -> str:
        """For people."""
        return f"{self.page}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    lines = iter(enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), 1))
    for number, line in lines:
        begins = _FENCE.match(line)
        if not begins:
            continue
        indent = len(begins[1])
        language, *words = shlex.split(begins[2]) or [""]
        body: list[str] = []
        for _, inner in lines:
            if _FENCE.match(inner):
                break
            body.append(inner[indent:])
        said = {key: value for key, _, value in (word.partition("=") for word in words)}
        yield Block(page, number, language, said, "\n".join(body))


def links(page: Path) -> Iterator[str]:
    """Where a page leads, but for other sites."""
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    yield from (target for target in _LINK.findall(text) if not target.startswith(("http", "mailto:")))


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    found = set()
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            words = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower())
            found.add(words.replace(" ", "-"))
    return found
