"""A cluster with one Service family stays with it, whatever its Pods have."""

from dualstack.testing import Cluster, expect, requirement


@requirement("CLU-015")
def test_services_keep_to_the_configured_family(dry_cluster: Cluster) -> None:
    """A Service that asks for the family without a range is refused, also where Pods have addresses of it."""
    answer = dry_cluster.try_create(
        "services/without-selector.yaml",
        {"spec.ipFamilyPolicy": "SingleStack", "spec.ipFamilies": [dry_cluster.secondary]},
    )

    expect(answer).is_refused(("FieldValueInvalid", "spec.ipFamilies[0]"))
