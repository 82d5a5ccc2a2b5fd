"""What an ordinary client in a Pod reaches: the API server by address, Pods and Services by name, in each family."""

from collections.abc import Callable, Sequence
from functools import partial

from dualstack.testing import (
    HTTP,
    PROGRAMMED,
    BedPod,
    Cluster,
    Family,
    Resource,
    Testbed,
    addresses_under,
    at_once,
    expect_value,
    requirement,
    same_address,
)

Question = tuple[BedPod, str, Callable[[str], bool]]
"""Who asks, what curl is told, and whether what it prints is right."""
OPTIONS = {Family.IPV4: "-4", Family.IPV6: "-6"}
REACHED = ("200", "401", "403")
"""Codes of an API server that was asked by nobody in particular."""


def curl(testbed: Testbed, pod: BedPod, words: str) -> str:
    """What curl prints in a Pod; nothing where no answer comes."""
    return testbed.shell(pod, f"curl -sg -m 10 {words}; true").strip()


def must_print(cluster: Cluster, testbed: Testbed, asked: Sequence[Question], subject: str, expected: str) -> None:
    """Within the bound every question is answered rightly."""

    def wrong() -> dict[str, str]:
        told = at_once([partial(curl, testbed, pod, words) for pod, words, _ in asked])
        return {
            f"{pod}: curl {words}": said
            for (pod, words, is_right), said in zip(asked, told, strict=True)
            if not is_right(said)
        }

    cluster.waiting.eventually(wrong, lambda rest: not rest, bound=PROGRAMMED, subject=subject, expected=expected)


def authority(host: str, port: int) -> str:
    """Address and port as a URL has them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@requirement("EGR-002")
def test_pods_reach_the_addresses_of_the_api_server(cluster: Cluster, testbed: Testbed) -> None:
    """At every address that the slices of default/kubernetes have, the API server answers Pods on all nodes."""
    path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
    slices = cluster.api.items(path, query={"labelSelector": "kubernetes.io/service-name=kubernetes"})
    servers = [
        authority(address, port["port"])
        for piece in slices
        for port in piece["ports"]
        for endpoint in piece["endpoints"]
        for address in endpoint["addresses"]
    ]
    expect_value(servers, subject="default/kubernetes", field="endpoints").satisfies(bool, "at least one")

    must_print(
        cluster,
        testbed,
        [
            (pod, f"-k -o /dev/null -w '%{{http_code}}' https://{server}/livez", lambda said: said in REACHED)
            for server in servers
            for pod in testbed.pods
        ],
        subject=f"API server at {', '.join(servers)}",
        expected=f"one of {', '.join(REACHED)}",
    )


def is_from(client: BedPod, family: Family, said: str) -> bool:
    """Whether what a server says of its client's address is the client's own."""
    host = said.rpartition(":")[0].strip("[]")
    return bool(host) and same_address(host, str(client.address(family)))


def families_of(service: Resource, pods: Sequence[BedPod]) -> list[Family]:
    """The families of a Service that all of these Pods have."""
    families = [Family(name) for name in service["spec.ipFamilies"]]
    return [family for family in families if all(pod.address(family) for pod in pods)]


@requirement("EGR-005")
def test_pods_see_each_other_behind_headless_names(cluster: Cluster, testbed: Testbed) -> None:
    """Asked by a headless name, a Pod sees the own address of clients on its node and on others, in each family."""
    server, *others = testbed.pods
    clients = [*others, *[pod for pod in testbed.neighbours if pod.node == server.node]]
    service = cluster.create(
        "services/headless.yaml",
        {
            "metadata.namespace": server.namespace,
            "spec.ipFamilyPolicy": "PreferDualStack",
            "spec.selector": {"dualstack-conformance/role-name": server.name},
        },
    )
    name = f"{service.name}.{service.namespace}.svc.{testbed.zone(server)}"
    families = families_of(service, [server, *clients])
    testbed.must_resolve(clients, addresses_under(name, [str(server.address(family)) for family in families]))

    must_print(
        cluster,
        testbed,
        [
            (
                pod,
                f"{OPTIONS[family]} http://{name}:{server.port(HTTP)}/clientip",
                partial(is_from, pod, family),
            )
            for family in families
            for pod in clients
        ],
        subject=str(service),
        expected="the server sees the client's own address",
    )


@requirement("EGR-009")
def test_services_of_other_namespaces_by_name(cluster: Cluster, testbed: Testbed) -> None:
    """A Service of another namespace answers Pods by its full name in each of its families."""
    service, servers = testbed.service("on-hosts"), testbed.host_pods
    url = f"http://{service.name}.{service.namespace}.svc.{testbed.zone(testbed.pods[0])}/hostname"
    names = {pod.identity for pod in servers}

    must_print(
        cluster,
        testbed,
        [
            (pod, f"{OPTIONS[family]} {url}", lambda said: said in names)
            for family in families_of(service, [*servers, *testbed.pods])
            for pod in testbed.pods
        ],
        subject=str(service),
        expected=f"one of {', '.join(sorted(names))}",
    )
