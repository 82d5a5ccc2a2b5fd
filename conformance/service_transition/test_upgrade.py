"""A single-stack Service becomes dual-stack: one address is added, none is changed."""

from collections.abc import Callable

import pytest

from dualstack.testing import Cluster, Family, Resource, expect, expect_ip_fields, ip_fields, requirement


def single(cluster: Cluster, family: Family, kind: str = "cluster-ip") -> Resource:
    """A stored SingleStack Service of one family."""
    changes = {"spec.ipFamilyPolicy": "SingleStack", "spec.ipFamilies": [family]}
    return cluster.create(f"services/{kind}.yaml", changes)


@requirement("SVC-TR-001")
@pytest.mark.parametrize("role", ["primary", "secondary"])
@pytest.mark.parametrize("policy", ["PreferDualStack", "RequireDualStack"])
@pytest.mark.parametrize("kind", ["cluster-ip", "node-port", "load-balancer"])
def test_upgrade_adds_the_missing_family_second(cluster: Cluster, kind: str, policy: str, role: str) -> None:
    """A dual-stack policy adds an address of the missing family behind the first, which stays."""
    family = cluster.family(role)
    before = single(cluster, family, kind)

    after = cluster.patch(before, {"spec": {"ipFamilyPolicy": policy}})

    expect(after, "spec.ipFamilyPolicy").equals(policy)
    expect(after, "spec.ipFamilies").equals([family, family.other])
    expect(after, "spec.clusterIPs").has_families([family, family.other])
    expect(after, "spec.clusterIPs[0]").equals(before["spec.clusterIP"])
    expect(after, "spec.clusterIP").equals(before["spec.clusterIP"])
    expect(after, "spec.clusterIPs[1]").is_within(cluster.facts.networks(family.other))
    expect_ip_fields(cluster.get(after)).equals(ip_fields(after))


@requirement("SVC-TR-007")
@pytest.mark.parametrize("role", ["primary", "secondary"])
@pytest.mark.parametrize("policy", ["PreferDualStack", "RequireDualStack"])
def test_upgrade_may_pin_the_second_address(cluster: Cluster, policy: str, role: str) -> None:
    """The second address of an upgrade is the one that the user names."""
    family = cluster.family(role)
    before = single(cluster, family)
    pinned = [before["spec.clusterIP"], cluster.free_address(family.other)]

    after = cluster.patch(before, {"spec": {"ipFamilyPolicy": policy, "clusterIPs": pinned}})

    expect(after, "spec.clusterIPs").equals(pinned)
    expect(after, "spec.clusterIP").equals(pinned[0])
    expect(after, "spec.ipFamilies").equals([family, family.other])
    expect(after, "spec.ipFamilyPolicy").equals(policy)


def in_use(cluster: Cluster, family: Family) -> str:
    """An address of the other family that another Service has."""
    return str(single(cluster, family.other)["spec.clusterIP"])


def out_of_range(cluster: Cluster, family: Family) -> str:
    """An address of the other family from a block that is reserved for documentation."""
    return {Family.IPV4: "192.0.2.10", Family.IPV6: "2001:db8::10"}[family.other]


def of_the_same_family(cluster: Cluster, family: Family) -> str:
    """A free address of the family that the Service has already."""
    return cluster.free_address(family)


BAD_ADDRESSES = {"in use": in_use, "out of range": out_of_range, "of the same family": of_the_same_family}


@requirement("SVC-TR-008")
@pytest.mark.parametrize("role", ["primary", "secondary"])
@pytest.mark.parametrize("bad", BAD_ADDRESSES.values(), ids=BAD_ADDRESSES)
def test_upgrade_with_a_bad_second_address_is_refused(
    cluster: Cluster, bad: Callable[[Cluster, Family], str], role: str
) -> None:
    """A second address that cannot be had refuses the upgrade, and the Service stays as it was."""
    family = cluster.family(role)
    before = single(cluster, family)
    pinned = [before["spec.clusterIP"], bad(cluster, family)]

    answer = cluster.try_patch(before, {"spec": {"ipFamilyPolicy": "RequireDualStack", "clusterIPs": pinned}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.clusterIPs"))
    expect(cluster.get(before), "metadata.resourceVersion").equals(before["metadata.resourceVersion"])


@requirement("SVC-TR-022")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_dry_run_upgrade_stores_nothing(cluster: Cluster, role: str) -> None:
    """A dry-run upgrade shows two families and leaves the stored Service alone."""
    family = cluster.family(role)
    before = single(cluster, family)

    shown = cluster.patch(before, {"spec": {"ipFamilyPolicy": "RequireDualStack"}}, dry_run=True)

    expect(shown, "spec.ipFamilies").equals([family, family.other])
    expect(shown, "spec.clusterIPs").has_families([family, family.other])
    expect(cluster.get(before), "").equals(before.body)


@requirement("SVC-TR-022")
def test_dry_run_upgrade_reserves_nothing(cluster: Cluster) -> None:
    """An address pinned by a dry-run upgrade is free for the next Service."""
    before = single(cluster, cluster.primary)
    pinned = cluster.free_address(cluster.secondary)
    upgrade = {"ipFamilyPolicy": "RequireDualStack", "clusterIPs": [before["spec.clusterIP"], pinned]}

    cluster.patch(before, {"spec": upgrade}, dry_run=True)
    other = cluster.create("services/cluster-ip.yaml", {"spec.clusterIP": pinned})

    expect(other, "spec.clusterIPs").equals([pinned])
