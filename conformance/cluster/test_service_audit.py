"""What holds of every Service of the cluster, whoever made it.

An offender counts when it is still there at the end of a bound: two looks are two moments.
"""

from ipaddress import ip_address

import pytest

from dualstack.testing import Bound, Cluster, contradictions, requirement

pytestmark = pytest.mark.audit

SETTLED = Bound("offenders of an audit", 5)


def make_samples(cluster: Cluster) -> None:
    """One Service of each kind, so that there is always something to find."""
    dual = {"spec.ipFamilyPolicy": "PreferDualStack"}
    for manifest in ("cluster-ip", "headless", "headless-without-selector", "node-port", "load-balancer"):
        cluster.create(f"services/{manifest}.yaml", dual)
    cluster.create("services/cluster-ip.yaml")
    cluster.create("services/external-name.yaml")


def contradictory_services(cluster: Cluster) -> dict[str, list[str]]:
    """Each Service whose IP fields contradict each other, with what is wrong."""
    services = cluster.list("services", all_namespaces=True)
    faults = {str(service): contradictions(service["spec"]) for service in services}
    return {name: found for name, found in faults.items() if found}


def shared_addresses(cluster: Cluster) -> dict[str, list[str]]:
    """Each cluster IP, by value, that several Services have, with their names."""
    owners: dict[str, list[str]] = {}
    for service in cluster.list("services", all_namespaces=True):
        for address in service["spec.clusterIPs"] or ():
            owners.setdefault(by_value(address), []).append(str(service))
    return {address: names for address, names in owners.items() if address != "None" and len(names) > 1}


def by_value(address: str) -> str:
    """One spelling for one address; ``None`` stays what it is."""
    return address if address == "None" else str(ip_address(address))


def expect_agreement(cluster: Cluster) -> None:
    """In the end no Service contradicts itself."""
    cluster.waiting.eventually(
        lambda: contradictory_services(cluster),
        until=lambda found: not found,
        bound=SETTLED,
        subject="every Service",
        expected="IP fields that agree",
    )


def expect_one_owner_each(cluster: Cluster) -> None:
    """In the end no cluster IP has two Services."""
    cluster.waiting.eventually(
        lambda: shared_addresses(cluster),
        until=lambda found: not found,
        bound=SETTLED,
        subject="every Service",
        expected="no cluster IP twice",
    )


@requirement("CLU-011")
def test_ip_fields_of_found_services_agree(dry_cluster: Cluster) -> None:
    """In no Service of the cluster do policy, families and addresses contradict each other."""
    expect_agreement(dry_cluster)


@requirement("CLU-011")
def test_ip_fields_of_new_services_agree(cluster: Cluster) -> None:
    """In Services of every kind, stored beside all others, policy, families and addresses agree."""
    make_samples(cluster)

    expect_agreement(cluster)


@requirement("CLU-012")
def test_found_services_share_no_address(dry_cluster: Cluster) -> None:
    """No cluster IP belongs to two Services of the cluster, however it is spelt."""
    expect_one_owner_each(dry_cluster)


@requirement("CLU-012")
def test_new_services_share_no_address(cluster: Cluster) -> None:
    """New Services of every kind get cluster IPs that nobody else has."""
    make_samples(cluster)

    expect_one_owner_each(cluster)
