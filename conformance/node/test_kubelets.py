"""The way from the API server to the kubelets."""

from dualstack.testing import BedPod, Cluster, Testbed, expect_value, requirement


def log_of(cluster: Cluster, pod: BedPod) -> str:
    """What became of asking for the log of a Pod, which only the kubelet of its node has."""
    answer = cluster.api.get(f"{pod.path}/log", query={"tailLines": "1"})
    return "served" if answer.accepted else f"{answer.line}: {answer.message}"


@requirement("NODE-010")
def test_every_kubelet_is_reached(cluster: Cluster, testbed: Testbed) -> None:
    """The API server gets the log of a Pod from the kubelet of each node."""
    logs = {pod.node: log_of(cluster, pod) for pod in testbed.pods}

    expect_value(logs, subject=f"kubelets of {testbed.sample}", field="log of a Pod").equals(
        dict.fromkeys(logs, "served")
    )
