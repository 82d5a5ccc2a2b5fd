"""The rules of a create, one by one."""

from __future__ import annotations

import pytest

from dualstack.families import Family, Shape
from dualstack.rulebook.creation import create
from dualstack.rulebook.model import (
    NONE,
    Accepted,
    Cause,
    ClusterIP,
    Kind,
    NodePort,
    Place,
    Refused,
    ServiceRequest,
)

FREE4 = ClusterIP(Family.IPV4, Place.FREE)
FREE6 = ClusterIP(Family.IPV6, Place.FREE)


def accepted(shape: str, request: ServiceRequest) -> Accepted:
    """The answer, which must be an accepting one."""
    answer = create(Shape(shape), request)
    assert isinstance(answer, Accepted), answer
    return answer


def refused(shape: str, request: ServiceRequest) -> Refused:
    """The answer, which must be a refusing one."""
    answer = create(Shape(shape), request)
    assert isinstance(answer, Refused), answer
    return answer


@pytest.mark.parametrize("shape", Shape)
def test_a_service_that_asks_for_nothing_is_single_stack_in_the_primary_family(shape: Shape) -> None:
    """Two ranges alone make no Service dual-stack."""
    answer = accepted(shape, ServiceRequest(Kind.CLUSTER_IP))

    assert (answer.clause, answer.spec.policy) == ("SVC-CREATE-001", "SingleStack")
    assert answer.address_families == answer.spec.families == (shape.primary,)
    assert answer.node_port is NodePort.ABSENT


@pytest.mark.parametrize(("shape", "families"), [("dual-v4", ("IPv4", "IPv6")), ("dual-v6", ("IPv6", "IPv4"))])
def test_prefer_dual_stack_follows_the_order_of_the_cluster(shape: str, families: tuple[str, ...]) -> None:
    """Without a list the primary family comes first."""
    answer = accepted(shape, ServiceRequest(Kind.NODE_PORT, "PreferDualStack"))

    assert answer.clause == "SVC-CREATE-005"
    assert answer.address_families == answer.spec.families == families
    assert answer.node_port is NodePort.NEW


def test_a_listed_family_comes_first_even_if_it_is_the_secondary_one() -> None:
    """The other family is added behind it."""
    answer = accepted("dual-v4", ServiceRequest(Kind.CLUSTER_IP, "RequireDualStack", ("IPv6",)))

    assert (answer.clause, answer.address_families) == ("SVC-CREATE-007", ("IPv6", "IPv4"))


def test_a_preference_is_kept_where_it_cannot_be_met() -> None:
    """On a single-stack cluster PreferDualStack stays written and means one family."""
    answer = accepted("ipv6", ServiceRequest(Kind.CLUSTER_IP, "PreferDualStack"))

    assert (answer.clause, answer.spec.policy, answer.address_families) == (
        "SVC-CREATE-006",
        "PreferDualStack",
        ("IPv6",),
    )


def test_a_requirement_that_cannot_be_met_is_refused_with_every_missing_family() -> None:
    """Policy and family are both named."""
    answer = refused("ipv4", ServiceRequest(Kind.CLUSTER_IP, "RequireDualStack", ("IPv4", "IPv6")))

    assert answer.clause == "SVC-CREATE-011"
    assert answer.causes == {
        Cause("FieldValueInvalid", "spec.ipFamilyPolicy"),
        Cause("FieldValueInvalid", "spec.ipFamilies[1]"),
    }


@pytest.mark.parametrize("shape", Shape)
def test_headless_without_selector_has_both_families_anywhere(shape: Shape) -> None:
    """Its endpoints are the user's own, so a single-stack cluster has no say."""
    answer = accepted(shape, ServiceRequest(Kind.HEADLESS_NO_SELECTOR))

    assert (answer.clause, answer.spec.policy) == ("HL-004", "RequireDualStack")
    assert answer.spec.families == (shape.primary, shape.primary.other)
    assert answer.address_families == ("None",)


def test_a_named_address_is_kept_and_decides_the_order() -> None:
    """The address of the secondary family becomes the primary one of the Service."""
    answer = accepted("dual-v4", ServiceRequest(Kind.CLUSTER_IP, "PreferDualStack", cluster_ip=FREE6))

    assert answer.clause == "SVC-CREATE-015"
    assert answer.spec.cluster_ips == (FREE6, ClusterIP(Family.IPV4, Place.ASSIGNED))


@pytest.mark.parametrize(
    ("place", "clause"),
    [(Place.TAKEN, "SVC-VAL-012"), (Place.OUTSIDE, "SVC-VAL-013"), (Place.NETWORK, "SVC-VAL-014")],
)
def test_an_address_that_cannot_be_had_is_refused(place: Place, clause: str) -> None:
    """Also in second position, and always by the list as a whole."""
    address = ClusterIP(Family.IPV6, place)
    answer = refused("dual-v4", ServiceRequest(Kind.CLUSTER_IP, "PreferDualStack", None, FREE4, (FREE4, address)))

    assert answer.clause == clause
    assert answer.causes == {Cause("FieldValueInvalid", "spec.clusterIPs")}


def test_addresses_in_the_wrong_order_are_each_named() -> None:
    """Both entries contradict the listed families."""
    pinned = (FREE6, FREE4)
    answer = refused("dual-v4", ServiceRequest(Kind.CLUSTER_IP, "PreferDualStack", ("IPv4", "IPv6"), FREE6, pinned))

    assert answer.clause == "SVC-VAL-010"
    assert answer.causes == {
        Cause("FieldValueInvalid", "spec.clusterIPs[0]"),
        Cause("FieldValueInvalid", "spec.clusterIPs[1]"),
    }


def test_several_mistakes_are_reported_together() -> None:
    """Three fields, three causes."""
    request = ServiceRequest(Kind.CLUSTER_IP, "Bogus", ("IPv5",), FREE4, (FREE6,))

    answer = refused("dual-v4", request)

    assert answer.clause == "SVC-VAL-020"
    assert {cause.field for cause in answer.causes} == {
        "spec.ipFamilyPolicy",
        "spec.ipFamilies[0]",
        "spec.clusterIPs",
    }


def test_external_name_forbids_every_ip_field() -> None:
    """Known values and unknown ones alike."""
    answer = refused("dual-v4", ServiceRequest(Kind.EXTERNAL_NAME, "Bogus", ("IPv4",), NONE))

    assert answer.clause == "EXT-002"
    assert {cause.reason for cause in answer.causes} == {"FieldValueForbidden"}
    assert {cause.field for cause in answer.causes} == {
        "spec.ipFamilyPolicy",
        "spec.ipFamilies",
        "spec.clusterIPs",
    }


def test_none_stands_alone() -> None:
    """As the first entry it spoils the list, further on it is no address."""
    answer = refused("dual-v4", ServiceRequest(Kind.CLUSTER_IP, None, None, NONE, (NONE, NONE)))

    assert answer.clause == "SVC-VAL-008"
    assert {cause.field for cause in answer.causes} == {"spec.clusterIPs", "spec.clusterIPs[1]"}
