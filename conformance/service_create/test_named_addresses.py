"""Addresses that the user names: they are kept, and they say which families are meant."""

import pytest

from dualstack.testing import ABSENT, Cluster, expect, expect_stack, requirement

POLICIES = ["PreferDualStack", "RequireDualStack"]
each_policy = pytest.mark.parametrize("policy", POLICIES)
each_role = pytest.mark.parametrize("role", ["primary", "secondary"])


@requirement("SVC-CREATE-014")
@pytest.mark.parametrize("index", [0, -1], ids=["first family served", "last family served"])
@pytest.mark.parametrize("kind", ["cluster-ip", "node-port", "load-balancer", "without-selector"])
def test_address_determines_the_family(cluster: Cluster, kind: str, index: int) -> None:
    """A named clusterIP is kept, fills clusterIPs and decides the family."""
    family = cluster.families[index]
    address = cluster.free_address(family)

    service = cluster.create(f"services/{kind}.yaml", {"spec.clusterIP": address})

    expect(service, "spec.clusterIPs").equals([address])
    expect_stack(service, cluster.facts, policy="SingleStack", families=[family])


@requirement("SVC-CREATE-015")
@each_role
@each_policy
def test_named_address_is_the_primary_one(cluster: Cluster, policy: str, role: str) -> None:
    """With a dual-stack policy a named clusterIP comes first, and the other family is allocated."""
    family = cluster.family(role)
    address = cluster.free_address(family)

    service = cluster.create("services/cluster-ip.yaml", {"spec.clusterIP": address, "spec.ipFamilyPolicy": policy})

    expect(service, "spec.clusterIP").equals(address)
    expect(service, "spec.clusterIPs[0]").equals(address)
    expect_stack(service, cluster.facts, policy=policy, families=[family, family.other])


@requirement("SVC-CREATE-016")
@pytest.mark.parametrize("families_named", [True, False], ids=["families named", "no families"])
@each_role
@each_policy
def test_two_addresses_are_kept_in_their_order(cluster: Cluster, policy: str, role: str, families_named: bool) -> None:
    """Two named addresses are reserved as given, and the families follow them."""
    families = [cluster.family(role), cluster.family(role).other]
    addresses = [cluster.free_address(family) for family in families]
    pinned = {"spec.clusterIP": addresses[0], "spec.clusterIPs": addresses, "spec.ipFamilyPolicy": policy}

    asked = {**pinned, "spec.ipFamilies": {True: families, False: ABSENT}[families_named]}
    service = cluster.create("services/cluster-ip.yaml", asked)

    expect(service, "spec.clusterIPs").equals(addresses)
    expect_stack(service, cluster.facts, policy=policy, families=families)
    expect(cluster.get(service), "spec.clusterIPs").equals(addresses)


@requirement("SVC-CREATE-018")
@each_role
@each_policy
def test_addresses_extend_a_shorter_list_of_families(cluster: Cluster, policy: str, role: str) -> None:
    """Two addresses and one family make two families, in the order of the addresses."""
    families = [cluster.family(role), cluster.family(role).other]
    addresses = [cluster.free_address(family) for family in families]
    pinned = {"spec.clusterIP": addresses[0], "spec.clusterIPs": addresses}

    asked = {**pinned, "spec.ipFamilyPolicy": policy, "spec.ipFamilies": families[:1]}
    service = cluster.create("services/cluster-ip.yaml", asked)

    expect(service, "spec.clusterIPs").equals(addresses)
    expect_stack(service, cluster.facts, policy=policy, families=families)
