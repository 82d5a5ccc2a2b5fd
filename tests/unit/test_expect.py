"""An expectation that holds is silent; one that does not says everything a reader needs."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from dualstack.cluster.answer import ABSENT, Answer, Resource
from dualstack.errors import Nonconformance
from dualstack.expect import Expectation, expect, expect_value
from dualstack.families import Family

SERVICE = {
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"clusterIPs": ["10.96.0.9", "fd00::9"], "ports": [{"port": 80}]},
}
CREATED = Answer("POST", "/api/v1/namespaces/shop/services", SERVICE, 201, SERVICE)
REFUSED = Answer(
    "POST",
    "/api/v1/namespaces/shop/services",
    SERVICE,
    422,
    {
        "reason": "Invalid",
        "message": "may not be this",
        "details": {"causes": [{"reason": "FieldValueInvalid", "field": "spec.a", "message": "m"}]},
    },
)


def service() -> Resource:
    """The object as the server returned it."""
    return Resource(SERVICE, CREATED, "/api/v1/namespaces/shop/services/web")


@pytest.mark.parametrize(
    "judge",
    [
        lambda: expect(service(), "spec.clusterIPs").equals(["10.96.0.9", "fd00::9"]),
        lambda: expect(service(), "spec.clusterIPs").has_families([Family.IPV4, Family.IPV6]),
        lambda: expect(service(), "spec.clusterIPs[1]").is_within([ip_network("fd00::/64")]),
        lambda: expect(service(), "spec.ports[0].nodePort").is_absent(),
        lambda: expect(service(), "spec.ports[0].port").is_present(),
        lambda: expect(service(), "spec.ports[0].port").differs_from(81),
        lambda: expect(CREATED).is_accepted(201),
        lambda: expect(REFUSED).is_refused(("FieldValueInvalid", "spec.a"), saying="May Not"),
    ],
)
def test_what_holds_is_silent(judge: Callable[[], None]) -> None:
    """Nothing is raised, and nothing is returned."""
    judge()


@pytest.mark.parametrize(
    ("judge", "expected", "observed"),
    [
        (lambda: expect(service(), "spec.clusterIPs").equals([]), "[]", "['10.96.0.9', 'fd00::9']"),
        (lambda: expect(service(), "spec.clusterIPs").has_families([Family.IPV6]), "IPv6", "['10.96.0.9', 'fd00::9']"),
        (
            lambda: expect(service(), "spec.clusterIPs[0]").is_within([ip_network("fd00::/64")]),
            "fd00::/64",
            "10.96.0.9",
        ),
        (lambda: expect(service(), "spec.clusterIPs").is_absent(), "absent", "['10.96.0.9', 'fd00::9']"),
        (lambda: expect(service(), "spec.type").is_present(), "present", "absent"),
        (lambda: expect(service(), "spec.type").differs_from("x"), "anything but x", "absent"),
        (lambda: expect(REFUSED).is_accepted(), "accepted", "422 Invalid spec.a FieldValueInvalid"),
        (lambda: expect(CREATED).is_accepted(200), "200", "201 accepted"),
        (lambda: expect(CREATED).is_refused(("FieldValueInvalid", "spec.a")), "422 Invalid spec.a", "201 accepted"),
        (lambda: expect(REFUSED).is_refused(("FieldValueInvalid", "spec.b")), "spec.b", "spec.a"),
        (lambda: expect(REFUSED).is_refused(), "422 Invalid", "spec.a FieldValueInvalid"),
        (lambda: expect(REFUSED).is_refused(("FieldValueInvalid", "spec.a"), code=409), "409 Invalid", "422 Invalid"),
        (
            lambda: expect(REFUSED).is_refused(("FieldValueInvalid", "spec.a"), saying="never"),
            "'never'",
            "may not be this",
        ),
    ],
)
def test_what_does_not_hold_names_both_sides(judge: Callable[[], None], expected: str, observed: str) -> None:
    """The finding has the object, what was owed and what was there."""
    with pytest.raises(Nonconformance) as raised:
        judge()

    finding = raised.value.finding
    assert expected in finding.expected
    assert observed in finding.observed
    assert "web" in finding.object
    assert finding.request.startswith("POST /api/v1/namespaces/shop/services -> ")
    assert finding.evidence


def test_a_failure_reads_as_lines_of_field_and_value() -> None:
    """The text is what terminal, JUnit and Allure show."""
    with pytest.raises(Nonconformance) as raised:
        expect(service(), "spec.clusterIPs").has_families([Family.IPV6, Family.IPV4])

    assert str(raised.value).splitlines() == [
        "object    Service shop/web",
        "field     spec.clusterIPs",
        "expected  IPv6, IPv4",
        "observed  ['10.96.0.9', 'fd00::9']",
        "request   POST /api/v1/namespaces/shop/services -> 201",
    ]


def test_a_value_of_no_object_cannot_be_judged_as_an_answer() -> None:
    """That is a mistake in a test, not in a cluster."""
    with pytest.raises(TypeError):
        expect_value({1, 2}, subject="all Services", field="clusterIPs").is_accepted()


@pytest.mark.parametrize("value", [None, "", [], {}, ABSENT])
def test_empty_is_absent(value: Any) -> None:
    """Kubernetes leaves empty fields out, so both spellings are one."""
    Expectation("object", "field", value, None).is_absent()
