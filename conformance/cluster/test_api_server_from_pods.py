"""The API server as Pods are told of it."""

from dualstack.testing import BedPod, Cluster, Testbed, expect_value, requirement

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
FORBIDDEN = "/apis/discovery.k8s.io/v1/endpointslices"
"""Nothing that the ServiceAccount of a new namespace may see."""


def asked(testbed: Testbed, pod: BedPod, path: str) -> list[str]:
    """The address that a Pod is told, and the code for a path there, asked over TLS as its ServiceAccount."""
    variables = testbed.environment(pod)
    host, port = variables["KUBERNETES_SERVICE_HOST"], variables["KUBERNETES_SERVICE_PORT"]
    url = f"https://[{host}]:{port}{path}" if ":" in host else f"https://{host}:{port}{path}"
    trust = f'--cacert {ACCOUNT}/ca.crt -H "Authorization: Bearer $(cat {ACCOUNT}/token)"'
    return [host, testbed.shell(pod, f"curl -sg -m 10 -o /dev/null -w '%{{http_code}}' {trust} {url}; true")]


@requirement("CLU-004")
def test_pods_reach_the_api_server(cluster: Cluster, testbed: Testbed) -> None:
    """At the address and port in their variables Pods reach the API server, trust it and are known to it."""
    pods = testbed.pods
    address = cluster.get("/api/v1/namespaces/default/services/kubernetes")["spec.clusterIP"]

    open_to_all = {str(pod): asked(testbed, pod, "/version") for pod in pods}
    not_for_them = {str(pod): asked(testbed, pod, FORBIDDEN) for pod in pods}

    expect_value(open_to_all, subject="/version", field="KUBERNETES_SERVICE_HOST, code").equals(
        {str(pod): [address, "200"] for pod in pods}
    )
    expect_value(not_for_them, subject=FORBIDDEN, field="KUBERNETES_SERVICE_HOST, code").equals(
        {str(pod): [address, "403"] for pod in pods}
    )
