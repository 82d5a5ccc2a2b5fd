"""What the slices say of each Pod: its address of the family, its ports, its readiness."""

from typing import Any

import pytest

from dualstack.testing import (
    MIRRORING,
    Backends,
    Bound,
    Cluster,
    Family,
    Resource,
    Slices,
    Testbed,
    addresses_of,
    eventually_slices,
    expect_value,
    family_of,
    requirement,
    slices_of,
)

SELECTING = "services/selecting.yaml"
READY = {"ready": True, "serving": True, "terminating": False}
UNREADY = {"ready": False, "serving": False, "terminating": False}
ENDING = {"ready": False, "serving": True, "terminating": True}
MIRRORED = Bound("slices of Endpoints that were written by hand", 30)
ENDED = Bound("endpoints of a Pod that is gone", 60)


def over(cluster: Cluster, backends: Backends, **spec: Any) -> Resource:
    """A Service over these Pods, with both families where the cluster has them."""
    changes = {f"spec.{name}": value for name, value in spec.items()}
    return cluster.create(
        SELECTING,
        {
            "metadata.namespace": backends.namespace,
            "spec.selector": backends.selector,
            "spec.ipFamilyPolicy": "PreferDualStack",
            **changes,
        },
    )


def owed_addresses(backends: Backends, family: Family) -> dict[str, list[list[str]]]:
    """For each Pod with an address of the family: one endpoint with just that address."""
    known = {pod.name: pod.address(family) for pod in backends.pods}
    return {name: [[address]] for name, address in known.items() if address}


@requirement("EPS-003")
@pytest.mark.parametrize("policy", ["SingleStack", "PreferDualStack"])
def test_each_pod_is_there_once_with_its_address(cluster: Cluster, testbed: Testbed, policy: str) -> None:
    """Over all slices of a family each Pod has one endpoint, with its own address of that family."""
    backends = testbed.backends(cluster)
    service = over(cluster, backends, ipFamilyPolicy=policy)
    families = [Family(family) for family in service["spec.ipFamilies"]]
    owed = {str(family): owed_addresses(backends, family) for family in families}

    eventually_slices(
        cluster,
        service,
        lambda slices: {str(family): slices.addresses(family) for family in families} == owed,
        f"endpoints {owed}",
    )


def details(slices: Slices, family: Family) -> dict[str, dict[str, Any]]:
    """What the slices of a family say of each Pod beside its addresses and hints."""
    return {
        endpoint.target: {key: value for key, value in endpoint.body.items() if key not in ("addresses", "hints")}
        for endpoint in slices.endpoints(family)
    }


@requirement("EPS-004")
@pytest.mark.parametrize("ready", [True, False], ids=["ready", "not ready"])
def test_both_families_say_the_same_of_a_pod(cluster: Cluster, testbed: Testbed, ready: bool) -> None:
    """Target, node, zone, host name and conditions of a Pod agree between the families."""
    backends = testbed.backends(cluster, ready=ready)
    service = over(cluster, backends)
    conditions = READY if ready else UNREADY

    slices = eventually_slices(
        cluster,
        service,
        lambda found: all(found.conditions(pod.name) == dict.fromkeys(Family, conditions) for pod in backends.pods),
        f"{conditions} in both families",
    )

    expect_value(details(slices, Family.IPV6), subject=str(service), field="details of IPv6 endpoints").equals(
        details(slices, Family.IPV4)
    )


@requirement("EPS-005")
def test_both_families_have_the_same_ports(cluster: Cluster, testbed: Testbed) -> None:
    """Each Pod has the same ports in the slices of both families, by name, number, protocol and application."""
    backends = testbed.backends(cluster)
    service = over(cluster, backends)
    owed = {pod.name: [("http", "TCP", 8080, None), ("udp", "UDP", 8081, None)] for pod in backends.pods}
    eventually_slices(cluster, service, lambda found: found.ports(cluster.primary) == owed, f"ports {owed}")

    cluster.patch(service, [{"op": "add", "path": "/spec/ports/0/appProtocol", "value": "http"}], type="json")

    changed = {name: [("http", "TCP", 8080, "http"), ports[1]] for name, ports in owed.items()}
    eventually_slices(
        cluster,
        service,
        lambda found: [found.ports(family) for family in Family] == [changed, changed],
        f"ports {changed} in both families",
    )


@requirement("EPS-009")
@pytest.mark.parametrize("first", ["primary", "secondary"])
@pytest.mark.parametrize("policy", ["SingleStack", "PreferDualStack"])
def test_endpoints_have_the_first_family(cluster: Cluster, testbed: Testbed, policy: str, first: str) -> None:
    """The Endpoints object has just the addresses of the Service's first family."""
    if cluster.family(first) not in cluster.families:
        pytest.skip(f"the cluster has no {first} family")
    backends = testbed.backends(cluster)
    service = over(cluster, backends, ipFamilyPolicy=policy, ipFamilies=[cluster.family(first)])
    owed = sorted(filter(None, (pod.address(cluster.family(first)) for pod in backends.pods)))

    def listed() -> list[str]:
        answer = cluster.try_get(f"/api/v1/namespaces/{service.namespace}/endpoints/{service.name}")
        subsets = answer.body.get("subsets") or () if answer.accepted else ()
        return sorted(entry["ip"] for subset in subsets for entry in subset.get("addresses") or ())

    cluster.waiting.eventually(
        listed,
        until=lambda found: found == owed,
        bound=Bound("Endpoints of a new Service", 30),
        subject=f"Endpoints of {service}",
        expected=str(owed),
    )


@requirement("EPS-012")
def test_readiness_is_told_in_every_family(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod that becomes ready does so in the slices of every family, and back again."""
    backends = testbed.backends(cluster, ready=False, count=1)
    pod = backends.pods[0]
    service = over(cluster, backends)

    def shows(conditions: dict[str, bool]) -> object:
        owed = dict.fromkeys(map(str, service["spec.ipFamilies"]), conditions)
        return lambda slices: slices.conditions(pod.name) == owed

    eventually_slices(cluster, service, shows(UNREADY), f"{UNREADY} in every family")
    backends.set_ready(True, pod)
    eventually_slices(cluster, service, shows(READY), f"{READY} in every family")
    backends.set_ready(False, pod)
    eventually_slices(cluster, service, shows(UNREADY), f"{UNREADY} in every family again")


@requirement("EPS-014")
@pytest.mark.long
def test_an_ending_pod_is_shown_as_such(cluster: Cluster, testbed: Testbed) -> None:
    """While a Pod ends, every family shows it as not ready, serving and terminating; then it is gone from all."""
    service = cluster.create(SELECTING, {"spec.ipFamilyPolicy": "PreferDualStack"})
    pod = testbed.own_pod(
        cluster,
        "pods/netexec.yaml",
        {
            "metadata.labels": {"app": "selecting"},
            "spec.terminationGracePeriodSeconds": 20,
            "spec.containers[0].lifecycle": {"preStop": {"exec": {"command": ["sleep", "8"]}}},
        },
    )
    families = list(map(str, service["spec.ipFamilies"]))
    eventually_slices(
        cluster, service, lambda found: found.conditions(pod.name) == dict.fromkeys(families, READY), "ready"
    )

    cluster.delete(pod.path)

    eventually_slices(
        cluster,
        service,
        lambda found: found.conditions(pod.name) == dict.fromkeys(families, ENDING),
        f"{ENDING} in every family",
        bound=Bound("conditions of a Pod that ends", 6),
    )
    testbed.let_end(pod)
    eventually_slices(cluster, service, lambda found: not found.conditions(pod.name), "no endpoint", bound=ENDED)


@requirement("EPS-017")
def test_pods_of_the_node_have_the_addresses_of_the_node(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod in the network of its node is in the slices of each family with the node's first address of it."""
    pods = testbed.host_pods
    service = cluster.create(
        SELECTING,
        {
            "metadata.namespace": pods[0].namespace,
            "spec.selector": {"dualstack-conformance/role": "host"},
            "spec.ipFamilyPolicy": "PreferDualStack",
        },
    )
    families = [Family(family) for family in service["spec.ipFamilies"]]
    nodes = {pod.name: addresses_of(cluster.get(f"/api/v1/nodes/{pod.node}")) for pod in pods}
    owed = {
        str(family): {
            name: [[next(address for address in addresses if family_of(address) is family)]]
            for name, addresses in nodes.items()
            if family in map(family_of, addresses)
        }
        for family in families
    }

    eventually_slices(
        cluster,
        service,
        lambda found: {str(family): found.addresses(family) for family in families} == owed,
        f"endpoints {owed}",
    )


OWN = {Family.IPV4: "192.0.2.77", Family.IPV6: "2001:db8::77"}


@requirement("EPS-018")
def test_a_pod_without_the_family_is_left_out_alone(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod with one address is in the slices of that family only, and the others stay complete."""
    backends = testbed.backends(cluster, count=1)
    service = over(cluster, backends, publishNotReadyAddresses=True)
    lone = cluster.create(
        "pods/netexec.yaml",
        {
            "metadata.namespace": backends.namespace,
            "metadata.labels": backends.selector,
            "spec.schedulingGates": [{"name": "dualstack-conformance/never"}],
            "spec.containers[0].image": testbed.image,
            "spec.containers[0].ports": [
                {"name": "http", "containerPort": 8080},
                {"name": "udp", "containerPort": 8081, "protocol": "UDP"},
            ],
        },
    )
    address = OWN[cluster.primary]
    cluster.patch(
        lone, {"status": {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}]}}, subresource="status"
    )
    families = [Family(family) for family in service["spec.ipFamilies"]]
    owed = {str(family): owed_addresses(backends, family) for family in families}
    owed[str(cluster.primary)][lone.name] = [[address]]

    eventually_slices(
        cluster,
        service,
        lambda found: {str(family): found.addresses(family) for family in families} == owed,
        f"endpoints {owed}",
    )


@requirement("EPS-019")
def test_endpoints_by_hand_are_mirrored_by_family(cluster: Cluster, testbed: Testbed) -> None:
    """Endpoints with addresses of both families become a slice of each, whatever families the Service has."""
    service = cluster.create("services/without-selector.yaml", {"spec.ipFamilyPolicy": "SingleStack"})
    cluster.create("endpointslices/manual-endpoints.yaml", {"metadata.name": service.name})

    def mirrored() -> dict[str, list[list[str]]]:
        slices = slices_of(cluster, service, MIRRORING)
        return {str(family): [entry.addresses for entry in slices.endpoints(family)] for family in Family}

    cluster.waiting.eventually(
        mirrored,
        until=lambda found: found == {"IPv4": [["192.0.2.10"]], "IPv6": [["2001:db8::10"]]},
        bound=MIRRORED,
        subject=f"mirrored slices of {service}",
        expected="one address of each family",
    )


@requirement("HL-013")
def test_a_headless_service_needs_no_ports(cluster: Cluster, testbed: Testbed) -> None:
    """A headless Service without ports is accepted, and its slices have the Pods and no port."""
    backends = testbed.backends(cluster)
    service = cluster.create(
        "services/headless.yaml",
        {
            "metadata.namespace": backends.namespace,
            "spec.selector": backends.selector,
            "spec.ipFamilyPolicy": "PreferDualStack",
            "spec.ports": [],
        },
    )
    families = [Family(family) for family in service["spec.ipFamilies"]]
    owed = {str(family): owed_addresses(backends, family) for family in families}

    slices = eventually_slices(
        cluster,
        service,
        lambda found: {str(family): found.addresses(family) for family in families} == owed,
        f"endpoints {owed}",
    )
    ports = [port for piece in slices.pieces for port in piece["ports"] or ()]
    expect_value(ports, subject=str(service), field="ports of its slices").equals([])
