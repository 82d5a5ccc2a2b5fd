"""Every way to look at a Service shows the same IP fields."""

import pytest

from dualstack.testing import Cluster, Resource, expect_ip_fields, ip_fields, requirement

VARIANTS = {
    "no policy": ("cluster-ip", {}),
    "dual-stack": ("cluster-ip", {"spec.ipFamilyPolicy": "PreferDualStack"}),
    "headless": ("headless", {"spec.ipFamilyPolicy": "PreferDualStack"}),
    "ExternalName": ("external-name", {}),
}
each_variant = pytest.mark.parametrize(("manifest", "changes"), VARIANTS.values(), ids=VARIANTS)


def expect_same_in_every_view(cluster: Cluster, service: Resource) -> None:
    """GET, LIST in the namespace and over all, and the status subresource agree with the object."""
    # Other runs on the same cluster have Services of this name, in namespaces of their own.
    query = {"fieldSelector": f"metadata.name={service.name},metadata.namespace={service.namespace}"}
    wanted = ip_fields(service)
    expect_ip_fields(cluster.get(service)).equals(wanted)
    expect_ip_fields(next(cluster.list("services", query=query))).equals(wanted)
    expect_ip_fields(next(cluster.list("services", all_namespaces=True, query=query))).equals(wanted)
    expect_ip_fields(cluster.get(f"{service.path}/status")).equals(wanted)


@requirement("SVC-DEF-001")
@each_variant
def test_views_agree_after_a_create(cluster: Cluster, manifest: str, changes: dict[str, str]) -> None:
    """A new Service has the same IP fields in GET, LIST, watch and status."""
    before = cluster.moment("services")

    service = cluster.create(f"services/{manifest}.yaml", changes)

    expect_same_in_every_view(cluster, service)
    expect_ip_fields(cluster.first_event("ADDED", service, since=before)).equals(ip_fields(service))


@requirement("SVC-DEF-001")
@each_variant
def test_views_agree_after_an_update(cluster: Cluster, manifest: str, changes: dict[str, str]) -> None:
    """A changed Service has the same IP fields in GET, LIST, watch and status."""
    before = cluster.create(f"services/{manifest}.yaml", changes)

    service = cluster.patch(before, {"metadata": {"labels": {"stage": "second"}}})

    version = before["metadata.resourceVersion"]
    expect_same_in_every_view(cluster, service)
    expect_ip_fields(cluster.first_event("MODIFIED", service, since=version)).equals(ip_fields(service))


@requirement("SVC-DEF-001")
def test_status_write_answers_with_the_same_fields(cluster: Cluster) -> None:
    """A write of the status subresource answers with the IP fields that the Service has."""
    service = cluster.create("services/load-balancer.yaml", {"spec.ipFamilyPolicy": "PreferDualStack"})

    answered = cluster.patch(service, {"status": {"loadBalancer": {}}}, subresource="status")

    expect_ip_fields(answered).equals(ip_fields(service))
