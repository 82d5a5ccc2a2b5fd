"""Every address of a Service is reserved by one IPAddress object, for as long as the Service has it."""

import ipaddress
from collections.abc import Sequence

import pytest

from dualstack.testing import Bound, Cluster, Resource, expect, expect_value, family_of, requirement

ADDRESSES = "/apis/networking.k8s.io/v1/ipaddresses"
MANAGED = {"labelSelector": "ipaddress.kubernetes.io/managed-by=ipallocator.k8s.io"}
REPAIR = Bound("the repair of reservations", 120)
ORPHANS = Bound("the removal of orphaned reservations", 300)
RELEASE = Bound("the release of an address", 300)
"""A server that looks after reservations may make one anew by mistake, and lets it stand for a minute."""


def widest(cluster: Cluster, kind: str = "cluster-ip") -> Resource:
    """A stored Service with every family of the cluster, the primary one last."""
    changes = {"spec.ipFamilyPolicy": "PreferDualStack", "spec.ipFamilies": cluster.families[::-1]}
    return cluster.create(f"services/{kind}.yaml", changes)


@requirement("CIDR-003")
@pytest.mark.parametrize("kind", ["cluster-ip", "node-port", "load-balancer"])
@pytest.mark.parametrize("position", [0, -1], ids=["first address", "last address"])
def test_address_has_a_reservation(cluster: Cluster, position: int, kind: str) -> None:
    """An IPAddress object named like the address says whose it is, of which family, and who manages it."""
    service = widest(cluster, kind)
    address = service["spec.clusterIPs"][position]

    reservation = cluster.get(f"{ADDRESSES}/{ipaddress.ip_address(address)}")

    owner = {"resource": "services", "namespace": service.namespace, "name": service.name}
    expect(reservation, "spec.parentRef").satisfies(
        lambda parent: {**parent, "group": parent.get("group", "")} == {"group": "", **owner}, f"{owner}"
    )
    labels = expect(reservation, "metadata.labels")
    labels.satisfies(lambda found: found.get("ipaddress.kubernetes.io/ip-family") == family_of(address), "its family")
    labels.satisfies(
        lambda found: found.get("ipaddress.kubernetes.io/managed-by") == "ipallocator.k8s.io", "its manager"
    )


def services(cluster: Cluster) -> dict[tuple[str, str], set[str]]:
    """Every Service of the cluster with its addresses in canonical text."""
    found = {
        (one.namespace, one.name): one["spec.clusterIPs"] or () for one in cluster.list("services", all_namespaces=True)
    }
    return {owner: {canonical(text) for text in texts if text != "None"} for owner, texts in found.items()}


def canonical(text: str) -> str:
    """The canonical text of an address."""
    return str(ipaddress.ip_address(text))


def owner_of(reservation: Resource) -> tuple[str, str]:
    """Namespace and name of the Service that an IPAddress belongs to."""
    parent = reservation["spec.parentRef"]
    return (parent.get("namespace", ""), parent["name"])


def without_reservation(cluster: Cluster) -> set[str]:
    """Addresses of Services, with their owners, that no IPAddress reserves for them."""
    wanted = {f"{address} of {owner}" for owner, held in services(cluster).items() for address in held}
    return wanted - {f"{one.name} of {owner_of(one)}" for one in cluster.list("ipaddresses")}


def without_service(cluster: Cluster) -> set[str]:
    """Managed IPAddress objects, with their owners, whose Service is not there or has another address."""
    held = {f"{one.name} of {owner_of(one)}" for one in cluster.list("ipaddresses", query=MANAGED)}
    return held - {f"{address} of {owner}" for owner, all_held in services(cluster).items() for address in all_held}


@pytest.mark.audit
@requirement("CIDR-003")
def test_no_service_is_without_reservation(cluster: Cluster) -> None:
    """In the whole cluster no address of a Service stays without its IPAddress object."""
    suspects = without_reservation(cluster)

    cluster.waiting.eventually(
        lambda: suspects & without_reservation(cluster),
        until=lambda still: not still,
        bound=REPAIR,
        subject="Services of the cluster",
        expected="an IPAddress for each address",
    )


@pytest.mark.audit
@pytest.mark.long
@requirement("CIDR-004")
def test_no_reservation_is_without_service(cluster: Cluster) -> None:
    """In the whole cluster no managed IPAddress object outlives the Service that it is for."""
    cluster.delete(widest(cluster))

    suspects = without_service(cluster)

    cluster.waiting.eventually(
        lambda: suspects & without_service(cluster),
        until=lambda still: not still,
        bound=ORPHANS,
        subject="IPAddress objects of the cluster",
        expected="a Service for each managed one",
    )


def wait_until_gone(cluster: Cluster, addresses: Sequence[str]) -> None:
    """Judge that the reservations of these addresses disappear."""
    cluster.waiting.eventually(
        lambda: [address for address in addresses if cluster.try_get(f"{ADDRESSES}/{address}").status != 404],
        until=lambda left: not left,
        bound=RELEASE,
        subject="IPAddress objects",
        expected=f"none named {', '.join(addresses)}",
    )


@requirement("CIDR-005")
@pytest.mark.long
def test_deletion_releases_every_address(cluster: Cluster) -> None:
    """A deleted Service has no reservation left."""
    service = widest(cluster)

    cluster.delete(service)

    wait_until_gone(cluster, service["spec.clusterIPs"])


@requirement("CIDR-005")
@pytest.mark.long
def test_external_name_releases_every_address(cluster: Cluster) -> None:
    """A Service turned into an ExternalName one has no reservation left."""
    service = widest(cluster)

    cluster.patch(service, {"spec": {"type": "ExternalName", "externalName": "example.com"}})

    wait_until_gone(cluster, service["spec.clusterIPs"])
    expect_value(cluster.reservations(service), subject=str(service), field="reservations").equals([])


@requirement("CIDR-005")
@pytest.mark.long
def test_single_stack_releases_all_but_the_first(cluster: Cluster) -> None:
    """SingleStack keeps the reservation of the first address, the same object, and no other."""
    service = widest(cluster)
    before = cluster.get(f"{ADDRESSES}/{service['spec.clusterIP']}")

    cluster.patch(service, {"spec": {"ipFamilyPolicy": "SingleStack"}})

    wait_until_gone(cluster, service["spec.clusterIPs"][1:])
    expect(cluster.get(before), "metadata.uid").equals(before["metadata.uid"])
