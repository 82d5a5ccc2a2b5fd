"""Pods are asked by the proxy of the API server, or by commands in them; which of the two is decided once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from dualstack import assets
from dualstack.cluster.api import Api
from dualstack.cluster.connection import KubernetesTransport, ServerUnreachable
from dualstack.emulator import kubeconfig, proxying
from dualstack.errors import InfrastructureProblem
from dualstack.providers.base import Connection
from dualstack.testbed.asking import ask, dial, shell
from dualstack.testbed.plan import Planned
from tests.command.hosting import RUNNER, Hosted, hosted

ROLES = "/apis/rbac.authorization.k8s.io/v1"
POD = Planned("one", "default", "", "own")
EXEC = "/api/v1/namespaces/default/pods/one/exec"


@contextmanager
def asked(folder: Path, is_open: Callable[[], bool], **options: Any) -> Iterator[tuple[Hosted, Api]]:
    """A cluster with one Pod, and a client of it; the proxy leads to the Pod while that is so."""
    with hosted(folder, (proxying.relays_to_pod, lambda pod: is_open()), **options) as cluster:
        body = yaml.safe_load((assets.root() / "manifests" / "pods" / "netexec.yaml").read_text(encoding="utf-8"))
        body["metadata"] = {"name": POD.name}
        assert cluster.api("POST", "/api/v1/namespaces/default/pods", body).code == 201
        transport = KubernetesTransport(Connection(str(folder / "hosted-kubeconfig"), kubeconfig.CONTEXT))
        yield cluster, Api(transport)
        transport.close()


def way(api: Api) -> str:
    """What was decided."""
    assert isinstance(api.transport, KubernetesTransport)
    return api.transport.asks_pods_by


def test_the_proxy_is_asked_first_and_stays(tmp_path: Path) -> None:
    """Once the proxy has led to a Pod, a Pod that it does not lead to is told as such: nothing else is tried."""
    doors = [True]
    with asked(tmp_path, lambda: doors[0]) as (_, api):
        assert ask(api, POD, "hostname", {}).body == "one"
        doors[0] = False
        with pytest.raises(InfrastructureProblem, match="the Pod proxy does not lead to one") as caught:
            ask(api, POD, "hostname", {})

    assert way(api) == "proxy"
    assert "command" not in str(caught.value)


def test_a_server_that_is_gone_is_no_closed_proxy(tmp_path: Path) -> None:
    """Nothing else is tried, and whoever asks learns that the server is gone."""
    with asked(tmp_path, lambda: True):
        target = Connection(str(tmp_path / "hosted-kubeconfig"), kubeconfig.CONTEXT)
    api = Api(KubernetesTransport(target, retry_seconds=0.0))

    with pytest.raises(ServerUnreachable) as caught:
        ask(api, POD, "hostname", {})

    assert "command" not in str(caught.value)
    assert way(api) == ""


def test_commands_where_the_proxy_is_closed(tmp_path: Path) -> None:
    """The same questions have the same answers by a command; after the first the proxy is left alone."""
    doors = [False]
    with asked(tmp_path, lambda: doors[0]) as (cluster, api):
        assert ask(api, POD, "hostname", {}).body == "one"
        doors[0] = True
        address = cluster.api.stored("/api/v1/namespaces/default/pods/one")["status"]["podIP"]
        before = len(api.journal)
        assert dial(api, POD, address, 8080, tries=3).responses == ["one"] * 3
        assert shell(api, POD, "echo 'it  is' > /uploads/a; cat /uploads/a") == "it  is\n"

    assert way(api) == "exec"
    assert [answer.method for answer in list(api.journal)[before:]] == ["EXEC", "EXEC"]


def test_who_may_not(tmp_path: Path) -> None:
    """Who lacks the permission is told both: why the proxy does not lead there, and what is forbidden."""
    role = {"metadata": {"name": "less"}, "rules": [{"apiGroups": [""], "resources": ["pods/proxy"], "verbs": ["get"]}]}
    binding = {
        "metadata": {"name": "less"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
        "name": "less"}, "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "runner"}],
    }  # fmt: skip
    with asked(tmp_path, lambda: False, rbac=True, token=RUNNER) as (cluster, api):
        for plural, body in (("clusterroles", role), ("clusterrolebindings", binding)):
            assert cluster.api("POST", f"{ROLES}/{plural}", body).code == 201
        with pytest.raises(InfrastructureProblem) as caught:
            ask(api, POD, "hostname", {})

    assert "the Pod proxy does not lead to one" in str(caught.value)
    assert "nor can a command be run in it: exec: Handshake status 403 Forbidden" in str(caught.value)
    assert 'User "runner" cannot get resource "pods/exec" in API group ""' in str(caught.value)
    assert way(api) == ""


def test_a_command_that_fails(tmp_path: Path) -> None:
    """What a kubelet says of a command that went wrong is the problem."""
    with asked(tmp_path, lambda: False) as (_, api):
        assert isinstance(api.transport, KubernetesTransport)
        with pytest.raises(InfrastructureProblem, match="exit status 7"):
            api.transport.run(EXEC, ["curl", "-s", "http://127.0.0.1:1/"], 5.0)


def test_the_role_for_it() -> None:
    """``manifests/rbac.yaml`` has a role for commands, apart from the one that every run needs."""
    roles = list(yaml.safe_load_all((assets.root() / "manifests" / "rbac.yaml").read_text(encoding="utf-8")))
    (role,) = (found for found in roles if found["metadata"]["name"] == "dualstack-conformance-exec")

    assert role["rules"] == [{"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["get", "create"]}]
