"""The families of Services are fixed when the API server starts, whatever ranges are added later."""

import pytest

from dualstack.testing import Cluster, Family, expect, requirement

pytestmark = pytest.mark.alone
MISSING = {Family.IPV4: "198.18.0.0/24", Family.IPV6: "2001:db8:1::/112"}


def add_range(cluster: Cluster) -> None:
    """Make a further ServiceCIDR, of the family that the cluster lacks."""
    cidrs = [MISSING[cluster.secondary]]
    cluster.create(cluster.cluster_scoped("servicecidrs/service-cidr.yaml", {"spec.cidrs": cidrs}))


@requirement("CIDR-014")
def test_require_dual_stack_is_refused_still(cluster: Cluster) -> None:
    """A range of the missing family does not make RequireDualStack possible."""
    add_range(cluster)

    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "RequireDualStack"})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"))


@requirement("CIDR-014")
def test_missing_family_is_refused_still(cluster: Cluster) -> None:
    """A range of the missing family does not make the family available."""
    add_range(cluster)

    answer = cluster.try_create("services/cluster-ip.yaml", {"spec.ipFamilies": [cluster.secondary]})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilies[0]"))


@requirement("CIDR-014")
def test_prefer_dual_stack_is_one_family_still(cluster: Cluster) -> None:
    """A range of the missing family does not give a PreferDualStack Service a second address."""
    add_range(cluster)

    service = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    expect(service, "spec.ipFamilies").equals([cluster.primary])
    expect(service, "spec.clusterIPs").has_families([cluster.primary])
