"""The names of headless Services: their ready endpoints in each family, by address and by port."""

from ipaddress import ip_address

from dualstack.testing import (
    Backends,
    BedPod,
    Bound,
    Cluster,
    Family,
    Question,
    Resource,
    Testbed,
    addresses_under,
    expect_value,
    family_of,
    requirement,
)

UP = Bound("Pods of a StatefulSet", 90)


def over(cluster: Cluster, backends: Backends, **spec: object) -> Resource:
    """A headless Service over these Pods."""
    changes = {f"spec.{name}": value for name, value in spec.items()}
    placed = {"metadata.namespace": backends.namespace, "spec.selector": backends.selector}
    return cluster.create("dns/endpoints.yaml", {**placed, **changes})


def full_name(testbed: Testbed, service: Resource) -> str:
    """The name of a Service in the domain of the cluster."""
    return f"{service.name}.{service.namespace}.svc.{testbed.zone(testbed.pods[0])}"


def addresses(service: Resource, *pods: BedPod) -> list[str]:
    """The addresses of these Pods that are of the Service's families."""
    found = [pod.address(Family(family)) for family in service["spec.ipFamilies"] for pod in pods]
    return [address for address in found if address]


def running(cluster: Cluster, app: str, count: int) -> dict[str, list[str]]:
    """The addresses of the Pods of a workload, once all of them are ready."""

    def look() -> dict[str, list[str]]:
        pods = [pod for pod in cluster.list("pods", query={"labelSelector": f"app={app}"}) if is_ready(pod)]
        return {pod.name: [entry["ip"] for entry in pod["status.podIPs"]] for pod in pods}

    return cluster.waiting.eventually(
        look, until=lambda found: len(found) == count, bound=UP, subject=app, expected=f"{count} ready Pods"
    )


def is_ready(pod: Resource) -> bool:
    """Whether the condition Ready holds."""
    return any(entry["type"] == "Ready" and entry["status"] == "True" for entry in pod["status.conditions"] or ())


def of_families(service: Resource, held: list[str]) -> list[str]:
    """The addresses that are of the Service's families."""
    return [address for address in held if family_of(address) in service["spec.ipFamilies"]]


@requirement("DNS-003")
def test_the_name_is_the_ready_endpoints(cluster: Cluster, testbed: Testbed) -> None:
    """Both types are exactly the addresses of ready Pods in the families of the Service, and no others."""
    backends = testbed.backends(cluster)
    both = over(cluster, backends)
    single = [over(cluster, backends, ipFamilyPolicy="SingleStack", ipFamilies=[f]) for f in cluster.families]

    wanted = [addresses_under(full_name(testbed, made), addresses(made, *backends.pods)) for made in [both, *single]]

    testbed.must_resolve(testbed.pods, {question: told for part in wanted for question, told in part.items()})


@requirement("DNS-004")
def test_pods_of_a_stateful_set_have_names(cluster: Cluster, testbed: Testbed) -> None:
    """Each Pod of a StatefulSet has a name below its Service, for the addresses of just that Pod."""
    name = cluster.pool.name("named")
    selector = {"app": name}
    service = cluster.create("dns/endpoints.yaml", {"metadata.name": name, "spec.selector": selector})
    cluster.create(
        "workloads/named.yaml",
        {
            "metadata.name": name,
            "spec.serviceName": name,
            "spec.selector.matchLabels": selector,
            "spec.template.metadata.labels": selector,
            "spec.template.spec.containers[0].image": testbed.image,
        },
    )
    owners = running(cluster, name, count=2)

    own = [
        addresses_under(f"{pod}.{full_name(testbed, service)}", of_families(service, held))
        for pod, held in owners.items()
    ]

    testbed.must_resolve(testbed.pods[:1], {question: told for part in own for question, told in part.items()})


@requirement("DNS-006")
def test_ports_of_every_endpoint_are_told(cluster: Cluster, testbed: Testbed) -> None:
    """The SRV records of a headless Service lead to every ready address, with the port of the Pods."""
    backends = testbed.backends(cluster)
    service = over(cluster, backends)
    name, owed = full_name(testbed, service), addresses(service, *backends.pods)
    testbed.must_resolve(testbed.pods[:1], addresses_under(name, owed))

    question = Question(f"_http._tcp.{name}", "SRV")
    records = testbed.look_up(testbed.pods[0], [question])[question].records
    ports = {data.split()[0] for _, data in records}
    targets = {data.split()[1].rstrip(".") for _, data in records}
    told = testbed.look_up(testbed.pods[0], [Question(target, kind) for target in targets for kind in ("A", "AAAA")])

    expect_value(ports, subject=str(question), field="ports").equals({str(backends.pods[0].http_port)})
    expect_value(
        {data for answer in told.values() for _, data in answer.records}, subject=str(question), field="addresses"
    ).equals({str(ip_address(address)) for address in owed})


@requirement("DNS-015")
def test_unready_pods_have_no_record(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod that is not ready any more leaves both types, and comes back when it is."""
    backends = testbed.backends(cluster)
    service = over(cluster, backends)
    name, (first, second) = full_name(testbed, service), backends.pods
    testbed.must_resolve(testbed.pods, addresses_under(name, addresses(service, first, second)))

    backends.set_ready(False, second)
    testbed.must_resolve(testbed.pods, addresses_under(name, addresses(service, first)))

    backends.set_ready(True, second)
    testbed.must_resolve(testbed.pods, addresses_under(name, addresses(service, first, second)))


@requirement("DNS-020")
def test_slices_by_hand_have_records(cluster: Cluster, testbed: Testbed) -> None:
    """A headless Service that selects nothing is the endpoints of the slices that a user keeps for it."""
    service = cluster.create("services/headless-without-selector.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})
    by_family = {family: {"IPv4": "192.0.2.7", "IPv6": "2001:db8::7"}[family] for family in cluster.families}
    for family, address in by_family.items():
        cluster.create(
            "endpointslices/manual-slice.yaml",
            {
                "metadata.labels": {
                    "kubernetes.io/service-name": service.name,
                    "endpointslice.kubernetes.io/managed-by": "conformance.test",
                },
                "addressType": family,
                "endpoints[0].addresses": [address],
            },
        )

    testbed.must_resolve(testbed.pods, addresses_under(full_name(testbed, service), list(by_family.values())))
