"""Many Services at the same moment."""

from functools import partial
from ipaddress import ip_address

from dualstack.testing import Cluster, Resource, at_once, expect_stack, expect_value, requirement

THREADS = 10
SERVICES_EACH = 5


def create_some(cluster: Cluster) -> list[Resource]:
    """One client's share of the Services, one after another."""
    dual = {"spec.ipFamilyPolicy": "PreferDualStack"}
    return [cluster.create("services/cluster-ip.yaml", dual) for _ in range(SERVICES_EACH)]


def create_many(cluster: Cluster) -> list[Resource]:
    """The Services of all clients, who write at the same moment."""
    shares = at_once([partial(create_some, cluster)] * THREADS)
    return [service for share in shares for service in share]


def expect_both_families_everywhere(cluster: Cluster, services: list[Resource]) -> None:
    """Each Service has an address of each family, in its range."""
    for service in services:
        expect_stack(service, cluster.facts, policy="PreferDualStack", families=cluster.families)


@requirement("SVC-CREATE-021")
def test_parallel_creates_get_distinct_addresses(cluster: Cluster) -> None:
    """Services that are created at once get addresses of which none, by value, is given twice."""
    services = create_many(cluster)

    addresses = [ip_address(address) for service in services for address in service["spec.clusterIPs"]]
    expect_both_families_everywhere(cluster, services)
    expect_value(len(set(addresses)), subject=f"{len(services)} Services", field="distinct addresses").equals(
        THREADS * SERVICES_EACH * len(cluster.families)
    )
