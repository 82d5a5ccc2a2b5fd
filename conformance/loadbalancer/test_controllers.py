"""Load balancers as a controller of the cluster makes them: one for each family of their Service."""

from dualstack.testing import (
    Bound,
    Cluster,
    Family,
    Resource,
    Testbed,
    at_addresses,
    expect_value,
    family_of,
    requirement,
    routes,
)

PROVISIONED = Bound("the load balancer has the families of its Service", 300)
"""Clouds take minutes."""


def balanced(cluster: Cluster, testbed: Testbed, service: Resource, families: list[Family]) -> dict[Family, set[str]]:
    """The addresses that are reported, once they are of just these families."""

    def reported() -> dict[Family, set[str]]:
        found = testbed.balancer_addresses(cluster.get(service))
        return {family: {address for address in found if family_of(address) is family} for family in Family}

    return cluster.waiting.eventually(
        reported,
        until=lambda found: {family for family in Family if found[family]} == {*families},
        bound=PROVISIONED,
        subject=str(service),
        expected=f"an address of each of {', '.join(families)} and no other",
    )


@requirement("LB-016")
def test_every_family_is_published_and_answers(cluster: Cluster, testbed: Testbed) -> None:
    """A Service that prefers both families is given an address of each that it has, and each one answers."""
    service = testbed.service("balanced")

    found = balanced(cluster, testbed, service, cluster.families)

    addresses = [address for family in cluster.families for address in sorted(found[family])]
    targets = at_addresses(service, "load balancer", addresses, testbed.pods)
    testbed.must_answer(routes(testbed.host_pods[:1], targets), bound=PROVISIONED)


@requirement("LB-017")
def test_addresses_follow_the_families(cluster: Cluster, testbed: Testbed) -> None:
    """An upgrade adds an address of the second family, a downgrade takes it away, and the first one stays."""
    service = cluster.create("traffic/balanced.yaml", {"spec.ipFamilyPolicy": "SingleStack"})
    before = balanced(cluster, testbed, service, [cluster.primary])

    cluster.patch(service, {"spec": {"ipFamilyPolicy": "PreferDualStack"}})
    between = balanced(cluster, testbed, service, cluster.families)
    cluster.patch(service, {"spec": {"ipFamilyPolicy": "SingleStack"}})
    after = balanced(cluster, testbed, service, [cluster.primary])

    kept = [found[cluster.primary] for found in (before, between, after)]
    expect_value(kept, subject=str(service), field="addresses of the first family").equals(
        [before[cluster.primary]] * 3
    )
