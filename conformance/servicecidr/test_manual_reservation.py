"""An IPAddress object that somebody made by hand keeps its address from every Service."""

import pytest

from dualstack.testing import Cluster, Resource, expect, requirement

pytestmark = pytest.mark.alone


def reserved(cluster: Cluster, address: str) -> Resource:
    """A reservation of the address for something that is not a Service."""
    return cluster.create(
        cluster.cluster_scoped(
            "servicecidrs/ip-address.yaml",
            {"metadata.name": address, "spec.parentRef.namespace": cluster.namespace},
        )
    )


@requirement("CIDR-017")
@pytest.mark.parametrize("position", [0, -1], ids=["first family", "last family"])
def test_reserved_address_cannot_be_pinned(cluster: Cluster, position: int) -> None:
    """A Service that pins the reserved address is refused."""
    address = cluster.free_address(cluster.families[position])
    reserved(cluster, address)

    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": address})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"), saying="already allocated")


@requirement("CIDR-017")
@pytest.mark.parametrize("position", [0, -1], ids=["first family", "last family"])
def test_address_is_free_after_its_reservation(cluster: Cluster, position: int) -> None:
    """Once the reservation is deleted, a Service can pin the address."""
    address = cluster.free_address(cluster.families[position])
    reservation = reserved(cluster, address)

    cluster.delete(reservation)
    service = cluster.create("services/cluster-ip.yaml", {"spec.clusterIP": address})

    expect(service, "spec.clusterIPs").equals([address])
