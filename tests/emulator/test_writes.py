"""Creating, replacing and deleting objects, whatever their resource."""

from __future__ import annotations

from typing import Any

import pytest

from dualstack.emulator.cluster import EmulatedCluster
from dualstack.emulator.ruling import Ruling
from dualstack.families import Shape
from tests.emulator.api import CONFIGMAPS, MERGE, SERVICES, Api, configmap, service


def test_a_created_object_has_an_identity() -> None:
    """uid, creation time, revision and owner are the server's to give."""
    made = Api()("POST", CONFIGMAPS, configmap("a", k="v"))

    assert made.code == 201
    assert {"uid", "creationTimestamp", "resourceVersion", "managedFields"} <= set(made.body["metadata"])


def test_a_second_object_of_a_name_is_refused() -> None:
    """Names are unique in a namespace."""
    api = Api()
    api("POST", CONFIGMAPS, configmap("a"))

    again = api("POST", CONFIGMAPS, configmap("a"))

    assert (again.code, again.body["reason"]) == (409, "AlreadyExists")
    assert again.body["details"] == {"name": "a", "kind": "configmaps"}


def test_a_missing_object_is_not_found_by_name_and_kind() -> None:
    """A 404 names the object."""
    answer = Api()("GET", "/apis/networking.k8s.io/v1/servicecidrs/nope")

    assert answer.code == 404
    assert answer.body["details"] == {"name": "nope", "group": "networking.k8s.io", "kind": "servicecidrs"}


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_dry_run_stores_nothing(method: str) -> None:
    """A dry run answers as the write would, and changes nothing."""
    api = Api()
    api("POST", CONFIGMAPS, configmap("a", k="old"))
    before = api("GET", CONFIGMAPS).body
    path, body = {
        "POST": (CONFIGMAPS, configmap("b")),
        "PATCH": (CONFIGMAPS + "/a", {"data": {"k": "new"}}),
        "DELETE": (CONFIGMAPS + "/a", None),
    }[method]

    answer = api(method, path, body, MERGE if method == "PATCH" else "application/json", dryRun="All")

    assert answer.code in (200, 201)
    assert api("GET", CONFIGMAPS).body == before


def test_a_defect_in_dry_run_is_one_replaced_rule() -> None:
    """Replacing ``writing.stores`` makes dry runs lasting, and an onlooker is told that it decides."""
    told: list[str] = []
    ruling = Ruling({"writing.stores": lambda dry_run: True}, lambda _, name, *given: told.append(name))
    api = Api(EmulatedCluster(Shape.IPV4, ruling=ruling, seed=1))

    api("POST", CONFIGMAPS, configmap("a"), dryRun="All")

    assert api("GET", CONFIGMAPS + "/a").code == 200
    assert "writing.stores" in told


def test_an_update_from_an_old_state_conflicts() -> None:
    """Optimistic concurrency: a stale resourceVersion is refused, none at all is taken."""
    api = Api()
    first = api("POST", CONFIGMAPS, configmap("a", k="1")).body
    assert api("PUT", CONFIGMAPS + "/a", configmap("a", k="2")).code == 200

    stale = api("PUT", CONFIGMAPS + "/a", first | {"data": {"k": "3"}})

    assert (stale.code, stale.body["reason"]) == (409, "Conflict")
    assert api.stored(CONFIGMAPS + "/a")["data"] == {"k": "2"}


def test_an_update_that_changes_nothing_keeps_the_revision() -> None:
    """No change, no event: the stored object stays as it is."""
    api = Api()
    made = api("POST", SERVICES, service()).body

    again = api("PUT", SERVICES + "/web", made).body

    assert again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", 400),
        ([], 400),
        ("", 400),
        (service() | {"kind": "Pod"}, 400),
        (service() | {"apiVersion": "apps/v1"}, 400),
        (service(ipFamilies=1), 400),
        (service(ports=[{"port": "80"}]), 400),
        (service(ports=[{"port": 99999999999}]), 400),
        (service() | {"metadata": {"name": "web", "namespace": "other"}}, 400),
        (service("A_b"), 422),
        (service() | {"metadata": {"name": "web", "labels": {"a b": "c"}}}, 422),
    ],
)
def test_a_wrong_body_is_refused(body: Any, code: int) -> None:
    """Each kind of mistake has its code, and nothing is stored."""
    api = Api()

    assert api("POST", SERVICES, body).code == code
    assert api("GET", SERVICES + "/web").code == 404


def test_an_unknown_media_type_is_refused() -> None:
    """Bodies come as JSON, YAML or protobuf."""
    assert Api()("POST", CONFIGMAPS, configmap("a"), "text/plain").code == 415


def test_yaml_is_taken() -> None:
    """A body may be YAML."""
    text = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata: {k: v}\n"

    assert Api()("POST", CONFIGMAPS, text, "application/yaml").body["data"] == {"k": "v"}


@pytest.mark.parametrize(("judgement", "code", "warned"), [("", 201, True), ("Warn", 201, True),
                                                           ("Ignore", 201, False), ("Strict", 400, False)])  # fmt: skip
def test_an_unknown_field_is_judged_as_asked(judgement: str, code: int, warned: bool) -> None:
    """An unknown field is dropped, with or without a warning, or refuses the request."""
    body = service() | {"spec": service()["spec"] | {"bar": 1}}

    answer = Api()("POST", SERVICES, body, **({"fieldValidation": judgement} if judgement else {}))

    assert answer.code == code
    assert ('unknown field "spec.bar"' in answer.warnings) is warned
    assert "bar" not in answer.body.get("spec", {})


def test_a_name_is_made_from_generate_name() -> None:
    """generateName gets five characters more."""
    name = Api()("POST", CONFIGMAPS, {"metadata": {"generateName": "g-"}}).body["metadata"]["name"]

    assert name.startswith("g-")
    assert len(name) == 7


def test_finalizers_hold_an_object_back() -> None:
    """A delete marks it, and it goes when the last finalizer does."""
    api = Api()
    api("POST", CONFIGMAPS, {"metadata": {"name": "a", "finalizers": ["x.y/z"]}})

    marked = api("DELETE", CONFIGMAPS + "/a").body
    assert marked["metadata"]["deletionTimestamp"]
    assert api("PATCH", CONFIGMAPS + "/a", {"metadata": {"finalizers": ["new.y/z", "x.y/z"]}}, MERGE).code == 422

    api("PATCH", CONFIGMAPS + "/a", {"metadata": {"finalizers": []}}, MERGE)
    assert api("GET", CONFIGMAPS + "/a").code == 404


def test_preconditions_of_a_delete_are_kept() -> None:
    """A wrong uid or revision leaves the object there."""
    api = Api()
    api("POST", CONFIGMAPS, configmap("a"))

    for wanted in ({"uid": "other"}, {"resourceVersion": "1"}):
        assert api("DELETE", CONFIGMAPS + "/a", {"preconditions": wanted}).code == 409
    assert api("DELETE", CONFIGMAPS + "/a", {"propagationPolicy": "Sometimes"}).code == 422
    assert api("DELETE", CONFIGMAPS + "/a").body["status"] == "Success"


def test_status_is_written_by_its_subresource_only() -> None:
    """/status takes status and keeps spec; the object itself does the reverse."""
    api = Api()
    api("POST", SERVICES, service(type="LoadBalancer"))
    status = {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}

    api("PATCH", SERVICES + "/web", {"status": status}, MERGE)
    assert api.stored(SERVICES + "/web")["status"] == {"loadBalancer": {}}

    api("PATCH", SERVICES + "/web/status", {"status": status, "spec": {"type": "ClusterIP"}}, MERGE)
    assert api.stored(SERVICES + "/web")["status"]["loadBalancer"]["ingress"][0]["ip"] == "192.0.2.1"
    assert api.stored(SERVICES + "/web")["spec"]["type"] == "LoadBalancer"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/v1/foos", 404),
        ("GET", "/apis/foo/v1/bars", 404),
        ("PUT", SERVICES, 405),
        ("POST", "/api/v1/services", 405),
        ("DELETE", SERVICES + "/kubernetes/status", 405),
    ],
)
def test_paths_and_methods_that_are_not_served(method: str, path: str, code: int) -> None:
    """Unknown resources are 404, unserved methods 405."""
    assert Api()(method, path, {} if method != "GET" else None).code == code
