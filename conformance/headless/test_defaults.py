"""What a headless Service gets when it says little."""

from typing import Any

import pytest

from dualstack.testing import ABSENT, Cluster, expect, expect_ip_fields, ip_fields, requirement


@requirement("HL-001")
def test_headless_with_selector_is_single_stack(cluster: Cluster) -> None:
    """A headless Service with a selector has one family, the primary, and no address."""
    service = cluster.create("services/headless.yaml")

    expect(service, "spec.ipFamilyPolicy").equals("SingleStack")
    expect(service, "spec.ipFamilies").equals([cluster.primary])
    expect(service, "spec.clusterIP").equals("None")
    expect(service, "spec.clusterIPs").equals(["None"])
    expect_ip_fields(cluster.get(service)).equals(ip_fields(service))


PORTS: dict[str, dict[str, Any]] = {"with ports": {}, "without ports": {"spec.ports": ABSENT}}


@requirement("HL-004")
@pytest.mark.parametrize("changes", PORTS.values(), ids=PORTS)
def test_headless_without_selector_is_dual_stack(cluster: Cluster, changes: dict[str, Any]) -> None:
    """A headless Service without selector has both families, primary first, on any cluster."""
    service = cluster.create("services/headless-without-selector.yaml", changes)

    expect(service, "spec.ipFamilyPolicy").equals("RequireDualStack")
    expect(service, "spec.ipFamilies").equals([cluster.primary, cluster.secondary])
    expect(service, "spec.clusterIP").equals("None")
    expect(service, "spec.clusterIPs").equals(["None"])
    expect_ip_fields(cluster.get(service)).equals(ip_fields(service))
