"""Namespaces of a run, and what ``dualstack clean`` takes for left behind."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from dualstack.cleaning import Selection, left_behind
from dualstack.cluster.api import Api
from dualstack.cluster.labels import OWNER_ANNOTATION, RUN_LABEL
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.errors import InfrastructureProblem
from dualstack.families import Shape
from dualstack.ownership import Owner
from dualstack.providers.emulated import InProcessTransport
from dualstack.runspace import delete_namespaces, make_namespace, namespaces_of, new_run_id, remove, remove_namespaces

CONTAINER = {"name": "one", "image": "agnhost"}
DEAD = str(Owner(Owner.me().machine, 1, "0"))


def soon() -> datetime.datetime:
    """In five minutes: everything there is now is older then."""
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5)


@pytest.fixture
def api() -> Api:
    """An empty cluster."""
    return Api(InProcessTransport(EmulatedCluster(Shape.DUAL_V4)))


def _namespace(api: Api, name: str, *, run: str = "", owner: str = "") -> None:
    labels = {RUN_LABEL: run} if run else {}
    metadata: dict[str, Any] = {"name": name, "labels": labels, "annotations": {OWNER_ANNOTATION: owner}}
    answer = api.request("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    assert answer.accepted, answer.message


def test_a_run_makes_and_removes_its_own(api: Api) -> None:
    """One namespace a worker, labelled; the end of the run leaves those of others alone."""
    run = new_run_id()
    names = [make_namespace(api, run, worker, {"pod-security.kubernetes.io/enforce": "baseline"}) for worker in "ab"]
    _namespace(api, "other", run="other")

    assert names == [f"dualstack-{run}-a", f"dualstack-{run}-b"]
    labels = namespaces_of(api, run)[0]["metadata"]["labels"]
    assert (labels[RUN_LABEL], labels["pod-security.kubernetes.io/enforce"]) == (run, "baseline")
    assert sorted(remove_namespaces(api, run, wait=True, seconds=5)) == names
    assert [namespace["metadata"]["name"] for namespace in namespaces_of(api)] == ["other"]


def test_pods_do_not_wait_for_a_namespace_controller(api: Api) -> None:
    """Pods of a run are told to end with its namespaces; those of others are left alone."""
    make_namespace(api, "mine", "w")
    _namespace(api, "other", run="other")
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}, "spec": {"containers": [CONTAINER]}}
    for namespace in ("dualstack-mine-w", "other"):
        assert api.request("POST", f"/api/v1/namespaces/{namespace}/pods", pod).accepted

    remove_namespaces(api, "mine", wait=True, seconds=5)

    asked = [exchange.path for exchange in api.journal if exchange.method == "DELETE"]
    assert asked == ["/api/v1/namespaces/dualstack-mine-w", "/api/v1/namespaces/dualstack-mine-w/pods/one"]


def test_what_is_on_its_way_is_not_deleted_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run begins to clean up while its workers end, and waits for all of it later."""
    found = [
        {"metadata": {"name": "going", "deletionTimestamp": "2026-01-01T00:00:00Z"}},
        {"metadata": {"name": "new"}},
    ]
    monkeypatch.setattr("dualstack.runspace.namespaces_of", lambda *asked: found)

    assert delete_namespaces(api, "run") == ["going", "new"]
    assert [call.path for call in api.journal if call.method == "DELETE"] == ["/api/v1/namespaces/new"]


def test_a_namespace_that_exists_is_an_error(api: Api) -> None:
    """Two runs never share one."""
    make_namespace(api, "same", "w")
    with pytest.raises(InfrastructureProblem, match="cannot make the namespace dualstack-same-w: POST"):
        make_namespace(api, "same", "w")


def test_removing_twice_is_fine(api: Api) -> None:
    """After Ctrl-C both the run and ``dualstack clean`` may try."""
    remove(api, "/api/v1/namespaces/never-there")


def _left(api: Api, **selection: Any) -> list[str]:
    paths = left_behind(api, Selection(soon(), **selection))
    return [path.rpartition("/")[2] for path in paths]


def test_left_behind_by_the_dead(api: Api) -> None:
    """A dead owner at once, a living one never, one of another machine when old enough; unlabelled never."""
    _namespace(api, "dead", run="r1", owner=DEAD)
    _namespace(api, "alive", run="r2", owner=str(Owner.me()))
    _namespace(api, "elsewhere", run="r3", owner="other-machine_1_2")
    _namespace(api, "strange", run="r4", owner="?")
    _namespace(api, "not-ours", owner=DEAD)

    assert _left(api) == ["dead"]
    assert _left(api, older_than=datetime.timedelta(0)) == ["dead", "elsewhere", "strange"]


def test_one_run_only(api: Api) -> None:
    """A named run is removed however young, and nothing else is."""
    _namespace(api, "one", run="r1", owner=DEAD)
    _namespace(api, "two", run="r2", owner=str(Owner.me()))
    assert _left(api, run="r2") == ["two"]


def test_cluster_scoped_objects_go_with_their_run(api: Api) -> None:
    """A labelled ServiceCIDR of a dead run is left behind; one of a living run is not."""
    _namespace(api, "dead", run="r1", owner=DEAD)
    for run, cidr in (("r1", "10.97.0.0/24"), ("r2", "10.98.0.0/24")):
        body = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "ServiceCIDR",
            "metadata": {"name": f"extra-{run}", "labels": {RUN_LABEL: run}},
            "spec": {"cidrs": [cidr]},
        }
        assert api.request("POST", "/apis/networking.k8s.io/v1/servicecidrs", body).accepted
    assert _left(api) == ["dead", "extra-r1"]


def test_owner_survives_its_text() -> None:
    """What is written on a namespace is read back, and this process lives."""
    me = Owner.me()
    assert Owner.parse(str(me)) == me
    assert (me.is_known, me.lives) == (True, True)
    assert not Owner.parse(DEAD).lives
