"""A headless Service that is written without families has nothing to infer them from."""

from collections.abc import Callable

import pytest

from dualstack.testing import Cluster, Resource, expect, expect_ip_fields, ip_fields, requirement

Write = Callable[[Cluster, Resource], Resource]


def put_without_families(cluster: Cluster, service: Resource) -> Resource:
    """PUT the stored object without ipFamilies."""
    spec = {name: value for name, value in service["spec"].items() if name != "ipFamilies"}
    return cluster.replace(service, {**service.body, "spec": spec})


def null_patch(cluster: Cluster, service: Resource) -> Resource:
    """Merge-patch ipFamilies to null."""
    return cluster.patch(service, {"spec": {"ipFamilies": None}})


WRITES: dict[str, Write] = {"PUT without ipFamilies": put_without_families, "ipFamilies null": null_patch}
with_each_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


def needs_two_families_for(manifest: str, cluster: Cluster) -> None:
    """Leave out what a single-stack cluster refuses to create in the first place."""
    if manifest == "headless" and not cluster.shape.is_dual:
        pytest.skip("a headless Service with a selector has only the families of the cluster")


CASES = {
    "SingleStack in the secondary family": ("SingleStack", ("secondary",), ("primary",)),
    "RequireDualStack reversed": ("RequireDualStack", ("secondary", "primary"), ("primary", "secondary")),
}


@requirement("HL-010")
@with_each_write
@pytest.mark.parametrize(("policy", "stored", "owed"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("manifest", ["headless", "headless-without-selector"])
def test_headless_families_are_derived_anew(
    cluster: Cluster, manifest: str, policy: str, stored: tuple[str, ...], owed: tuple[str, ...], write: Write
) -> None:
    """Without ipFamilies a headless Service gets those of a new one with its policy."""
    needs_two_families_for(manifest, cluster)
    families = [cluster.family(role) for role in stored]
    before = cluster.create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": families})

    after = write(cluster, before)

    expect(after, "spec.ipFamilies").equals([cluster.family(role) for role in owed])
    expect(after, "spec.ipFamilyPolicy").equals(policy)


@requirement("HL-010")
@with_each_write
@pytest.mark.parametrize("policy", ["SingleStack", "PreferDualStack"])
def test_headful_families_are_inferred_from_addresses(cluster: Cluster, policy: str, write: Write) -> None:
    """Without ipFamilies a headful Service keeps those of its addresses."""
    families = {"SingleStack": cluster.families[-1:], "PreferDualStack": cluster.families[::-1]}[policy]
    before = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": families})

    after = write(cluster, before)

    expect_ip_fields(after).equals(ip_fields(before))
