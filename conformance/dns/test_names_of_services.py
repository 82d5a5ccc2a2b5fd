"""The names of Services with addresses: both types, ports, the way back, from Pods and nodes."""

from itertools import permutations

from dualstack.testing import (
    NOTHING,
    Cluster,
    Question,
    Resource,
    Testbed,
    Told,
    addresses_under,
    expect_value,
    found,
    requirement,
    reverse_question,
    type_of,
)


def services_of_every_kind(cluster: Cluster) -> list[Resource]:
    """A Service for every choice of families that the cluster has, in every order."""
    orders = [order for count in (1, 2) for order in permutations(cluster.families, min(count, len(cluster.families)))]
    return [
        cluster.create(
            "dns/web.yaml",
            {
                "spec.ipFamilies": list(order),
                "spec.ipFamilyPolicy": "SingleStack" if len(order) == 1 else "RequireDualStack",
            },
        )
        for order in dict.fromkeys(orders)
    ]


def full_name(testbed: Testbed, service: Resource) -> str:
    """The name of a Service in the domain of the cluster."""
    return f"{service.name}.{service.namespace}.svc.{testbed.zone(testbed.pods[0])}"


def all_addresses(testbed: Testbed, services: list[Resource]) -> dict[Question, Told]:
    """What is owed for both types of the names of these Services."""
    answers: dict[Question, Told] = {}
    for service in services:
        answers |= addresses_under(full_name(testbed, service), service["spec.clusterIPs"])
    return answers


def only_served(answers: dict[Question, Told]) -> dict[Question, Told]:
    """The questions that have records."""
    return {question: told for question, told in answers.items() if told != NOTHING}


@requirement("DNS-001")
def test_both_types_are_exactly_the_cluster_ips(cluster: Cluster, testbed: Testbed) -> None:
    """A and AAAA of a Service are exactly its cluster IPs of that family, in whatever order."""
    services = services_of_every_kind(cluster)

    testbed.must_resolve(testbed.pods, only_served(all_addresses(testbed, services)))


@requirement("DNS-002")
def test_a_missing_type_is_no_missing_name(cluster: Cluster, testbed: Testbed) -> None:
    """The type of a family that a Service lacks is answered without error and without records."""
    services = [cluster.create("dns/web.yaml", {"spec.ipFamilies": [family]}) for family in cluster.families]
    owed = all_addresses(testbed, services)

    testbed.must_resolve(testbed.pods, {question: told for question, told in owed.items() if told == NOTHING})


@requirement("DNS-005")
def test_ports_are_told_with_the_name(cluster: Cluster, testbed: Testbed) -> None:
    """SRV of a named port gives the port, and a name whose addresses are the cluster IPs."""
    service = cluster.create("dns/web.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})
    name = full_name(testbed, service)
    ports = {
        Question(f"_http._tcp.{name}", "SRV"): found("SRV", f"80 {name}."),
        Question(f"_udp._udp.{name}", "SRV"): found("SRV", f"90 {name}."),
    }

    testbed.must_resolve(testbed.pods, {**ports, **only_served(addresses_under(name, service["spec.clusterIPs"]))})


@requirement("DNS-007")
def test_every_address_has_a_name(cluster: Cluster, testbed: Testbed) -> None:
    """PTR of each cluster IP is the name of its Service, in both trees."""
    services = services_of_every_kind(cluster)

    testbed.must_resolve(
        testbed.pods,
        {
            reverse_question(address): found("PTR", f"{full_name(testbed, service)}.")
            for service in services
            for address in service["spec.clusterIPs"]
        },
    )


@requirement("DNS-013")
def test_types_come_and_go_with_the_families(cluster: Cluster, testbed: Testbed) -> None:
    """After an upgrade the second type has the new address; after a downgrade it has none; the first one stays."""
    service = cluster.create("dns/web.yaml")
    name = full_name(testbed, service)
    testbed.must_resolve(testbed.pods, addresses_under(name, service["spec.clusterIPs"]))

    upgraded = cluster.patch(service, {"spec": {"ipFamilyPolicy": "RequireDualStack"}})
    testbed.must_resolve(testbed.pods, addresses_under(name, upgraded["spec.clusterIPs"]))

    downgraded = cluster.patch(service, {"spec": {"ipFamilyPolicy": "SingleStack"}})
    testbed.must_resolve(testbed.pods, addresses_under(name, downgraded["spec.clusterIPs"]))


@requirement("DNS-016")
def test_the_api_server_has_its_own_type_only(cluster: Cluster, testbed: Testbed) -> None:
    """kubernetes.default is its cluster IP, in one type, and nothing in the other."""
    service = cluster.get("/api/v1/namespaces/default/services/kubernetes")

    testbed.must_resolve(testbed.pods, addresses_under(full_name(testbed, service), service["spec.clusterIPs"]))


@requirement("DNS-017")
def test_short_names_lead_to_every_address(cluster: Cluster, testbed: Testbed) -> None:
    """The resolver of a container finds all addresses by short, partial and full names."""
    client = testbed.pods[0]
    service = cluster.create(
        "dns/web.yaml", {"metadata.namespace": client.namespace, "spec.ipFamilyPolicy": "PreferDualStack"}
    )
    full = full_name(testbed, service)
    names = [service.name, f"{service.name}.{service.namespace}", f"{service.name}.{service.namespace}.svc", full]
    testbed.must_resolve([client], only_served(addresses_under(full, service["spec.clusterIPs"])))

    expect_value(
        {name: testbed.resolved(client, name) for name in names}, subject=str(client), field="getent ahosts"
    ).equals({name: set(service["spec.clusterIPs"]) for name in names})


@requirement("DNS-018")
def test_nodes_resolve_what_pods_resolve(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod in the network of its node that asks the cluster first is told both types."""
    services = services_of_every_kind(cluster)

    testbed.must_resolve(testbed.host_pods, only_served(all_addresses(testbed, services)))


@requirement("DNS-010")
def test_an_alias_is_one_in_both_types(cluster: Cluster, testbed: Testbed) -> None:
    """An ExternalName Service is an alias in the types that its target has."""
    target = cluster.create("dns/web.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})
    name = full_name(testbed, target)
    alias = cluster.create("dns/alias.yaml", {"spec.externalName": name})

    testbed.must_resolve(
        testbed.pods,
        {
            Question(full_name(testbed, alias), kind): Told(
                "NOERROR", found(kind, address).records | found("CNAME", f"{name}.").records
            )
            for address in target["spec.clusterIPs"]
            for kind in [type_of(address)]
        },
    )


@requirement("DNS-027")
def test_both_types_at_once(cluster: Cluster, testbed: Testbed) -> None:
    """A resolver that asks for both types from one socket is answered both, every time and without delay."""
    service = cluster.create("dns/web.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})
    name, clients = full_name(testbed, service), [*testbed.pods, *testbed.host_pods]
    testbed.must_resolve(clients, only_served(addresses_under(name, service["spec.clusterIPs"])))

    testbed.must_find_at_once(clients, name, service["spec.clusterIPs"])
