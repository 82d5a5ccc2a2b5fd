"""What a policy closes: every address of a Pod, in both directions, from its birth until the policy goes."""

from functools import partial

from dualstack.testing import (
    ABSENT,
    UDP,
    UNANSWERED,
    Bound,
    Cluster,
    Fence,
    Question,
    Resource,
    Testbed,
    at_once,
    at_pods,
    expect_value,
    requirement,
    routes,
    same_address,
    slices_of,
)

READY = Bound("a Pod under a policy", 120)


def policy(cluster: Cluster, fence: Fence, name: str) -> Resource:
    """A policy about the Pods behind the fence."""
    return cluster.create(f"networkpolicies/{name}.yaml", {"metadata.namespace": fence.namespace})


@requirement("NETPOL-001")
def test_nobody_gets_in(cluster: Cluster, testbed: Testbed) -> None:
    """Under a policy without ingress rules no address of a Pod lets anybody in, over TCP or UDP."""
    fence = testbed.fence(cluster)

    policy(cluster, fence, "deny-ingress")

    fence.must_part([], routes(testbed.pods, fence.doors))


def dns_addresses(cluster: Cluster, testbed: Testbed) -> list[str]:
    """The addresses of a Pod that is a DNS server of the cluster, as far as it can be told."""
    servers = testbed.name_servers(testbed.pods[0])
    services = [
        service
        for service in cluster.list("services", all_namespaces=True)
        if any(
            own != "None" and same_address(own, server)
            for own in service["spec.clusterIPs"] or ()
            for server in servers
        )
    ]
    pods = [
        cluster.get(f"/api/v1/namespaces/{service.namespace}/pods/{endpoint.target}")
        for service in services
        for endpoint in slices_of(cluster, service).endpoints()
        if endpoint.target and any(port["port"] == 53 for port in endpoint.slice["ports"] or ())
    ]
    found = [pod for pod in pods if not pod["spec.hostNetwork"]]
    return [str(entry["ip"]) for pod in found[:1] for entry in pod["status.podIPs"]]


@requirement("NETPOL-002")
def test_nothing_gets_out(cluster: Cluster, testbed: Testbed) -> None:
    """Under a policy without egress rules a Pod reaches no address of other Pods, DNS servers among them."""
    fence = testbed.fence(cluster)
    ways = routes([fence.other], [*at_pods(testbed.pods), *at_pods(testbed.pods, UDP)])
    question = Question(f"kubernetes.default.svc.{testbed.zone(testbed.pods[0])}", "A")
    servers = dns_addresses(cluster, testbed)
    fence.needs(ways)

    policy(cluster, fence, "deny-egress")

    fence.must_part([], ways)
    unanswered = {question: UNANSWERED}
    at_once([partial(testbed.must_resolve, [fence.other], unanswered, server=server) for server in servers])


@requirement("NETPOL-002")
def test_nothing_gets_to_nodes(cluster: Cluster, testbed: Testbed) -> None:
    """Under a policy without egress rules a Pod reaches no address of another node."""
    fence = testbed.fence(cluster)
    ways = routes([fence.other], at_pods(pod for pod in testbed.host_pods if pod.node != fence.other.node))
    fence.needs(ways)

    policy(cluster, fence, "deny-egress")

    fence.must_part([], ways)


def readiness(pod: Resource) -> dict[str, str]:
    """Whether a Pod is ready, and since when."""
    found = [entry for entry in pod["status.conditions"] or () if entry["type"] == "Ready"]
    return {name: found[0].get(name, "") for name in ("status", "lastTransitionTime")} if found else {}


@requirement("NETPOL-013")
def test_kubelets_get_in(cluster: Cluster, testbed: Testbed) -> None:
    """Under a policy without ingress rules a ready Pod stays ready, and a new one becomes ready."""
    fence = testbed.fence(cluster)
    before = readiness(cluster.get(fence.server.path))

    policy(cluster, fence, "deny-ingress")
    fence.must_part([], routes([fence.outsider], fence.doors))

    place = {"metadata.namespace": fence.namespace, "spec.containers[0].image": testbed.image}
    later = cluster.create("pods/netexec.yaml", place)
    cluster.waiting.eventually(
        lambda: readiness(cluster.get(later)).get("status"),
        until=lambda status: status == "True",
        bound=READY,
        subject=str(later),
        expected="ready",
    )
    expect_value(readiness(cluster.get(fence.server.path)), subject=str(fence.server), field="Ready").equals(before)


@requirement("NETPOL-016")
def test_everybody_gets_in_again(cluster: Cluster, testbed: Testbed) -> None:
    """When the last policy is gone every address of the Pod is open again, over TCP and UDP."""
    fence = testbed.fence(cluster)
    ways = routes([fence.outsider], fence.doors)
    closing = policy(cluster, fence, "deny-ingress")
    fence.must_part([], ways)

    cluster.delete(closing)

    fence.must_part(ways, [])


@requirement("NETPOL-017")
def test_a_new_pod_is_closed_from_the_start(cluster: Cluster, testbed: Testbed) -> None:
    """A Pod that is made while a policy exists answers nobody who is not admitted, from its first moment on."""
    fence = testbed.fence(cluster)
    policy(cluster, fence, "allow-ingress")
    fence.must_part(routes([fence.allowed], fence.doors), routes([fence.other], fence.doors))

    made = cluster.create(
        "pods/netexec.yaml",
        {
            "metadata.namespace": fence.namespace,
            "metadata.labels": {"app": "server"},
            "spec.nodeName": fence.server.node,
            "spec.containers[0].image": testbed.image,
            "spec.containers[0].readinessProbe": ABSENT,
        },
    )
    newcomer = fence.must_be_closed_from_birth(made, fence.other)

    fence.must_part(routes([fence.allowed], at_pods([newcomer])), [])
