"""How fast the matrix is judged, as a ratio to what the same server can do at all.

One run measures both, on the same machine within the same minute, because absolute times of a shared machine
mean little: the whole ``dualstack`` process over every create and transition row of one shape (cluster start,
probe, collection and report included), and a bare loop of dry-run creates over one connection to such a server.

    python benchmarks/api_profile.py                                          # emulated
    python benchmarks/api_profile.py --provider apiserver --binaries DIR      # a real kube-apiserver
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "fixtures"))

from dualstack.binaries import find  # noqa: E402
from dualstack.cluster.api import Api  # noqa: E402
from dualstack.cluster.connection import KubernetesTransport  # noqa: E402
from dualstack.families import Shape  # noqa: E402
from dualstack.providers.choice import provider_for  # noqa: E402
from dualstack.settings import ProviderName, Settings  # noqa: E402

BARE_REQUESTS = 500


def main() -> int:
    """Measure both, print the figures and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--provider", choices=["emulated", "apiserver"], default="emulated")
    parser.add_argument("--binaries", default="")
    parser.add_argument("--shape", choices=[shape.value for shape in Shape], default="dual-v4")
    options = parser.parse_args()
    bare = bare_rate(options)
    rows, seconds = matrix(options)
    print(f"{options.provider}, {options.shape}")
    print(f"bare dry-run creates, one connection   {bare:8.1f} a second")
    print(f"rows judged, start to report           {rows / seconds:8.1f} a second   ({rows} rows in {seconds:.1f} s)")
    print(f"ratio rows / bare                      {rows / seconds / bare:8.2f}")
    return 0


def bare_rate(options: argparse.Namespace) -> float:
    """Dry-run creates a second over one connection, nothing judged."""
    provider = ProviderName(options.provider)
    binaries = (
        find(Path(options.binaries) if options.binaries else None, {}) if provider is ProviderName.APISERVER else None
    )
    cluster = provider_for(Settings(provider=provider, shape=Shape(options.shape), binaries=binaries))
    connection = cluster.start()
    try:
        api = Api(KubernetesTransport(connection))
        started = time.perf_counter()
        for number in range(BARE_REQUESTS):
            create(api, number)
        return BARE_REQUESTS / (time.perf_counter() - started)
    finally:
        cluster.stop()


def create(api: Api, number: int) -> None:
    """One dry-run create that must be accepted."""
    spec = {"ipFamilyPolicy": "PreferDualStack", "selector": {"app": "x"}, "ports": [{"port": 80}]}
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"bare-{number}"}, "spec": spec}
    answer = api.request("POST", "/api/v1/namespaces/default/services", body, query={"dryRun": "All"})
    if not answer.accepted:
        raise RuntimeError(answer.line)


def matrix(options: argparse.Namespace) -> tuple[int, float]:
    """Rows judged, and the seconds of the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            sys.executable,
            "-m",
            "dualstack",
            str(ROOT / "conformance" / "matrix"),
            "--dualstack-shape",
            options.shape,
        ]
        command += ["--dualstack-provider", options.provider, "--dualstack-report", str(report)]
        command += ["--dualstack-binaries", options.binaries] if options.binaries else []
        started = time.perf_counter()
        environment = {"PYTHONPATH": str(ROOT / "fixtures"), "PATH": "/usr/bin:/bin"}
        subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - started
        requirements = json.loads(report.read_text(encoding="utf-8"))["requirements"]
    return sum(len(requirement["cases"]) for requirement in requirements), seconds


if __name__ == "__main__":
    sys.exit(main())
