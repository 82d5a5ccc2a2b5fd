"""A stored ServiceCIDR can grow by a second family, and change in no other way.

The ranges of these tests have no address to give out, so that no Service can land in one.
"""

import pytest

from dualstack.testing import Cluster, Family, Resource, expect, requirement

pytestmark = pytest.mark.alone
MANIFEST = "servicecidrs/service-cidr.yaml"
EMPTY = {Family.IPV4: ("198.18.0.0/32", "198.18.0.5/32"), Family.IPV6: ("2001:db8::/128", "2001:db8::5/128")}
each_order = pytest.mark.parametrize("first", list(Family), ids=[f"{family} first" for family in Family])


def stored(cluster: Cluster, *families: Family) -> Resource:
    """A stored ServiceCIDR of these families."""
    return cluster.create(cluster.cluster_scoped(MANIFEST, {"spec.cidrs": [EMPTY[family][0] for family in families]}))


def changed_fields(cluster: Cluster, *indices: int) -> list[tuple[str, str]]:
    """The causes for changed entries; before 1.34 the list as a whole was to blame."""
    fields = [f"spec.cidrs[{index}]" for index in indices] if cluster.since(1, 34) else ["spec.cidrs"]
    return [("FieldValueInvalid", field) for field in fields]


@requirement("CIDR-012")
@each_order
def test_order_cannot_change(cluster: Cluster, first: Family) -> None:
    """The CIDRs of a ServiceCIDR cannot be swapped."""
    before = stored(cluster, first, first.other)

    answer = cluster.try_patch(before, {"spec": {"cidrs": before["spec.cidrs"][::-1]}})

    expect(answer).is_refused(*changed_fields(cluster, 0, 1))
    expect(cluster.get(before), "spec.cidrs").equals(before["spec.cidrs"])


@requirement("CIDR-012")
@pytest.mark.parametrize("index", [0, 1], ids=["first", "second"])
@each_order
def test_cidr_cannot_be_edited(cluster: Cluster, first: Family, index: int) -> None:
    """No CIDR of a ServiceCIDR can be exchanged for another of its family."""
    before = stored(cluster, first, first.other)
    edited = list(before["spec.cidrs"])
    edited[index] = EMPTY[(first, first.other)[index]][1]

    answer = cluster.try_patch(before, {"spec": {"cidrs": edited}})

    expect(answer).is_refused(*changed_fields(cluster, index))
    expect(cluster.get(before), "spec.cidrs").equals(before["spec.cidrs"])


@requirement("CIDR-012")
@pytest.mark.parametrize("dropped", [0, 1], ids=["first", "second"])
@each_order
def test_cidr_cannot_be_dropped(cluster: Cluster, first: Family, dropped: int) -> None:
    """No CIDR of a ServiceCIDR can be taken away."""
    before = stored(cluster, first, first.other)

    answer = cluster.try_patch(before, {"spec": {"cidrs": [before["spec.cidrs"][1 - dropped]]}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.cidrs"))
    expect(cluster.get(before), "spec.cidrs").equals(before["spec.cidrs"])


def needs_opt_in(cluster: Cluster) -> None:
    """Leave out clusters on which nobody asked for objects outside of a namespace."""
    if "cluster-scope-writes" not in cluster.facts.capabilities:
        pytest.skip("a stored single-family ServiceCIDR takes --dualstack-allow cluster-scope-writes")


@requirement("CIDR-013")
@each_order
def test_second_family_can_be_added(cluster: Cluster, first: Family) -> None:
    """A single-family ServiceCIDR can get a CIDR of the other family behind its own."""
    needs_opt_in(cluster)
    before = stored(cluster, first)
    both = [EMPTY[first][0], EMPTY[first.other][0]]

    after = cluster.patch(before, {"spec": {"cidrs": both}})

    expect(after, "spec.cidrs").equals(both)
    expect(cluster.get(after), "spec.cidrs").equals(both)


@requirement("CIDR-013")
@each_order
def test_second_family_cannot_be_put_first(cluster: Cluster, first: Family) -> None:
    """The CIDR that is there stays the first."""
    needs_opt_in(cluster)
    before = stored(cluster, first)

    answer = cluster.try_patch(before, {"spec": {"cidrs": [EMPTY[first.other][0], EMPTY[first][0]]}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.cidrs[0]"))
    expect(cluster.get(before), "spec.cidrs").equals(before["spec.cidrs"])


@requirement("CIDR-013")
@each_order
def test_second_cidr_of_the_same_family_cannot_be_added(cluster: Cluster, first: Family) -> None:
    """A CIDR of the family that is there already cannot be added."""
    needs_opt_in(cluster)
    before = stored(cluster, first)

    answer = cluster.try_patch(before, {"spec": {"cidrs": list(EMPTY[first])}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.cidrs"))
    expect(cluster.get(before), "spec.cidrs").equals(before["spec.cidrs"])
