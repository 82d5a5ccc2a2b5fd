"""What a create answers is what is stored, and what everybody else sees."""

import pytest

from dualstack.testing import Cluster, Resource, expect_ip_fields, expect_stack, ip_fields, requirement

KINDS = ["cluster-ip", "node-port", "load-balancer"]


def listed(cluster: Cluster, service: Resource) -> Resource:
    """The same Service as a LIST shows it."""
    query = {"fieldSelector": f"metadata.name={service.name}"}
    return next(cluster.list("services", query=query))


@requirement("SVC-CREATE-019")
@pytest.mark.parametrize("kind", KINDS)
def test_answer_of_a_create_is_complete(cluster: Cluster, kind: str) -> None:
    """The answer of a create has every IP field, and GET, LIST and watch have the same."""
    before = cluster.moment("services")

    service = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    expect_stack(service, cluster.facts, policy="PreferDualStack", families=cluster.families)
    expect_ip_fields(cluster.get(service)).equals(ip_fields(service))
    expect_ip_fields(listed(cluster, service)).equals(ip_fields(service))
    expect_ip_fields(cluster.first_event("ADDED", service, since=before)).equals(ip_fields(service))


@requirement("SVC-CREATE-019")
def test_answer_of_a_create_shows_the_defaults(cluster: Cluster) -> None:
    """A Service that asks nothing is answered with policy, family and address, and watched so."""
    before = cluster.moment("services")

    service = cluster.create("services/cluster-ip.yaml")

    expect_stack(service, cluster.facts, policy="SingleStack", families=[cluster.primary])
    expect_ip_fields(cluster.get(service)).equals(ip_fields(service))
    expect_ip_fields(listed(cluster, service)).equals(ip_fields(service))
    expect_ip_fields(cluster.first_event("ADDED", service, since=before)).equals(ip_fields(service))
