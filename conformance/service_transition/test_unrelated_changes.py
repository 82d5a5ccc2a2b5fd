"""What says nothing about addresses changes nothing about them."""

from collections.abc import Callable
from typing import Any

import pytest

from dualstack.testing import Cluster, expect, expect_ip_fields, ip_fields, requirement


def single(cluster: Cluster) -> dict[str, Any]:
    """SingleStack, and no family named."""
    return {"spec.ipFamilyPolicy": "SingleStack"}


def single_in_last_family(cluster: Cluster) -> dict[str, Any]:
    """SingleStack in the family that is not the default one, if there are two."""
    return {"spec.ipFamilyPolicy": "SingleStack", "spec.ipFamilies": cluster.families[-1:]}


def prefer(cluster: Cluster) -> dict[str, Any]:
    """PreferDualStack, and no family named."""
    return {"spec.ipFamilyPolicy": "PreferDualStack"}


def prefer_reversed(cluster: Cluster) -> dict[str, Any]:
    """PreferDualStack with the families in the order that is not the default one."""
    return {"spec.ipFamilyPolicy": "PreferDualStack", "spec.ipFamilies": cluster.families[::-1]}


def strictest_reversed(cluster: Cluster) -> dict[str, Any]:
    """The strictest policy of this cluster with the families in reverse."""
    policy = "RequireDualStack" if cluster.shape.is_dual else "PreferDualStack"
    return {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": cluster.families[::-1]}


State = Callable[[Cluster], dict[str, Any]]
STATES: dict[str, State] = {
    "SingleStack": single,
    "SingleStack in the last family": single_in_last_family,
    "PreferDualStack": prefer,
    "PreferDualStack reversed": prefer_reversed,
    "strictest policy reversed": strictest_reversed,
}
in_each_state = pytest.mark.parametrize("state", STATES.values(), ids=STATES)
EDITS: dict[str, dict[str, Any]] = {
    "label": {"metadata": {"labels": {"edited": "yes"}}},
    "annotation": {"metadata": {"annotations": {"example.com/edited": "yes"}}},
    "port": {"spec": {"ports": [{"name": "http", "port": 8888}]}},
    "selector": {"spec": {"selector": {"edited": "yes"}}},
    "selector removed": {"spec": {"selector": None}},
}


@requirement("SVC-TR-015")
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@in_each_state
def test_unrelated_edit_keeps_the_ip_fields(cluster: Cluster, state: State, edit: dict[str, Any]) -> None:
    """An edit of labels, annotations, ports or selector leaves policy, families and addresses alone."""
    before = cluster.create("services/cluster-ip.yaml", state(cluster))

    after = cluster.patch(before, edit)

    expect(after, "metadata.resourceVersion").differs_from(before["metadata.resourceVersion"])
    expect_ip_fields(after).equals(ip_fields(before))
    expect_ip_fields(cluster.get(before)).equals(ip_fields(before))


IP_FIELDS = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")
NULLS = {**{field: (field,) for field in IP_FIELDS}, "all four": IP_FIELDS}


@requirement("SVC-TR-014")
@pytest.mark.parametrize("fields", NULLS.values(), ids=NULLS)
@pytest.mark.parametrize("type", ["merge", "strategic"])
@in_each_state
def test_null_keeps_the_ip_fields(cluster: Cluster, state: State, type: str, fields: tuple[str, ...]) -> None:
    """A null for an IP field of a headful Service means what is stored."""
    before = cluster.create("services/cluster-ip.yaml", state(cluster))

    after = cluster.patch(before, {"spec": dict.fromkeys(fields)}, type=type)

    expect_ip_fields(after).equals(ip_fields(before))
    expect_ip_fields(cluster.get(before)).equals(ip_fields(before))


@requirement("SVC-TR-013")
@pytest.mark.parametrize("kind", ["cluster-ip", "node-port", "load-balancer"])
@pytest.mark.parametrize(
    ("first", "second"), [("PreferDualStack", "RequireDualStack"), ("RequireDualStack", "PreferDualStack")]
)
def test_switch_of_dual_stack_policies(cluster: Cluster, first: str, second: str, kind: str) -> None:
    """Changing one dual-stack policy for the other and back touches nothing else."""
    before = cluster.create(
        f"services/{kind}.yaml", {"spec.ipFamilyPolicy": first, "spec.ipFamilies": cluster.families[::-1]}
    )

    switched = cluster.patch(before, {"spec": {"ipFamilyPolicy": second}})
    back = cluster.patch(before, {"spec": {"ipFamilyPolicy": first}})

    expect_ip_fields(switched).equals({**ip_fields(before), "ipFamilyPolicy": second})
    expect_ip_fields(back).equals(ip_fields(before))
    expect(switched, "spec.ports").equals(before["spec.ports"])
    expect(back, "spec.ports").equals(before["spec.ports"])
