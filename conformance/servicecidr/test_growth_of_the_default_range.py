"""The range of a single-stack cluster could grow by a second family; asked by dry run, so that it never does."""

import pytest

from dualstack.testing import Cluster, Family, Resource, expect, requirement

OTHER = {Family.IPV4: "198.18.0.0/24", Family.IPV6: "2001:db8::/64"}


def default_range(cluster: Cluster) -> Resource:
    """The ServiceCIDR ``kubernetes`` where it is of one family."""
    if cluster.shape.is_dual:
        pytest.skip("the ServiceCIDR of a dual-stack cluster has both families")
    return cluster.get("/apis/networking.k8s.io/v1/servicecidrs/kubernetes")


@requirement("CIDR-013")
def test_default_range_could_grow(dry_cluster: Cluster) -> None:
    """A CIDR of the other family is accepted behind the first one."""
    default = default_range(dry_cluster)
    both = [*default["spec.cidrs"], OTHER[dry_cluster.secondary]]

    shown = dry_cluster.patch(default, {"spec": {"cidrs": both}})

    expect(shown, "spec.cidrs").equals(both)


@requirement("CIDR-013")
def test_default_range_cannot_lose_its_first_place(dry_cluster: Cluster) -> None:
    """A CIDR of the other family is refused before the first one."""
    default = default_range(dry_cluster)

    cidrs = [OTHER[dry_cluster.secondary], *default["spec.cidrs"]]
    answer = dry_cluster.try_patch(default, {"spec": {"cidrs": cidrs}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.cidrs[0]"))


@requirement("CIDR-013")
def test_default_range_cannot_have_a_family_twice(dry_cluster: Cluster) -> None:
    """A CIDR of the family that is there already is refused."""
    default = default_range(dry_cluster)

    cidrs = [*default["spec.cidrs"], OTHER[dry_cluster.primary]]
    answer = dry_cluster.try_patch(default, {"spec": {"cidrs": cidrs}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.cidrs"))
