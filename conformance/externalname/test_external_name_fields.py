"""An ExternalName Service has a name and no addresses."""

from typing import Any

import pytest

from dualstack.testing import ABSENT, Cluster, expect, expect_value, requirement

IP_FIELDS = {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"}


def never_there(cluster: Cluster) -> set[str]:
    """The fields of ``spec`` that no ExternalName Service has; the traffic policy was defaulted until 1.24."""
    return IP_FIELDS | {"internalTrafficPolicy"} if cluster.since(1, 25) else IP_FIELDS


def filled(spec: dict[str, Any]) -> set[str]:
    """The fields that are there and not empty."""
    return {name for name, value in spec.items() if value}


@requirement("EXT-001")
def test_external_name_has_no_ip_fields(cluster: Cluster) -> None:
    """Neither the answer to a create nor the stored ExternalName Service has an IP field."""
    created = cluster.create("services/external-name.yaml")

    stored = cluster.get(created)

    expect(stored, "spec.type").equals("ExternalName")
    for_created = expect_value(filled(created["spec"]), subject=str(created), field="fields of the created spec")
    for_stored = expect_value(filled(stored["spec"]), subject=str(stored), field="fields of the stored spec")
    for_created.satisfies(never_there(cluster).isdisjoint, f"none of {sorted(never_there(cluster))}")
    for_stored.satisfies(never_there(cluster).isdisjoint, f"none of {sorted(never_there(cluster))}")


def refused_fields(cluster: Cluster) -> dict[str, tuple[dict[str, Any], set[str]]]:
    """IP fields by what they are, each with the fields that are to blame for it."""
    family, address = cluster.primary, cluster.free_address(cluster.primary)
    policy, families, addresses = "spec.ipFamilyPolicy", "spec.ipFamilies", "spec.clusterIPs"
    return {
        "ipFamilyPolicy": ({"ipFamilyPolicy": "SingleStack"}, {policy}),
        "ipFamilies": ({"ipFamilies": [family]}, {families}),
        "clusterIP": ({"clusterIP": address}, {addresses}),
        "clusterIP None": ({"clusterIP": "None"}, {addresses}),
        "clusterIP and clusterIPs": ({"clusterIP": address, "clusterIPs": [address]}, {addresses}),
        "all": (
            {"ipFamilyPolicy": "SingleStack", "ipFamilies": [family], "clusterIP": address, "clusterIPs": [address]},
            {policy, families, addresses},
        ),
    }


each_field = pytest.mark.parametrize(
    "which", ["ipFamilyPolicy", "ipFamilies", "clusterIP", "clusterIP None", "clusterIP and clusterIPs", "all"]
)


@requirement("EXT-002")
@each_field
def test_ip_field_is_refused_on_create(dry_cluster: Cluster, which: str) -> None:
    """Each IP field of a new ExternalName Service is refused by a cause of its own."""
    fields, culprits = refused_fields(dry_cluster)[which]

    changes = {f"spec.{name}": value for name, value in fields.items()}
    answer = dry_cluster.try_create("services/external-name.yaml", changes)

    expect(answer).is_refused(*(("FieldValueForbidden", culprit) for culprit in culprits))


@requirement("EXT-002")
@each_field
def test_ip_field_is_refused_on_update(cluster: Cluster, which: str) -> None:
    """Each IP field of a stored ExternalName Service is refused by a cause of its own."""
    fields, culprits = refused_fields(cluster)[which]
    before = cluster.create("services/external-name.yaml")

    answer = cluster.try_patch(before, {"spec": fields})

    expect(answer).is_refused(*(("FieldValueForbidden", culprit) for culprit in culprits))
    expect(cluster.get(before), "").equals(before.body)


BAD_NAMES: dict[str, tuple[Any, str]] = {
    "absent": (ABSENT, "FieldValueRequired"),
    "empty": ("", "FieldValueRequired"),
    "IPv6 literal": ("fd00::1", "FieldValueInvalid"),
    "bracketed IPv6 literal": ("[fd00::1]", "FieldValueInvalid"),
}


@requirement("EXT-003")
@pytest.mark.parametrize(("name", "reason"), BAD_NAMES.values(), ids=BAD_NAMES)
def test_bad_external_name_is_refused(dry_cluster: Cluster, name: Any, reason: str) -> None:
    """An ExternalName Service needs a DNS name; an IPv6 literal is none."""
    answer = dry_cluster.try_create("services/external-name.yaml", {"spec.externalName": name})

    expect(answer).is_refused((reason, "spec.externalName"))


@requirement("EXT-003")
@pytest.mark.parametrize("name", ["example.com", "example.com."], ids=["relative", "absolute"])
def test_dns_name_is_accepted(cluster: Cluster, name: str) -> None:
    """A DNS name is stored as it was written, with or without its last dot."""
    created = cluster.create("services/external-name.yaml", {"spec.externalName": name})

    service = cluster.get(created)

    expect(service, "spec.externalName").equals(name)
