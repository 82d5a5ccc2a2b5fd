"""A cluster of this process behind a socket: a run in a child takes it for a live one, and a test still holds it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dualstack.emulator import kubeconfig
from dualstack.emulator.authentication import User
from dualstack.emulator.cluster import EmulatedCluster
from dualstack.emulator.ruling import Ruling, rule_name
from dualstack.emulator.server import Server
from dualstack.families import Shape
from tests.emulator.api import Api

ADMIN, RUNNER = "admins-token", "runners-token"
"""Who may everything, and who may what roles say."""
TOKENS = {ADMIN: User("kubernetes-admin", ("system:masters",)), RUNNER: User("runner", ())}


@dataclass(frozen=True)
class Hosted:
    """A cluster, and the options that lead to it."""

    api: Api
    options: list[str]

    def names(self, path: str) -> list[str]:
        """The names of what is there."""
        return [item["metadata"]["name"] for item in self.api.stored(path)["items"]]


@contextmanager
def hosted(folder: Path, *replaced: tuple[Callable[..., Any], Callable[..., Any]], **options: Any) -> Iterator[Hosted]:
    """A cluster that is up until the block ends; ``replaced`` are rules and what stands in for them."""
    ruling = Ruling({rule_name(rule): by for rule, by in replaced})
    token = options.pop("token", ADMIN)
    shape = options.pop("shape", Shape.DUAL_V4)
    settings: dict[str, Any] = {"nodes": 3, "seed": 1, "ruling": ruling, "tokens": TOKENS} | options
    cluster = EmulatedCluster(shape, **settings)
    loop, server = asyncio.new_event_loop(), Server(cluster)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
        file = folder / "hosted-kubeconfig"
        kubeconfig.write(file, kubeconfig.kubeconfig(server.url, server.ca, token))
        named = [f"--dualstack-kubeconfig={file}", f"--dualstack-context={kubeconfig.CONTEXT}"]
        yield Hosted(Api(cluster, ADMIN), named)
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
