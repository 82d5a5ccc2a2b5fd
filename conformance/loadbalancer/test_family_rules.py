"""A LoadBalancer Service has families and addresses as any other, with no controller about."""

import pytest

from dualstack.testing import ABSENT, Cluster, Resource, expect, expect_stack, requirement

MANIFEST = "services/load-balancer.yaml"


def expect_unserved_by_anyone(service: Resource) -> None:
    """The Service has a node port, and nobody has given it an address outside."""
    expect(service, "spec.ports[0].nodePort").is_present()
    expect(service, "status.loadBalancer").is_absent()


@requirement("LB-001")
@pytest.mark.parametrize("policy", [ABSENT, "SingleStack"], ids=["no policy", "SingleStack"])
@pytest.mark.parametrize("index", [0, -1], ids=["first family served", "last family served"])
def test_one_family(cluster: Cluster, index: int, policy: str) -> None:
    """A LoadBalancer Service has the one family that it names."""
    family = cluster.families[index]

    service = cluster.create(MANIFEST, {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": [family]})

    expect_stack(service, cluster.facts, policy="SingleStack", families=[family])
    expect_unserved_by_anyone(service)


@requirement("LB-001")
@pytest.mark.parametrize("step", [1, -1], ids=["cluster order", "reversed"])
def test_all_families(cluster: Cluster, step: int) -> None:
    """A LoadBalancer Service has the families that it names, in their order."""
    families = cluster.families[::step]

    service = cluster.create(MANIFEST, {"spec.ipFamilyPolicy": "PreferDualStack", "spec.ipFamilies": families})

    expect_stack(service, cluster.facts, policy="PreferDualStack", families=families)
    expect_unserved_by_anyone(service)


@requirement("LB-001")
def test_nothing_asked(cluster: Cluster) -> None:
    """A LoadBalancer Service that asks nothing is single-stack in the primary family."""
    service = cluster.create(MANIFEST)

    expect_stack(service, cluster.facts, policy="SingleStack", families=[cluster.primary])
    expect_unserved_by_anyone(service)


@requirement("LB-001")
def test_preference_takes_all_there_are(cluster: Cluster) -> None:
    """PreferDualStack gives a LoadBalancer Service every family of the cluster."""
    service = cluster.create(MANIFEST, {"spec.ipFamilyPolicy": "PreferDualStack"})

    expect_stack(service, cluster.facts, policy="PreferDualStack", families=cluster.families)
    expect_unserved_by_anyone(service)


@requirement("LB-001")
def test_two_families_without_policy(dry_cluster: Cluster) -> None:
    """Two families without a dual-stack policy are refused for a LoadBalancer Service too."""
    answer = dry_cluster.try_create(MANIFEST, {"spec.ipFamilies": [dry_cluster.primary, dry_cluster.secondary]})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"))
