"""The driver of ``strategy_driver`` over a whole emulated cluster: the same calls, as requests."""

from __future__ import annotations

import json
from typing import Any

from dualstack.emulator.cluster import EmulatedCluster
from dualstack.emulator.http import Request
from dualstack.emulator.strategy import Obj
from dualstack.families import Shape
from tests.emulator.strategy_driver import Answer

_GROUPS = {
    "servicecidrs": "/apis/networking.k8s.io/v1",
    "ipaddresses": "/apis/networking.k8s.io/v1",
    "networkpolicies": "/apis/networking.k8s.io/v1",
    "endpointslices": "/apis/discovery.k8s.io/v1",
}
_MERGE = {"content-type": "application/merge-patch+json"}


class ClusterDriver:
    """An emulated cluster that is asked as the recorded servers were."""

    def __init__(self, shape: Shape, version: tuple[int, int] = (1, 36)) -> None:
        self.version = version
        self._cluster = EmulatedCluster(shape, version=version, seed=7)

    def restart(self, shape: Shape) -> None:
        """The same store under other ranges."""
        self._cluster.restart(shape)

    def _ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        content = b"" if body is None else json.dumps(body).encode()
        path, _, query = path.partition("?")
        options = {"dryRun": "All"} if query else {}
        response = self._cluster.handle(
            Request(method, path, options, headers or {"content-type": "application/json"}, content)
        )
        if response.status < 400:
            return Answer(response.status, body=response.body, warnings=list(response.warnings))
        causes = (response.body.get("details") or {}).get("causes", [])
        named = sorted({(cause.get("reason", ""), cause.get("field", "")) for cause in causes})
        message = [response.body["message"]]
        return Answer(response.status, response.body.get("reason", ""), named, message, {}, list(response.warnings))

    def _path(self, plural: str, namespace: str, name: str = "") -> str:
        place = f"/namespaces/{namespace}" if namespace else ""
        return f"{_GROUPS.get(plural, '/api/v1')}{place}/{plural}" + (f"/{name}" if name else "")

    def create(self, plural: str, obj: Obj, dry_run: bool = False) -> Answer:
        """POST."""
        path = self._path(plural, obj["metadata"].get("namespace", ""))
        return self._ask("POST", path + ("?dryRun" if dry_run else ""), obj)

    def update(self, plural: str, obj: Obj) -> Answer:
        """PUT."""
        metadata = obj["metadata"]
        return self._ask("PUT", self._path(plural, metadata.get("namespace", ""), metadata["name"]), obj)

    def patch(self, plural: str, namespace: str, name: str, patch: Any) -> Answer:
        """PATCH with a JSON merge patch."""
        return self._ask("PATCH", self._path(plural, namespace, name), patch, _MERGE)

    def patch_status(self, plural: str, namespace: str, name: str, status: Any) -> Answer:
        """PATCH of the status subresource with a JSON merge patch."""
        return self._ask("PATCH", self._path(plural, namespace, name) + "/status", {"status": status}, _MERGE)

    def delete(self, plural: str, namespace: str, name: str) -> Answer:
        """DELETE."""
        return self._ask("DELETE", self._path(plural, namespace, name))
