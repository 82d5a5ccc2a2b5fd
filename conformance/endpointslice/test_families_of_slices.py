"""Which slices a Service has: one set for each of its families, and none for any other."""

import pytest

from dualstack.testing import (
    Bound,
    Cluster,
    Family,
    Resource,
    Slices,
    Testbed,
    eventually_slices,
    expect_no_offender,
    expect_value,
    requirement,
    slices_of,
)

DWELL = 5.0
"""Seconds that something must stay as it is."""
GONE = Bound("slices of a deleted Service", 60)
SETTLED = Bound("offenders of an audit of slices", 30)
SELECTING = "services/selecting.yaml"


def covers(families: list[Family], pods: list[str]) -> object:
    """A condition: the slices are of exactly these families, each with all of these Pods."""

    def holds(slices: Slices) -> bool:
        complete = all(sorted(slices.addresses(family)) == sorted(pods) for family in families)
        return slices.families == sorted(map(str, families)) and complete

    return holds


@requirement("EPS-001")
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_a_single_stack_service_has_slices_of_its_family(cluster: Cluster, testbed: Testbed, role: str) -> None:
    """SingleStack means slices of that family and, however long one looks, of no other."""
    family = cluster.family(role)
    if family not in cluster.families:
        pytest.skip(f"the cluster has no {role} family")
    backends = testbed.backends(cluster)
    names = [pod.name for pod in backends.pods if pod.address(family)]
    service = cluster.create(
        SELECTING,
        {
            "metadata.namespace": backends.namespace,
            "spec.selector": backends.selector,
            "spec.ipFamilyPolicy": "SingleStack",
            "spec.ipFamilies": [family],
        },
    )

    eventually_slices(cluster, service, covers([family], names), f"{family} slices with {names}")
    cluster.waiting.pause(DWELL)

    expect_value(slices_of(cluster, service).families, subject=str(service), field="addressTypes").equals([str(family)])


def dual(cluster: Cluster, testbed: Testbed, *, policy: str = "PreferDualStack", ready: bool = True) -> Resource:
    """A dual-stack Service over two Pods."""
    backends = testbed.backends(cluster, ready=ready)
    return cluster.create(
        SELECTING,
        {
            "metadata.namespace": backends.namespace,
            "spec.selector": backends.selector,
            "spec.ipFamilyPolicy": policy,
        },
    )


@requirement("EPS-002")
@pytest.mark.parametrize("policy", ["PreferDualStack", "RequireDualStack"])
def test_a_dual_stack_service_has_slices_of_both_families(cluster: Cluster, testbed: Testbed, policy: str) -> None:
    """Both families have slices once the Pods are ready."""
    service = dual(cluster, testbed, policy=policy)

    eventually_slices(cluster, service, lambda slices: slices.families == sorted(Family), "slices of both families")


@requirement("EPS-006")
def test_a_service_that_selects_nothing_has_a_placeholder(cluster: Cluster, testbed: Testbed) -> None:
    """Without a Pod there is one slice for each family, with neither endpoints nor ports."""
    service = cluster.create(SELECTING, {"spec.ipFamilyPolicy": "PreferDualStack"})
    owed = {str(family): [(0, 0)] for family in cluster.families}

    def sizes(slices: Slices) -> dict[str, list[tuple[int, int]]]:
        return {
            str(family): [(len(piece["endpoints"] or ()), len(piece["ports"] or ())) for piece in slices.of(family)]
            for family in (Family.IPV4, Family.IPV6)
            if slices.of(family)
        }

    eventually_slices(cluster, service, lambda slices: sizes(slices) == owed, f"empty slices {owed}")


@requirement("EPS-007")
def test_an_upgrade_adds_slices(cluster: Cluster, testbed: Testbed) -> None:
    """The new family gets slices with all Pods, and those of the old one stay the same objects."""
    backends = testbed.backends(cluster)
    names = [pod.name for pod in backends.pods]
    service = cluster.create(
        SELECTING,
        {
            "metadata.namespace": backends.namespace,
            "spec.selector": backends.selector,
            "spec.ipFamilyPolicy": "SingleStack",
        },
    )
    before = eventually_slices(cluster, service, covers([cluster.primary], names), f"slices with {names}")

    cluster.patch(service, {"spec": {"ipFamilyPolicy": "PreferDualStack"}})

    after = eventually_slices(cluster, service, covers(cluster.families, names), f"both families with {names}")
    expect_value(after.uids(cluster.primary), subject=str(service), field="uids of the old family's slices").equals(
        before.uids(cluster.primary)
    )


@requirement("EPS-008")
def test_a_downgrade_deletes_slices(cluster: Cluster, testbed: Testbed) -> None:
    """The dropped family has no slice any more, and those of the other one stay the same objects."""
    service = dual(cluster, testbed)
    before = eventually_slices(cluster, service, lambda slices: len(slices.families) == 2, "slices of both families")

    cluster.patch(service, {"spec": {"ipFamilyPolicy": "SingleStack"}})

    primary = cluster.primary
    after = eventually_slices(cluster, service, lambda s: s.families == [str(primary)], f"{primary} slices only")
    expect_value(after.uids(primary), subject=str(service), field="uids of the kept family's slices").equals(
        before.uids(primary)
    )


@requirement("EPS-010")
def test_slices_belong_to_their_service(cluster: Cluster, testbed: Testbed) -> None:
    """Each slice is owned by the Service as its controller, and goes with it."""
    service = dual(cluster, testbed)
    owner = {"kind": "Service", "name": service.name, "uid": service["metadata.uid"], "controller": True}
    slices = eventually_slices(
        cluster, service, lambda found: len(found.families) == len(cluster.families), "slices of every family"
    )

    owners = {
        piece.name: [
            {key: reference.get(key) for key in owner} for reference in piece["metadata.ownerReferences"] or ()
        ]
        for piece in slices.pieces
    }
    expect_value(owners, subject=str(service), field="metadata.ownerReferences").equals(
        {name: [owner] for name in owners}
    )

    cluster.delete(service)

    eventually_slices(cluster, service, lambda found: not found.pieces, "no slice", bound=GONE)


@requirement("EPS-021")
def test_without_a_selector_the_controller_stays_away(cluster: Cluster, testbed: Testbed) -> None:
    """A Service without a selector never gets a slice of the controller."""
    service = cluster.create("services/without-selector.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    cluster.waiting.pause(DWELL)

    found = [piece.name for piece in slices_of(cluster, service).pieces]
    expect_value(found, subject=str(service), field="EndpointSlices of the controller").equals([])


@requirement("EPS-031")
def test_headless_families_change_the_slices(cluster: Cluster, testbed: Testbed) -> None:
    """A headless Service that changes its family, or takes both, has slices of just those."""
    backends = testbed.backends(cluster)
    names = [pod.name for pod in backends.pods]
    service = cluster.create(
        "services/headless.yaml",
        {
            "metadata.namespace": backends.namespace,
            "spec.selector": backends.selector,
            "spec.ipFamilies": [cluster.primary],
        },
    )
    eventually_slices(cluster, service, covers([cluster.primary], names), f"{cluster.primary} slices")

    cluster.patch(service, {"spec": {"ipFamilies": [cluster.secondary]}})
    eventually_slices(cluster, service, covers([cluster.secondary], names), f"{cluster.secondary} slices only")

    both = [cluster.secondary, cluster.primary]
    cluster.patch(service, {"spec": {"ipFamilies": both, "ipFamilyPolicy": "RequireDualStack"}})
    eventually_slices(cluster, service, covers(both, names), "slices of both families")


def wrong_slices(cluster: Cluster) -> dict[str, str]:
    """Each Service of the cluster whose managed slices are not of its families, and how.

    ExternalName Services keep what they had, so they are left out.
    """
    managed = {"labelSelector": "endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io"}
    present: dict[str, set[str]] = {}
    for piece in cluster.list("endpointslices", all_namespaces=True, query=managed):
        labels = piece["metadata.labels"] or {}
        owner = f"{piece.namespace}/{labels.get('kubernetes.io/service-name')}"
        present.setdefault(owner, set()).add(str(piece["addressType"]))
    services = {
        f"{service.namespace}/{service.name}": service
        for service in cluster.list("services", all_namespaces=True)
        if service["spec.type"] != "ExternalName"
    }
    return {
        name: f"ipFamilies {service['spec.ipFamilies']}, slices of {sorted(present.get(name, set()))}"
        for name, service in services.items()
        if not present.get(name, set()) <= {*service["spec.ipFamilies"]}
        or (service["spec.selector"] and present.get(name, set()) != {*service["spec.ipFamilies"]})
    }


@requirement("CLU-014")
@pytest.mark.audit
def test_slices_of_the_whole_cluster_fit_their_services(cluster: Cluster) -> None:
    """No managed slice is of a family that its Service lacks, and no family of a Service that selects lacks slices."""
    cluster.create(SELECTING, {"spec.ipFamilyPolicy": "PreferDualStack"})

    expect_no_offender(
        cluster, lambda: wrong_slices(cluster), subject="Services", expected="slices of their families", bound=SETTLED
    )
