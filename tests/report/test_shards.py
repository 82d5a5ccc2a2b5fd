"""The shards of one run, joined: the verdict of the whole, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dualstack.errors import UsageProblem
from dualstack.implementation import Implementation
from dualstack.merging import main
from dualstack.report.jsonreport import to_json
from dualstack.report.model import Outcome, Report, Result, VerdictWord
from dualstack.report.shards import merged
from dualstack.report.verdict import judge
from dualstack.shard import Shard
from tests.report.samples import MUST, OTHER_MUST, facts, report, results, run

WHOLE = results({"SVC-CREATE-006": Outcome.UNSUPPORTED, "HL-011": Outcome.NOT_RUN})


def _shards(whole: list[Result], count: int = 3, **changed: Any) -> list[Report]:
    """What each machine would report of this."""
    return [_shard(whole, Shard(number, count), **changed) for number in range(1, count + 1)]


def _shard(whole: list[Result], shard: Shard, **changed: Any) -> Report:
    said: dict[str, Any] = {
        "shard": str(shard),
        "id": f"run{shard.number}",
        "selection": f"--dualstack-shard {shard}",
        "command": f"dualstack --dualstack-context=lab --dualstack-shard={shard}",
        "options": {"shard": str(shard), "context": f"lab{shard.number}", "nodes": "2"},
        "started": f"2026-01-02T03:04:0{shard.number}Z",
        **changed,
    }
    parts = []
    for result in whole:
        cases = [case for case in result.cases if shard.has(case.test)]
        parts.append(replace(result, cases=cases) if cases else Result(result.id, Outcome.NOT_RUN, "elsewhere"))
    made = run(**said)
    return Report(made, parts, judge(made, parts))


def test_every_test_is_in_one_shard() -> None:
    """Whatever the number of shards, and evenly enough."""
    names = [f"area/test_one.py::test_one[{number}]" for number in range(1000)]
    for count in (1, 2, 4, 7):
        parts = [sum(Shard(number + 1, count).has(name) for name in names) for number in range(count)]
        assert sum(parts) == 1000
        assert max(parts) <= 1.3 * 1000 / count


@pytest.mark.parametrize("text", ["", "0/4", "5/4", "1", "1/0", "a/b", "1/4/4", "-1/4", "01/4"])
def test_no_part_of_a_whole(text: str) -> None:
    """A shard that nobody would judge, or that is not written as one."""
    with pytest.raises(ValueError, match="no part of a whole"):
        Shard.parse(text)


@pytest.mark.parametrize(
    "changed",
    [{}, {MUST: Outcome.FAILED}, {MUST: Outcome.ERROR, OTHER_MUST: Outcome.UNSUPPORTED}, {MUST: Outcome.NOT_RUN}],
    ids=["conformant", "failed", "error", "not run"],
)
def test_the_whole_is_what_one_run_would_have_said(changed: dict[str, Outcome]) -> None:
    """Results, verdict and exit code, in whichever order the shards are given."""
    whole = report(results(changed))
    one, two, three = _shards(list(whole.results))

    joined = merged([three, one, two])

    assert [(r.id, r.outcome) for r in joined.results] == [(r.id, r.outcome) for r in whole.results]
    assert joined.verdict == whole.verdict
    assert {len(one.results), len(joined.results)} == {len(whole.results)}


def test_a_shard_judges_what_it_has() -> None:
    """It is green if all of its own passed, and never conformant."""
    for part in _shards(list(report(results({"SVC-CREATE-006": Outcome.UNSUPPORTED})).results)):
        assert (part.verdict.word, part.verdict.exit_code) == (VerdictWord.INCONCLUSIVE, 0)
        assert part.verdict.because == (f"only a part was judged: shard {part.run.shard}",)


def test_what_is_said_of_the_whole_run() -> None:
    """It began with the first, took as long as all together, and repeats without the shard."""
    joined = merged(_shards(WHOLE)).run

    assert (joined.id, joined.shard, joined.selection) == ("run1+run2+run3", "", "")
    assert joined.command == "dualstack --dualstack-context=lab"
    assert (joined.started, joined.seconds) == ("2026-01-02T03:04:01Z", 37.5)
    assert joined.options == {"context": "lab1", "nodes": "2"}


def test_a_selection_stays_one() -> None:
    """Shards of a part are joined into the part."""
    parts = [
        replace(part, run=replace(part.run, selection=f"--dualstack-shard {part.run.shard} -k x"))
        for part in _shards(WHOLE)
    ]

    assert merged(parts).run.selection == "-k x"


def test_a_shard_that_broke_breaks_the_whole() -> None:
    """Its cases that are not there were not run; who was not asked is named."""
    one, two, three = _shards(WHOLE)
    broken = replace(two, run=replace(two.run, facts=None, problem="no cluster"), results=[])

    joined = merged([one, broken, three])

    assert joined.run.problem == "shard 2/3: no cluster"
    assert joined.run.facts == one.run.facts
    assert joined.verdict.word is VerdictWord.INCONCLUSIVE
    assert merged([replace(part, run=replace(part.run, facts=None)) for part in (one, two, three)]).run.facts is None


def test_a_claim_that_one_shard_refutes_is_refuted() -> None:
    """And what a reader of one must know, a reader of the whole must."""
    one, two, three = _shards(WHOLE)
    found = facts(claims_contradicted=("c",), notes=("n",))

    joined = merged([one, replace(two, run=replace(two.run, facts=found)), three])

    assert joined.run.facts is not None
    assert joined.run.facts.claims_contradicted == ("c",)
    assert joined.run.facts.notes == ("TLS verification is off in the kubeconfig", "n")
    assert joined.verdict.exit_code == 1


def _changed(**changed: Any) -> Callable[[list[Report]], list[Report]]:
    return lambda parts: [*parts[:-1], replace(parts[-1], run=replace(parts[-1].run, **changed))]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda parts: parts[1:], "shard 1/3 is missing"),
        (lambda parts: [parts[0], *parts], "shard 1/3 is there 2 times"),
        (lambda parts: [*parts[:2], *_shards(WHOLE, 4)], "shards of 3 and of 4"),
        (lambda parts: [report(WHOLE)], "run 7f3a is no shard of anything"),
        (_changed(suite="0.2.0"), "different runs: version of the suite: 0.1.0, 0.2.0"),
        (_changed(catalogue="sha256:2"), "different runs: catalogue"),
        (_changed(profile="core"), "different runs: profile: api, core"),
        (_changed(selection="--dualstack-shard 3/3 -k x"), "different runs: selection: none, -k x"),
        (_changed(options={"nodes": "5"}), "different runs: options"),
        (_changed(implementation=Implementation(project="Other")), "different runs: implementation: none"),
        (_changed(facts=facts(git_version="v1.35.0")), "different runs: git_version: v1.36.0, v1.35.0"),
        (_changed(facts=facts(capabilities=())), "different runs: capabilities"),
        (lambda parts: [replace(parts[0], results=WHOLE), *parts[1:]], "is not of shard 1/3"),
    ],
)
def test_what_is_no_whole(spoil: Callable[[list[Report]], list[Report]], said: str) -> None:
    """Missing and doubled shards, and reports of different runs, are refused by name."""
    with pytest.raises(UsageProblem) as caught:
        merged(spoil(_shards(WHOLE)))
    assert said in caught.value.culprit


def _written(folder: Path, parts: list[Report]) -> list[str]:
    files = [folder / f"shard{number}.json" for number in range(len(parts))]
    for file, part in zip(files, parts, strict=True):
        file.write_text(json.dumps(to_json(part)))
    return [str(file) for file in files]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints what a run prints, writes what is asked for, and exits as the whole run would."""
    files = _written(tmp_path, _shards(list(report(results({MUST: Outcome.FAILED})).results)))

    assert main([*files, "--report", str(tmp_path / "whole.json"), "--report", str(tmp_path / "whole.md")]) == 1
    assert "non-conformant: api, dual-v4" in capsys.readouterr().out
    assert json.loads((tmp_path / "whole.json").read_text())["run"]["id"] == "run1+run2+run3"
    assert "non-conformant" in (tmp_path / "whole.md").read_text()


def test_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One message, exit code 4, and nothing is written."""
    files = _written(tmp_path, _shards(WHOLE))
    data = json.loads(Path(files[0]).read_text())
    data["run"]["seconds"] = 1
    (tmp_path / "changed").write_text(json.dumps(data))
    (tmp_path / "other").write_text('{"schema": "dualstack-report/v1"}')
    target = ["--report", str(tmp_path / "whole.json")]

    for arguments, said in (
        ([*files[1:], *target], "shard 1/3 is missing"),
        ([str(tmp_path / "changed"), *files[1:], *target], "was changed after it was written"),
        ([str(tmp_path / "other"), *files[1:], *target], "it is no dualstack-report/v2 but 'dualstack-report/v1'"),
        ([*files, "--report", str(tmp_path / "whole.pdf")], "no report format is called '.pdf'"),
        ([*files, "--report", str(tmp_path / "no" / "whole.json")], "cannot be written"),
        ([], "the following arguments are required"),
    ):
        assert main(arguments) == 4
        assert said in capsys.readouterr().err
    assert not (tmp_path / "whole.json").exists()
