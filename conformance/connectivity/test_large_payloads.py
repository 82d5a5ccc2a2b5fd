"""What is larger than a packet gets through in each family: bodies of requests and answers, and datagrams."""

import pytest

from dualstack.testing import (
    UDP,
    BedPod,
    Testbed,
    at_cluster_ips,
    at_pods,
    echoed,
    requirement,
    routes,
)


def elsewhere(testbed: Testbed, server: BedPod) -> list[BedPod]:
    """A Pod on another node than this one; on the same where there is no other."""
    others = [pod for pod in [*testbed.pods, *testbed.neighbours] if pod.name != server.name]
    return ([pod for pod in others if pod.node != server.node] or others)[:1]


@requirement("CONN-024")
def test_large_bodies(testbed: Testbed) -> None:
    """Large bodies of requests and answers pass between Pods and through cluster IPs as they were sent."""
    server = testbed.pods[0]
    targets = [*at_pods([server]), *at_cluster_ips(testbed.service("single"), [server])]

    testbed.must_transfer(routes(elsewhere(testbed, server), targets), server)


@requirement("CONN-025")
@pytest.mark.parametrize("size", [2000, 8000], ids=["both ways", "there"])
def test_large_datagrams(testbed: Testbed, size: int) -> None:
    """Datagrams that must be cut arrive: small ones of that kind there and back, larger ones there."""
    server = testbed.pods[0]

    testbed.must_answer(routes(elsewhere(testbed, server), at_pods([server], UDP)), echoed(size))
