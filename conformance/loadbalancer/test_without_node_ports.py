"""A load balancer that needs no node ports."""

from dualstack.testing import Bound, Cluster, Testbed, expect, expect_value, requirement

REACHABLE = Bound("a new Service", 60)


@requirement("LB-013")
def test_no_node_port_is_given_and_every_address_works(cluster: Cluster, testbed: Testbed) -> None:
    """With allocateLoadBalancerNodePorts false no port has a node port, and each cluster IP answers all the same."""
    backends = testbed.backends(cluster)
    names = {pod.name for pod in backends.pods}
    service = cluster.create(
        "services/selecting.yaml",
        {
            "metadata.namespace": backends.namespace,
            "spec.selector": backends.selector,
            "spec.type": "LoadBalancer",
            "spec.loadBalancerClass": "dualstack-conformance/none",
            "spec.allocateLoadBalancerNodePorts": False,
            "spec.ipFamilyPolicy": "PreferDualStack",
        },
    )
    ports = [port.get("nodePort", 0) for port in service["spec.ports"]]
    expect_value(ports, subject=str(service), field="node ports").equals([0, 0])

    cluster.waiting.eventually(
        lambda: [testbed.dial(testbed.pods[0], address, 80).responses for address in service["spec.clusterIPs"]],
        until=lambda said: all(answers and set(answers) <= names for answers in said),
        bound=REACHABLE,
        subject=str(service),
        expected=f"an answer of {sorted(names)} at each cluster IP",
    )


@requirement("LB-013")
def test_node_ports_can_be_asked_for_later(cluster: Cluster, testbed: Testbed) -> None:
    """Once allocateLoadBalancerNodePorts is true, each port has one node port for all families."""
    service = cluster.create(
        "services/load-balancer.yaml",
        {
            "spec.loadBalancerClass": "dualstack-conformance/none",
            "spec.allocateLoadBalancerNodePorts": False,
            "spec.ipFamilyPolicy": "PreferDualStack",
        },
    )

    changed = cluster.patch(service, {"spec": {"allocateLoadBalancerNodePorts": True}})

    ports = [port.get("nodePort", 0) for port in changed["spec.ports"]]
    expect_value(ports, subject=str(service), field="node ports").satisfies(
        lambda found: all(found) and len({*found}) == len(found), "one number for each port"
    )
    expect(changed, "spec.clusterIPs").equals(service["spec.clusterIPs"])
