"""How long a client may stick to one endpoint."""

import pytest

from dualstack.testing import ABSENT, Cluster, expect, requirement

TIMEOUT = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
STACKS = [ABSENT, "PreferDualStack"]
any_stack = pytest.mark.parametrize("policy", STACKS, ids=["no policy", "PreferDualStack"])


@requirement("AFF-009")
@any_stack
@pytest.mark.parametrize("seconds", [0, -1, 86401])
def test_timeout_out_of_bounds_is_refused(dry_cluster: Cluster, seconds: int, policy: str) -> None:
    """No time at all, less than that, and more than a day are refused."""
    sticky = {"spec.sessionAffinity": "ClientIP", TIMEOUT: seconds, "spec.ipFamilyPolicy": policy}

    answer = dry_cluster.try_create("services/cluster-ip.yaml", sticky)

    expect(answer).is_refused(("FieldValueInvalid", TIMEOUT))


@requirement("AFF-009")
@any_stack
@pytest.mark.parametrize("seconds", [1, 86400])
def test_timeout_at_its_bounds_is_stored(cluster: Cluster, seconds: int, policy: str) -> None:
    """One second and one day are both kept as given."""
    sticky = {"spec.sessionAffinity": "ClientIP", TIMEOUT: seconds, "spec.ipFamilyPolicy": policy}

    service = cluster.create("services/cluster-ip.yaml", sticky)

    expect(service, TIMEOUT).equals(seconds)
    expect(cluster.get(service), TIMEOUT).equals(seconds)
