"""Pods that are replaced one by one behind a Service."""

import pytest

from dualstack.testing import (
    Bound,
    Cluster,
    Resource,
    Testbed,
    Wanted,
    at_cluster_ips,
    at_node_ports,
    requirement,
    routes,
)

ROLLED_OUT = Bound("a rollout of two Pods", 120)


def counts(deployment: Resource) -> list[int]:
    """Replicas in all, of the newest template, and available; none where the status is not of this template."""
    status = deployment["status"] or {}
    seen = status.get("observedGeneration", 0) >= deployment["metadata.generation"]
    return [status.get(name, 0) for name in ("replicas", "updatedReplicas", "availableReplicas")] if seen else []


def rolled_out(cluster: Cluster, deployment: Resource) -> None:
    """Wait until every Pod is of the newest template and available, and no other counts."""
    cluster.waiting.eventually(
        lambda: counts(cluster.get(deployment)),
        until=lambda found: found == [deployment["spec.replicas"]] * 3,
        bound=ROLLED_OUT,
        subject=str(deployment),
        expected="rolled out",
    )


@requirement("LIFE-006")
@pytest.mark.long
def test_a_rollout_loses_nothing(cluster: Cluster, testbed: Testbed) -> None:
    """While Pods that go on for a while are replaced, no connection is lost in any family, nor at node ports."""
    name, place = cluster.pool.name("rollout"), {"metadata.namespace": testbed.pods[0].namespace}
    named = {f"spec.{field}": name for field in ("selector.matchLabels.app", "template.metadata.labels.app")}
    image = {"spec.template.spec.containers[0].image": testbed.image}
    deployment = cluster.create("workloads/rollout.yaml", {**place, "metadata.name": name, **named, **image})
    policy = {"spec.selector": {"app": name}, "spec.ipFamilyPolicy": "PreferDualStack"}
    service = cluster.create("traffic/live.yaml", {**place, **policy})
    rolled_out(cluster, deployment)
    of_it = Wanted("a Pod of it answers", "hostname", 1, lambda route, said: said.startswith(name), lambda *_: True)
    asked = routes(testbed.pods[:1], at_cluster_ips(service, ()))
    asked += routes(testbed.host_pods[-1:], at_node_ports(service, testbed.node_addresses, ()))
    testbed.must_answer(asked, of_it)

    with testbed.unbroken(asked, of_it):
        cluster.patch(deployment, {"spec": {"template": {"metadata": {"annotations": {"round": "two"}}}}})
        rolled_out(cluster, deployment)
        cluster.waiting.eventually(
            lambda: len(list(cluster.list("pods", all_namespaces=True, query={"labelSelector": f"app={name}"}))),
            until=lambda left: left == deployment["spec.replicas"],
            bound=ROLLED_OUT,
            subject=str(deployment),
            expected="the old Pods are gone",
        )
