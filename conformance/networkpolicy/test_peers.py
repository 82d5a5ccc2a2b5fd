"""Whom a policy admits by labels and ports: over every family, and nobody else."""

from typing import Any

from dualstack.testing import (
    HTTP,
    UDP,
    BedPod,
    Cluster,
    Fence,
    Resource,
    Testbed,
    at_cluster_ips,
    at_pods,
    requirement,
    routes,
)


def policy(cluster: Cluster, fence: Fence, name: str, **spec: object) -> Resource:
    """A policy about the Pods behind the fence."""
    changes = {f"spec.{field}": value for field, value in spec.items()}
    return cluster.create(f"networkpolicies/{name}.yaml", {"metadata.namespace": fence.namespace, **changes})


@requirement("NETPOL-003")
def test_selected_pods_get_in(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod selector admits the Pods it matches at every address of the server, and nobody else."""
    fence = testbed.fence(cluster)

    policy(cluster, fence, "allow-ingress")

    fence.must_part(routes([fence.allowed], fence.doors), routes([fence.other, fence.outsider], fence.doors))


def rule(fence: Fence, client: BedPod, port: dict[str, Any]) -> dict[str, Any]:
    """An ingress rule for one Pod and one port."""
    space = {"matchLabels": {"kubernetes.io/metadata.name": client.namespace}}
    name = {"matchLabels": {"dualstack-conformance/role-name": client.name}}
    return {"from": [{"namespaceSelector": space, "podSelector": name}], "ports": [port]}


@requirement("NETPOL-011")
def test_ports_by_number_name_and_range(cluster: Cluster, testbed: Testbed) -> None:
    """A port given by number, by name or by range is open in its own protocol only, over every family."""
    fence = testbed.fence(cluster)
    tcp, udp = at_pods([fence.server], HTTP), at_pods([fence.server], UDP)
    number = fence.server.port(HTTP)
    by_number, by_name, by_range = fence.allowed, fence.other, fence.outsider
    by_udp_number, by_udp_name = testbed.pool[:2]
    fence.needs(routes([by_udp_number, by_udp_name], [*tcp, *udp]))

    rules = [
        rule(fence, by_number, {"protocol": "TCP", "port": number}),
        rule(fence, by_name, {"protocol": "TCP", "port": "http"}),
        rule(fence, by_range, {"protocol": "TCP", "port": number - 1, "endPort": number + 1}),
        rule(fence, by_udp_number, {"protocol": "UDP", "port": number}),
        rule(fence, by_udp_number, {"protocol": "TCP", "port": number + 1, "endPort": number + 9}),
        rule(fence, by_udp_name, {"protocol": "UDP", "port": "udp"}),
    ]
    policy(cluster, fence, "allow-ingress", ingress=rules)

    by_tcp, by_udp = [by_number, by_name, by_range], [by_udp_number, by_udp_name]
    fence.must_part(
        routes(by_tcp, tcp) + routes(by_udp, udp),
        routes(by_udp, tcp) + routes(by_tcp, udp),
    )


def over(cluster: Cluster, fence: Fence, pod: BedPod) -> Resource:
    """A Service over one Pod behind the fence, of every family that the cluster has."""
    changes = {"spec.ipFamilyPolicy": "PreferDualStack", "spec.selector": {"app": pod.name}}
    return cluster.create("services/selecting.yaml", {"metadata.namespace": fence.namespace, **changes})


@requirement("NETPOL-014")
def test_admitted_backends_are_reached_by_their_service(cluster: Cluster, testbed: Testbed) -> None:
    """Who may reach Pods reaches them by each cluster IP of their Service, and other Pods not by theirs."""
    fence = testbed.fence(cluster)
    wanted, beside = over(cluster, fence, fence.server), over(cluster, fence, fence.other)
    admitted = at_cluster_ips(wanted, [fence.server]) + at_cluster_ips(wanted, [fence.server], UDP)
    closed = at_cluster_ips(beside, [fence.other]) + at_cluster_ips(beside, [fence.other], UDP)
    fence.needs(routes([fence.allowed], admitted + closed))

    policy(cluster, fence, "allow-egress")

    fence.must_part(routes([fence.allowed], admitted), routes([fence.allowed], closed))


def mark(cluster: Cluster, admitted: BedPod, other: BedPod) -> None:
    """Give one Pod the label that admits, and take it from another."""
    cluster.patch(admitted.path, {"metadata": {"labels": {"admitted": "yes"}}})
    cluster.patch(other.path, {"metadata": {"labels": {"admitted": "no"}}})


@requirement("NETPOL-015")
def test_changes_take_effect(cluster: Cluster, testbed: Testbed) -> None:
    """When the labels of Pods or the peers of a policy change, every family follows."""
    fence = testbed.fence(cluster)
    by_allowed, by_other = routes([fence.allowed], fence.doors), routes([fence.other], fence.doors)
    mark(cluster, fence.allowed, fence.other)
    changing = policy(cluster, fence, "admitted-by-label")
    fence.must_part(by_allowed, by_other)

    mark(cluster, fence.other, fence.allowed)
    fence.must_part(by_other, by_allowed)

    cluster.patch(changing, {"spec": {"ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "allowed"}}}]}]}})
    fence.must_part(by_allowed, by_other)
