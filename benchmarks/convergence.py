"""How soon the emulated network follows a change: from the request that makes it until a connection shows it.

A cluster in this process, of three nodes, with Pods and Services beside those that change, about as many as a
run of the suite has.  Each change is one request; then a Pod connects, in both families, until every connection
ends as it must from now on.  Time is that of the processor, because absolute times of a shared machine mean little.

    python benchmarks/convergence.py
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "fixtures"))

from dualstack.emulator.cluster import EmulatedCluster  # noqa: E402
from dualstack.emulator.http import Request  # noqa: E402
from dualstack.families import Shape  # noqa: E402

BOUND_MS = 50.0
SPACE = "/api/v1/namespaces/default"
GATE = "example.com/open"
_MERGE = {"content-type": "application/merge-patch+json"}
_STRATEGIC = {"content-type": "application/strategic-merge-patch+json"}


class Bed:
    """A cluster with something in it."""

    def __init__(self, pods: int, services: int) -> None:
        self._cluster = EmulatedCluster(Shape.DUAL_V4, nodes=3, seed=1)
        self.ask("POST", f"{SPACE}/pods", pod("client", app="client"))
        for number in range(pods):
            self.ask("POST", f"{SPACE}/pods", pod(f"other-{number}", app=f"group-{number % 5}"))
        for number in range(services):
            self.ask("POST", f"{SPACE}/services", service(f"other-{number}", f"group-{number % 5}"))
        for number in range(3):
            self.ask("POST", f"{SPACE}/pods", pod(f"backend-{number}", gated=True, app="backend"))
            self.flip(number, ready=True)

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **query: str) -> Any:
        """One request that must succeed."""
        content = b"" if body is None else json.dumps(body).encode()
        sent = {"content-type": "application/json"} | (headers or {})
        answer = self._cluster.handle(Request(method, path, query, sent, content))
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.body}")
        return answer.body

    def flip(self, number: int, *, ready: bool) -> None:
        """Open or close the readiness gate of a backend."""
        change = {"status": {"conditions": [{"type": GATE, "status": str(ready)}]}}
        self.ask("PATCH", f"{SPACE}/pods/backend-{number}/status", change, _STRATEGIC)

    def addresses(self) -> list[str]:
        """The cluster IPs of the Service that changes."""
        return list(self.ask("GET", f"{SPACE}/services/subject")["spec"]["clusterIPs"])

    def answered(self, addresses: list[str]) -> bool:
        """Whether a Pod is answered at each address."""
        said = [
            json.loads(
                self.ask("GET", f"{SPACE}/pods/client:8080/proxy/dial", host=address, port="80", protocol="http",
                         request="hostname")
            ).get("responses")
            for address in addresses
        ]  # fmt: skip
        return all(said)


def pod(name: str, *, gated: bool = False, **labels: str) -> dict[str, Any]:
    """A Pod with netexec."""
    spec: dict[str, Any] = {"containers": [{"name": "main", "image": "agnhost", "args": ["netexec"]}]}
    spec |= {"readinessGates": [{"conditionType": GATE}]} if gated else {}
    return {"metadata": {"name": name, "labels": labels}, "spec": spec}


def service(name: str, app: str) -> dict[str, Any]:
    """A dual-stack Service of Pods."""
    ports = [{"port": 80, "targetPort": 8080}]
    spec = {"ipFamilyPolicy": "PreferDualStack", "selector": {"app": app}, "ports": ports}
    return {"metadata": {"name": name}, "spec": spec}


def changes(bed: Bed) -> dict[str, Callable[[], None]]:
    """What is measured: each does its change and looks until it shows."""

    def patched(policy: str) -> Callable[[], None]:
        def change() -> None:
            bed.ask("PATCH", f"{SPACE}/services/subject", {"spec": {"ipFamilyPolicy": policy}}, _MERGE)
            until(lambda: bed.answered(bed.addresses()))

        return change

    def created() -> None:
        bed.ask("POST", f"{SPACE}/services", service("subject", "backend"))
        until(lambda: bed.answered(bed.addresses()))

    def all_unready() -> None:
        for number in range(3):
            bed.flip(number, ready=False)
        until(lambda: not bed.answered(bed.addresses()[:1]))

    def ready_again() -> None:
        bed.flip(1, ready=True)
        until(lambda: bed.answered(bed.addresses()))

    def pod_made() -> None:
        bed.ask("POST", f"{SPACE}/pods", pod("newcomer", app="backend"))
        until(lambda: bed.answered(bed.addresses()))

    def pod_gone() -> None:
        bed.ask("DELETE", f"{SPACE}/pods/newcomer", {"gracePeriodSeconds": 0})
        until(lambda: bed.answered(bed.addresses()))

    def deleted() -> None:
        addresses = bed.addresses()
        bed.ask("DELETE", f"{SPACE}/services/subject")
        until(lambda: not bed.answered(addresses[:1]) and not bed.answered(addresses[1:]))

    return {
        "a Service is made": created, "it loses a family": patched("SingleStack"),
        "it gets it back": patched("PreferDualStack"), "three Pods unready": all_unready,
        "one ready again": ready_again, "a Pod is made": pod_made, "it is gone": pod_gone,
        "the Service is deleted": deleted,
    }  # fmt: skip


def until(holds: Callable[[], bool]) -> None:
    """Look again and again, without a pause."""
    while not holds():
        pass


def main() -> int:
    """Measure, print the figures; exit code 1 where a median is beyond the bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--pods", type=int, default=20)
    parser.add_argument("--services", type=int, default=20)
    options = parser.parse_args()
    bed = Bed(options.pods, options.services)
    taken: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        for what, change in changes(bed).items():
            started = time.process_time()
            change()
            taken.setdefault(what, []).append((time.process_time() - started) * 1000)
        for number in range(3):
            bed.flip(number, ready=True)
    beside = f"beside {options.pods} Pods and {options.services} Services, milliseconds:"
    print(f"{beside:<57}  median  worst of {options.rounds}")
    for what, found in taken.items():
        print(f"{what:<57}{statistics.median(found):8.1f}  {max(found):8.1f}")
    return int(max(map(statistics.median, taken.values())) > BOUND_MS)


if __name__ == "__main__":
    sys.exit(main())
