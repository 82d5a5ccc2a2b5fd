"""What holds for every answer of the rulebook, whatever is asked."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dualstack.catalogue import CATALOGUE
from dualstack.families import Family, Shape
from dualstack.rulebook.conversion import Plain, rewrite
from dualstack.rulebook.creation import create
from dualstack.rulebook.model import (
    NONE,
    Accepted,
    Change,
    ClusterIP,
    Kind,
    Policy,
    Refused,
    ServiceRequest,
    ServiceSpec,
)
from dualstack.rulebook.transition import update
from tests.rulebook.strategies import changes, requests, shapes, stored_services

_MIRROR = {
    Shape.IPV4: Shape.IPV6,
    Shape.IPV6: Shape.IPV4,
    Shape.DUAL_V4: Shape.DUAL_V6,
    Shape.DUAL_V6: Shape.DUAL_V4,
}


def assert_consistent(spec: ServiceSpec) -> None:
    """The invariants of every Service that a server may show."""
    if spec.is_external_name:
        assert (spec.policy, spec.families, spec.cluster_ip, spec.cluster_ips) == (None, (), None, ())
        return
    assert len(set(spec.families)) == len(spec.families) in (1, 2)
    assert spec.cluster_ip == spec.cluster_ips[0]
    assert spec.policy in set(Policy)
    if spec.policy == Policy.SINGLE:
        assert len(spec.families) == 1
    if spec.policy == Policy.REQUIRE:
        assert len(spec.families) == 2
    if spec.is_headless:
        assert spec.cluster_ips == (NONE,)
        assert not spec.type.has_node_port
    else:
        assert tuple(address.family for address in spec.cluster_ips) == spec.families


def assert_names_an_applicable_clause(shape: Shape, answer: Accepted | Refused) -> None:
    """The clause is a requirement that an API server alone can be judged by, on this shape."""
    assert answer.clause in CATALOGUE
    assert CATALOGUE[answer.clause].kind == "api"
    assert shape in CATALOGUE[answer.clause].shapes


def assert_says_why(answer: Refused) -> None:
    """A refusal is a 422 that names at least one field."""
    assert (answer.code, answer.reason) == (422, "Invalid")
    assert answer.causes
    assert all(re.fullmatch(r"spec\.\w+(\[\d\])?", cause.field) for cause in answer.causes)


@given(shapes, requests())
def test_every_create_ends_in_a_consistent_service_or_a_reason(shape: Shape, request: ServiceRequest) -> None:
    """No third way."""
    answer = create(shape, request)

    assert_names_an_applicable_clause(shape, answer)
    if isinstance(answer, Refused):
        assert_says_why(answer)
    else:
        assert_consistent(answer.spec)


@given(shapes, requests())
def test_a_created_service_has_what_was_asked_for(shape: Shape, request: ServiceRequest) -> None:
    """Named policy, families and addresses come back as the beginning of what is there."""
    answer = create(shape, request)

    if isinstance(answer, Accepted):
        families, addresses = request.families or (), request.spec.cluster_ips
        assert request.policy in (None, answer.spec.policy)
        assert answer.spec.families[: len(families)] == families
        assert answer.spec.cluster_ips[: len(addresses)] == addresses
        assert answer.spec.cluster_ip == (request.spec.cluster_ip or answer.spec.cluster_ip)


@given(shapes, requests())
def test_only_the_families_of_the_cluster_are_given_addresses(shape: Shape, request: ServiceRequest) -> None:
    """Two families on a single-stack cluster: only without selector and without addresses."""
    answer = create(shape, request)

    if isinstance(answer, Accepted) and not answer.spec.is_free_headless:
        assert set(answer.spec.families) <= set(shape.families)


@given(st.sampled_from([Shape.IPV4, Shape.IPV6]), requests())
def test_require_dual_stack_on_one_family_is_for_free_headless_services_only(
    shape: Shape, request: ServiceRequest
) -> None:
    """Everyone else would have to be given an address that does not exist."""
    answer = create(shape, request)

    if isinstance(answer, Accepted) and answer.spec.policy == Policy.REQUIRE:
        assert answer.spec.kind is Kind.HEADLESS_NO_SELECTOR


@given(st.data(), shapes)
def test_every_update_ends_in_a_consistent_service_or_a_reason(data: st.DataObject, shape: Shape) -> None:
    """No third way, from any state that can be reached."""
    stored = data.draw(stored_services(shape))
    change = data.draw(changes(stored))

    answer = update(shape, stored, change)

    assert_names_an_applicable_clause(shape, answer)
    if isinstance(answer, Refused):
        assert_says_why(answer)
    else:
        assert_consistent(answer.spec)


@given(st.data(), shapes)
def test_the_primary_address_never_moves(data: st.DataObject, shape: Shape) -> None:
    """Only a Service that loses all of its addresses loses the first."""
    stored = data.draw(stored_services(shape))

    answer = update(shape, stored, data.draw(changes(stored)))

    if isinstance(answer, Accepted) and not stored.is_external_name and not answer.spec.is_external_name:
        assert answer.primary_kept
        assert answer.spec.cluster_ips[0] == stored.cluster_ips[0]
        assert stored.is_headless or answer.spec.families[0] == stored.families[0]


@given(st.data(), shapes)
def test_an_empty_change_changes_nothing(data: st.DataObject, shape: Shape) -> None:
    """Nothing is upgraded, trimmed or moved by a write that says nothing about it."""
    stored = data.draw(stored_services(shape))

    answer = update(shape, stored, Change())

    assert isinstance(answer, Accepted)
    assert answer.spec == stored


@given(st.data(), shapes)
def test_what_is_accepted_once_is_accepted_again(data: st.DataObject, shape: Shape) -> None:
    """Sending the whole outcome of an update again changes nothing more."""
    stored = data.draw(stored_services(shape))
    spec = stored
    again = Change(spec.type, spec.policy, spec.families or None, spec.cluster_ip, spec.cluster_ips or None)

    answer = update(shape, stored, again)

    assert isinstance(answer, Accepted)
    assert answer.spec == stored


@given(st.data(), shapes)
def test_two_families_take_an_explicit_word(data: st.DataObject, shape: Shape) -> None:
    """A headful Service changes its number of families only with a policy that says so."""
    stored = data.draw(stored_services(shape))

    answer = update(shape, stored, replace(data.draw(changes(stored)), policy=stored.policy))

    both_have_addresses = not stored.is_external_name and not stored.is_headless
    if isinstance(answer, Accepted) and both_have_addresses and not answer.spec.is_external_name:
        grew = len(answer.spec.families) - len(stored.families)
        # PreferDualStack with one family, on a cluster that is dual-stack now, is such a word.
        assert grew == 0 or (grew == 1 and stored.policy == Policy.PREFER)


@given(st.data(), shapes, shapes)
def test_reading_and_deleting_survive_every_conversion(data: st.DataObject, before: Shape, after: Shape) -> None:
    """A Service never becomes unreadable or undeletable."""
    stored = data.draw(stored_services(before))

    for write in Plain:
        answer = rewrite(before, after, stored, write)
        assert isinstance(answer, Accepted)
        assert answer.spec == stored


@given(shapes, requests())
def test_creates_are_symmetric_in_the_family(shape: Shape, request: ServiceRequest) -> None:
    """Swapping the family names of cluster and request swaps them in the answer, and nothing else."""
    assert create(_MIRROR[shape], _mirror_request(request)) == _mirror_answer(create(shape, request))


@given(st.data(), shapes)
def test_updates_are_symmetric_in_the_family(data: st.DataObject, shape: Shape) -> None:
    """No family is more equal than the other."""
    stored = data.draw(stored_services(shape))
    change = data.draw(changes(stored))

    mirrored = update(_MIRROR[shape], _mirror_spec(stored), _mirror_change(change))

    assert mirrored == _mirror_answer(update(shape, stored, change))


@given(st.data(), shapes, shapes)
def test_conversions_are_symmetric_in_the_family(data: st.DataObject, before: Shape, after: Shape) -> None:
    """Also for clusters whose shape changed."""
    stored = data.draw(stored_services(before))
    change = data.draw(changes(stored))

    mirrored = rewrite(_MIRROR[before], _MIRROR[after], _mirror_spec(stored), _mirror_change(change))

    assert mirrored == _mirror_answer(rewrite(before, after, stored, change))


def _mirror_name(family: str) -> str:
    return Family(family).other.value if family in set(Family) else family


def _mirror_names(families: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_mirror_name, families))


def _mirror_pin(pin: ClusterIP) -> ClusterIP:
    return pin if pin.family is None else ClusterIP(pin.family.other, pin.place)


def _mirror_pins(pins: tuple[ClusterIP, ...]) -> tuple[ClusterIP, ...]:
    return tuple(map(_mirror_pin, pins))


def _mirror_request(request: ServiceRequest) -> ServiceRequest:
    return replace(
        request,
        families=None if request.families is None else _mirror_names(request.families),
        cluster_ip=None if request.cluster_ip is None else _mirror_pin(request.cluster_ip),
        cluster_ips=None if request.cluster_ips is None else _mirror_pins(request.cluster_ips),
    )


def _mirror_spec(spec: ServiceSpec) -> ServiceSpec:
    return replace(
        spec,
        families=_mirror_names(spec.families),
        cluster_ip=None if spec.cluster_ip is None else _mirror_pin(spec.cluster_ip),
        cluster_ips=_mirror_pins(spec.cluster_ips),
    )


def _mirror_change(change: Change) -> Change:
    mirrored = change
    if isinstance(change.families, tuple):
        mirrored = replace(mirrored, families=_mirror_names(change.families))
    if isinstance(change.cluster_ip, ClusterIP):
        mirrored = replace(mirrored, cluster_ip=_mirror_pin(change.cluster_ip))
    if isinstance(change.cluster_ips, tuple):
        mirrored = replace(mirrored, cluster_ips=_mirror_pins(change.cluster_ips))
    return mirrored


def _mirror_answer(answer: Accepted | Refused) -> Accepted | Refused:
    # Causes name positions, which stay.
    return answer if isinstance(answer, Refused) else replace(answer, spec=_mirror_spec(answer.spec))
