"""Probes of a kubelet reach what listens on the first address of a Pod."""

from dualstack.testing import Bound, Cluster, Resource, Testbed, requirement

READY = Bound("servers on the first address are found ready", 60)


def readiness(cluster: Cluster, pod: Resource) -> dict[str, bool]:
    """Each container, and whether its probe succeeds."""
    return {entry["name"]: entry["ready"] for entry in cluster.get(pod)["status.containerStatuses"] or ()}


@requirement("POD-020")
def test_probes_reach_the_first_address(cluster: Cluster, testbed: Testbed) -> None:
    """Probes by HTTP, TCP and gRPC succeed where a server listens on the first address of its Pod only."""
    images = {f"spec.containers[{index}].image": testbed.image for index in range(3)}

    pod = cluster.create("pods/probed.yaml", images)

    cluster.waiting.eventually(
        lambda: readiness(cluster, pod),
        until=lambda ready: ready == dict.fromkeys(("http", "tcp", "grpc"), True),
        bound=READY,
        subject=str(pod),
        expected="every container ready",
    )
