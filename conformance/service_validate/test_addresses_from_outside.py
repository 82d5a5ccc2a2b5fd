"""External addresses and source ranges, of either family on any cluster."""

import pytest

from dualstack.testing import Answer, Cluster, expect, requirement

EXTERNAL = ["192.0.2.1", "2001:db8::1"]
NOT_EXTERNAL = ["127.0.0.1", "::1", "169.254.1.1", "fe80::1", "0.0.0.0", "::"]
RANGES = ["10.0.0.0/8", "2001:db8::/32"]


def unless_denied(answer: Answer) -> Answer:
    """The answer; a cluster whose admission denies external addresses as such is not judged."""
    if answer.status == 403:
        pytest.skip(f"external addresses are denied here: {answer.message}")
    return answer


@requirement("SVC-VAL-018")
@pytest.mark.parametrize("addresses", [EXTERNAL[:1], EXTERNAL[1:], EXTERNAL], ids=["IPv4", "IPv6", "both"])
def test_external_addresses_of_both_families_are_kept(cluster: Cluster, addresses: list[str]) -> None:
    """External addresses of either family are stored as given, whatever the cluster serves."""
    answer = unless_denied(cluster.try_create("services/cluster-ip.yaml", {"spec.externalIPs": addresses}))

    expect(answer).is_accepted(201)
    expect(answer, "spec.externalIPs").equals(addresses)


@requirement("SVC-VAL-018")
@pytest.mark.parametrize("address", NOT_EXTERNAL)
def test_addresses_of_the_machine_itself_are_refused(dry_cluster: Cluster, address: str) -> None:
    """Loopback, link-local and unspecified addresses are nobody's external address."""
    answer = unless_denied(dry_cluster.try_create("services/cluster-ip.yaml", {"spec.externalIPs": [address]}))

    expect(answer).is_refused(("FieldValueInvalid", "spec.externalIPs[0]"))


@requirement("SVC-VAL-018")
@pytest.mark.parametrize("address", NOT_EXTERNAL)
def test_such_an_address_is_refused_behind_a_good_one(dry_cluster: Cluster, address: str) -> None:
    """An address that may not be external is refused at its index, behind one that may."""
    addresses = [EXTERNAL[0], address]

    answer = unless_denied(dry_cluster.try_create("services/cluster-ip.yaml", {"spec.externalIPs": addresses}))

    expect(answer).is_refused(("FieldValueInvalid", "spec.externalIPs[1]"))


@requirement("SVC-VAL-019")
@pytest.mark.parametrize("ranges", [RANGES[:1], RANGES[1:], RANGES], ids=["IPv4", "IPv6", "both"])
def test_source_ranges_of_both_families_are_kept(cluster: Cluster, ranges: list[str]) -> None:
    """A load balancer may be reached from ranges of either family, whatever the cluster serves."""
    service = cluster.create("services/load-balancer.yaml", {"spec.loadBalancerSourceRanges": ranges})

    expect(service, "spec.loadBalancerSourceRanges").equals(ranges)


def field_of_first_range(cluster: Cluster) -> str:
    """Where a server finds fault with the first source range; before 1.30 it blames the list."""
    return "spec.LoadBalancerSourceRanges[0]" if cluster.since(1, 30) else "spec.LoadBalancerSourceRanges"


@requirement("SVC-VAL-019")
@pytest.mark.parametrize("text", ["nope", "2001:db8::/129", "2001:db8::1"])
def test_what_is_no_range_is_refused(dry_cluster: Cluster, text: str) -> None:
    """A source range is a CIDR."""
    answer = dry_cluster.try_create("services/load-balancer.yaml", {"spec.loadBalancerSourceRanges": [text]})

    expect(answer).is_refused(("FieldValueInvalid", field_of_first_range(dry_cluster)))


@requirement("SVC-VAL-019")
@pytest.mark.parametrize("ranges", [RANGES[:1], RANGES[1:]], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("manifest", ["cluster-ip", "node-port", "headless", "external-name"])
def test_source_ranges_belong_to_load_balancers(dry_cluster: Cluster, manifest: str, ranges: list[str]) -> None:
    """Source ranges of a Service of another type are refused."""
    answer = dry_cluster.try_create(f"services/{manifest}.yaml", {"spec.loadBalancerSourceRanges": ranges})

    expect(answer).is_refused(("FieldValueForbidden", "spec.LoadBalancerSourceRanges"))
