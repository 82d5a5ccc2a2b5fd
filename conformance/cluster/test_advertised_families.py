"""Families that are advertised are families that Services get."""

from dualstack.testing import Answer, Cluster, Family, expect, family_of, requirement

SERVICE_CIDR = "/apis/networking.k8s.io/v1/servicecidrs/kubernetes"


def advertised(cluster: Cluster) -> list[Family]:
    """The families of ServiceCIDR kubernetes, or those that were probed where no such object is served."""
    if not cluster.since(1, 33):
        return cluster.families
    return [family_of(cidr) for cidr in cluster.get(SERVICE_CIDR)["spec.cidrs"]]


def expect_two_families(answer: Answer, families: list[Family]) -> None:
    """The Service was accepted with both families in this order."""
    expect(answer).is_accepted(201)
    expect(answer, "spec.ipFamilies").equals(families)
    expect(answer, "spec.clusterIPs").has_families(families)


def expect_not_dual_stack(answer: Answer, families: list[Family]) -> None:
    """The Service was refused for its policy."""
    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"), saying="not configured for dual-stack")


OWED = {1: expect_not_dual_stack, 2: expect_two_families}


@requirement("CLU-009")
def test_dual_stack_is_accepted_where_two_families_are_advertised(dry_cluster: Cluster) -> None:
    """RequireDualStack is accepted exactly where the ServiceCIDR names two families."""
    families = advertised(dry_cluster)

    answer = dry_cluster.try_create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "RequireDualStack"})

    OWED[len(families)](answer, families)


@requirement("CLU-009")
def test_preferred_families_are_the_advertised_ones(dry_cluster: Cluster) -> None:
    """PreferDualStack shows the families that the ServiceCIDR names, in its order."""
    families = advertised(dry_cluster)

    service = dry_cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    expect(service, "spec.ipFamilies").equals(families)
