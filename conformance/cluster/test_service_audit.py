"""What holds of every Service of the cluster, whoever made it.

An offender counts when it is still there at the end of a bound: two looks are two moments.
"""

from collections.abc import Callable
from ipaddress import ip_address

import pytest

from dualstack.testing import Bound, Cluster, contradictions, requirement

Prepare = Callable[[Cluster], None]
SETTLED = Bound("offenders of an audit", 5)


def make_samples(cluster: Cluster) -> None:
    """One Service of each kind, so that there is always something to find."""
    dual = {"spec.ipFamilyPolicy": "PreferDualStack"}
    for manifest in ("cluster-ip", "headless", "headless-without-selector", "node-port", "load-balancer"):
        cluster.create(f"services/{manifest}.yaml", dual)
    cluster.create("services/cluster-ip.yaml")
    cluster.create("services/external-name.yaml")


def make_nothing(cluster: Cluster) -> None:
    """Leave the cluster as it is."""


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


@requirement("CLU-011")
@pytest.mark.parametrize("prepare", [make_nothing, make_samples], ids=["as found", "with one of each kind"])
def test_ip_fields_agree_in_every_service(cluster: Cluster, prepare: Prepare) -> None:
    """In no Service do policy, families and addresses contradict each other."""
    prepare(cluster)

    cluster.waiting.eventually(
        lambda: contradictory_services(cluster),
        until=lambda found: not found,
        bound=SETTLED,
        subject="every Service",
        expected="IP fields that agree",
    )


@requirement("CLU-012")
@pytest.mark.parametrize("prepare", [make_nothing, make_samples], ids=["as found", "with one of each kind"])
def test_no_address_has_two_services(cluster: Cluster, prepare: Prepare) -> None:
    """No cluster IP belongs to two Services, however it is spelt."""
    prepare(cluster)

    cluster.waiting.eventually(
        lambda: shared_addresses(cluster),
        until=lambda found: not found,
        bound=SETTLED,
        subject="every Service",
        expected="no cluster IP twice",
    )
