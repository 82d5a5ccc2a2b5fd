"""``manifests/rbac.yaml`` is what a run needs, no less and no more: on the emulated and on a real server."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dualstack import assets, binaries, permissions
from dualstack.capabilities import CLUSTER_SCOPE_WRITES
from dualstack.cluster.answer import at
from dualstack.cluster.api import Api
from dualstack.cluster.connection import KubernetesTransport
from dualstack.cluster.waiting import Bound, Waiting
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.errors import UsageProblem
from dualstack.families import Shape
from dualstack.probing import probe
from dualstack.providers.apiserver import ApiserverProvider
from dualstack.providers.base import Connection, Knowledge
from dualstack.settings import ProviderName, Settings
from tests.providers.recording import (
    ADMIN,
    COLLECTIONS,
    OPT_IN_ROLE,
    RUNNER,
    AsUser,
    apply,
    documents,
    opt_in_binding,
)

Pair = tuple[str, str, str]
"""Verb, group, resource with its subresource."""

ROLE = "dualstack-conformance"
EXISTING = Settings(provider=ProviderName.EXISTING)
OPTED_IN = Settings(provider=ProviderName.EXISTING, allow=frozenset({CLUSTER_SCOPE_WRITES}))
ROLES = f"{COLLECTIONS['ClusterRole']}"
CACHED = Bound("role in force", 10.0)


def _role(name: str) -> dict[str, Any]:
    return next(body for body in documents() if body["kind"] == "ClusterRole" and body["metadata"]["name"] == name)


def _pairs(role: dict[str, Any]) -> list[Pair]:
    return [
        (verb, group, resource)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]


def _without(role: dict[str, Any], pair: Pair) -> dict[str, Any]:
    """The role with every pair a rule of its own, but for one."""
    rules = [
        {"verbs": [verb], "apiGroups": [group], "resources": [resource]}
        for verb, group, resource in _pairs(role)
        if (verb, group, resource) != pair
    ]
    return {**copy.deepcopy(role), "rules": rules}


ALL_PAIRS = _pairs(_role(ROLE))


def _recorded(folder: Path, *allow: str) -> set[Pair]:
    """What a run in process asks for, as the account of the manifest; nothing may be denied."""
    record = folder / "record.json"
    root = assets.root()
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "tests.providers.recording", "-p", "no:cacheprovider"),
        *("-o", "addopts=", f"--confcutdir={root / 'conformance'}", f"--record={record}"),
        *(f"--record-allow={opt_in}" for opt_in in allow),
        str(root / "conformance"),
    ]
    paths = os.pathsep.join([str(root / "fixtures"), str(root), *filter(None, sys.path)])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    return {(verb, group, resource) for verb, group, resource in json.loads(record.read_text())}


def test_a_run_asks_for_exactly_the_role(tmp_path: Path) -> None:
    """Every test passes as that account, and uses each verb on each resource that it may."""
    assert _recorded(tmp_path) == set(ALL_PAIRS)


def test_an_opted_in_run_asks_for_exactly_the_second_role_besides(tmp_path: Path) -> None:
    """Cluster-scoped writes need it, which nobody has unasked."""
    assert _recorded(tmp_path, CLUSTER_SCOPE_WRITES) - {*ALL_PAIRS} == {*_pairs(_role(OPT_IN_ROLE))} - {*ALL_PAIRS}


@pytest.mark.parametrize(("settings", "roles"), [(EXISTING, [ROLE]), (OPTED_IN, [ROLE, OPT_IN_ROLE])])
def test_probe_asks_for_what_the_roles_give(settings: Settings, roles: list[str]) -> None:
    """What is checked before a run is what the manifest grants."""
    needed = {(one.verb, one.group, one.resource) for one in permissions.needed(settings, cidrs_served=True)}
    assert needed == {pair for role in roles for pair in _pairs(_role(role))}


@pytest.fixture(scope="module")
def emulated() -> EmulatedCluster:
    """One with authorisation on and the manifest applied."""
    cluster = EmulatedCluster(Shape.DUAL_V4, rbac=True, tokens={"admin": ADMIN, "runner": RUNNER})
    apply(Api(AsUser(cluster, "admin")), documents())
    return cluster


@pytest.mark.parametrize("pair", ALL_PAIRS, ids=" ".join)
def test_less_is_not_enough(emulated: EmulatedCluster, pair: Pair) -> None:
    """Without any one verb on one resource a run ends at once, naming just that."""
    admin, runner = Api(AsUser(emulated, "admin")), Api(AsUser(emulated, "runner"))
    verb, group, resource = pair
    for role in (_without(_role(ROLE), pair), _role(ROLE)):
        answer = admin.request("PUT", f"{ROLES}/{ROLE}", role)
        assert answer.accepted, answer.message
        if len(role["rules"]) == len(ALL_PAIRS) - 1:
            with pytest.raises(UsageProblem) as caught:
                probe(runner, Knowledge(), EXISTING)
            named = permissions.Permission(verb, group, resource)
            assert caught.value.culprit == f"403: this user may not, in all namespaces: {named}"
    assert probe(runner, Knowledge(), EXISTING).shape is Shape.DUAL_V4


@pytest.fixture(scope="module")
def real() -> Iterator[Connection]:
    """A real API server with the manifest applied."""
    try:
        programs = binaries.find(None, os.environ)
    except UsageProblem as problem:
        pytest.skip(f"{problem.culprit}: no real API server at hand")
    provider = ApiserverProvider(Settings(provider=ProviderName.APISERVER, shape=Shape.DUAL_V4, binaries=programs))
    try:
        connection = provider.start()
        apply(Api(KubernetesTransport(connection)), documents())
        yield connection
    finally:
        provider.stop()


def test_the_account_is_let_in_by_a_real_server(real: Connection, tmp_path: Path) -> None:
    """With a token of its own and nothing but the manifest's role, a run may begin."""
    admin = Api(KubernetesTransport(real))
    account = f"{COLLECTIONS['ServiceAccount']}/runner/token"
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    issued = admin.request("POST", account, request)
    assert issued.accepted, issued.message

    config = json.loads(Path(real.kubeconfig).read_text())
    config["users"][0]["user"]["token"] = at(issued.body, "status.token")
    file = tmp_path / "runner.kubeconfig"
    file.write_text(json.dumps(config))
    runner = Api(KubernetesTransport(Connection(str(file), real.context)))

    assert probe(runner, Knowledge(), EXISTING).shape is Shape.DUAL_V4
    with pytest.raises(UsageProblem, match=r"patch servicecidrs\.networking"):
        probe(runner, Knowledge(), OPTED_IN)


def test_less_is_not_enough_for_a_real_server(real: Connection) -> None:
    """One user for each pair that is left out: just that pair is denied, by the server's own judgement."""
    admin = Api(KubernetesTransport(real))
    for number, pair in enumerate(ALL_PAIRS):
        name = f"without-{number}"
        apply(admin, [{**_without(_role(ROLE), pair), "metadata": {"name": name}}, _binding(name)])
    last = f"without-{len(ALL_PAIRS) - 1}"
    Waiting().eventually(lambda: _may(admin, last, ALL_PAIRS[0]), bool, bound=CACHED, subject=last, expected="allowed")

    denied = {
        pair: [other for other in ALL_PAIRS if not _may(admin, f"without-{number}", other)]
        for number, pair in enumerate(ALL_PAIRS)
    }
    assert denied == {pair: [pair] for pair in ALL_PAIRS}


def test_opt_in_binding_gives_the_rest(real: Connection) -> None:
    """The second role is for whoever binds it."""
    assert opt_in_binding()["roleRef"]["name"] == OPT_IN_ROLE
    admin = Api(KubernetesTransport(real))
    pair = ("delete", "networking.k8s.io", "servicecidrs")
    assert not _may(admin, RUNNER.name, pair)
    apply(admin, [opt_in_binding()])
    Waiting().eventually(
        lambda: _may(admin, RUNNER.name, pair), bool, bound=CACHED, subject=RUNNER.name, expected="allowed"
    )


def _binding(name: str) -> dict[str, Any]:
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": name},
        "subjects": [{"apiGroup": group, "kind": "User", "name": name}],
    }


def _may(admin: Api, user: str, pair: Pair) -> bool:
    verb, group, full = pair
    resource, _, subresource = full.partition("/")
    attributes = {"verb": verb, "group": group, "resource": resource, "subresource": subresource}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": user, "resourceAttributes": attributes},
    }
    answer = admin.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
    assert answer.accepted, answer.message
    return at(answer.body, "status.allowed") is True
