"""A caller of an emulated cluster, in process: JSON in, JSON out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from dualstack.emulator.cluster import EmulatedCluster
from dualstack.emulator.http import Request
from dualstack.families import Shape

MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"
SERVICES = "/api/v1/namespaces/default/services"
CONFIGMAPS = "/api/v1/namespaces/default/configmaps"


@dataclass
class Answer:
    """What came back."""

    code: int
    body: Any
    warnings: tuple[str, ...] = ()

    @property
    def causes(self) -> set[tuple[str, str]]:
        """(reason, field) of every cause."""
        found = self.body.get("details", {}).get("causes", [])
        return {(cause.get("reason", ""), cause.get("field", "")) for cause in found}


@dataclass
class Api:
    """One cluster and the requests to it."""

    cluster: EmulatedCluster = field(default_factory=lambda: EmulatedCluster(Shape.DUAL_V4, seed=1))
    token: str = ""

    def __call__(
        self, method: str, path: str, body: Any = None, media: str = "application/json", accept: str = "", **query: str
    ) -> Answer:
        """Send one request; ``body`` is JSON unless it is text or bytes already."""
        headers = {"content-type": media, "user-agent": "tester/1"}
        if accept:
            headers["accept"] = accept
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        names = {name.rstrip("_"): value for name, value in query.items()}
        answer = self.cluster.handle(Request(method, path, names, headers, b"" if body is None else raw))
        return Answer(answer.status, json.loads(json.dumps(answer.body)), answer.warnings)

    def stored(self, path: str) -> Any:
        """The object at a path, which must be there."""
        answer = self("GET", path)
        assert answer.code == 200, answer.body
        return answer.body


def service(name: str = "web", **spec: Any) -> dict[str, Any]:
    """A Service as a user would write it."""
    whole = {"selector": {"app": "x"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]} | spec
    return {"kind": "Service", "apiVersion": "v1", "metadata": {"name": name}, "spec": whole}


def configmap(name: str, **data: str) -> dict[str, Any]:
    """A ConfigMap: an object without rules of its own."""
    return {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": name}, "data": data}
