"""The API server's own Service: its range, its family and its endpoints."""

from ipaddress import ip_network
from typing import Any

from dualstack.testing import Cluster, Family, Resource, expect, expect_value, family_of, requirement

KUBERNETES = "/api/v1/namespaces/default/services/kubernetes"
SERVICE_CIDR = "/apis/networking.k8s.io/v1/servicecidrs/kubernetes"
SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"


def families_of(literals: Any) -> list[Family]:
    """The families of these addresses or CIDRs."""
    return [family_of(literal) for literal in literals]


def slices_of_kubernetes(cluster: Cluster) -> list[Resource]:
    """Every slice labelled for default/kubernetes."""
    query = {"labelSelector": "kubernetes.io/service-name=kubernetes"}
    answer = cluster.api.get(SLICES, query=query)
    return [Resource(body, answer, SLICES) for body in answer.body["items"]]


def ready_addresses(slices: list[Resource]) -> list[str]:
    """The addresses of endpoints that are ready, over all slices; no word on readiness counts as ready."""
    endpoints = [endpoint for each in slices for endpoint in each["endpoints"] or ()]
    ready = [endpoint for endpoint in endpoints if endpoint.get("conditions", {}).get("ready", True)]
    return [address for endpoint in ready for address in endpoint["addresses"]]


@requirement("CLU-001")
def test_service_cidr_begins_with_the_primary_family(dry_cluster: Cluster) -> None:
    """ServiceCIDR kubernetes has one CIDR a family, the first with the address of default/kubernetes in it."""
    kubernetes = dry_cluster.get(KUBERNETES)
    primary = family_of(kubernetes["spec.clusterIP"])

    cidr = dry_cluster.get(SERVICE_CIDR)

    expect(cidr, "spec.cidrs").satisfies(
        lambda cidrs: families_of(cidrs) in ([primary], [primary, primary.other]),
        f"one CIDR of {primary}, or a second one of {primary.other}",
    )
    expect(kubernetes, "spec.clusterIP").is_within([ip_network(cidr["spec.cidrs[0]"])])


@requirement("CLU-002")
def test_kubernetes_is_single_stack_in_the_primary_family(dry_cluster: Cluster) -> None:
    """Service default/kubernetes has one address, of the primary family, and no selector."""
    kubernetes = dry_cluster.get(KUBERNETES)

    expect(kubernetes, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(kubernetes, "spec.ipFamilies").equals([dry_cluster.primary])
    expect(kubernetes, "spec.clusterIPs").has_families([dry_cluster.primary])
    expect(kubernetes, "spec.clusterIP").equals(kubernetes["spec.clusterIPs[0]"])
    expect(kubernetes, "spec.selector").is_absent()


@requirement("CLU-003")
def test_kubernetes_has_endpoints_of_its_family_only(dry_cluster: Cluster) -> None:
    """Every slice of default/kubernetes is of its family, serves https, and a ready address is among them."""
    kubernetes = dry_cluster.get(KUBERNETES)
    family = kubernetes["spec.ipFamilies[0]"]

    slices = slices_of_kubernetes(dry_cluster)
    ready = ready_addresses(slices)
    types = {each["addressType"] for each in slices}
    ports = {port["name"] for each in slices for port in each["ports"] or ()}

    expect_value(types, subject=str(kubernetes), field="addressType of its slices").equals({family})
    expect_value(ports, subject=str(kubernetes), field="ports of its slices").equals({"https"})
    expect_value(ready, subject=str(kubernetes), field="ready addresses").satisfies(
        lambda addresses: set(families_of(addresses)) == {Family(family)}, f"at least one, all of {family}"
    )
