"""The image of the Pods of a run, and the credentials that it may take to pull it."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from dualstack import permissions
from dualstack.cluster.api import Api
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.errors import InfrastructureProblem, UsageProblem
from dualstack.families import Shape
from dualstack.probing import probe
from dualstack.providers.base import Knowledge
from dualstack.providers.emulated import InProcessTransport
from dualstack.pulling import AGNHOST_IMAGE, NAME, give_pull_secret, read_pull_secret
from dualstack.settings import Settings
from dualstack.testbed.laying import lay
from tests.providers.recording import documents

CREDENTIALS = json.dumps({"auths": {"registry.example": {"auth": "c2VjcmV0"}}})


def test_the_image_is_pinned() -> None:
    """By a tag to read and a digest to trust."""
    assert re.fullmatch(r"registry\.k8s\.io/e2e-test-images/agnhost:[0-9.]+@sha256:[0-9a-f]{64}", AGNHOST_IMAGE)


def test_credentials_reach_every_pod_of_the_testbed() -> None:
    """Both namespaces get a Secret, and their Pods use it by way of the default ServiceAccount."""
    api = Api(InProcessTransport(EmulatedCluster(Shape.DUAL_V4, nodes=3)))
    facts = probe(api, Knowledge(), Settings())

    plan = lay(api, "run", image="agnhost", pull_secret=CREDENTIALS, facts=facts, sample=3, workers=1)

    for namespace in {pod.namespace for pod in plan.pods}:
        secret = api.get(f"/api/v1/namespaces/{namespace}/secrets/{NAME}").body
        account = api.get(f"/api/v1/namespaces/{namespace}/serviceaccounts/default").body
        assert secret["type"] == "kubernetes.io/dockerconfigjson"
        assert base64.b64decode(secret["data"][".dockerconfigjson"]).decode() == CREDENTIALS
        assert account["imagePullSecrets"] == [{"name": NAME}]


def test_a_namespace_that_is_not_there() -> None:
    """What the server says to it is told, and nothing of the credentials."""
    api = Api(InProcessTransport(EmulatedCluster(Shape.DUAL_V4)))

    with pytest.raises(InfrastructureProblem, match=r"cannot be given to nowhere: .*404") as caught:
        give_pull_secret(api, "nowhere", CREDENTIALS)
    assert "c2VjcmV0" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"auths": {}}', '{"auths": "secret"}', "secret"])
def test_a_file_without_credentials(tmp_path: Path, text: str) -> None:
    """It is named, with what it should be, and not quoted."""
    file = tmp_path / "config.json"
    file.write_text(text)

    with pytest.raises(UsageProblem) as caught:
        read_pull_secret(file)
    assert caught.value.culprit == f"--dualstack-pull-secret: {file} has no credentials under `auths`"
    assert "secret" not in caught.value.culprit.removeprefix("--dualstack-pull-secret")


@pytest.mark.parametrize(("content", "why"), [(None, "No such file or directory"), (b"\xff\xfe", "it is no text")])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, why: str) -> None:
    """The reason is the system's."""
    file = tmp_path / "config.json"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(UsageProblem) as caught:
        read_pull_secret(file)
    assert caught.value.culprit == f"--dualstack-pull-secret: {file} cannot be read: {why}"


def test_a_run_with_credentials_needs_the_role_for_them() -> None:
    """What is checked before is what the third role of the manifest grants; settings do not show credentials."""
    plain, with_secret = Settings(), Settings(pull_secret=CREDENTIALS)
    asked = {*permissions.needed(with_secret, cidrs_served=True)} - {*permissions.needed(plain, cidrs_served=True)}
    (role,) = (body for body in documents() if body["metadata"]["name"] == "dualstack-conformance-pull-secret")

    granted = {(verb, rule["resources"][0]) for rule in role["rules"] for verb in rule["verbs"]}
    assert {(one.verb, one.resource) for one in asked} == granted
    assert "c2VjcmV0" not in repr(with_secret)
