"""A headless Service with a selector has no more families than the cluster."""

from typing import Any

import pytest

from dualstack.testing import Cluster, expect, requirement

SELECTOR = {"app": "later"}


@requirement("HL-003")
@pytest.mark.parametrize("manifest", ["headless", "cluster-ip"])
def test_require_dual_stack_is_refused(dry_cluster: Cluster, manifest: str) -> None:
    """A single-stack cluster refuses RequireDualStack to headless and headful Services alike."""
    answer = dry_cluster.try_create(f"services/{manifest}.yaml", {"spec.ipFamilyPolicy": "RequireDualStack"})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"))


@requirement("HL-003")
@pytest.mark.parametrize("manifest", ["headless", "cluster-ip"])
@pytest.mark.parametrize("changes", [{}, {"spec.ipFamilyPolicy": "PreferDualStack"}], ids=["no policy", "prefer"])
def test_missing_family_is_refused(dry_cluster: Cluster, changes: dict[str, Any], manifest: str) -> None:
    """A single-stack cluster refuses the family it lacks to headless and headful Services alike."""
    answer = dry_cluster.try_create(
        f"services/{manifest}.yaml", {**changes, "spec.ipFamilies": [dry_cluster.secondary]}
    )

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilies[0]"))


@requirement("HL-003")
def test_prefer_dual_stack_is_one_family(cluster: Cluster) -> None:
    """PreferDualStack gives a headless Service the one family there is."""
    created = cluster.create("services/headless.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    service = cluster.get(created)

    expect(service, "spec.ipFamilyPolicy").equals("PreferDualStack")
    expect(service, "spec.ipFamilies").equals([cluster.primary])
    expect(service, "spec.clusterIPs").equals(["None"])


@requirement("HL-012")
def test_added_selector_is_refused(cluster: Cluster) -> None:
    """A Service of both families cannot get a selector where one of them is missing."""
    before = cluster.create("services/headless-without-selector.yaml")

    answer = cluster.try_patch(before, {"spec": {"selector": SELECTOR}})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilyPolicy"), ("FieldValueInvalid", "spec.ipFamilies[1]"))
    expect(cluster.get(before), "").equals(before.body)


@requirement("HL-012")
def test_added_selector_with_single_stack_is_accepted(cluster: Cluster) -> None:
    """The same request may set SingleStack, and the first family is what is left."""
    before = cluster.create("services/headless-without-selector.yaml")

    after = cluster.patch(before, {"spec": {"selector": SELECTOR, "ipFamilyPolicy": "SingleStack"}})

    expect(after, "spec.selector").equals(SELECTOR)
    expect(after, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(after, "spec.ipFamilies").equals([cluster.primary])
    expect(after, "spec.clusterIPs").equals(["None"])
