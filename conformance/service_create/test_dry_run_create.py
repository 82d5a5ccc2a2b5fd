"""A dry run of a create shows what would be, and leaves nothing behind.

The addresses that it shows are judged by family only: nobody promises that they would be the ones.
"""

from dualstack.testing import Cluster, Resource, expect, expect_value, requirement


def expect_complete(service: Resource, cluster: Cluster) -> None:
    """The Service has the families of the cluster, in its order, and an address of each."""
    expect(service, "spec.ipFamilyPolicy").equals("PreferDualStack")
    expect(service, "spec.ipFamilies").equals(cluster.families)
    expect(service, "spec.clusterIPs").has_families(cluster.families)
    expect(service, "spec.clusterIP").equals(service["spec.clusterIPs[0]"])


@requirement("SVC-CREATE-020")
def test_dry_run_shows_every_field(dry_cluster: Cluster) -> None:
    """A dry run answers with policy, families and an address of each."""
    service = dry_cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    expect_complete(service, dry_cluster)


@requirement("SVC-CREATE-020")
def test_dry_run_stores_no_service(cluster: Cluster) -> None:
    """After a dry run there is no such Service."""
    service = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"}, dry_run=True)

    answer = cluster.try_get(service)

    expect_complete(service, cluster)
    expect(answer).is_refused(code=404, reason="NotFound")


@requirement("SVC-CREATE-020")
def test_dry_run_reserves_no_address(cluster: Cluster) -> None:
    """The address that a dry run names is free for the next Service."""
    address = cluster.free_address(cluster.families[-1])
    shown = cluster.create("services/cluster-ip.yaml", {"spec.clusterIP": address}, dry_run=True)

    service = cluster.create("services/cluster-ip.yaml", {"spec.clusterIP": address})

    expect(shown, "spec.clusterIPs").equals([address])
    expect(service, "spec.clusterIPs").equals([address])


@requirement("SVC-CREATE-020")
def test_dry_run_reserves_no_node_port(cluster: Cluster) -> None:
    """The node port that a dry run names is free for the next Service."""
    port = cluster.free_node_port()
    shown = cluster.create("services/node-port.yaml", {"spec.ports[0].nodePort": port}, dry_run=True)

    service = cluster.create("services/node-port.yaml", {"spec.ports[0].nodePort": port})

    expect(shown, "spec.ports[0].nodePort").equals(port)
    expect(service, "spec.ports[0].nodePort").equals(port)


@requirement("SVC-CREATE-020")
def test_dry_run_makes_no_reservation_object(cluster: Cluster) -> None:
    """No IPAddress object names the Service of a dry run, nor is the address that it named reserved."""
    address = cluster.free_address(cluster.primary)

    service = cluster.create("services/cluster-ip.yaml", {"spec.clusterIP": address}, dry_run=True)

    reserved = reservations(cluster, service)
    expect_value(reserved, subject=str(service), field="IPAddress objects").equals([])


def reservations(cluster: Cluster, service: Resource) -> list[str]:
    """The IPAddress objects of a Service; none where no such objects are served."""
    return list(cluster.reservations(service)) if cluster.since(1, 33) else []
