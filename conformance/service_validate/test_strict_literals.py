"""Spellings that two components could read as two addresses."""

from collections.abc import Callable
from ipaddress import ip_address

import pytest

from dualstack.testing import Cluster, Family, expect, expect_value, requirement

Spelling = Callable[[str], str]
MAPPED = "::ffff:192.0.2.77"
LEADING_ZEROS = "192.000.002.077"
AMBIGUOUS = {"mapped": MAPPED, "leading zeros": LEADING_ZEROS}
AMBIGUOUS_RANGES = {"mapped": "::ffff:10.0.0.0/104", "leading zeros": "010.0.0.0/8"}


def long_form(address: str) -> str:
    """Every group, with all its zeros."""
    return ip_address(address).exploded


def long_form_in_capitals(address: str) -> str:
    """The same in upper case."""
    return long_form(address).upper()


spellings = pytest.mark.parametrize("spell", [long_form, long_form_in_capitals], ids=["long form", "capitals"])


@requirement("SVC-VAL-015")
@pytest.mark.parametrize("text", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_ambiguous_cluster_ip_is_refused(dry_cluster: Cluster, text: str) -> None:
    """A mapped address and an IPv4 address with leading zeros are no cluster IP."""
    answer = dry_cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": text})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[0]"))


@requirement("SVC-VAL-015")
@pytest.mark.parametrize("text", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_ambiguous_external_ip_is_refused(dry_cluster: Cluster, text: str) -> None:
    """A mapped address and an IPv4 address with leading zeros are no external IP."""
    answer = dry_cluster.try_create("services/cluster-ip.yaml", {"spec.externalIPs": [text]})

    expect(answer).is_refused(("FieldValueInvalid", "spec.externalIPs[0]"))


@requirement("SVC-VAL-015")
@pytest.mark.parametrize("text", AMBIGUOUS_RANGES.values(), ids=AMBIGUOUS_RANGES)
def test_ambiguous_source_range_is_refused(dry_cluster: Cluster, text: str) -> None:
    """A mapped CIDR and an IPv4 CIDR with leading zeros are no source range."""
    answer = dry_cluster.try_create("services/load-balancer.yaml", {"spec.loadBalancerSourceRanges": [text]})

    expect(answer).is_refused(("FieldValueInvalid", "spec.LoadBalancerSourceRanges[0]"))


@requirement("SVC-VAL-015")
@pytest.mark.parametrize("text", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_ambiguous_cluster_ip_is_not_stored(cluster: Cluster, text: str) -> None:
    """A real create with such a spelling is refused too."""
    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": text})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[0]"))


@requirement("SVC-VAL-016")
@spellings
def test_other_spelling_is_kept_with_a_warning(cluster: Cluster, spell: Spelling) -> None:
    """An IPv6 address in another spelling is stored as given, and the user is warned."""
    text = spell(cluster.free_address(Family.IPV6))

    service = cluster.create("services/cluster-ip.yaml", {"spec.clusterIP": text})

    expect(service, "spec.clusterIP").equals(text)
    expect(service, "spec.clusterIPs").equals([text])
    expect_value(service.answer.warnings, subject=str(service), field="warnings", answer=service.answer).satisfies(
        lambda warnings: any("RFC 5952" in warning for warning in warnings), "one that names RFC 5952"
    )
    expect(cluster.get(service), "spec.clusterIPs").equals([text])


@requirement("SVC-VAL-016")
@spellings
def test_spellings_of_one_address_collide(cluster: Cluster, spell: Spelling) -> None:
    """The canonical spelling of an address that is in use is refused."""
    address = cluster.free_address(Family.IPV6)
    cluster.create("services/cluster-ip.yaml", {"spec.clusterIP": spell(address)})

    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": address})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="already allocated")


@requirement("SVC-VAL-016")
@spellings
def test_spelling_does_not_change_once_set(cluster: Cluster, spell: Spelling) -> None:
    """A PUT of the same address in its canonical spelling is refused as a change."""
    address = cluster.free_address(Family.IPV6)
    body = cluster.body("services/cluster-ip.yaml", {"spec.clusterIP": spell(address)})
    service = cluster.create(body)

    spec = {**body["spec"], "clusterIP": address, "clusterIPs": [address]}
    answer = cluster.try_replace(service, {**body, "spec": spec})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs[0]"), saying="may not change once set")
