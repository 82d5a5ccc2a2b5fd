"""What a container finds of its own addresses, and is told of Services."""

import pytest

from dualstack.testing import BedPod, Bound, Cluster, Resource, Testbed, expect_value, requirement

LINKED = Bound("variables of a Service in a new Pod", 60)
"""A kubelet works from a cache: a Pod made right after its Service may miss it."""


def told(testbed: Testbed, pods: list[BedPod], *names: str) -> dict[str, list[str | None]]:
    """These variables of each Pod, as its container has them."""
    return {str(pod): [testbed.environment(pod).get(name) for name in names] for pod in pods}


@requirement("POD-009")
def test_pod_addresses_in_the_environment(cluster: Cluster, testbed: Testbed) -> None:
    """The downward API tells a container the first address, and all of them joined by commas in their order."""
    pods = list(testbed.pods)

    expect_value(told(testbed, pods, "POD_IP", "POD_IPS"), subject=testbed.sample, field="POD_IP, POD_IPS").equals(
        {str(pod): [pod.addresses[0], ",".join(pod.addresses)] for pod in pods}
    )


@requirement("POD-010")
def test_host_addresses_in_the_environment(cluster: Cluster, testbed: Testbed) -> None:
    """The same of the addresses of the host."""
    pods = list(testbed.pods)

    expect_value(told(testbed, pods, "HOST_IP", "HOST_IPS"), subject=testbed.sample, field="HOST_IP, HOST_IPS").equals(
        {str(pod): [pod.status["hostIP"], ",".join(pod.host_addresses)] for pod in pods}
    )


@requirement("POD-011")
def test_in_the_network_of_the_node_both_are_the_same(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod in the network of its node is told the same addresses for itself and for its host."""
    pods = list(testbed.host_pods)
    own = told(testbed, pods, "POD_IP", "POD_IPS")

    expect_value(own, subject=testbed.sample, field="POD_IP, POD_IPS").equals(
        told(testbed, pods, "HOST_IP", "HOST_IPS")
    )


def names_by_address(text: str) -> dict[str, list[str]]:
    """The names that a hosts file gives each address."""
    lines = [line.split("#")[0].split() for line in text.splitlines()]
    found: dict[str, list[str]] = {}
    for address, *names in filter(None, lines):
        found.setdefault(address, []).extend(names)
    return found


@requirement("POD-013")
def test_hosts_file_has_every_address(cluster: Cluster, testbed: Testbed) -> None:
    """``/etc/hosts`` has each address of the Pod under its name, and localhost in both families."""
    pods = list(testbed.pods)
    files = {str(pod): names_by_address(testbed.shell(pod, "cat /etc/hosts")) for pod in pods}
    lacking = {
        str(pod): [
            f"{address} {name}"
            for address, name in [
                *((address, pod.name) for address in pod.addresses),
                ("127.0.0.1", "localhost"),
                ("::1", "localhost"),
            ]
            if name not in files[str(pod)].get(address, [])
        ]
        for pod in pods
    }

    expect_value(lacking, subject=testbed.sample, field="entries missing in /etc/hosts").equals(
        {key: [] for key in lacking}
    )


def usable_addresses(listing: str) -> list[str]:
    """The addresses of interfaces, as ``ip -o addr`` lists them, that anybody may use at once."""
    lines = [line.split() for line in listing.splitlines()]
    found = [words for words in lines if len(words) > 3 and words[2] in ("inet", "inet6") and "global" in words]
    return [words[3].partition("/")[0] for words in found if not {"tentative", "dadfailed"} & {*words}]


@requirement("POD-014")
def test_addresses_are_there_from_the_start(cluster: Cluster, testbed: Testbed) -> None:
    """When its first container starts, every address of a Pod is on an interface, global and ready for use."""
    pod = testbed.own_pod(cluster, "pods/first-look.yaml")

    at_first = testbed.shell(pod, "cat /notes/first")

    expect_value(sorted(usable_addresses(at_first)), subject=str(pod), field="usable addresses").equals(
        sorted(pod.addresses)
    )


def new_pod(cluster: Cluster, testbed: Testbed) -> BedPod:
    """A Pod made now, up."""
    return testbed.own_pod(cluster, "pods/netexec.yaml")


def variables_of(testbed: Testbed, pod: BedPod, prefix: str) -> dict[str, str]:
    """The variables of a Pod that tell of one Service."""
    return {name: value for name, value in testbed.environment(pod).items() if name.startswith(prefix)}


def expected_variables(service: Resource) -> dict[str, str]:
    """The variables that tell of a Service with the port http 80/TCP."""
    address = str(service["spec.clusterIP"])
    name = service.name.upper().replace("-", "_")
    url = f"tcp://{f'[{address}]' if ':' in address else address}:80"
    return {
        f"{name}_SERVICE_HOST": address,
        f"{name}_SERVICE_PORT": "80",
        f"{name}_SERVICE_PORT_HTTP": "80",
        f"{name}_PORT": url,
        f"{name}_PORT_80_TCP": url,
        f"{name}_PORT_80_TCP_PROTO": "tcp",
        f"{name}_PORT_80_TCP_PORT": "80",
        f"{name}_PORT_80_TCP_ADDR": address,
    }


@requirement("POD-024")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_services_in_the_environment(cluster: Cluster, testbed: Testbed, role: str) -> None:
    """A container is told the first address of a Service, in brackets where a URL holds an IPv6 one."""
    if cluster.family(role) not in cluster.families:
        pytest.skip(f"the cluster has no {role} family")
    families = [cluster.family(role), *(family for family in cluster.families if family != cluster.family(role))]
    service = cluster.create(
        "services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack", "spec.ipFamilies": families}
    )
    owed = expected_variables(service)

    cluster.waiting.eventually(
        lambda: variables_of(testbed, new_pod(cluster, testbed), service.name.upper().replace("-", "_")),
        until=lambda found: found == owed,
        bound=LINKED,
        subject=f"a Pod beside {service}",
        expected=str(owed),
    )
