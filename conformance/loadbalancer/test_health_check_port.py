"""The port of a health check: one for the Service, not one for each family."""

import pytest

from dualstack.testing import ABSENT, Cluster, Resource, expect, requirement

PORT = "spec.healthCheckNodePort"
USUAL_RANGE = range(30000, 32768)
any_stack = pytest.mark.parametrize("policy", [ABSENT, "PreferDualStack"], ids=["no policy", "PreferDualStack"])


def local(cluster: Cluster, policy: object = ABSENT) -> Resource:
    """A load balancer that sends to local endpoints only."""
    changes = {"spec.externalTrafficPolicy": "Local", "spec.ipFamilyPolicy": policy}
    return cluster.create("services/load-balancer.yaml", changes)


@requirement("LB-014")
@any_stack
def test_local_has_one_health_check_port(cluster: Cluster, policy: str) -> None:
    """Policy Local brings one port in the node port range, however many families there are."""
    service = local(cluster, policy)

    expect(service, PORT).satisfies(lambda port: port in USUAL_RANGE, "one number between 30000 and 32767")
    expect(service, PORT).differs_from(service["spec.ports[0].nodePort"])
    expect(cluster.get(service), PORT).equals(service[PORT])


@requirement("LB-014")
def test_port_survives_upgrade_and_downgrade(cluster: Cluster) -> None:
    """The port stays the same as families come and go."""
    single = local(cluster, "SingleStack")

    dual = cluster.patch(single, {"spec": {"ipFamilyPolicy": "PreferDualStack"}})
    again = cluster.patch(single, {"spec": {"ipFamilyPolicy": "SingleStack"}})

    expect(dual, "spec.ipFamilies").equals(cluster.families)
    expect(again, "spec.ipFamilies").equals(cluster.families[:1])
    expect(dual, PORT).equals(single[PORT])
    expect(again, PORT).equals(single[PORT])


@requirement("LB-014")
def test_port_survives_a_round_trip(cluster: Cluster) -> None:
    """A PUT of what was read keeps the port."""
    service = local(cluster, "PreferDualStack")

    after = cluster.replace(service, cluster.get(service).body)

    expect(after, PORT).equals(service[PORT])


@requirement("LB-014")
@any_stack
def test_port_is_immutable(cluster: Cluster, policy: str) -> None:
    """Another port is refused, and the Service keeps the one it has."""
    service = local(cluster, policy)

    answer = cluster.try_patch(service, {"spec": {"healthCheckNodePort": cluster.free_node_port()}})

    expect(answer).is_refused(("FieldValueForbidden", PORT))
    expect(cluster.get(service), PORT).equals(service[PORT])


@requirement("LB-014")
@any_stack
def test_port_goes_with_the_policy(cluster: Cluster, policy: str) -> None:
    """Policy Cluster drops the port, and another Service can have it."""
    service = local(cluster, policy)
    port = service[PORT]

    after = cluster.patch(service, {"spec": {"externalTrafficPolicy": "Cluster"}})
    heir = cluster.create("services/node-port.yaml", {"spec.ports[0].nodePort": port})

    expect(after, PORT).is_absent()
    expect(heir, "spec.ports[0].nodePort").equals(port)
