"""The rules of an update, one by one."""

from __future__ import annotations

import pytest

from dualstack.families import Family, Shape
from dualstack.rulebook.conversion import Plain, available_ranges, rewrite
from dualstack.rulebook.creation import create
from dualstack.rulebook.matrix import held
from dualstack.rulebook.model import (
    NONE,
    Accepted,
    Cause,
    Change,
    ClusterIP,
    Kind,
    NodePort,
    Place,
    Refused,
    ServiceRequest,
    ServiceSpec,
    ServiceType,
)
from dualstack.rulebook.transition import update

HELD4, HELD6 = ClusterIP(Family.IPV4, Place.HELD), ClusterIP(Family.IPV6, Place.HELD)


def stored(shape: str, kind: Kind, policy: str | None = None, families: tuple[str, ...] | None = None) -> ServiceSpec:
    """What a create leaves behind."""
    answer = create(Shape(shape), ServiceRequest(kind, policy, families))
    assert isinstance(answer, Accepted), answer
    return held(answer.spec)


def accepted(shape: str, before: ServiceSpec, change: Change) -> Accepted:
    """The answer, which must be an accepting one."""
    answer = update(Shape(shape), before, change)
    assert isinstance(answer, Accepted), answer
    return answer


def refused(shape: str, before: ServiceSpec, change: Change) -> Refused:
    """The answer, which must be a refusing one."""
    answer = update(Shape(shape), before, change)
    assert isinstance(answer, Refused), answer
    return answer


def test_an_upgrade_keeps_the_primary_and_adds_the_other_family() -> None:
    """A Service in the secondary family keeps it as its first."""
    before = stored("dual-v4", Kind.NODE_PORT, "SingleStack", ("IPv6",))

    answer = accepted("dual-v4", before, Change(policy="PreferDualStack"))

    assert (answer.clause, answer.primary_kept, answer.node_port) == ("SVC-TR-001", True, NodePort.KEPT)
    assert answer.spec.cluster_ips == (HELD6, ClusterIP(Family.IPV4, Place.ASSIGNED))


def test_the_word_single_stack_is_enough_for_a_downgrade() -> None:
    """Lists that were left alone lose their second entry."""
    before = stored("dual-v4", Kind.CLUSTER_IP, "RequireDualStack")

    answer = accepted("dual-v4", before, Change(policy="SingleStack"))

    assert (answer.clause, answer.spec.families, answer.spec.cluster_ips) == ("SVC-TR-003", ("IPv4",), (HELD4,))


def test_a_shorter_list_alone_is_refused() -> None:
    """It may be the accident of a client that knows one family only."""
    before = stored("dual-v4", Kind.CLUSTER_IP, "PreferDualStack")

    answer = refused("dual-v4", before, Change(families=("IPv4",)))

    assert answer.clause == "SVC-TR-005"
    assert answer.causes == {Cause("FieldValueInvalid", "spec.ipFamilyPolicy")}


def test_the_second_family_cannot_be_kept_instead_of_the_first() -> None:
    """A downgrade gives up the second address, never the first."""
    before = stored("dual-v4", Kind.CLUSTER_IP, "PreferDualStack")

    answer = refused("dual-v4", before, Change(policy="SingleStack", families=("IPv6",)))

    assert answer.clause == "SVC-TR-012"
    assert answer.causes == {Cause("FieldValueInvalid", "spec.clusterIPs[0]")}


def test_an_older_client_that_clears_only_the_singular_address_loses_nothing() -> None:
    """Values that the server chose need not be repeated."""
    before = stored("dual-v4", Kind.CLUSTER_IP, "PreferDualStack")

    answer = accepted("dual-v4", before, Change(cluster_ip=None))

    assert (answer.clause, answer.spec) == ("SVC-TR-014", before)


@pytest.mark.parametrize(
    ("place", "clause"), [(Place.TAKEN, "SVC-TR-008"), (Place.OUTSIDE, "SVC-TR-008"), (Place.FREE, "SVC-TR-007")]
)
def test_an_upgrade_may_name_a_free_secondary_address(place: Place, clause: str) -> None:
    """One that cannot be had refuses the upgrade."""
    before = stored("dual-v4", Kind.CLUSTER_IP)
    change = Change(policy="RequireDualStack", cluster_ips=(HELD4, ClusterIP(Family.IPV6, place)))

    assert update(Shape.DUAL_V4, before, change).clause == clause


def test_a_secondary_address_cannot_be_replaced() -> None:
    """It is named by its index."""
    before = stored("dual-v4", Kind.CLUSTER_IP, "RequireDualStack")

    answer = refused("dual-v4", before, Change(cluster_ips=(HELD4, ClusterIP(Family.IPV6, Place.FREE))))

    assert answer.clause == "SVC-TR-010"
    assert answer.causes == {Cause("FieldValueInvalid", "spec.clusterIPs[1]")}


def test_a_primary_address_cannot_be_replaced_or_declined() -> None:
    """Neither by another address nor by None."""
    before = stored("ipv6", Kind.CLUSTER_IP)

    for address in (ClusterIP(Family.IPV6, Place.FREE), NONE):
        answer = refused("ipv6", before, Change(cluster_ip=address, cluster_ips=(address,)))
        assert answer.clause == "SVC-TR-009"
        assert answer.causes == {Cause("FieldValueInvalid", "spec.clusterIPs[0]")}


def test_families_of_a_headless_service_may_be_swapped() -> None:
    """No address depends on them."""
    before = stored("dual-v4", Kind.HEADLESS, "RequireDualStack")

    answer = accepted("dual-v4", before, Change(families=("IPv6", "IPv4")))

    assert (answer.clause, answer.spec.families) == ("HL-007", ("IPv6", "IPv4"))


def test_a_headless_service_written_without_families_gets_the_default_ones() -> None:
    """Nothing else tells what they were."""
    before = stored("dual-v4", Kind.HEADLESS, "SingleStack", ("IPv6",))

    answer = accepted("dual-v4", before, Change(families=None))

    assert (answer.clause, answer.spec.families) == ("HL-010", ("IPv4",))


def test_external_name_and_back() -> None:
    """Addresses go with the type and come back as on create."""
    before = stored("dual-v6", Kind.NODE_PORT, "RequireDualStack")

    alias = accepted("dual-v6", before, Change(type=ServiceType.EXTERNAL_NAME))
    again = accepted("dual-v6", alias.spec, Change(type=ServiceType.CLUSTER_IP, policy="PreferDualStack"))

    assert (alias.clause, alias.spec.cluster_ips, alias.node_port) == ("EXT-004", (), NodePort.ABSENT)
    assert (again.clause, again.address_families) == ("EXT-008", ("IPv6", "IPv4"))


def test_external_name_with_another_policy_is_refused() -> None:
    """What the user changes is not silently dropped."""
    before = stored("dual-v6", Kind.CLUSTER_IP)

    answer = refused("dual-v6", before, Change(type=ServiceType.EXTERNAL_NAME, policy="PreferDualStack"))

    assert answer.clause == "EXT-006"
    assert answer.causes == {Cause("FieldValueForbidden", "spec.ipFamilyPolicy")}


def test_a_conversion_upgrades_no_service_by_itself() -> None:
    """A PreferDualStack Service stays as it is through unrelated writes."""
    before = stored("ipv4", Kind.CLUSTER_IP, "PreferDualStack")

    answer = rewrite(Shape.IPV4, Shape.DUAL_V4, before, Change())

    assert isinstance(answer, Accepted)
    assert (answer.clause, answer.spec) == ("LIFE-010", before)


def test_a_required_second_family_that_was_lost_blocks_every_write_but_delete() -> None:
    """Reading and deleting always work."""
    before = stored("dual-v6", Kind.CLUSTER_IP, "RequireDualStack")

    label = rewrite(Shape.DUAL_V6, Shape.IPV6, before, Change())
    delete = rewrite(Shape.DUAL_V6, Shape.IPV6, before, Plain.DELETE)

    assert isinstance(label, Refused)
    assert (label.clause, len(label.causes)) == ("LIFE-011", 2)
    assert isinstance(delete, Accepted)


@pytest.mark.parametrize(
    ("before", "after", "version", "ranges"),
    [
        (Shape.IPV4, Shape.DUAL_V4, (1, 36), (Family.IPV4, Family.IPV6)),
        (Shape.IPV4, Shape.DUAL_V6, (1, 36), (Family.IPV4,)),
        (Shape.IPV4, Shape.DUAL_V6, (1, 32), (Family.IPV6, Family.IPV4)),
        (Shape.DUAL_V4, Shape.IPV6, (1, 33), (Family.IPV6,)),
        (Shape.IPV6, Shape.IPV4, (1, 33), ()),
    ],
)
def test_where_addresses_come_from_after_a_conversion(
    before: Shape, after: Shape, version: tuple[int, int], ranges: tuple[Family, ...]
) -> None:
    """Since 1.33 from the ServiceCIDR object, which is extended in one case only."""
    assert available_ranges(before, after, version) == ranges


def test_an_address_cannot_be_traded_for_none_and_a_second_family() -> None:
    """The list and its first entry are both named, for the new family got an address behind None."""
    before = stored("dual-v4", Kind.CLUSTER_IP)

    answer = refused("dual-v4", before, Change(policy="PreferDualStack", cluster_ip=NONE, selector=None))

    assert answer.clause == "SVC-TR-009"
    assert {cause.field for cause in answer.causes} == {"spec.clusterIPs", "spec.clusterIPs[0]"}


def test_external_name_with_another_address_is_refused() -> None:
    """Also when only the singular field says so."""
    before = stored("ipv4", Kind.CLUSTER_IP)
    address = ClusterIP(Family.IPV4, Place.FREE)

    answer = refused("ipv4", before, Change(ServiceType.EXTERNAL_NAME, cluster_ip=address, cluster_ips=None))

    assert answer.clause == "EXT-006"
    assert answer.causes == {Cause("FieldValueForbidden", "spec.clusterIPs")}


def test_an_older_client_may_clear_the_singular_address_on_the_way_to_external_name() -> None:
    """The list that it does not know is cleared on its behalf."""
    before = stored("dual-v4", Kind.CLUSTER_IP, "PreferDualStack")

    answer = accepted("dual-v4", before, Change(ServiceType.EXTERNAL_NAME, cluster_ip=None))

    assert (answer.clause, answer.spec.cluster_ips) == ("EXT-007", ())
