"""A refused create gives back what it named.

Judged here are the refusals after which a server gives back at once, or within a short bound.
"""

from typing import Any

import pytest

from dualstack.testing import ABSENT, Bound, Cluster, expect, requirement

FREE_AGAIN = Bound("an address of a refused create is free again", 300)
MISTAKES: dict[str, dict[str, Any]] = {
    "no ports": {"spec.ports": ABSENT},
    "bad session affinity": {"spec.sessionAffinity": "Sometimes"},
    "bad external address": {"spec.externalIPs": ["no address"]},
}


def create_path(cluster: Cluster, body: dict[str, Any]) -> str:
    """Where the Service of this body would be."""
    return f"/api/v1/namespaces/{cluster.namespace}/services/{body['metadata']['name']}"


@requirement("SVC-CREATE-026")
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("index", [0, -1], ids=["first family served", "last family served"])
def test_address_of_a_refused_create_is_free(cluster: Cluster, index: int, mistake: dict[str, Any]) -> None:
    """A create with a mistake stores no Service, and the address that it named can be had."""
    address = cluster.free_address(cluster.families[index])
    body = cluster.body("services/cluster-ip.yaml", {"spec.clusterIP": address, **mistake})
    refused = cluster.try_create(body)

    answer = cluster.waiting.eventually(
        lambda: cluster.try_create("services/cluster-ip.yaml", {"spec.clusterIP": address}),
        until=lambda answer: answer.accepted,
        bound=FREE_AGAIN,
        subject=f"address {address}",
        expected="can be had",
    )

    expect(refused, "code").equals(422)
    expect(cluster.try_get(create_path(cluster, body))).is_refused(code=404, reason="NotFound")
    expect(answer, "spec.clusterIPs").equals([address])


@requirement("SVC-CREATE-026")
def test_node_port_of_a_refused_create_is_free_at_once(cluster: Cluster) -> None:
    """A create with a mistake gives back the node port that it named."""
    port = cluster.free_node_port()
    named = {"spec.ports[0].nodePort": port}
    refused = cluster.try_create("services/node-port.yaml", {**named, **MISTAKES["bad external address"]})

    service = cluster.create("services/node-port.yaml", named)

    expect(refused, "code").equals(422)
    expect(service, "spec.ports[0].nodePort").equals(port)


@requirement("SVC-CREATE-026")
def test_address_beside_a_taken_node_port_is_free(cluster: Cluster) -> None:
    """A create that fails for its node port gives back the address that it named."""
    taken = cluster.create("services/node-port.yaml")["spec.ports[0].nodePort"]
    address = cluster.free_address(cluster.primary)
    named = {"spec.clusterIP": address}

    refused = cluster.try_create("services/node-port.yaml", {**named, "spec.ports[0].nodePort": taken})
    answer = cluster.try_create("services/cluster-ip.yaml", named)

    expect(refused).is_refused(("FieldValueInvalid", "spec.ports[0].nodePort"), saying="already allocated")
    expect(answer).is_accepted(201)
