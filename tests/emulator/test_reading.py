"""Lists, selectors, pages, tables and watches."""

from __future__ import annotations

import pytest

from dualstack.emulator.cluster import EmulatedCluster
from dualstack.emulator.http import Request
from dualstack.emulator.watch import Watch
from dualstack.families import Shape
from tests.emulator.api import CONFIGMAPS, MERGE, SERVICES, Api, configmap, service

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def watch(api: Api, path: str, **query: str) -> Watch:
    """A watch on a path."""
    names = {name.rstrip("_"): value for name, value in query.items()} | {"watch": "1"}
    events = api.cluster.handle(Request("GET", path, names)).events
    assert isinstance(events, Watch)
    return events


def told(events: Watch) -> list[tuple[str, str]]:
    """Type and name of the events that are there now."""
    return [(event["type"], event["object"]["metadata"].get("name", "")) for event in events.poll()]


@pytest.fixture
def api() -> Api:
    """A cluster with three ConfigMaps."""
    api = Api()
    for name, color in (("a", "red"), ("b", "blue"), ("c", "red")):
        api("POST", CONFIGMAPS, configmap(name) | {"metadata": {"name": name, "labels": {"color": color}}})
    return api


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ("color=red", "ac"), ("color!=red", "b"), ("color in (red,blue)", "abc"), ("color notin (red)", "b"),
        ("color", "abc"), ("!color", ""), ("color=red,color!=blue", "ac"),
    ],
)  # fmt: skip
def test_label_selectors(api: Api, labels: str, names: str) -> None:
    """Equality, sets and existence."""
    items = api("GET", CONFIGMAPS, labelSelector=labels).body["items"]

    assert "".join(item["metadata"]["name"] for item in items) == names


def test_selectors_that_cannot_be_are_refused(api: Api) -> None:
    """A selector that does not parse, or a field that cannot select, is a bad request."""
    assert api("GET", CONFIGMAPS, labelSelector="a b").code == 400
    assert api("GET", SERVICES, fieldSelector="spec.ipFamilyPolicy=SingleStack").code == 400


@pytest.mark.parametrize(("minor", "code"), [(30, 400), (31, 200)])
def test_services_select_by_type_from_1_31(minor: int, code: int) -> None:
    """spec.type and spec.clusterIP select Services since 1.31."""
    api = Api(EmulatedCluster(Shape.IPV4, version=(1, minor), seed=1))

    assert api("GET", SERVICES, fieldSelector="spec.type=ClusterIP").code == code


def test_pages_add_up_to_the_list(api: Api) -> None:
    """limit and continue walk the list; what remains is counted."""
    first = api("GET", CONFIGMAPS, limit="2").body
    second = api("GET", CONFIGMAPS, limit="2", continue_=first["metadata"]["continue"]).body

    assert first["metadata"]["remainingItemCount"] == 1
    assert [item["metadata"]["name"] for item in first["items"] + second["items"]] == ["a", "b", "c"]
    assert "continue" not in second["metadata"]
    assert api("GET", CONFIGMAPS, continue_="nonsense").code == 400


def test_a_collection_is_deleted_by_selector(api: Api) -> None:
    """deletecollection takes the same selectors."""
    api("DELETE", CONFIGMAPS, labelSelector="color=red")

    assert [item["metadata"]["name"] for item in api("GET", CONFIGMAPS).body["items"]] == ["b"]


def test_tables_have_the_columns_of_the_resource() -> None:
    """Who prefers a table gets one."""
    api = Api()
    api("POST", SERVICES, service(type="NodePort"))

    table = api("GET", SERVICES + "/web", accept=TABLE).body

    assert [column["name"] for column in table["columnDefinitions"]] == [
        "Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector",
    ]  # fmt: skip
    assert table["rows"][0]["cells"][:2] == ["web", "NodePort"]


def test_a_watch_tells_the_state_and_then_every_change(api: Api) -> None:
    """From nowhere: all there is, then one event per change."""
    events = watch(api, CONFIGMAPS)
    assert told(events) == [("ADDED", "a"), ("ADDED", "b"), ("ADDED", "c")]

    api("PATCH", CONFIGMAPS + "/a", {"data": {"k": "v"}}, MERGE)
    api("PATCH", CONFIGMAPS + "/a", {"data": {"k": "v"}}, MERGE)
    api("DELETE", CONFIGMAPS + "/b")

    assert told(events) == [("MODIFIED", "a"), ("DELETED", "b")]


def test_a_watch_from_a_list_misses_and_repeats_nothing(api: Api) -> None:
    """From a list's revision: only what came after it."""
    revision = api("GET", CONFIGMAPS).body["metadata"]["resourceVersion"]
    api("POST", CONFIGMAPS, configmap("d"))

    assert told(watch(api, CONFIGMAPS, resourceVersion=revision)) == [("ADDED", "d")]


def test_an_object_that_leaves_the_selection_is_deleted_for_the_watch(api: Api) -> None:
    """And one that enters it is added."""
    events = watch(api, CONFIGMAPS, labelSelector="color=red")
    told(events)

    api("PATCH", CONFIGMAPS + "/a", {"metadata": {"labels": {"color": "blue"}}}, MERGE)
    api("PATCH", CONFIGMAPS + "/b", {"metadata": {"labels": {"color": "red"}}}, MERGE)

    assert told(events) == [("DELETED", "a"), ("ADDED", "b")]


def test_initial_events_end_with_a_bookmark(api: Api) -> None:
    """sendInitialEvents marks where the state ends and the changes begin."""
    query = {"sendInitialEvents": "true", "allowWatchBookmarks": "true", "resourceVersionMatch": "NotOlderThan"}

    last = watch(api, CONFIGMAPS, **query).poll()[-1]

    assert last["type"] == "BOOKMARK"
    assert last["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_a_watch_ends_when_its_time_is_over() -> None:
    """timeoutSeconds bounds a watch."""
    now = [1000.0]
    api = Api(EmulatedCluster(Shape.IPV4, seed=1, clock=lambda: now[0]))
    events = watch(api, CONFIGMAPS, timeoutSeconds="5")

    assert next(events) is None
    now[0] += 6

    assert list(events) == []


def test_a_watch_from_a_forgotten_revision_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too old a start is 410, and the client lists again."""
    monkeypatch.setattr("dualstack.emulator.store.HISTORY", 2)
    api = Api()
    for number in range(6):
        api("POST", CONFIGMAPS, configmap(f"c{number}"))

    answer = api("GET", CONFIGMAPS, watch="1", resourceVersion="1")

    assert (answer.code, answer.body["reason"]) == (410, "Expired")


def test_get_list_watch_and_answer_show_one_object() -> None:
    """All ways of asking show the same object."""
    api = Api()
    made = api("POST", SERVICES, service(ipFamilyPolicy="PreferDualStack")).body
    bare = {key: value for key, value in made.items() if key not in ("kind", "apiVersion")}

    assert api.stored(SERVICES + "/web") == made
    assert api.stored(SERVICES + "/web/status") == made
    assert bare in api("GET", SERVICES).body["items"]
    assert made in [event["object"] for event in watch(api, SERVICES).poll()]
