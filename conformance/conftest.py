"""Virtual addresses of load balancers: where no proxy serves any inside the cluster, only one test says so."""

import pytest

from dualstack.testing import SERVED_INSIDE, Cluster, Testbed, at_addresses, ingress, routes


@pytest.fixture(scope="session")
def answers() -> dict[str, bool]:
    """What was found out once for all tests of a process."""
    return {}


@pytest.fixture
def served_inside(cluster: Cluster, testbed: Testbed, answers: dict[str, bool]) -> None:
    """Skips where no virtual address is answered inside the cluster, in whichever family."""
    if "inside" not in answers:
        service = testbed.service("virtual")
        asked = routes(testbed.pods, at_addresses(service, "VIP", ingress(service), testbed.pods))
        answers["inside"] = testbed.are_any_answered(asked, SERVED_INSIDE)
    if not answers["inside"]:
        pytest.skip("nothing inside the cluster serves virtual addresses of load balancers, as LB-008 says")
