"""Addresses outside, as a load balancer controller reports them."""

from typing import Any

import pytest

from dualstack.testing import ABSENT, Cluster, Resource, expect, expect_ip_fields, expect_value, ip_fields, requirement

IPV4 = "203.0.113.10"
IPV6 = "2001:db8:ffff::10"
ORDERS = {"IPv4 first": [IPV4, IPV6], "IPv6 first": [IPV6, IPV4], "IPv4 only": [IPV4], "IPv6 only": [IPV6]}
any_order = pytest.mark.parametrize("addresses", ORDERS.values(), ids=ORDERS)
any_stack = pytest.mark.parametrize("policy", [ABSENT, "PreferDualStack"], ids=["no policy", "PreferDualStack"])


def status(*entries: dict[str, Any]) -> dict[str, Any]:
    """A patch that reports these entries."""
    return {"status": {"loadBalancer": {"ingress": list(entries)}}}


def report(cluster: Cluster, service: Resource, addresses: list[str]) -> Resource:
    """The Service after a controller reported these addresses."""
    entries = [{"ip": address} for address in addresses]
    return cluster.patch(service, status(*entries), subresource="status")


def reported(service: Resource, field: str) -> list[Any]:
    """This field of every entry, in order."""
    return [entry.get(field) for entry in service["status.loadBalancer.ingress"] or ()]


@requirement("LB-002")
@any_stack
@any_order
def test_addresses_of_both_families_are_kept_in_order(cluster: Cluster, addresses: list[str], policy: str) -> None:
    """Reported addresses are stored in their order, and the Service's own families stay."""
    before = cluster.create("services/load-balancer.yaml", {"spec.ipFamilyPolicy": policy})

    after = report(cluster, before, addresses)

    expect_value(reported(after, "ip"), subject=str(after), field="status.loadBalancer.ingress").equals(addresses)
    expect_ip_fields(after).equals(ip_fields(before))
    stored = cluster.get(before)
    expect_value(reported(stored, "ip"), subject=str(stored), field="status.loadBalancer.ingress").equals(addresses)


@requirement("LB-003")
@any_stack
@any_order
def test_mode_of_every_address_is_vip(cluster: Cluster, addresses: list[str], policy: str) -> None:
    """Every reported address without a mode gets mode VIP, in both families."""
    service = cluster.create("services/load-balancer.yaml", {"spec.ipFamilyPolicy": policy})

    after = report(cluster, service, addresses)

    expect_value(reported(after, "ipMode"), subject=str(after), field="ipMode").equals(["VIP"] * len(addresses))


@requirement("LB-003")
@pytest.mark.parametrize(("proxied", "plain"), [(IPV6, IPV4), (IPV4, IPV6)], ids=["IPv6 proxied", "IPv4 proxied"])
def test_mode_that_was_given_stays(cluster: Cluster, proxied: str, plain: str) -> None:
    """A mode that the controller gives is kept, and the other address gets the default."""
    service = report(cluster, cluster.create("services/load-balancer.yaml"), [plain, proxied])
    entries = status({"ip": plain}, {"ip": proxied, "ipMode": "Proxy"})

    after = cluster.patch(service, entries, subresource="status")

    expect_value(reported(after, "ip"), subject=str(after), field="ingress addresses").equals([plain, proxied])
    expect_value(reported(after, "ipMode"), subject=str(after), field="ipMode").equals(["VIP", "Proxy"])


@requirement("LB-007")
@pytest.mark.parametrize("address", [IPV4, IPV6], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("manifest", ["cluster-ip", "node-port", "headless"])
def test_other_types_have_no_ingress(cluster: Cluster, manifest: str, address: str) -> None:
    """An address outside is refused on a Service that is no load balancer."""
    service = cluster.create(f"services/{manifest}.yaml")

    answer = cluster.try_patch(service, status({"ip": address}), subresource="status")

    expect(answer).is_refused(("FieldValueForbidden", "status.loadBalancer.ingress"))


@requirement("LB-007")
@pytest.mark.parametrize("type", ["ClusterIP", "NodePort"])
@any_stack
def test_ingress_goes_with_the_type(cluster: Cluster, policy: str, type: str) -> None:
    """A Service that stops being a load balancer loses its addresses outside, all of them."""
    before = cluster.create("services/load-balancer.yaml", {"spec.ipFamilyPolicy": policy})
    report(cluster, before, [IPV4, IPV6])

    after = cluster.patch(before, {"spec": {"type": type, "loadBalancerClass": None}})

    expect(after, "status.loadBalancer").equals({})
    expect(cluster.get(before), "status.loadBalancer").equals({})
