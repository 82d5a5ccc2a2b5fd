"""Addresses through the life of a Pod: when they come, and that they stay."""

from collections.abc import Iterator
from typing import Any

import pytest

from dualstack.testing import (
    ABSENT,
    BedPod,
    Bound,
    Cluster,
    Resource,
    Testbed,
    expect_no_offender,
    expect_value,
    requirement,
)

RESTARTED = Bound("a restarted container", 60)
ROLLED_OUT = Bound("a rollout of four Pods", 120)
STALE = Bound("the status of a Pod that has just ended", 5)
SETTLED = Bound("addresses of Pods that somebody is replacing", 30)


def is_ready(pod: Resource | BedPod) -> bool:
    """Whether the condition Ready holds."""
    body = pod.body if isinstance(pod, Resource) else pod.object
    conditions = body.get("status", {}).get("conditions") or ()
    return any(entry["type"] == "Ready" and entry["status"] == "True" for entry in conditions)


def addresses(pod: Resource) -> list[str]:
    """``status.podIPs``."""
    return [str(entry["ip"]) for entry in pod["status.podIPs"] or ()]


@requirement("POD-015")
def test_a_restarted_container_keeps_the_addresses(cluster: Cluster, testbed: Testbed) -> None:
    """After a container ended and was started again, Pod and host addresses are what they were."""
    pod = testbed.own_pod(cluster, "pods/netexec.yaml")

    testbed.end_container(pod)

    after = cluster.waiting.eventually(
        lambda: testbed.now(pod),
        until=lambda now: now.status["containerStatuses"][0]["restartCount"] >= 1 and is_ready(now),
        bound=RESTARTED,
        subject=str(pod),
        expected="one restart, and ready again",
    )
    kept = [after.addresses, after.host_addresses]
    expect_value(kept, subject=str(pod), field="status.podIPs, status.hostIPs").equals(
        [pod.addresses, pod.host_addresses]
    )


def until_ready(cluster: Cluster, pod: Resource, since: str) -> Iterator[Resource]:
    """The states of a new Pod as a watch shows them, up to one in which it is ready."""
    collection = pod.path.rpartition("/")[0]
    query = {"resourceVersion": since, "fieldSelector": f"metadata.name={pod.name}"}
    for event in cluster.api.events(collection, query=query, seconds=60):
        state = Resource(event["object"], pod.answer, pod.path)
        yield state
        if is_ready(state):
            return


PROBE = "spec.containers[0].readinessProbe"


@requirement("POD-016")
@pytest.mark.parametrize("changes", [{}, {PROBE: ABSENT}], ids=["with a readiness probe", "without one"])
def test_a_pod_is_ready_with_all_its_addresses(cluster: Cluster, testbed: Testbed, changes: dict[str, Any]) -> None:
    """Whenever a watch shows a Pod as ready, it shows all the addresses that the Pod has in the end."""
    since = cluster.moment("pods")
    pod = cluster.create("pods/netexec.yaml", {"spec.containers[0].image": testbed.image, **changes})

    states = list(until_ready(cluster, pod, since))
    final = addresses(cluster.get(pod))

    expect_value([addresses(state) for state in states if is_ready(state)], subject=str(pod), field="podIPs").equals(
        [final]
    )


def twice_held(cluster: Cluster, deployment: Resource) -> dict[str, list[str]]:
    """Addresses that two Pods of a Deployment have at once, with the Pods; those that ended hold none."""
    owners: dict[str, list[str]] = {}
    selector = {"labelSelector": f"app={deployment.name}"}
    for pod in cluster.list("pods", query=selector):
        held = addresses(pod) if pod["status.phase"] == "Running" else []
        for address in held:
            owners.setdefault(address, []).append(pod.name)
    return {address: pods for address, pods in owners.items() if len(pods) > 1}


def is_rolled_out(deployment: Resource) -> bool:
    """Whether every replica is of the newest template and available, and no other is left."""
    status, wanted = deployment["status"] or {}, deployment["spec.replicas"]
    counts = [status.get(name, 0) for name in ("replicas", "updatedReplicas", "availableReplicas")]
    seen = status.get("observedGeneration", 0) >= deployment["metadata.generation"]
    return bool(seen and counts == [wanted] * 3)


def rolled_out(cluster: Cluster, deployment: Resource) -> None:
    """Follow a rollout to its end; at no look may an address have two Pods, once their status is up to date."""

    def look() -> Resource:
        expect_no_offender(
            cluster,
            lambda: twice_held(cluster, deployment),
            subject=str(deployment),
            expected="no address of two Pods",
            bound=STALE,
        )
        return cluster.get(deployment)

    cluster.waiting.eventually(
        look, until=is_rolled_out, bound=ROLLED_OUT, subject=str(deployment), expected="rolled out"
    )


@requirement("POD-026")
@pytest.mark.long
def test_no_address_has_two_pods_during_rollouts(cluster: Cluster, testbed: Testbed) -> None:
    """Through two rollouts of a Deployment no address of either family belongs to two live Pods."""
    name = cluster.pool.name("rolling")
    deployment = cluster.create(
        "workloads/rolling.yaml",
        {
            "metadata.name": name,
            "spec.selector.matchLabels.app": name,
            "spec.template.metadata.labels.app": name,
            "spec.template.spec.containers[0].image": testbed.image,
        },
    )

    rolled_out(cluster, deployment)
    cluster.patch(deployment, {"spec": {"template": {"metadata": {"annotations": {"round": "two"}}}}})
    rolled_out(cluster, deployment)
    cluster.patch(deployment, {"spec": {"template": {"metadata": {"annotations": {"round": "three"}}}}})
    rolled_out(cluster, deployment)


def contradictory_pods(cluster: Cluster) -> dict[str, str]:
    """Each running Pod of the cluster whose addresses break a rule, and each address with two Pods."""
    found: dict[str, str] = {}
    owners: dict[str, str] = {}
    for pod in cluster.list("pods", all_namespaces=True):
        held = addresses(pod)
        if pod["status.phase"] != "Running" or not held:
            continue
        families = [":" in address for address in held]
        if pod["status.podIP"] != held[0] or len({*families}) != len(families):
            found[str(pod)] = f"podIP {pod['status.podIP']}, podIPs {held}"
        for address in [] if pod["spec.hostNetwork"] else held:
            if address in owners:
                found[f"{owners[address]} and {pod}"] = address
            owners[address] = str(pod)
    return found


@requirement("CLU-013")
def test_running_pods_agree_and_share_no_address(cluster: Cluster, testbed: Testbed) -> None:
    """In the whole cluster each running Pod has one address a family, the first twice, and no address has two Pods."""
    expect_no_offender(
        cluster,
        lambda: contradictory_pods(cluster),
        subject="running Pods",
        expected="addresses of their own",
        bound=SETTLED,
    )
