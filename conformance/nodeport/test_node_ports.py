"""Node ports belong to a Service as a whole, not to one of its families."""

from typing import Any

import pytest

from dualstack.testing import ABSENT, Cluster, expect, expect_value, requirement

POLICIES = [ABSENT, "PreferDualStack"]
any_stack = pytest.mark.parametrize("policy", POLICIES, ids=["no policy", "PreferDualStack"])
USUAL_RANGE = range(30000, 32768)
HTTP_AND_HTTPS = [
    {"name": "http", "port": 80, "targetPort": 8080},
    {"name": "https", "port": 443, "targetPort": 8443},
]


def dns_ports(**fixed: Any) -> list[dict[str, Any]]:
    """One port number for TCP and for UDP."""
    return [{"name": protocol.lower(), "port": 53, "protocol": protocol, **fixed} for protocol in ("TCP", "UDP")]


@requirement("NP-001")
@any_stack
def test_each_port_has_one_node_port(cluster: Cluster, policy: str) -> None:
    """Every port entry has one node port in the range, however many families there are."""
    asked = {"spec.ipFamilyPolicy": policy, "spec.ports": HTTP_AND_HTTPS}

    service = cluster.create("services/node-port.yaml", asked)

    numbers = [port["nodePort"] for port in service["spec.ports"]]
    expect_value([port["name"] for port in service["spec.ports"]], subject=str(service), field="ports").equals(
        ["http", "https"]
    )
    expect_value(numbers, subject=str(service), field="node ports").satisfies(
        lambda found: len(set(found)) == 2 and all(number in USUAL_RANGE for number in found),
        "two different numbers between 30000 and 32767",
    )
    expect(cluster.get(service), "spec.ports").equals(service["spec.ports"])


@requirement("NP-001")
@any_stack
def test_named_node_port_is_kept(cluster: Cluster, policy: str) -> None:
    """A node port that the user names is the one, in all families."""
    port = cluster.free_node_port()
    asked = {"spec.ipFamilyPolicy": policy, "spec.ports[0].nodePort": port}

    service = cluster.create("services/node-port.yaml", asked)

    expect_value([entry["nodePort"] for entry in service["spec.ports"]], subject=str(service), field="ports").equals(
        [port]
    )


@requirement("NP-002")
@pytest.mark.parametrize("manifest", ["node-port", "load-balancer"])
def test_node_port_is_taken_in_every_family(cluster: Cluster, manifest: str) -> None:
    """A node port of a Service of one family is taken for Services of the other one too."""
    port = cluster.free_node_port()
    named = {"spec.ports[0].nodePort": port}
    cluster.create("services/node-port.yaml", {**named, "spec.ipFamilies": cluster.families[:1]})

    body = cluster.body(f"services/{manifest}.yaml", {**named, "spec.ipFamilies": cluster.families[-1:]})
    answer = cluster.try_create(body)

    expect(answer).is_refused(("FieldValueInvalid", "spec.ports[0].nodePort"), saying="already allocated")
    path = f"/api/v1/namespaces/{cluster.namespace}/services/{body['metadata']['name']}"
    expect(cluster.try_get(path)).is_refused(code=404, reason="NotFound")


@requirement("NP-004")
@any_stack
def test_protocols_may_share_a_named_node_port(cluster: Cluster, policy: str) -> None:
    """TCP and UDP of one port may name one node port."""
    port = cluster.free_node_port()
    asked = {"spec.ipFamilyPolicy": policy, "spec.ports": dns_ports(nodePort=port)}

    service = cluster.create("services/node-port.yaml", asked)

    numbers = [entry["nodePort"] for entry in service["spec.ports"]]
    expect_value(numbers, subject=str(service), field="node ports").equals([port, port])


@requirement("NP-004")
@any_stack
def test_protocols_of_one_port_are_given_one_node_port(cluster: Cluster, policy: str) -> None:
    """TCP and UDP of one port are given the same node port where none is named."""
    service = cluster.create("services/node-port.yaml", {"spec.ipFamilyPolicy": policy, "spec.ports": dns_ports()})

    numbers = [entry["nodePort"] for entry in service["spec.ports"]]
    expect_value(numbers, subject=str(service), field="node ports").satisfies(
        lambda found: len(found) == 2 and len(set(found)) == 1, "one number twice"
    )
