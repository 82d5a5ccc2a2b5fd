"""What a Service that is changed while it is used goes on to serve, begins to serve, and ceases to serve."""

import pytest

from dualstack.testing import (
    SPREAD,
    Backends,
    Cluster,
    Resource,
    Testbed,
    at_addresses,
    at_cluster_ips,
    at_node_ports,
    create_once_free,
    expect_value,
    of_family,
    requirement,
    routes,
)

UPGRADE = {"spec": {"ipFamilyPolicy": "PreferDualStack"}}
DOWNGRADE = {"spec": {"ipFamilyPolicy": "SingleStack"}}


def live(cluster: Cluster, backends: Backends, **spec: object) -> Resource:
    """A Service over these Pods: NodePort, of the primary family; where it pins addresses, once they are free."""
    changes = {f"spec.{name}": value for name, value in spec.items()}
    placed = {"metadata.namespace": backends.namespace, "spec.selector": backends.selector}
    make = create_once_free if "clusterIP" in spec else Cluster.create
    return make(cluster, "traffic/live.yaml", {**placed, **changes})


def pinned_addresses(service: Resource) -> dict[str, object]:
    """The addresses of a Service, for another one to ask for."""
    return {"clusterIP": service["spec.clusterIP"], "clusterIPs": service["spec.clusterIPs"]}


@requirement("LIFE-001")
@pytest.mark.long
def test_an_upgrade_does_not_touch_the_primary_family(cluster: Cluster, testbed: Testbed) -> None:
    """During an upgrade the primary address loses no request, and the secondary one comes to life."""
    backends = testbed.backends(cluster)
    service = live(cluster, backends)
    primary = routes(testbed.pods, at_cluster_ips(service, backends.pods))
    testbed.must_answer(primary)

    with testbed.unbroken(primary):
        upgraded = cluster.patch(service, UPGRADE)
        added = of_family(at_cluster_ips(upgraded, backends.pods), cluster.secondary)
        testbed.must_answer(routes(testbed.pods, added))


@requirement("LIFE-002")
@pytest.mark.long
def test_a_downgrade_ends_the_secondary_family_only(cluster: Cluster, testbed: Testbed) -> None:
    """During a downgrade the primary address loses no request, and the secondary one falls silent."""
    backends = testbed.backends(cluster)
    service = live(cluster, backends, ipFamilyPolicy="PreferDualStack")
    targets = at_cluster_ips(service, backends.pods)
    testbed.must_answer(routes(testbed.pods, targets))

    with testbed.unbroken(routes(testbed.pods, of_family(targets, cluster.primary))):
        cluster.patch(service, DOWNGRADE)
        testbed.must_fall_silent(routes(testbed.pods, of_family(targets, cluster.secondary)))


@requirement("NP-013")
def test_node_ports_follow_the_families(cluster: Cluster, testbed: Testbed) -> None:
    """The second family comes and goes under the same node port, and the first one loses no request."""
    backends, nodes = testbed.backends(cluster), testbed.node_addresses
    service = live(cluster, backends)
    first = routes(testbed.host_pods[:1], at_node_ports(service, nodes, backends.pods))
    testbed.must_answer(first)

    with testbed.unbroken(first):
        upgraded = cluster.patch(service, UPGRADE)
        second = at_node_ports(upgraded, nodes, backends.pods, families=[cluster.secondary])
        testbed.must_answer(routes(testbed.host_pods[:1], second))
        downgraded = cluster.patch(service, DOWNGRADE)
        testbed.must_fall_silent(routes(testbed.host_pods[:1], second))

    ports = [[port["nodePort"] for port in stored["spec.ports"]] for stored in (service, upgraded, downgraded)]
    expect_value(ports, subject=str(service), field="node ports before, during and after").equals([ports[0]] * 3)


@requirement("NP-014")
def test_a_service_without_node_port_closes_it(cluster: Cluster, testbed: Testbed) -> None:
    """A NodePort Service made ClusterIP closes its port in both families, and another one may have the number."""
    backends, nodes = testbed.backends(cluster), testbed.node_addresses
    service = live(cluster, backends, ipFamilyPolicy="PreferDualStack")
    asked = routes(testbed.host_pods[:1], at_node_ports(service, nodes, backends.pods))
    testbed.must_answer(asked)

    closed = cluster.patch(service, {"spec": {"type": "ClusterIP"}})

    testbed.must_fall_silent(asked)
    kept = [port.get("nodePort") for port in closed["spec.ports"]]
    expect_value(kept, subject=str(closed), field="node ports").equals([None, None])
    numbers = {f"ports[{index}].nodePort": port["nodePort"] for index, port in enumerate(service["spec.ports"])}
    live(cluster, backends, **numbers)


@requirement("CONN-016")
@pytest.mark.long
def test_endpoints_come_and_go(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod that becomes ready is used by each cluster IP, and one that the Service loses is not any more."""
    backends = testbed.backends(cluster)
    first, second = backends.pods
    backends.set_ready(False, second)
    service = live(cluster, backends, ipFamilyPolicy="PreferDualStack")
    testbed.must_settle(routes(testbed.pods[:1], at_cluster_ips(service, [first])))

    backends.set_ready(True, second)
    testbed.must_answer(routes(testbed.pods[:1], at_cluster_ips(service, [first, second])), SPREAD)

    backends.leave(first)
    testbed.must_settle(routes(testbed.pods[:1], at_cluster_ips(service, [second])))


@requirement("LIFE-005")
@pytest.mark.long
def test_backends_to_none_and_back(cluster: Cluster, testbed: Testbed) -> None:
    """Without a backend each family refuses; with some again, each answers."""
    backends = testbed.backends(cluster)
    service = live(cluster, backends, ipFamilyPolicy="PreferDualStack")
    asked = routes(testbed.pods[:1], at_cluster_ips(service, backends.pods))
    testbed.must_answer(asked)

    backends.leave(*backends.pods)
    testbed.must_fall_silent(asked)
    testbed.must_refuse(asked)

    backends.join(*backends.pods)
    testbed.must_answer(asked)


@requirement("LIFE-003")
def test_a_released_address_serves_its_new_owner(cluster: Cluster, testbed: Testbed) -> None:
    """An address that a downgrade released leads, pinned by another Service, to that one's backends only."""
    old, new = testbed.backends(cluster, count=1), testbed.backends(cluster, count=2)
    new.leave(old.pods[0])
    owner = new.pods[1:]
    service = live(cluster, old, ipFamilyPolicy="PreferDualStack")
    testbed.must_answer(routes(testbed.pods[:1], at_cluster_ips(service, old.pods)))
    cluster.patch(service, DOWNGRADE)

    address = service["spec.clusterIPs[1]"]
    pinned = live(cluster, new, ipFamilies=[cluster.secondary], clusterIP=address)

    testbed.must_settle(routes(testbed.pods[:1], at_cluster_ips(pinned, owner)))


@requirement("CONN-021")
def test_a_service_made_again_leads_to_its_new_backends(cluster: Cluster, testbed: Testbed) -> None:
    """A Service deleted and made again with its addresses leads to the new backends in both families."""
    old, new = testbed.backends(cluster, count=1), testbed.backends(cluster, count=2)
    new.leave(old.pods[0])
    service = live(cluster, old, ipFamilyPolicy="PreferDualStack")
    testbed.must_answer(routes(testbed.pods[:1], at_cluster_ips(service, old.pods)))
    cluster.delete(service)

    again = live(cluster, new, ipFamilyPolicy="PreferDualStack", **pinned_addresses(service))

    testbed.must_settle(routes(testbed.pods[:1], at_cluster_ips(again, new.pods[1:])))


@requirement("LIFE-012")
@pytest.mark.long
def test_a_deleted_service_leaves_nothing(cluster: Cluster, testbed: Testbed) -> None:
    """The addresses of a deleted Service fall silent, and another Service may have them."""
    backends = testbed.backends(cluster)
    service = live(cluster, backends, ipFamilyPolicy="PreferDualStack")
    asked = routes(testbed.pods[:1], at_cluster_ips(service, backends.pods))
    testbed.must_answer(asked)

    cluster.delete(service)

    testbed.must_fall_silent(asked)
    live(cluster, backends, ipFamilyPolicy="PreferDualStack", **pinned_addresses(service))


@requirement("EXT-011")
@pytest.mark.long
def test_an_external_name_has_no_addresses(cluster: Cluster, testbed: Testbed) -> None:
    """The addresses that a Service had before it became ExternalName fall silent in both families."""
    backends = testbed.backends(cluster)
    service = live(cluster, backends, type="ClusterIP", ipFamilyPolicy="PreferDualStack")
    targets = at_addresses(service, "former clusterIP", service["spec.clusterIPs"], backends.pods)
    testbed.must_answer(routes(testbed.pods[:1], targets))

    cluster.patch(service, {"spec": {"type": "ExternalName", "externalName": "example.com"}})

    testbed.must_fall_silent(routes(testbed.pods[:1], targets))
