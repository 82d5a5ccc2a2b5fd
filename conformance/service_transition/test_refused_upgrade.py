"""An upgrade that fails half-way gives back the address it had taken."""

import pytest

from dualstack.testing import Cluster, expect, requirement


def needs_two_families(cluster: Cluster) -> None:
    """Leave out clusters that refuse the upgrade itself."""
    if not cluster.shape.is_dual:
        pytest.skip("an upgrade takes a second Service family")


@requirement("SVC-TR-019")
def test_refused_upgrade_gives_the_address_back(cluster: Cluster) -> None:
    """A second address that a refused upgrade tried to take can be pinned by another Service."""
    needs_two_families(cluster)
    before = cluster.create("services/cluster-ip.yaml", {"spec.ipFamilyPolicy": "SingleStack"})
    taken = cluster.create("services/node-port.yaml")["spec.ports[0].nodePort"]
    wanted = cluster.free_address(cluster.secondary)

    upgrade = {"ipFamilyPolicy": "RequireDualStack", "clusterIPs": [before["spec.clusterIP"], wanted]}
    change = {**upgrade, "type": "NodePort", "ports": [{"port": 80, "nodePort": taken}]}
    answer = cluster.try_patch(before, {"spec": change})
    other = cluster.create("services/cluster-ip.yaml", {"spec.clusterIP": wanted})

    expect(answer).is_refused(("FieldValueInvalid", "spec.ports[0].nodePort"), saying="already allocated")
    expect(cluster.get(before), "").equals(before.body)
    expect(other, "spec.clusterIPs").equals([wanted])
