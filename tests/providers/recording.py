"""A pytest plugin that runs the suite in process as the account of ``manifests/rbac.yaml``.

It writes down every permission that the server was asked for; whatever is denied fails its test.
One case of each test function is enough: cases differ in values, not in verbs and resources.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from dualstack import assets
from dualstack.catalogue import CATALOGUE, Profile
from dualstack.cluster.api import Api
from dualstack.cluster.cluster import Cluster
from dualstack.cluster.pool import Pool
from dualstack.cluster.transport import Call, Reply
from dualstack.cluster.waiting import Waiting
from dualstack.emulator import authorisation
from dualstack.emulator.authentication import User
from dualstack.emulator.authorisation import Attributes
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.emulator.ruling import Ruling, rule_name
from dualstack.emulator.strategy import View
from dualstack.families import Shape
from dualstack.probing import probe
from dualstack.proof.bed import Time
from dualstack.providers.base import Knowledge
from dualstack.providers.emulated import InProcessTransport
from dualstack.requirement import id_of
from dualstack.runspace import make_namespace, remove_namespaces
from dualstack.settings import ProviderName, Settings
from dualstack.testbed.laying import lay
from dualstack.testbed.pods import TestbedPods
from dualstack.testbed.testbed import Testbed

ACCOUNT = "system:serviceaccount:dualstack-conformance:runner"
ADMIN = User("admin", ("system:masters",))
RUNNER = User(ACCOUNT, ("system:serviceaccounts", "system:authenticated"))
OPT_IN_ROLE = "dualstack-conformance-cluster-scope-writes"
COLLECTIONS = {
    "Namespace": "/api/v1/namespaces",
    "ServiceAccount": "/api/v1/namespaces/dualstack-conformance/serviceaccounts",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
}


def documents() -> list[dict[str, Any]]:
    """The objects of ``manifests/rbac.yaml``."""
    return list(yaml.safe_load_all((assets.root() / "manifests" / "rbac.yaml").read_text(encoding="utf-8")))


def apply(api: Api, objects: list[dict[str, Any]]) -> None:
    """Create them all, as an administrator does."""
    for body in objects:
        answer = api.request("POST", COLLECTIONS[body["kind"]], body)
        assert answer.accepted, answer.message


def opt_in_binding() -> dict[str, Any]:
    """What an administrator adds who allows cluster-scoped writes."""
    binding = next(body for body in documents() if body["kind"] == "ClusterRoleBinding")
    return {**binding, "metadata": {"name": OPT_IN_ROLE}, "roleRef": {**binding["roleRef"], "name": OPT_IN_ROLE}}


class AsUser:
    """Sends with a token, as the real transport does."""

    def __init__(self, cluster: EmulatedCluster, token: str) -> None:
        self._inner = InProcessTransport(cluster)
        self._token = token

    def send(self, call: Call) -> Reply:
        """One call."""
        return self._inner.send(self._signed(call))

    def stream(self, call: Call) -> Iterator[bytes]:
        """One watch."""
        return self._inner.stream(self._signed(call))

    def close(self) -> None:
        """There is no connection."""

    def _signed(self, call: Call) -> Call:
        return dataclasses.replace(call, headers={**call.headers, "authorization": f"Bearer {self._token}"})


class Recorder:
    """An emulated cluster with authorisation on, and what the runner asked of it."""

    def __init__(self, allow: frozenset[str]) -> None:
        self.asked: set[tuple[str, str, str]] = set()
        self._recording = False
        self._time = Time()
        self._cluster = EmulatedCluster(
            Shape.DUAL_V4,
            nodes=3,
            clock=self._time.now,
            rbac=True,
            tokens={"admin": ADMIN, "runner": RUNNER},
            ruling=Ruling({rule_name(authorisation.allowed): self._allowed}),
        )
        apply(Api(AsUser(self._cluster, "admin")), [*documents(), *([opt_in_binding()] if allow else [])])
        self.settings = Settings(provider=ProviderName.EXISTING, allow=allow)
        self.facts = probe(self._api(), Knowledge(), self.settings)
        self._pool = Pool("recorded")
        self._recording = True

    def _allowed(self, user: User, wanted: Attributes, view: View) -> bool:
        if self._recording and user == RUNNER and not wanted.path:
            self.asked.add((wanted.verb, wanted.group, wanted.full_resource))
        return bool(authorisation.allowed.__wrapped__(user, wanted, view))

    def _api(self) -> Api:
        return Api(AsUser(self._cluster, "runner"))

    @cached_property
    def namespace(self) -> str:
        """Made when the first test asks for it."""
        return make_namespace(self._api(), "recorded", "main")

    def cluster(self, *, dry_run: bool) -> Cluster:
        """What one test holds."""
        return Cluster(self._api(), self.facts, self.namespace, self._pool, self._waiting(), dry_run=dry_run)

    def _waiting(self) -> Waiting:
        return Waiting(clock=self._time.now, sleep=self._time.sleep)

    @cached_property
    def pods(self) -> TestbedPods:
        """The shared Pods, made when the first test asks for them."""
        plan = lay(self._api(), "recorded", image="agnhost", pull_secret="", facts=self.facts, sample=3, workers=1)
        return TestbedPods(plan, clock=self._time.now, sleep=self._time.sleep)

    def testbed(self, cluster: Cluster) -> Testbed:
        """What one test holds of them."""
        self.pods.wait(cluster.api)
        return Testbed(self.pods, cluster.api, Waiting(0.05, self._time.now, self._time.sleep))

    def finish(self, file: Path) -> None:
        """Remove the namespaces and write down what was asked."""
        # Read only where a Pod does not come up, which does not happen here.
        self._api().get("/api/v1/events")
        remove_namespaces(self._api(), "recorded", wait=True)
        file.write_text(json.dumps(sorted(self.asked)))


RECORDER = pytest.StashKey[Recorder]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the record goes, and what is allowed."""
    parser.addoption("--record", required=True)
    parser.addoption("--record-allow", action="append", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster."""
    config.addinivalue_line("markers", "requirement(id): the requirement that a test judges")
    config.addinivalue_line("markers", "decided_by(clause): the requirement of a matrix row, by shape")
    config.addinivalue_line("markers", "xdist_group(name): tests that one worker runs")
    config.stash[RECORDER] = Recorder(frozenset(config.getoption("--record-allow")))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """One case of each test function that applies; of a run that is opted in, those that need the opt-in."""
    facts = config.stash[RECORDER].facts
    chosen: dict[str, pytest.Item] = {}
    for item in items:
        id = id_of(item, facts.shape)
        if id is not None and _applies(id, config.stash[RECORDER]):
            chosen.setdefault(item.nodeid.partition("[")[0], item)
    items[:] = list(chosen.values())


def _applies(id: str, recorder: Recorder) -> bool:
    entry = CATALOGUE[id]
    facts = recorder.facts
    needed = set(entry.needs) <= {*facts.capabilities, *facts.awaited}
    allow = recorder.settings.allow
    wanted = not allow.isdisjoint(entry.needs) if allow else entry.profile is not Profile.FULL
    return needed and wanted and facts.shape in entry.shapes and entry.since <= facts.version


@pytest.fixture
def cluster(pytestconfig: pytest.Config) -> Iterator[Cluster]:
    """A cluster that the test may write to."""
    held = pytestconfig.stash[RECORDER].cluster(dry_run=False)
    yield held
    held.clean_up()


@pytest.fixture
def testbed(pytestconfig: pytest.Config, cluster: Cluster) -> Testbed:
    """The Pods that tests share."""
    return pytestconfig.stash[RECORDER].testbed(cluster)


@pytest.fixture
def dry_cluster(pytestconfig: pytest.Config) -> Cluster:
    """A cluster on which every write is a dry run."""
    return pytestconfig.stash[RECORDER].cluster(dry_run=True)


@pytest.fixture
def remark() -> Callable[[str], None]:
    """Nobody reads what tests tell a report."""
    return lambda text: None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the record."""
    session.config.stash[RECORDER].finish(Path(session.config.getoption("--record")))
