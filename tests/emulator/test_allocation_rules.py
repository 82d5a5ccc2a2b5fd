"""Addresses and node ports of the emulated cluster: who gets which, and when they are free again."""

from __future__ import annotations

import ipaddress

import pytest

from dualstack.families import Family, Network, Shape
from tests.emulator.reference import Row, merged_spec, service_body
from tests.emulator.strategy_driver import Driver

SMALL: dict[Family, Network] = {
    Family.IPV4: ipaddress.ip_network("10.96.0.0/29"),
    Family.IPV6: ipaddress.ip_network("fd00:10:96::/125"),
}
VERSIONS = [(1, 30), (1, 36)]
BOTH_VERSIONS = pytest.mark.parametrize("version", VERSIONS, ids=["listed", "objects"])
USABLE = {
    Family.IPV4: {f"10.96.0.{number}" for number in range(1, 7)},
    Family.IPV6: {f"fd00:10:96::{number}" for number in range(1, 8)},
}


def _service(name: str, kind: str = "ClusterIP", **spec: object) -> Row:
    return merged_spec(service_body(kind, name), spec)


def _reserved(driver: Driver) -> set[str]:
    return {item["metadata"]["name"] for item in driver.list("ipaddresses")}


@BOTH_VERSIONS
@pytest.mark.parametrize("family", list(Family))
def test_a_range_gives_each_usable_address_once_and_then_is_full(version: tuple[int, int], family: Family) -> None:
    """The first address, and the last one of IPv4, are never given; a full range is the server's error."""
    driver = Driver(Shape.DUAL_V4, version, SMALL)
    count = len(USABLE[family])

    given = [driver.create("services", _service(f"s{number}", ipFamilies=[family])) for number in range(count)]
    full = driver.create("services", _service("one-more", ipFamilies=[family]))

    assert {answer.body["spec"]["clusterIP"] for answer in given} == USABLE[family]
    assert (full.code, full.reason, "range is full" in full.messages[0]) == (500, "InternalError", True)


@BOTH_VERSIONS
def test_prefer_dual_stack_does_not_make_do_with_one_family(version: tuple[int, int]) -> None:
    """A full second range fails the Service, and its first address stays free."""
    driver = Driver(Shape.DUAL_V4, version, SMALL)
    for number in range(7):
        driver.create("services", _service(f"s{number}", ipFamilies=["IPv6"]))

    refused = driver.create("services", _service("dual", ipFamilyPolicy="PreferDualStack", clusterIP="10.96.0.1"))
    again = driver.create("services", _service("single", clusterIP="10.96.0.1"))

    assert (refused.code, again.code) == (500, 201)


@BOTH_VERSIONS
@pytest.mark.parametrize(
    "change",
    [
        {"ipFamilyPolicy": "SingleStack"},
        {"type": "ExternalName", "externalName": "example.com"},
        None,
    ],
    ids=["downgrade", "external name", "delete"],
)
def test_a_given_up_second_address_is_free_at_once(version: tuple[int, int], change: Row | None) -> None:
    """Downgrade, ExternalName and deletion all free the second address."""
    driver = Driver(Shape.DUAL_V4, version)
    first = driver.create("services", _service("first", ipFamilyPolicy="RequireDualStack")).body["spec"]
    second = first["clusterIPs"][1]
    taken = driver.create("services", _service("second", clusterIP=second))

    if change is None:
        driver.delete("services", "default", "first")
    else:
        driver.patch("services", "default", "first", {"spec": change})
    free = driver.create("services", _service("second", clusterIP=second))

    assert (taken.code, taken.causes) == (422, [("FieldValueInvalid", "spec.clusterIPs")])
    assert "already allocated" in taken.messages[0]
    assert free.code == 201


@BOTH_VERSIONS
def test_addresses_compare_by_value(version: tuple[int, int]) -> None:
    """Another spelling of a taken address is taken too."""
    driver = Driver(Shape.DUAL_V6, version)

    first = driver.create("services", _service("first", clusterIP="FD00:10:96:0:0:0:0:AB"))
    second = driver.create("services", _service("second", clusterIP="fd00:10:96::ab"))

    assert first.body["spec"]["clusterIPs"] == ["FD00:10:96:0:0:0:0:AB"]
    assert second.causes == [("FieldValueInvalid", "spec.clusterIPs")]


def test_every_address_has_one_object_that_names_its_service() -> None:
    """One IPAddress an address, with family, manager and owner; none for headless Services."""
    driver = Driver(Shape.DUAL_V4)

    dual = driver.create("services", _service("dual", ipFamilyPolicy="RequireDualStack")).body["spec"]
    driver.create("services", _service("headless", clusterIP="None"))
    second = driver.get("ipaddresses", "", dual["clusterIPs"][1])

    assert _reserved(driver) == set(dual["clusterIPs"])
    assert second is not None
    assert second["metadata"]["labels"] == {
        "ipaddress.kubernetes.io/ip-family": "IPv6",
        "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
    }
    owner = {"group": "", "resource": "services", "namespace": "default", "name": "dual"}
    assert second["spec"] == {"parentRef": owner}


def test_a_foreign_reservation_blocks_its_address() -> None:
    """An IPAddress that somebody made by hand is taken, for pins and for chance."""
    driver = Driver(Shape.IPV6, ranges=SMALL)
    owner = {"group": "example.com", "resource": "things", "name": "x"}
    driver.create("ipaddresses", {"metadata": {"name": "fd00:10:96::5"}, "spec": {"parentRef": owner}})

    pinned = driver.create("services", _service("pinned", clusterIP="fd00:10:96::5"))
    others = [driver.create("services", _service(f"s{number}")).body["spec"]["clusterIP"] for number in range(6)]

    assert "already allocated" in pinned.messages[0]
    assert set(others) == USABLE[Family.IPV6] - {"fd00:10:96::5"}


def test_a_second_range_is_used_but_adds_no_family() -> None:
    """A ready ServiceCIDR extends its family; one of the family that the server lacks changes nothing."""
    driver = Driver(Shape.IPV4, ranges=SMALL)
    for number in range(6):
        driver.create("services", _service(f"s{number}"))
    spec = {"cidrs": ["10.97.0.0/30", "fd00:10:97::/112"]}
    driver.create("servicecidrs", {"metadata": {"name": "more"}, "spec": spec})

    extended = driver.create("services", _service("extended"))
    dual = driver.create("services", _service("dual", ipFamilyPolicy="RequireDualStack"))

    assert extended.body["spec"]["clusterIP"] in ("10.97.0.1", "10.97.0.2")
    assert dual.causes == [("FieldValueInvalid", "spec.ipFamilyPolicy")]


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        (["10.97.0.0/24"], ["10.97.0.0/24", "fd00:10:97::/112"], []),
        (["10.97.0.0/24"], ["fd00:10:97::/112", "10.97.0.0/24"], ["spec.cidrs[0]"]),
        (["10.97.0.0/24"], ["10.97.0.0/24", "10.98.0.0/24"], ["spec.cidrs"]),
        (["10.97.0.0/24"], ["10.98.0.0/24"], ["spec.cidrs[0]"]),
        (
            ["10.97.0.0/24", "fd00:10:97::/112"],
            ["fd00:10:97::/112", "10.97.0.0/24"],
            ["spec.cidrs[0]", "spec.cidrs[1]"],
        ),
        (["10.97.0.0/24", "fd00:10:97::/112"], ["10.97.0.0/24"], ["spec.cidrs"]),
    ],
    ids=["extended", "extended at the front", "same family", "edited", "swapped", "shortened"],
)
def test_a_range_may_only_gain_a_second_family(before: list[str], after: list[str], fields: list[str]) -> None:
    """Everything else about ``spec.cidrs`` is fixed."""
    driver = Driver(Shape.DUAL_V4)
    driver.create("servicecidrs", {"metadata": {"name": "more"}, "spec": {"cidrs": before}})

    answer = driver.patch("servicecidrs", "", "more", {"spec": {"cidrs": after}})

    assert [field for _, field in answer.causes] == fields


@BOTH_VERSIONS
def test_a_dry_run_takes_nothing(version: tuple[int, int]) -> None:
    """It shows the network address, asks nobody whether a pin is taken, and leaves no trace."""
    driver = Driver(Shape.DUAL_V6, version)
    driver.create("services", _service("first", clusterIP="fd00:10:96::7"))
    before = _reserved(driver)

    shown = driver.create("services", _service("dry", ipFamilyPolicy="RequireDualStack"), dry_run=True)
    pinned = driver.create("services", _service("dry", clusterIP="fd00:10:96::7"), dry_run=True)
    outside = driver.create("services", _service("dry", clusterIP="fd00:10:97::7"), dry_run=True)

    assert shown.body["spec"]["clusterIPs"] == ["fd00:10:96::", "10.96.0.0"]
    assert (pinned.code, outside.causes) == (201, [("FieldValueInvalid", "spec.clusterIPs")])
    assert _reserved(driver) == before


def test_a_node_port_number_belongs_to_one_service() -> None:
    """Another Service cannot have it, whatever its family or protocol, until the first lets go of it."""
    driver = Driver(Shape.DUAL_V4)
    driver.create("services", _service("a", "NodePort", ipFamilies=["IPv4"], ports=[{"port": 80, "nodePort": 30080}]))
    rival = _service("b", "NodePort", ipFamilies=["IPv6"], ports=[{"port": 80, "protocol": "UDP", "nodePort": 30080}])

    refused = driver.create("services", rival)
    driver.patch("services", "default", "a", {"spec": {"type": "ClusterIP"}})
    granted = driver.create("services", rival)

    assert refused.causes == [("FieldValueInvalid", "spec.ports[0].nodePort")]
    assert "already allocated" in refused.messages[0]
    assert granted.code == 201


def test_two_protocols_of_one_port_share_a_node_port() -> None:
    """Automatic allocation gives both entries one number."""
    ports = [{"name": "a", "port": 53}, {"name": "b", "port": 53, "protocol": "UDP"}, {"name": "c", "port": 80}]

    answer = Driver(Shape.DUAL_V4).create("services", _service("dns", "NodePort", ports=ports))
    numbers = [port["nodePort"] for port in answer.body["spec"]["ports"]]

    assert numbers[0] == numbers[1]
    assert numbers[2] != numbers[0]


def test_node_port_and_health_check_port_survive_family_changes() -> None:
    """Upgrade and downgrade touch addresses only; policy Cluster gives the health check port back."""
    driver = Driver(Shape.DUAL_V4)
    first = driver.create("services", _service("lb", "LoadBalancer", externalTrafficPolicy="Local")).body["spec"]

    up = driver.patch("services", "default", "lb", {"spec": {"ipFamilyPolicy": "RequireDualStack"}}).body["spec"]
    down = driver.patch("services", "default", "lb", {"spec": {"ipFamilyPolicy": "SingleStack"}}).body["spec"]
    moved = driver.patch("services", "default", "lb", {"spec": {"healthCheckNodePort": 30500}})
    without = driver.patch("services", "default", "lb", {"spec": {"externalTrafficPolicy": "Cluster"}}).body["spec"]

    kept = [(spec["ports"], spec["healthCheckNodePort"]) for spec in (first, up, down)]
    assert kept == [kept[0]] * 3
    assert moved.causes == [("FieldValueForbidden", "spec.healthCheckNodePort")]
    assert "healthCheckNodePort" not in without
