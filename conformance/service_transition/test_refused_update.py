"""A refused update is no update: nothing is stored and nothing is kept."""

from typing import Any

from dualstack.testing import Cluster, Resource, expect, requirement


def port(name: str, number: int, node_port: int) -> dict[str, Any]:
    """A Service port with a node port that the user chose."""
    return {"name": name, "port": number, "nodePort": node_port}


def taken_node_port(cluster: Cluster) -> int:
    """A node port that another Service has."""
    port_number = cluster.create("services/node-port.yaml")["spec.ports[0].nodePort"]
    return int(port_number)


def refused_pair(cluster: Cluster, service: Resource, wanted: int) -> None:
    """Ask for two node ports of which the second is taken, and see it refused."""
    ports = [port("http", 80, wanted), port("https", 443, taken_node_port(cluster))]
    answer = cluster.try_patch(service, {"spec": {"type": "NodePort", "ports": ports}})
    expect(answer).is_refused(("FieldValueInvalid", "spec.ports[1].nodePort"), saying="already allocated")


@requirement("SVC-TR-019")
def test_refused_update_stores_nothing(cluster: Cluster) -> None:
    """After a refused update the stored Service is the same to the last byte."""
    before = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    refused_pair(cluster, before, cluster.free_node_port())

    expect(cluster.get(before), "").equals(before.body)


@requirement("SVC-TR-019")
def test_refused_update_gives_the_node_port_back(cluster: Cluster) -> None:
    """A node port that a refused update tried to take can be pinned by another Service."""
    before = cluster.create("services/cluster-ip.yaml")
    wanted = cluster.free_node_port()

    refused_pair(cluster, before, wanted)
    other = cluster.create("services/node-port.yaml", {"spec.ports[0].nodePort": wanted})

    expect(other, "spec.ports[0].nodePort").equals(wanted)
