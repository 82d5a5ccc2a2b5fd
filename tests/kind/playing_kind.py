"""Programs that play kind and a container engine: they note what they are asked, and answer by their manners.

Their manners come from a JSON file beside each.  For kind, ``fails`` maps the first two words of a
command to what it says before it fails, ``fails_once`` does so the first time only, ``takes`` is how
many seconds a command needs, ``clusters`` are those that are there, and ``logs`` are the files that
it exports; ``half`` are the nodes that a failed creation leaves.  Its clusters are an emulated one that is up already.
For an engine, ``answers`` maps the begin of a command to (exit code, what it says).
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BEGIN = """\
#!{python} -IS
import json, pathlib, sys, time
here = pathlib.Path(__file__).parent
me = pathlib.Path(__file__).name
manners = json.loads((here / (me + ".json")).read_text())
words = sys.argv[1:]
with (here / (me + ".asked")).open("a") as file:
    file.write(json.dumps(words) + "\\n")
"""
KIND = (
    BEGIN
    + """\
command = " ".join(words[:2])
takes = manners.get("takes", {})
if words[:1] == ["version"]:
    time.sleep(takes.get("version", 0))
    print(manners.get("version", "kind v0.33.0 go1.26.10 linux/amd64"))
elif command in manners.get("fails", {}):
    sys.exit(manners["fails"][command])
elif command in manners.get("fails_once", {}) and not (here / command).exists():
    (here / command).touch()
    sys.exit(manners["fails_once"][command])
elif command == "get clusters":
    print("\\n".join(manners.get("clusters", [])))
elif command == "get nodes" and words[-1] in manners.get("clusters", []):
    print("\\n".join(manners.get("nodes", [])))
elif command == "get nodes" and "half" in manners and not (here / "deleted").exists():
    print("\\n".join(manners["half"]))
elif command == "delete cluster":
    time.sleep(takes.get(command, 0))
    (here / "deleted").touch()
elif command == "get nodes" and (here / "deleted").exists() and (here / "remains").exists():
    (here / "remains").unlink()
    print("a-late-node")
elif command == "load docker-image":
    time.sleep(takes.get(command, 0))
elif command == "export logs":
    for name, text in manners.get("logs", {}).items():
        file = pathlib.Path(words[2]) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
elif command in ("create cluster", "get kubeconfig"):
    print("Creating cluster ...", file=sys.stderr, flush=True)
    time.sleep(takes.get(command, 0))
    name = words[words.index("--name") + 1]
    config = json.loads(pathlib.Path(manners["kubeconfig"]).read_text())
    config["contexts"][0]["name"] = config["current-context"] = "kind-" + name
    text = json.dumps(config)
    if "--kubeconfig" in words:
        pathlib.Path(words[words.index("--kubeconfig") + 1]).write_text(text)
    else:
        print(text)
"""
)
ENGINE = (
    BEGIN
    + """\
said = " ".join(words)
if said == "-v":
    print(manners.get("version", {"docker": "Docker"}.get(me, me) + " version 28.5.2"))
    sys.exit(0)
for begin, (code, text) in manners.get("answers", {}).items():
    if said.startswith(begin):
        if text:
            print(text, file=sys.stderr if code else sys.stdout)
        sys.exit(code)
sys.exit(1)
"""
)


@dataclass(frozen=True)
class Played:
    """One such program, in a folder that goes on the PATH."""

    folder: Path
    name: str = "kind"

    @property
    def asked(self) -> list[list[str]]:
        """What it was asked, command by command."""
        file = self.folder / f"{self.name}.asked"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def commands(self) -> list[str]:
        """The first two words of each command that does something."""
        said = [" ".join(words[:2]) for words in self.asked]
        return [command for command in said if command not in ("version", "get clusters", "get nodes", "-v")]


def played(folder: Path, kubeconfig: Path | None = None, **manners: Any) -> Played:
    """Put a kind there, with these manners."""
    return _put(folder, "kind", KIND, {"kubeconfig": str(kubeconfig or ""), **manners})


def played_engine(folder: Path, name: str = "docker", **manners: Any) -> Played:
    """Put a container engine of this name there, with these manners."""
    return _put(folder, name, ENGINE, manners)


def _put(folder: Path, name: str, script: str, manners: dict[str, Any]) -> Played:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(manners))
    program = folder / name
    program.write_text(script.replace("{python}", sys.executable, 1))
    program.chmod(0o755)
    return Played(folder, name)
