"""Each look of the doctor, by what it finds and by what it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dualstack import doctor
from dualstack.doctor import OK, PROBLEM, UNKNOWN, WARNING
from dualstack.kind.machine import Machine
from tests.command.commanding import Served, run, served
from tests.kind.playing_kind import played


def machine(folder: Path, **files: str) -> Machine:
    """A machine whose files are these; ``__`` stands for a slash."""
    for name, text in files.items():
        file = folder / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return Machine(folder)


@pytest.mark.parametrize(
    ("look", "files", "status"),
    [
        (doctor.kernel_ipv6, {"proc__sys__net__ipv6__conf__all__disable_ipv6": "0\n"}, OK),
        (doctor.kernel_ipv6, {"proc__sys__net__ipv6__conf__all__disable_ipv6": "1\n"}, PROBLEM),
        (doctor.kernel_ipv6, {}, PROBLEM),
        (doctor.ip6tables, {"proc__net__ip6_tables_names": "nat\n"}, OK),
        (doctor.inotify, {"proc__sys__fs__inotify__max_user_instances": "128\n"}, WARNING),
        (doctor.inotify, {"proc__sys__fs__inotify__max_user_instances": "8192\n"}, OK),
        (doctor.inotify, {}, UNKNOWN),
        (doctor.memory, {"proc__meminfo": "MemTotal: 1 kB\nMemAvailable: 8388608 kB\n"}, OK),
        (doctor.memory, {"proc__meminfo": "MemAvailable: 1024 kB\n"}, WARNING),
        (doctor.memory, {}, UNKNOWN),
        (doctor.search_domains, {"etc__resolv.conf": "nameserver 192.0.2.1\n"}, OK),
        (doctor.search_domains, {"etc__resolv.conf": "search corp.example\n"}, WARNING),
        (doctor.cgroups, {}, WARNING),
    ],
)
def test_a_look(tmp_path: Path, look: object, files: dict[str, str], status: str) -> None:
    """The status follows what is there, and whatever is wrong has a remedy."""
    finding = look(machine(tmp_path, **files))  # type: ignore[operator]

    assert finding.status == status, finding
    assert bool(finding.remedy) == (status in (PROBLEM, WARNING))


def test_cgroup_version_2(tmp_path: Path) -> None:
    """The file that only the second version has."""
    assert doctor.cgroups(machine(tmp_path, **{"sys__fs__cgroup__cgroup.controllers": "cpu"})).status == OK


def test_without_kind_it_says_so_first(tmp_path: Path) -> None:
    """Exit code 1, JSON with the documented fields, and a remedy."""
    result = run(tmp_path, "doctor", "--json", PATH="/nowhere")
    findings = {finding["id"]: finding for finding in json.loads(result.out)["findings"]}

    assert result.code == 1
    assert findings["kind"]["status"] == PROBLEM
    assert {"id", "status", "message", "remedy"} == {*findings["kind"]}


def test_with_kind_and_an_engine(tmp_path: Path) -> None:
    """What answers is ok."""
    kind = played(tmp_path / "bin", clusters=["one"])
    result = run(tmp_path, "doctor", "--json", PATH=f"{kind.folder}:/usr/bin:/bin")
    findings = {finding["id"]: finding["status"] for finding in json.loads(result.out)["findings"]}

    assert (findings["kind"], findings["engine"]) == (OK, OK)


@pytest.fixture(scope="module")
def cluster_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A live cluster."""
    with served(tmp_path_factory.mktemp("served")) as cluster:
        yield cluster


def test_a_live_cluster_is_looked_at_verb_by_verb(cluster_up: Served, tmp_path: Path) -> None:
    """Reachable, version, each permission; the image is a warning where nodes must pull it."""
    options = ["--kubeconfig", str(cluster_up.kubeconfig), "--context", "dualstack-emulated"]
    result = run(tmp_path, "doctor", "--json", *options)
    findings = {finding["id"]: finding["status"] for finding in json.loads(result.out)["findings"]}

    assert result.code == 0, result.shown
    assert findings["reachable"] == findings["version"] == findings["may create services"] == OK
    assert findings["image"] == WARNING


def test_an_unknown_context_is_bad_input(cluster_up: Served, tmp_path: Path) -> None:
    """The message names the contexts that there are."""
    result = run(tmp_path, "doctor", "--kubeconfig", str(cluster_up.kubeconfig), "--context", "other")

    assert result.code == 4
    assert "dualstack-emulated" in result.shown
