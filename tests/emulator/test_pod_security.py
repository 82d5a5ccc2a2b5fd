"""Pod Security: what a real API server forbids is forbidden, in its words; what makes Pods tells why it has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.api import STRATEGIC, Api
from tests.emulator.test_machines import cluster

RECORDED = json.loads((Path(__file__).parent / "recorded" / "pod_security.json").read_text(encoding="utf-8"))
"""What kube-apiserver 1.36.2 answered to Pods in namespaces of three kinds; empty: it took the Pod."""
PREFIX = "pod-security.kubernetes.io/"
BARE = {"containers": [{"name": "main", "image": "agnhost"}]}
CASES = [(policy, name) for policy, answers in RECORDED["answers"].items() for name in answers]


def space(api: Api, name: str = "space", **labels: str) -> str:
    """A namespace with labels of Pod Security; its path."""
    shown = {PREFIX + key.replace("_", "-"): value for key, value in labels.items()}
    answer = api("POST", "/api/v1/namespaces", {"metadata": {"name": name, "labels": shown}})
    assert answer.code == 201, answer.body
    return f"/api/v1/namespaces/{name}"


def workload(replicas: int = 2, **spec: Any) -> dict[str, Any]:
    """Something that makes bare Pods."""
    labels = {"app": "x"}
    template = {"metadata": {"labels": labels}, "spec": BARE}
    return {
        "metadata": {"name": "made"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template} | spec,
    }


@pytest.fixture(scope="module")
def spaces() -> tuple[Api, dict[str, str]]:
    """A cluster with a namespace for each policy that was recorded."""
    api = cluster()
    found = {}
    for policy in RECORDED["answers"]:
        level, _, version = policy.partition(":")
        found[policy] = space(api, f"{level}-{version.replace('.', '-')}", enforce=level, enforce_version=version)
    return api, found


@pytest.mark.parametrize(("policy", "name"), CASES)
def test_pods_are_judged_as_a_real_server_judged_them(
    spaces: tuple[Api, dict[str, str]], policy: str, name: str
) -> None:
    """The same Pods are forbidden, for the same reasons, in the same words."""
    api, paths = spaces
    body = {"metadata": {"name": name}, "spec": RECORDED["pods"][name]}
    answer = api("POST", f"{paths[policy]}/pods", body, dryRun="All")
    said = RECORDED["answers"][policy][name]

    assert (answer.code, answer.body.get("message", "")) == ((403, said) if said else (201, "")), answer.body
    assert not said or answer.body["details"] == {"name": name, "kind": "pods"}


def test_what_is_not_labelled_is_not_forbidden() -> None:
    """Without labels everything goes; a label to warn only warns."""
    api = cluster()
    plain, warned = space(api, "plain"), space(api, "warned", warn="restricted")
    body = {"metadata": {"name": "one"}, "spec": BARE | {"hostNetwork": True}}
    answers = [api("POST", f"{path}/pods", body) for path in (plain, warned)]

    assert [answer.code for answer in answers] == [201, 201]
    assert answers[0].warnings == ()
    assert answers[1].warnings[0].startswith('would violate PodSecurity "restricted:latest": host namespaces')


def test_only_another_image_is_judged_again() -> None:
    """A Pod from before stays and may be labelled; a new image is a new judgement."""
    api = cluster()
    path = space(api)
    assert api("POST", f"{path}/pods", {"metadata": {"name": "one"}, "spec": BARE}).code == 201
    api("PATCH", path, {"metadata": {"labels": {PREFIX + "enforce": "restricted"}}}, STRATEGIC)
    labelled = api("PATCH", f"{path}/pods/one", {"metadata": {"labels": {"a": "b"}}}, STRATEGIC)
    image = {"spec": {"containers": [{"name": "main", "image": "other"}]}}

    assert labelled.code == 200
    assert api("PATCH", f"{path}/pods/one", image, STRATEGIC).code == 403


def test_labels_must_name_a_level_and_a_version() -> None:
    """As on a real server, which names both mistakes."""
    labels = {PREFIX + "enforce": "strict", PREFIX + "enforce-version": "1.24"}
    answer = cluster()("POST", "/api/v1/namespaces", {"metadata": {"name": "bad", "labels": labels}})

    assert answer.code == 422
    assert answer.causes == {("FieldValueInvalid", f"metadata.labels[{label}]") for label in labels}
    assert "must be one of privileged, baseline, restricted" in answer.body["message"]
    assert 'must be \\"latest\\" or \\"v1.x\\"' in json.dumps(answer.body["message"])


def test_a_deployment_is_warned_and_its_replica_set_fails() -> None:
    """The Deployment is taken; an Event and a condition say why there are no Pods; they come once they may."""
    api = cluster()
    path = space(api, enforce="restricted")
    apps = path.replace("/api/v1", "/apis/apps/v1")
    answer = api("POST", f"{apps}/deployments", workload())
    [event] = api.stored(f"{path}/events")["items"]
    [made] = api.stored(f"{apps}/replicasets")["items"]
    conditions = {
        entry["type"]: entry["status"] for entry in api.stored(f"{apps}/deployments/made")["status"]["conditions"]
    }

    assert answer.code == 201
    assert answer.warnings[0].startswith('would violate PodSecurity "restricted:latest": allowPrivilegeEscalation')
    assert (event["reason"], event["involvedObject"]["kind"]) == ("FailedCreate", "ReplicaSet")
    assert event["message"].startswith(f'Error creating: pods "{made["metadata"]["name"]}-')
    assert made["status"]["conditions"][0]["type"] == "ReplicaFailure"
    assert conditions == {"Available": "False", "ReplicaFailure": "True"}
    assert api.stored(f"{path}/pods")["items"] == []

    api("PATCH", path, {"metadata": {"labels": {PREFIX + "enforce": "privileged"}}}, STRATEGIC)
    assert len(api.stored(f"{path}/pods")["items"]) == 2
    assert api.stored(f"{apps}/replicasets")["items"][0]["status"].get("conditions") is None


@pytest.mark.parametrize(("plural", "spec"), [("statefulsets", {"serviceName": "x"}), ("daemonsets", {})])
def test_other_workloads_say_so_too(plural: str, spec: dict[str, Any]) -> None:
    """A StatefulSet and a DaemonSet have an Event each, once."""
    api = cluster()
    path = space(api, enforce="baseline")
    body = workload(template={"metadata": {"labels": {"app": "x"}}, "spec": BARE | {"hostNetwork": True}}, **spec)
    assert api("POST", f"{path.replace('/api/v1', '/apis/apps/v1')}/{plural}", body).code == 201
    [event] = api.stored(f"{path}/events")["items"]

    assert event["reason"] == "FailedCreate"
    assert 'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)' in event["message"]
