"""A backend that is told to end and still serves is better than none."""

import pytest

from dualstack.testing import Cluster, Testbed, at_cluster_ips, eventually_slices, requirement, routes

LINGER = "spec.containers[0].lifecycle.preStop.exec.command"
ENDING = {"ready": False, "serving": True, "terminating": True}


@requirement("CONN-037")
@pytest.mark.long
def test_the_last_backend_serves_while_it_ends(cluster: Cluster, testbed: Testbed) -> None:
    """While its only endpoint ends but serves, every cluster IP of a Service answers every connection."""
    place = {"metadata.namespace": testbed.pods[0].namespace}
    label = {"app": cluster.pool.name("ending")}
    backend = testbed.own_pod(
        cluster, "pods/backend.yaml", {**place, "metadata.labels": label, LINGER: ["sleep", "12"]}
    )
    service = cluster.create(
        "traffic/live.yaml", {**place, "spec.selector": label, "spec.ipFamilyPolicy": "PreferDualStack"}
    )
    asked = routes(testbed.pods, at_cluster_ips(service, [backend]))
    testbed.must_answer(asked)

    with testbed.unbroken(asked):
        cluster.delete(backend.path)
        eventually_slices(
            cluster,
            service,
            lambda slices: all(how == ENDING for how in slices.conditions(backend.name).values()),
            f"{backend.name} {ENDING} in each family",
        )
        cluster.waiting.pause(4)
