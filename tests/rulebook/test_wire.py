"""Rows become real JSON and answers become symbols again."""

from __future__ import annotations

import pytest

from dualstack.families import Family, Shape
from dualstack.rulebook.creation import create
from dualstack.rulebook.model import NONE, Change, ClusterIP, Kind, Place, ServiceRequest, ServiceType
from dualstack.rulebook.wire import (
    Outcome,
    expected,
    held_addresses,
    merge_patch,
    named_addresses,
    observed,
    service_body,
)

FREE4 = ClusterIP(Family.IPV4, Place.FREE)
HELD4, HELD6 = ClusterIP(Family.IPV4, Place.HELD), ClusterIP(Family.IPV6, Place.HELD)


def test_absent_fields_are_not_sent() -> None:
    """A Service that asks for nothing says nothing about families."""
    body = service_body(ServiceRequest(Kind.CLUSTER_IP), {}, "row")

    assert body["spec"] == {
        "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}],
        "selector": {"app": "x"},
    }


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Kind.HEADLESS, {"clusterIP": "None", "selector": {"app": "x"}}),
        (Kind.HEADLESS_NO_SELECTOR, {"clusterIP": "None"}),
        (Kind.EXTERNAL_NAME, {"type": "ExternalName", "externalName": "example.com"}),
        (Kind.LOAD_BALANCER, {"type": "LoadBalancer", "selector": {"app": "x"}}),
    ],
)
def test_each_kind_is_written_as_a_user_would(kind: Kind, fields: dict[str, object]) -> None:
    """The kind decides type, selector and the word None."""
    spec = service_body(ServiceRequest(kind), {}, "row")["spec"]

    assert {field: value for field, value in spec.items() if field != "ports"} == fields


def test_pinned_addresses_are_sent_as_they_are_written() -> None:
    """Symbols are looked up, None is a word."""
    request = ServiceRequest(Kind.CLUSTER_IP, "SingleStack", ("IPv4",), FREE4, (FREE4, NONE))

    spec = service_body(request, {FREE4: "10.0.0.9"}, "row")["spec"]

    assert (spec["clusterIP"], spec["clusterIPs"]) == ("10.0.0.9", ["10.0.0.9", "None"])


def test_a_patch_tells_null_from_absent() -> None:
    """Only what a change mentions is sent."""
    assert merge_patch(Change(policy=None, families=("IPv6",)), {}) == {
        "spec": {"ipFamilyPolicy": None, "ipFamilies": ["IPv6"]}
    }
    assert merge_patch(Change(type=ServiceType.NODE_PORT, selector=None), {}) == {
        "spec": {"type": "NodePort", "externalName": None, "selector": None}
    }
    assert merge_patch(Change(cluster_ip=HELD6, cluster_ips=(HELD6, HELD4)), {HELD4: "10.0.0.1", HELD6: "fd00::1"}) == {
        "spec": {"clusterIP": "fd00::1", "clusterIPs": ["fd00::1", "10.0.0.1"]}
    }


def test_an_address_that_nobody_named_was_assigned() -> None:
    """Only the addresses that a row names are recognised in its answer."""
    request = ServiceRequest(Kind.CLUSTER_IP, "PreferDualStack", cluster_ip=FREE4)
    addresses = {FREE4: "10.0.0.9", ClusterIP(Family.IPV6, Place.NETWORK): "fd00::"}
    body = {
        "spec": {
            "type": "ClusterIP",
            "ipFamilyPolicy": "PreferDualStack",
            "ipFamilies": ["IPv4", "IPv6"],
            "clusterIP": "10.0.0.9",
            "clusterIPs": ["10.0.0.9", "fd00::"],
            "selector": {"app": "x"},
        }
    }

    seen = observed(201, body, named_addresses(request, addresses))

    assert seen.cluster_ips == ("IPv4 (free)", "IPv6 (assigned)")
    assert list(expected(create(Shape.DUAL_V4, request), 201).differences(seen)) == []


def test_differences_are_told_field_by_field() -> None:
    """Each with the path that a reader knows."""
    owed = expected(create(Shape.IPV4, ServiceRequest(Kind.CLUSTER_IP, "Bogus")), 201)
    seen = observed(422, {"reason": "Invalid", "details": {"causes": []}}, {})

    assert list(owed.differences(seen)) == [("details.causes", "spec.ipFamilyPolicy FieldValueNotSupported", "none")]


def test_what_survived_is_told_by_value() -> None:
    """Primary address and node port are compared with the stored Service."""
    before = {"spec": {"clusterIPs": ["10.0.0.1", "fd00::1"], "ports": [{"port": 80, "nodePort": 30001}]}}
    after = {"spec": {"clusterIPs": ["10.0.0.2"], "ports": [{"port": 80, "nodePort": 30001}]}}

    seen = observed(200, after, held_addresses(before), before)

    assert (seen.cluster_ips, seen.node_port, seen.primary_kept) == (("IPv4 (assigned)",), "kept", False)


def test_an_answer_that_makes_no_sense_is_shown_as_it_is() -> None:
    """No address, no JSON: still something to read."""
    assert observed(201, {"spec": {"clusterIPs": ["nonsense"]}}, {}).cluster_ips == ("nonsense",)
    assert observed(502, "bad gateway", {}) == Outcome(502, reason="bad gateway")


def test_a_contrast_names_only_what_differs() -> None:
    """Owed and observed side by side; two empty texts when all is as owed."""
    owed = Outcome(201, policy="SingleStack", families=("IPv4",))

    assert owed.contrast(owed) == ("", "")
    assert owed.contrast(Outcome(201, families=("IPv4",))) == (
        "spec.ipFamilyPolicy SingleStack",
        "spec.ipFamilyPolicy absent",
    )


def test_an_internal_error_names_no_field() -> None:
    """Its only cause is a message."""
    status = {"reason": "InternalError", "details": {"causes": [{"message": "range is full"}]}}

    assert observed(500, status, {}) == Outcome(500, "InternalError")
