"""What leaves the machine names no path of it."""

from __future__ import annotations

from dualstack.report.jsonreport import to_json
from dualstack.report.model import Outcome
from dualstack.report.portable import portable
from dualstack.report.verdict import results_of
from tests.report.samples import MUST, case, mixed, report

NAMES = {"/home/ann": "~", "/home/ann/here": ".", "/home/ann/.kube/lab": "KUBECONFIG", "/": "ROOT", "/top": "~"}


def _text_of(text: str) -> str:
    found = results_of([case(MUST, Outcome.ERROR, text=text)], selected=(), not_run_reason={}, known_failures={})
    return portable(report(found), NAMES).results[0].cases[0].text


def test_paths_are_called_by_what_they_are() -> None:
    """The longest name counts; below the working folder, paths are relative to it."""
    assert _text_of("/home/ann/here/out/a.json") == "out/a.json"
    assert _text_of("File '/home/ann/lib/x.py', in /home/ann/here") == "File '~/lib/x.py', in ."
    assert _text_of("--dualstack-kubeconfig=/home/ann/.kube/lab --x") == "--dualstack-kubeconfig=KUBECONFIG --x"


def test_words_that_only_look_alike_stay() -> None:
    """Neither a longer name nor a path of the cluster is changed, nor is a folder at the root a name."""
    for text in ("/home/anna/here", "/api/v1/nodes", "https://x/home/ann", "/top/x"):
        assert _text_of(text) == text


def test_nothing_else_is_changed() -> None:
    """A report without such paths comes back as it is."""
    assert to_json(portable(mixed(), NAMES)) == to_json(mixed())
