"""What a dual-stack policy does to a Service where there is only one family."""

import pytest

from dualstack.testing import Cluster, Resource, expect, expect_ip_fields, ip_fields, requirement


@requirement("SVC-TR-002")
@pytest.mark.parametrize("kind", ["cluster-ip", "node-port", "load-balancer"])
def test_prefer_dual_stack_adds_nothing(cluster: Cluster, kind: str) -> None:
    """A single-stack cluster accepts PreferDualStack, and the addresses stay as they are."""
    before = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": "SingleStack"})

    after = cluster.patch(before, {"spec": {"ipFamilyPolicy": "PreferDualStack"}})

    expect_ip_fields(after).equals({**ip_fields(before), "ipFamilyPolicy": "PreferDualStack"})
    expect(after, "spec.ipFamilies").equals([cluster.primary])


@requirement("SVC-TR-002")
@pytest.mark.parametrize("kind", ["cluster-ip", "node-port", "load-balancer"])
def test_require_dual_stack_is_refused(cluster: Cluster, kind: str) -> None:
    """A single-stack cluster refuses RequireDualStack, and the Service stays as it was."""
    before = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": "SingleStack"})

    answer = cluster.try_patch(before, {"spec": {"ipFamilyPolicy": "RequireDualStack"}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"))
    expect(cluster.get(before), "").equals(before.body)


def labelled(cluster: Cluster, service: Resource, times: int) -> Resource:
    """The Service after so many label patches, one after the other."""
    for turn in range(times):
        service = cluster.patch(service, {"metadata": {"labels": {"turn": str(turn)}}})
    return service


@requirement("SVC-TR-027")
def test_prefer_dual_stack_survives_label_patches(cluster: Cluster) -> None:
    """Ten label patches leave policy, family and address of a PreferDualStack Service alone."""
    before = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    after = labelled(cluster, before, times=10)

    expect_ip_fields(after).equals(ip_fields(before))
    expect(after, "spec.ipFamilyPolicy").equals("PreferDualStack")
    expect(after, "spec.ipFamilies").equals([cluster.primary])


@requirement("SVC-TR-027")
def test_prefer_dual_stack_survives_a_put_of_its_manifest(cluster: Cluster) -> None:
    """A PUT of the original manifest leaves policy, family and address alone."""
    manifest = cluster.body("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})
    before = cluster.create(manifest)

    after = cluster.replace(before, manifest)

    expect_ip_fields(after).equals(ip_fields(before))
    expect(after, "spec.ipFamilyPolicy").equals("PreferDualStack")
    expect(after, "spec.ipFamilies").equals([cluster.primary])
