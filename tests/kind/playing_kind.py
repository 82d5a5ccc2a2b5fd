"""A program that plays kind: it notes what it is asked, and its clusters are an emulated one that is up already.

Its manners come from a JSON file beside it: ``fails`` maps the first two words of a command to what
it says before it fails, ``clusters`` are those that are there.
"""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = """\
#!{python}
import json, pathlib, sys, time
here = pathlib.Path(__file__).parent
manners = json.loads((here / "manners.json").read_text())
words = sys.argv[1:]
with (here / "asked").open("a") as file:
    file.write(json.dumps(words) + "\\n")
command = " ".join(words[:2])
if words[:1] == ["version"]:
    print(manners.get("version", "kind v0.33.0 go1.26.10 linux/amd64"))
elif command in manners.get("fails", {{}}):
    sys.exit(manners["fails"][command])
elif command in manners.get("fails_once", {{}}) and not (here / command).exists():
    (here / command).touch()
    sys.exit(manners["fails_once"][command])
elif command == "get clusters":
    print("\\n".join(manners.get("clusters", [])))
elif command in ("create cluster", "get kubeconfig"):
    print("Creating cluster ...", file=sys.stderr, flush=True)
    time.sleep(manners.get("takes", 0))
    name = words[words.index("--name") + 1]
    config = json.loads(pathlib.Path(manners["kubeconfig"]).read_text())
    config["contexts"][0]["name"] = config["current-context"] = "kind-" + name
    text = json.dumps(config)
    if "--kubeconfig" in words:
        pathlib.Path(words[words.index("--kubeconfig") + 1]).write_text(text)
    else:
        print(text)
"""


@dataclass(frozen=True)
class PlayedKind:
    """One such program, in a folder that goes on the PATH."""

    folder: Path

    @property
    def asked(self) -> list[list[str]]:
        """What it was asked, command by command."""
        file = self.folder / "asked"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def commands(self) -> list[str]:
        """The first two words of each command but the questions."""
        said = [" ".join(words[:2]) for words in self.asked]
        return [command for command in said if command not in ("version", "get clusters --quiet", "get clusters")]


def played(folder: Path, kubeconfig: Path | None = None, **manners: Any) -> PlayedKind:
    """Put the program there, with these manners."""
    folder.mkdir(exist_ok=True)
    (folder / "manners.json").write_text(json.dumps({"kubeconfig": str(kubeconfig or ""), **manners}))
    program = folder / "kind"
    program.write_text(textwrap.dedent(SCRIPT).format(python=sys.executable))
    program.chmod(0o755)
    return PlayedKind(folder)
