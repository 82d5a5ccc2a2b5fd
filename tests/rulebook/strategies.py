"""Hypothesis strategies over everything that can be asked of the rulebook."""

from __future__ import annotations

from hypothesis import strategies as st

from dualstack.families import Family, Shape
from dualstack.rulebook.creation import create
from dualstack.rulebook.matrix import held
from dualstack.rulebook.model import (
    KEEP,
    NONE,
    Accepted,
    Change,
    ClusterIP,
    Kind,
    Place,
    Policy,
    Refused,
    ServiceRequest,
    ServiceSpec,
    ServiceType,
)
from dualstack.rulebook.transition import update

shapes = st.sampled_from(Shape)
policies = st.sampled_from([*Policy, "Bogus"])
family_lists = st.lists(st.sampled_from(["IPv4", "IPv6", "IPv5"]), max_size=3).map(tuple)
_PLACES = [Place.FREE, Place.SPARE, Place.LONGHAND, Place.TAKEN, Place.OUTSIDE, Place.NETWORK]
_pins = st.one_of(st.builds(ClusterIP, st.sampled_from(Family), st.sampled_from(_PLACES)), st.just(NONE))
_pin_lists = st.lists(_pins, max_size=3).map(tuple)


@st.composite
def requests(draw: st.DrawFn) -> ServiceRequest:
    """Any create, sensible or not."""
    kind = draw(st.sampled_from(Kind))
    policy = draw(st.none() | policies)
    families = draw(st.none() | family_lists)
    singular = None if kind.is_headless else draw(st.none() | _pins)
    plural = draw(st.none() | _pin_lists) if singular else None
    if plural and draw(st.booleans()):
        singular = plural[0]
    return ServiceRequest(kind, policy, families, singular, plural)


@st.composite
def stored_services(draw: st.DrawFn, shape: Shape) -> ServiceSpec:
    """A Service that some create on this shape, and then perhaps some updates, left behind."""
    request = ServiceRequest(
        draw(st.sampled_from(Kind)), draw(st.none() | st.sampled_from(Policy)), draw(st.none() | family_lists)
    )
    answer: Accepted | Refused = create(shape, request)
    spec = held(answer.spec) if isinstance(answer, Accepted) else ServiceSpec(ServiceType.EXTERNAL_NAME)
    for _ in range(draw(st.integers(0, 2))):
        answer = update(shape, spec, draw(changes(spec)))
        spec = held(answer.spec) if isinstance(answer, Accepted) else spec
    return spec


@st.composite
def changes(draw: st.DrawFn, stored: ServiceSpec) -> Change:
    """Any merge patch: each field left alone, nulled, repeated, or set to something else."""
    own = [ClusterIP(Family(family), Place.HELD) for family in stored.families if not stored.is_headless]
    pins = st.one_of(_pins, st.sampled_from(own)) if own else _pins
    return Change(
        type=draw(st.just(KEEP) | st.sampled_from(ServiceType)),
        policy=draw(st.just(KEEP) | st.none() | policies),
        families=draw(st.just(KEEP) | st.none() | st.just(stored.families) | family_lists),
        cluster_ip=draw(st.just(KEEP) | st.none() | st.just(stored.cluster_ip) | pins),
        cluster_ips=draw(
            st.just(KEEP)
            | st.none()
            | st.just(stored.cluster_ips)
            | st.just(stored.cluster_ips[::-1])
            | st.lists(pins, max_size=3).map(tuple)
        ),
        selector=draw(st.just(KEEP) | st.none() | st.just(True)),
    )
