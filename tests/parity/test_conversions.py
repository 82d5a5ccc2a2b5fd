"""Every conversion between two shapes: what was stored before is read, changed and deleted as the rulebook owes.

Recorded answers hold three of the conversions; here are all twelve, with every change of the transition
matrix, asked of the emulated server and of a real one where there is one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from dualstack.cluster.answer import Answer
from dualstack.cluster.api import Api
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.families import Shape
from dualstack.providers.emulated import InProcessTransport
from dualstack.rulebook.changes import CHANGE_NAMES, change_named
from dualstack.rulebook.conversion import Plain, rewrite
from dualstack.rulebook.matrix import TransitionRow, stored_state, transition_rows
from dualstack.rulebook.model import Accepted, Change, Refused, ServiceRequest, ServiceSpec
from dualstack.rulebook.wire import expected, held_addresses, observed
from tests.parity.asking import Asker
from tests.parity.test_emulator_never_surprises import NETWORKS, nobody_can_say
from tests.parity.test_reference_over_http import apiserver, asker_of

PAIRS = list(itertools.permutations(Shape, 2))
each_pair = pytest.mark.parametrize(("before", "after"), PAIRS, ids=lambda shape: str(shape))
Stored = dict[ServiceRequest, tuple[ServiceSpec, dict[str, Any]]]
"""What is in the cluster: by the create that led to it, as the rulebook has it and as JSON."""


def store_every_state(asker: Asker) -> Stored:
    """One Service in each state of the transition matrix."""
    stored: Stored = {}
    for state in {row.state: None for row in transition_rows(asker.shape)}:
        spec = stored_state(asker.shape, state)
        answer = asker.create(state, {})
        assert spec is not None
        assert answer.accepted, f"{state}: {answer.message}"
        stored[state] = spec, answer.body
    return stored


def surprises(asker: Asker, before: Shape, stored: Stored) -> Iterator[str]:
    """Each answer after the conversion that is not as owed."""
    for state, (spec, body) in stored.items():
        for label, write in _writes(asker.shape, spec):
            owed = rewrite(before, asker.shape, spec, write)
            answer = _asked(asker, write, owed, body)
            seen = observed(answer.status, answer.body, held_addresses(body), body)
            if expected(owed, 200) != seen:
                yield f"{TransitionRow(state, label).id}: {expected(owed, 200).contrast(seen)}"


def _writes(shape: Shape, stored: ServiceSpec) -> Iterator[tuple[str, Change | Plain]]:
    """Everything that is done to one Service, its deletion last."""
    yield "read", Plain.READ
    yield "label", Change()
    for label in CHANGE_NAMES:
        change = change_named(label, stored)
        if change is not None and not nobody_can_say(shape, stored, change):
            yield label, change
    yield "delete", Plain.DELETE


def _asked(asker: Asker, write: Change | Plain, owed: Accepted | Refused, body: dict[str, Any]) -> Answer:
    """The answer.  Changes are dry runs, so that each meets the Service as it was before.

    But for those that ask for an address of a family without a range: a dry run refuses them in other words.
    """
    name = body["metadata"]["name"]
    if write is Plain.DELETE:
        return asker.delete(name)
    if write is Plain.READ:
        read = asker.get(name)
        assert read.body == body, "the conversion changed a Service"
        return read
    dry_run = not (isinstance(owed, Refused) and owed.code == 500)
    if write == Change():
        return asker.merge(name, {"metadata": {"labels": {"touched": "yes"}}}, dry_run=dry_run)
    return asker.patch(name, write, held_addresses(body), dry_run=dry_run)


@each_pair
def test_the_emulated_server_answers_as_owed(before: Shape, after: Shape) -> None:
    """After each conversion, every change to every state."""
    cluster = EmulatedCluster(before, ranges=_ranges(before))
    asker = Asker(Api(InProcessTransport(cluster)), before, NETWORKS)
    stored = store_every_state(asker)

    cluster.restart(after, _ranges(after))

    wrong = list(surprises(Asker(asker.api, after, NETWORKS), before, stored))
    assert len(stored) >= 15
    assert wrong == []


def _ranges(shape: Shape) -> Any:
    return tuple(NETWORKS[family] for family in shape.families)


@each_pair
def test_a_real_server_answers_as_owed(before: Shape, after: Shape) -> None:
    """The same."""
    provider = apiserver(before)
    try:
        cluster = provider.convertible(before)
        assert cluster is not None
        stored = store_every_state(asker_of(cluster.connection, before))

        cluster.restart(after)

        wrong = list(surprises(asker_of(cluster.connection, after), before, stored))
    finally:
        provider.stop()
    assert wrong == []
