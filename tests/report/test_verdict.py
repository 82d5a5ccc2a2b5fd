"""Results, verdict and exit code: every clause of the rules."""

from __future__ import annotations

from typing import Any

import pytest

from dualstack.catalogue import CATALOGUE
from dualstack.report.model import Outcome, VerdictWord
from dualstack.report.verdict import judge, results_of, verdict_line, worst
from tests.report.samples import MUST, OTHER_MUST, SHOULD, case, facts, musts, report, results, run

P, F, E, U, K, N = (
    Outcome.PASSED,
    Outcome.FAILED,
    Outcome.ERROR,
    Outcome.UNSUPPORTED,
    Outcome.KNOWN_FAILURE,
    Outcome.NOT_RUN,
)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([P, P], P),
        ([P, N], N),
        ([N, E, P], E),
        ([E, F, N, P, U], F),
        ([U, U], U),
        ([U, P], P),
        ([U, N], N),
        ([U, E], E),
        ([K, E], K),
    ],
)
def test_worst_case_decides(outcomes: list[Outcome], expected: Outcome) -> None:
    """A requirement takes the worst of its cases, and is unsupported only if all are."""
    assert worst(outcomes) is expected
    assert worst(reversed(outcomes)) is expected


def test_nothing_has_no_outcome() -> None:
    """An empty set of cases is not mistaken for a pass."""
    with pytest.raises(ValueError, match="nothing"):
        worst([])


def test_results_follow_the_selection() -> None:
    """Each selected requirement has one result, in the order of the selection."""
    chosen = [CATALOGUE[id] for id in (OTHER_MUST, MUST)]

    found = results_of(
        [case(MUST), case(OTHER_MUST), case(MUST)], selected=chosen, not_run_reason={}, known_failures={}
    )

    assert [(r.id, len(r.cases), r.seconds) for r in found] == [(OTHER_MUST, 1, 0.25), (MUST, 2, 0.5)]


def test_requirement_without_a_case() -> None:
    """It was not run, with the reason given."""
    chosen = [CATALOGUE[MUST], CATALOGUE[OTHER_MUST]]

    found = results_of([], selected=chosen, not_run_reason={MUST: "no test ran: deselected"}, known_failures={})

    assert [(r.outcome, r.reason) for r in found] == [(N, "no test ran: deselected"), (N, "no test ran")]


def test_case_outside_the_selection_is_kept() -> None:
    """What was judged is reported, whoever selected it."""
    found = results_of([case(OTHER_MUST, F)], selected=[CATALOGUE[MUST]], not_run_reason={}, known_failures={})

    assert [(r.id, r.outcome) for r in found] == [(MUST, N), (OTHER_MUST, F)]


@pytest.mark.parametrize(("outcome", "expected"), [(F, K), (P, P), (E, E), (U, U)])
def test_listed_failure(outcome: Outcome, expected: Outcome) -> None:
    """Only a failure can be a known one."""
    cases = [case(MUST, outcome)]

    (found,) = results_of(cases, selected=[CATALOGUE[MUST]], not_run_reason={}, known_failures={MUST: "ticket 12"})

    assert found.outcome is expected
    assert (found.reason == "ticket 12") is (expected is K)


def test_reasons_of_a_result() -> None:
    """Distinct reasons are told once each, a failure as a count."""
    chosen = [CATALOGUE[MUST], CATALOGUE[OTHER_MUST]]
    cases = [case(MUST, U, reason="a"), case(MUST, U, reason="b"), case(MUST, U, reason="a")]
    cases += [case(OTHER_MUST), case(OTHER_MUST, F), case(OTHER_MUST)]

    found = results_of(cases, selected=chosen, not_run_reason={}, known_failures={})

    assert [r.reason for r in found] == ["a; b", "1 of 3 cases failed"]


SELECTED = {"selection": "-k one"}
ALL_UNSUPPORTED = dict.fromkeys(CATALOGUE, U)
ALL_ERROR = dict.fromkeys(CATALOGUE, E)
NOTHING_RUN = dict.fromkeys(CATALOGUE, N)
ONLY_ONE = {**NOTHING_RUN, MUST: P}
CONTRADICTED = {"facts": facts(claims_contradicted=("sold as dual-v4, is ipv4",))}
WHOLE_PROFILE: list[Any] = [
    pytest.param({}, {}, "conformant", 0, [], id="every MUST passed"),
    pytest.param({MUST: U}, {}, "conformant", 0, [], id="every MUST that applies passed"),
    pytest.param({MUST: F}, {}, "non-conformant", 1, [MUST], id="a MUST failed"),
    pytest.param({MUST: F, OTHER_MUST: E}, {}, "non-conformant", 1, [MUST], id="a failure outweighs an error"),
    pytest.param({MUST: E}, {}, "inconclusive", 5, [MUST], id="a MUST in error"),
    pytest.param({MUST: N}, {}, "inconclusive", 5, [MUST], id="a MUST not run"),
    pytest.param({SHOULD: F}, {}, "conformant", 0, [], id="a failed SHOULD is a warning"),
    pytest.param({SHOULD: E}, {}, "conformant", 0, [], id="a SHOULD in error"),
    pytest.param(ALL_UNSUPPORTED, {}, "inconclusive", 5, ["no MUST was judged"], id="nothing applies"),
    pytest.param(NOTHING_RUN, {}, "inconclusive", 5, musts(), id="nothing ran"),
    pytest.param(ALL_ERROR, {}, "inconclusive", 5, musts(), id="everything in error"),
    pytest.param({}, CONTRADICTED, "non-conformant", 1, ["sold as dual-v4, is ipv4"], id="a contradicted claim"),
    pytest.param(
        NOTHING_RUN, CONTRADICTED, "non-conformant", 1, ["sold as dual-v4, is ipv4"], id="a contradicted claim alone"
    ),
    pytest.param({}, {"interrupted": True}, "inconclusive", 2, ["interrupted"], id="interrupted"),
    pytest.param({MUST: F}, {"interrupted": True}, "non-conformant", 2, [MUST], id="interrupted after a failure"),
    pytest.param({}, {"problem": "gone"}, "inconclusive", 5, ["gone"], id="ended early"),
    pytest.param(
        NOTHING_RUN,
        {"problem": "no cluster", "facts": None},
        "inconclusive",
        5,
        ["no cluster", *musts()],
        id="no cluster",
    ),
    pytest.param({}, {"facts": None}, "inconclusive", 5, ["there was no cluster"], id="no facts"),
]
SELECTION: list[Any] = [
    pytest.param(ONLY_ONE, "inconclusive", 0, id="what was selected passed"),
    pytest.param({}, "inconclusive", 0, id="everything was selected"),
    pytest.param({**NOTHING_RUN, MUST: F}, "non-conformant", 1, id="a selected MUST failed"),
    pytest.param({**ONLY_ONE, OTHER_MUST: E}, "inconclusive", 5, id="a selected MUST in error"),
    pytest.param({**NOTHING_RUN, MUST: U}, "inconclusive", 5, id="nothing selected applies"),
    pytest.param(NOTHING_RUN, "inconclusive", 5, id="nothing was selected"),
    pytest.param({**NOTHING_RUN, SHOULD: P}, "inconclusive", 0, id="a selected SHOULD passed"),
    pytest.param({**NOTHING_RUN, SHOULD: F}, "inconclusive", 0, id="a selected SHOULD failed"),
    pytest.param({**NOTHING_RUN, SHOULD: E}, "inconclusive", 5, id="a selected SHOULD in error"),
]


@pytest.mark.parametrize(("outcomes", "of_run", "word", "code", "because"), WHOLE_PROFILE)
def test_verdict_of_a_whole_profile(
    outcomes: dict[str, Outcome], of_run: dict[str, Any], word: str, code: int, because: list[str]
) -> None:
    """Conformant is only what passed every MUST that applies; what decides otherwise is named."""
    verdict = judge(run(**of_run), results(outcomes))

    assert (verdict.word, verdict.exit_code, list(verdict.because)) == (word, code, because)


@pytest.mark.parametrize(("outcomes", "word", "code"), SELECTION)
def test_verdict_of_a_selection(outcomes: dict[str, Outcome], word: str, code: int) -> None:
    """The exit code judges the selection, the word never calls it conformant."""
    verdict = judge(run(**SELECTED), results(outcomes))

    assert (verdict.word, verdict.exit_code) == (word, code)
    assert verdict.because


@pytest.mark.parametrize(
    ("outcomes", "word", "code"),
    [
        ({}, "inconclusive", 0),
        ({MUST: F}, "non-conformant", 1),
        ({MUST: N}, "inconclusive", 5),
        ({OTHER_MUST: U}, "inconclusive", 0),
        ({MUST: U, OTHER_MUST: U}, "inconclusive", 5),
    ],
)
def test_results_that_are_the_selection(outcomes: dict[str, Outcome], word: str, code: int) -> None:
    """A named requirement of which no test ran is not green."""
    found = results(outcomes, only=[MUST, OTHER_MUST])

    verdict = judge(run(selection=f"--dualstack-only {MUST},{OTHER_MUST}"), found)

    assert (verdict.word, verdict.exit_code) == (word, code)


@pytest.mark.parametrize("selection", ["", "-k one"])
@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ({MUST: F}, 0),
        ({MUST: F, OTHER_MUST: F}, 1),
        ({MUST: F, OTHER_MUST: E}, 5),
        ({**ALL_UNSUPPORTED, MUST: F}, 0),
    ],
)
def test_known_failures(outcomes: dict[str, Outcome], code: int, selection: str) -> None:
    """They change the exit code if every failure is listed, never the verdict."""
    verdict = judge(run(selection=selection), results(outcomes, known={MUST: "ticket 12"}))

    assert (verdict.word, verdict.exit_code) == (VerdictWord.NON_CONFORMANT, code)
    assert MUST in verdict.because


def test_requirement_without_a_result_was_not_run() -> None:
    """Results that lack a MUST of the profile don't make a cluster conformant."""
    found = [result for result in results() if result.id != MUST]

    verdict = judge(run(), found)

    assert (verdict.word, verdict.exit_code, list(verdict.because)) == (VerdictWord.INCONCLUSIVE, 5, [MUST])


def test_profile_decides_what_is_owed() -> None:
    """A run of the full profile owes what goes beyond the API server, and the opt-ins too."""
    verdict = judge(run(profile="full"), results())

    assert verdict.word is VerdictWord.INCONCLUSIVE
    beyond = {id for id, entry in CATALOGUE.items() if entry.profile != "api" and entry.level == "MUST"}
    assert set(verdict.because) == beyond


def test_failed_should_is_named_as_a_warning() -> None:
    """Listed or not."""
    assert list(judge(run(), results({SHOULD: F})).warnings) == [SHOULD]
    assert list(judge(run(), results({SHOULD: F}, known={SHOULD: "later"})).warnings) == [SHOULD]
    assert list(judge(run(), results()).warnings) == []


def test_scope_counts_musts() -> None:
    """What was judged, of how many, and what became of the others."""
    owed = len(musts())
    said = {MUST: U, OTHER_MUST: F, "SVC-CREATE-002": E, "SVC-CREATE-003": N, SHOULD: U}

    assert judge(run(), results()).scope == f"api, dual-v4, {owed} of {owed} MUSTs judged"
    assert (
        judge(run(), results(said)).scope
        == f"api, dual-v4, {owed - 3} of {owed} MUSTs judged, 1 unsupported, 1 in error, 1 not run"
    )
    assert judge(run(facts=None), []).scope == f"api, no cluster, 0 of {owed} MUSTs judged, {owed} not run"


def test_scope_names_the_selection() -> None:
    """A reader sees that not everything was asked."""
    assert judge(run(**SELECTED), results()).scope.endswith("MUSTs judged, selection -k one")


def test_verdict_line() -> None:
    """One line; the emulated cluster's says whose word it is."""
    owed = len(musts())

    assert verdict_line(report(results())) == f"conformant: api, dual-v4, {owed} of {owed} MUSTs judged"
    assert verdict_line(report(results(), facts=facts(provider="emulated"))) == (
        f"conformant: api, dual-v4, {owed} of {owed} MUSTs judged (emulated cluster: says nothing about yours)"
    )
