"""A store of a few objects and the order of an API server's steps: just enough to run strategies without HTTP."""

from __future__ import annotations

import copy
import ipaddress
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dualstack.emulator.http import ApiError
from dualstack.emulator.strategies import STRATEGIES
from dualstack.emulator.strategy import Cause, Obj, Write
from dualstack.families import Family, Network, Shape

Objects = list[Obj]
Causes = list[Cause]
RANGES: dict[Family, Network] = {
    Family.IPV4: ipaddress.ip_network("10.96.0.0/16"),
    Family.IPV6: ipaddress.ip_network("fd00:10:96::/112"),
}


@dataclass
class Answer:
    """What became of one write."""

    code: int
    reason: str = ""
    causes: list[tuple[str, str]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    body: Obj = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


class Driver:
    """Strategies over a store that knows no HTTP; ``objects`` are keyed by plural, namespace and name."""

    def __init__(
        self, shape: Shape, version: tuple[int, int] = (1, 36), ranges: dict[Family, Network] | None = None
    ) -> None:
        self.shape = shape
        self.ranges = ranges or RANGES
        self.version = version
        self.objects: dict[tuple[str, str, str], Obj] = {}
        self._chance = random.Random(7)
        if version >= (1, 33):
            cidrs = [str(self.ranges[family]) for family in shape.families]
            spec = {"metadata": {"name": "kubernetes"}, "spec": {"cidrs": cidrs}}
            self.objects["servicecidrs", "", "kubernetes"] = spec

    def restart(self, shape: Shape) -> None:
        """The same store under other ranges; the default ServiceCIDR grows when only a second one was added."""
        kept = self.objects.get(("servicecidrs", "", "kubernetes"))
        if kept is not None and shape.is_dual and not self.shape.is_dual and shape.primary == self.shape.primary:
            kept["spec"]["cidrs"] = [str(self.ranges[family]) for family in shape.families]
        self.shape = shape

    def get(self, plural: str, namespace: str, name: str) -> Obj | None:
        """The stored object."""
        return self.objects.get((plural, namespace, name))

    def list(self, plural: str, namespace: str = "") -> Objects:
        """The stored objects of a kind."""
        return [obj for (kind, place, _), obj in self.objects.items() if kind == plural and namespace in ("", place)]

    def _write(self, dry_run: bool) -> Write:
        return Write(
            view=self,
            shape=self.shape,
            ranges=tuple(self.ranges[family] for family in self.shape.families),
            node_ports=range(30000, 32768),
            version=self.version,
            dry_run=dry_run,
            random=self._chance.randrange,
        )

    def _commit(self, write: Write, plural: str, obj: Obj | None) -> None:
        if write.dry_run:
            return
        for verb, kind, beside in write.beside:
            key = (kind, "", beside["metadata"]["name"])
            if verb == "put":
                self.objects[key] = beside
            else:
                del self.objects[key]
        if obj is not None:
            metadata = obj["metadata"]
            self.objects[plural, metadata.get("namespace", ""), metadata["name"]] = copy.deepcopy(obj)

    def _finish(self, write: Write, plural: str, obj: Obj, code: int, steps: Callable[[], Causes]) -> Answer:
        try:
            causes = steps()
        except ApiError as error:
            named = [(reason, path) for reason, path, _ in error.causes]
            return Answer(error.code, error.reason, named, [error.message])
        if causes:
            named = sorted({(cause.reason, cause.field) for cause in causes})
            return Answer(422, "Invalid", named, [cause.message for cause in causes])
        self._commit(write, plural, obj)
        return Answer(code, body=obj, warnings=write.warnings)

    def create(self, plural: str, obj: Obj, dry_run: bool = False) -> Answer:
        """POST."""
        strategy, write, new = STRATEGIES[plural], self._write(dry_run), copy.deepcopy(obj)

        def steps() -> Causes:
            strategy.default(write, new)
            return strategy.validate(write, new) or strategy.allocate(write, new)

        return self._finish(write, plural, new, 201, steps)

    def update(self, plural: str, obj: Obj, dry_run: bool = False) -> Answer:
        """PUT."""
        strategy, write, new = STRATEGIES[plural], self._write(dry_run), copy.deepcopy(obj)
        old = copy.deepcopy(self.objects[plural, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]])
        new["status"] = copy.deepcopy(old.get("status", {}))

        def steps() -> Causes:
            strategy.default_update(write, new, old)
            return strategy.validate_update(write, new, old) or strategy.reallocate(write, new, old)

        return self._finish(write, plural, new, 200, steps)

    def patch(self, plural: str, namespace: str, name: str, patch: Any) -> Answer:
        """PATCH with a JSON merge patch."""
        return self.update(plural, merged(self.objects[plural, namespace, name], patch))

    def patch_status(self, plural: str, namespace: str, name: str, status: Any) -> Answer:
        """PATCH of the status subresource with a JSON merge patch."""
        old = copy.deepcopy(self.objects[plural, namespace, name])
        new = merged(old, {"status": status})
        strategy, write = STRATEGIES[plural], self._write(False)

        def steps() -> Causes:
            strategy.prepare_status(write, new, old)
            return strategy.validate_status(write, new, old)

        return self._finish(write, plural, new, 200, steps)

    def delete(self, plural: str, namespace: str, name: str) -> Answer:
        """DELETE."""
        write = self._write(False)
        old = self.objects.pop((plural, namespace, name))
        STRATEGIES[plural].release(write, old)
        self._commit(write, plural, None)
        return Answer(200, body=old)


def merged(target: Any, patch: Any) -> Any:
    """``target`` after a JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return copy.deepcopy(result)
