"""The four patch types."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.api import APPLY, CONFIGMAPS, JSON_PATCH, MERGE, SERVICES, STRATEGIC, Api, configmap, service


@pytest.fixture
def api() -> Api:
    """A cluster with one Service."""
    api = Api()
    assert api("POST", SERVICES, service()).code == 201
    return api


@pytest.mark.parametrize(("media", "ports"), [(MERGE, [81]), (STRATEGIC, [81, 80])])
def test_lists_replace_or_merge(api: Api, media: str, ports: list[int]) -> None:
    """A merge patch replaces a list; a strategic one merges ports by number, its own first."""
    body = api("PATCH", SERVICES + "/web", {"spec": {"ports": [{"name": "p2", "port": 81}]}}, media).body

    assert [port["port"] for port in body["spec"]["ports"]] == ports


def test_a_list_without_merge_key_is_replaced(api: Api) -> None:
    """Strategic merge replaces atomic lists."""
    api("PATCH", SERVICES + "/web", {"spec": {"externalIPs": ["192.0.2.1"]}}, STRATEGIC)

    body = api("PATCH", SERVICES + "/web", {"spec": {"externalIPs": ["192.0.2.2"]}}, STRATEGIC).body

    assert body["spec"]["externalIPs"] == ["192.0.2.2"]


def test_directives_of_strategic_merge(api: Api) -> None:
    """An item is deleted by its key, and the order is the one that is set."""
    ports = [{"$patch": "delete", "port": 80}, {"name": "a", "port": 90}, {"name": "b", "port": 91}]
    order = [{"port": 91}, {"port": 90}]

    body = api("PATCH", SERVICES + "/web", {"spec": {"ports": ports, "$setElementOrder/ports": order}}, STRATEGIC).body

    assert [port["port"] for port in body["spec"]["ports"]] == [91, 90]


def test_null_removes(api: Api) -> None:
    """A null takes a label away."""
    api("PATCH", SERVICES + "/web", {"metadata": {"labels": {"a": "1", "b": "2"}}}, MERGE)

    body = api("PATCH", SERVICES + "/web", {"metadata": {"labels": {"a": None}}}, MERGE).body

    assert body["metadata"]["labels"] == {"b": "2"}


@pytest.mark.parametrize(
    ("operations", "code"),
    [
        ([{"op": "test", "path": "/spec/type", "value": "ClusterIP"}], 200),
        ([{"op": "test", "path": "/spec/type", "value": "NodePort"}], 422),
        ([{"op": "remove", "path": "/spec/nope"}], 422),
        ([{"op": "add", "path": "/a/b/c", "value": 1}], 422),
        ([{"op": "foo", "path": "/a"}], 422),
        ([{"op": "replace", "path": "/spec/ports/0/port", "value": "x"}], 422),
        ([{"op": "add", "path": "/spec/ports/-", "value": {"name": "z", "port": 99}}], 200),
        ({"op": "add"}, 400),
    ],
)
def test_json_patch(api: Api, operations: Any, code: int) -> None:
    """Operations apply in order or not at all."""
    before = api.stored(SERVICES + "/web")

    assert api("PATCH", SERVICES + "/web", operations, JSON_PATCH).code == code
    assert code == 200 or api.stored(SERVICES + "/web") == before


def test_json_patch_copies_moves_and_unescapes() -> None:
    """``~1`` is a slash; copy and move take values from where they are."""
    api = Api()
    api("POST", CONFIGMAPS, configmap("a", k="v"))
    operations = [
        {"op": "add", "path": "/metadata/labels", "value": {"x/y": "1"}},
        {"op": "copy", "from": "/metadata/labels/x~1y", "path": "/data/copied"},
        {"op": "move", "from": "/data/k", "path": "/data/moved"},
    ]

    assert api("PATCH", CONFIGMAPS + "/a", operations, JSON_PATCH).body["data"] == {"copied": "1", "moved": "v"}


def test_an_unknown_patch_type_is_refused(api: Api) -> None:
    """Patches name their type."""
    assert api("PATCH", SERVICES + "/web", {}, "application/json").code == 415


def test_wrong_types_in_a_patch_are_refused(api: Api) -> None:
    """The outcome of a patch must be an object of its type."""
    assert api("PATCH", SERVICES + "/web", {"spec": {"ipFamilies": 3}}, MERGE).causes == {
        ("FieldValueInvalid", "patch")
    }


def intent(**spec: Any) -> dict[str, Any]:
    """A Service to apply."""
    return service("ap", **spec)


AP = SERVICES + "/ap"


def test_apply_creates_and_then_changes_nothing() -> None:
    """The first apply creates; the same again keeps the revision and owns only what was sent."""
    api = Api()
    first = api("PATCH", AP, intent(ipFamilyPolicy="PreferDualStack"), APPLY, fieldManager="m")
    again = api("PATCH", AP, intent(ipFamilyPolicy="PreferDualStack"), APPLY, fieldManager="m")

    assert (first.code, again.code) == (201, 200)
    assert first.body == again.body
    (entry,) = again.body["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"]) == ("m", "Apply")
    assert set(entry["fieldsV1"]["f:spec"]) == {"f:ipFamilyPolicy", "f:ports", "f:selector"}


def test_apply_conflicts_over_a_field_of_another_manager() -> None:
    """Changing what another manager owns needs force, which takes the field over."""
    api = Api()
    api("PATCH", AP, intent(ipFamilyPolicy="SingleStack"), APPLY, fieldManager="one")

    refused = api("PATCH", AP, intent(ipFamilyPolicy="PreferDualStack"), APPLY, fieldManager="two")
    forced = api("PATCH", AP, intent(ipFamilyPolicy="PreferDualStack"), APPLY, fieldManager="two", force="true")

    assert (refused.code, refused.causes) == (409, {("FieldManagerConflict", ".spec.ipFamilyPolicy")})
    owners = {e["manager"]: e["fieldsV1"]["f:spec"] for e in forced.body["metadata"]["managedFields"]}
    assert "f:ipFamilyPolicy" in owners["two"]
    assert "f:ipFamilyPolicy" not in owners["one"]


def test_apply_removes_what_it_no_longer_says() -> None:
    """A field that only this manager owned goes when the intent drops it; a shared one stays."""
    api = Api()
    body = intent(ports=[{"name": "a", "port": 80}, {"name": "b", "port": 81}])
    body["metadata"]["labels"] = {"mine": "1", "shared": "1"}
    api("PATCH", AP, body, APPLY, fieldManager="one")
    api("PATCH", AP, {"kind": "Service", "apiVersion": "v1", "metadata": {"name": "ap", "labels": {"shared": "1"}}},
        APPLY, fieldManager="two")  # fmt: skip

    left = api("PATCH", AP, intent(ports=[{"name": "b", "port": 81}]), APPLY, fieldManager="one").body

    assert [port["port"] for port in left["spec"]["ports"]] == [81]
    assert left["metadata"]["labels"] == {"shared": "1"}


@pytest.mark.parametrize(
    ("body", "query", "code"),
    [
        (intent(), {}, 422),
        (intent(foo=1), {"fieldManager": "m"}, 500),
        (intent() | {"kind": "Pod"}, {"fieldManager": "m"}, 400),
        (service("other"), {"fieldManager": "m"}, 400),
        ("x: [", {"fieldManager": "m"}, 400),
    ],
)
def test_apply_refuses_what_is_no_intent(body: Any, query: dict[str, str], code: int) -> None:
    """A manager, the right kind and name, and known fields are needed."""
    assert Api()("PATCH", AP, body, APPLY, **query).code == code
