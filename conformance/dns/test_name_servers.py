"""The servers that Pods are told to ask."""

import pytest

from dualstack.testing import (
    Cluster,
    Question,
    Resource,
    Testbed,
    expect_value,
    found,
    is_address,
    requirement,
    same_address,
    type_of,
)


def dns_service(cluster: Cluster, testbed: Testbed) -> Resource:
    """The Service that Pods are told to ask; where they are told of something else, the test does not apply."""
    servers = testbed.name_servers(testbed.pods[0])
    for service in cluster.list("services", all_namespaces=True):
        if any(same_address(own, server) for own in _addresses(service) for server in servers):
            return service
    pytest.skip(f"the name servers of Pods are not Services: {servers}")


def _addresses(service: Resource) -> list[str]:
    return [address for address in service["spec.clusterIPs"] or () if address != "None"]


@requirement("DNS-011")
@pytest.mark.parametrize("transport", ["UDP", "TCP"])
def test_the_dns_service_answers_at_each_address(cluster: Cluster, testbed: Testbed, transport: str) -> None:
    """Each address of the DNS Service answers Pods and nodes over UDP and TCP."""
    kubernetes = cluster.get("/api/v1/namespaces/default/services/kubernetes")
    address, zone = kubernetes["spec.clusterIP"], testbed.zone(testbed.pods[0])
    question = Question(f"kubernetes.default.svc.{zone}", type_of(address))

    for server in _addresses(dns_service(cluster, testbed)):
        testbed.must_resolve(
            [*testbed.pods, *testbed.host_pods],
            {question: found(question.type, address)},
            server=server,
            tcp=transport == "TCP",
        )


@requirement("DNS-012")
def test_every_name_server_answers(cluster: Cluster, testbed: Testbed) -> None:
    """Every ``nameserver`` of a resolver file is an address, and answers."""
    kubernetes = cluster.get("/api/v1/namespaces/default/services/kubernetes")
    address, zone = kubernetes["spec.clusterIP"], testbed.zone(testbed.pods[0])
    question = Question(f"kubernetes.default.svc.{zone}", type_of(address))
    servers = {pod: testbed.name_servers(pod) for pod in testbed.pods}

    expect_value(
        [server for told in servers.values() for server in told], subject="resolv.conf", field="nameserver"
    ).satisfies(lambda told: told and all(map(is_address, told)), "addresses, at least one")

    for pod, told in servers.items():
        for server in told:
            testbed.must_resolve([pod], {question: found(question.type, address)}, server=server)
