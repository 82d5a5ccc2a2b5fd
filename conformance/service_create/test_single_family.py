"""Services of one family: the primary one unless another is asked for."""

import pytest

from dualstack.testing import ABSENT, Cluster, expect, expect_stack, requirement

KINDS = ["cluster-ip", "node-port", "load-balancer", "without-selector"]


@requirement("SVC-CREATE-001")
@pytest.mark.parametrize("kind", KINDS)
def test_service_that_asks_nothing_is_single_stack(cluster: Cluster, kind: str) -> None:
    """A Service that says nothing about families gets one address of the primary family."""
    service = cluster.create(f"services/{kind}.yaml")

    expect_stack(service, cluster.facts, policy="SingleStack", families=[cluster.primary])
    expect_stack(cluster.get(service), cluster.facts, policy="SingleStack", families=[cluster.primary])


@requirement("SVC-CREATE-002")
@pytest.mark.parametrize("kind", KINDS)
def test_single_stack_is_the_default_said_aloud(cluster: Cluster, kind: str) -> None:
    """Policy SingleStack without families gives what no policy gives."""
    silent = cluster.create(f"services/{kind}.yaml")

    service = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": "SingleStack"})

    expect_stack(service, cluster.facts, policy="SingleStack", families=[cluster.primary])
    expect(service, "spec.ipFamilyPolicy").equals(silent["spec.ipFamilyPolicy"])
    expect(service, "spec.ipFamilies").equals(silent["spec.ipFamilies"])


@requirement("SVC-CREATE-003")
@pytest.mark.parametrize("policy", [ABSENT, "SingleStack"], ids=["no policy", "SingleStack"])
@pytest.mark.parametrize("index", [0, -1], ids=["first family served", "last family served"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_named_family_is_honoured(cluster: Cluster, kind: str, index: int, policy: str) -> None:
    """A Service that names one served family gets one address of it, also of the secondary family."""
    family = cluster.families[index]

    service = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": policy, "spec.ipFamilies": [family]})

    expect_stack(service, cluster.facts, policy="SingleStack", families=[family])
    expect_stack(cluster.get(service), cluster.facts, policy="SingleStack", families=[family])


@requirement("SVC-CREATE-006")
@pytest.mark.parametrize("kind", KINDS)
def test_preference_is_kept_where_one_family_is_served(cluster: Cluster, kind: str) -> None:
    """PreferDualStack without families is kept as asked and gets the one family there is."""
    service = cluster.create(f"services/{kind}.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    expect_stack(service, cluster.facts, policy="PreferDualStack", families=[cluster.primary])


@requirement("SVC-CREATE-006")
def test_preference_with_the_served_family_is_kept(cluster: Cluster) -> None:
    """PreferDualStack with the served family named is kept as asked and gets that family."""
    preferring = {"spec.ipFamilyPolicy": "PreferDualStack", "spec.ipFamilies": cluster.families}

    service = cluster.create("services/cluster-ip.yaml", preferring)

    expect_stack(service, cluster.facts, policy="PreferDualStack", families=[cluster.primary])
