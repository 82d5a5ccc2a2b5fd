"""What keeps IPv6 alive gets through any policy."""

from dualstack.testing import ABSENT, Cluster, Family, Testbed, Wanted, at_pods, of_family, requirement, routes

LENGTH = 6000
"""More than a packet holds."""
TEXT = "x" * LENGTH
ALL_OF_IT = Wanted(
    "a long text comes back whole",
    f"echo?msg={TEXT}",
    1,
    lambda route, answer: answer.strip() == TEXT,
    lambda route, answers: True,
)


@requirement("NETPOL-012")
def test_a_new_neighbour_is_found(cluster: Cluster, testbed: Testbed) -> None:
    """Between isolated Pods of a node, one of them new, what is admitted passes over IPv6, long texts too."""
    fence = testbed.fence(cluster)
    place = {"metadata.namespace": fence.namespace}
    cluster.create("networkpolicies/deny-but-one.yaml", place)
    cluster.create("networkpolicies/allow-egress.yaml", {**place, "spec.egress[0].to[0].podSelector": {}})
    fence.must_part(routes([fence.allowed], fence.doors), routes([fence.other], fence.doors))

    changes = {"spec.nodeName": fence.allowed.node, "spec.containers[0].readinessProbe": ABSENT}
    newcomer = testbed.own_pod(cluster, "pods/netexec.yaml", {**place, **changes})
    ways = routes([fence.allowed], of_family(at_pods([newcomer, fence.server]), Family.IPV6))

    fence.must_part(ways, [])
    fence.must_answer(ways, ALL_OF_IT)
