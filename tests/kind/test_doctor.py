"""Each look of the doctor, by what it finds and by what it does not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dualstack.doctor import machine_looks as looks
from dualstack.doctor.finding import OK, PROBLEM, UNKNOWN, WARNING, Finding, as_lines
from dualstack.doctor.kind_looks import Wish, kind_side
from dualstack.errors import UsageProblem
from dualstack.kind.machine import Machine
from dualstack.kind.naming import cluster_name
from dualstack.ownership import Owner
from tests.command.commanding import run
from tests.kind.playing_kind import played, played_engine

INOTIFY = "proc/sys/fs/inotify/max_user_instances", "proc/sys/fs/inotify/max_user_watches"
IPV6 = "proc/sys/net/ipv6/conf/all/disable_ipv6"
V2 = {"sys/fs/cgroup/cgroup.controllers": "cpu"}
MODULES = "lib/modules/6.1.0/modules.dep"
Look = Callable[[Machine], Finding]


def machine(folder: Path, files: Mapping[str, str]) -> Machine:
    """A machine whose files are these."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return Machine(folder, kernel="6.1.0")


@pytest.mark.parametrize(
    ("look", "files", "status"),
    [
        (looks.kernel_ipv6, {IPV6: "0\n"}, OK),
        (looks.kernel_ipv6, {IPV6: "1\n"}, PROBLEM),
        (looks.kernel_ipv6, {}, PROBLEM),
        (looks.ip6tables, {"proc/net/ip6_tables_names": ""}, OK),
        (looks.inotify, dict(zip(INOTIFY, ("128", "524288"), strict=True)), WARNING),
        (looks.inotify, dict(zip(INOTIFY, ("8192", "8192"), strict=True)), WARNING),
        (looks.inotify, dict(zip(INOTIFY, ("8192", "524288"), strict=True)), OK),
        (looks.inotify, {}, UNKNOWN),
        (looks.memory, {"proc/meminfo": "MemTotal: 1 kB\nMemAvailable: 8388608 kB\n"}, OK),
        (looks.memory, {"proc/meminfo": "MemAvailable: 1024 kB\n"}, WARNING),
        (looks.memory, {}, UNKNOWN),
        (partial(looks.search_domains, told=False), {"etc/resolv.conf": "nameserver 192.0.2.1\n"}, OK),
        (partial(looks.search_domains, told=False), {"etc/resolv.conf": "search corp.example\n"}, WARNING),
        (partial(looks.search_domains, told=True), {"etc/resolv.conf": "search corp.example\n"}, OK),
        (looks.cgroups, V2, OK),
        (looks.cgroups, {}, WARNING),
        (partial(looks.cgroups, kubernetes=(1, 34)), {}, OK),
        (partial(looks.cgroups, kubernetes=(1, 36)), {}, PROBLEM),
        (looks.ipvs, {"proc/net/ip_vs": ""}, OK),
        (looks.ipvs, {"boot/config-6.1.0": "CONFIG_IP_VS=m\n"}, OK),
        (looks.ipvs, {"boot/config-6.1.0": "# CONFIG_IP_VS is not set\n"}, PROBLEM),
        (looks.ipvs, {MODULES: "kernel/net/netfilter/ipvs/ip_vs.ko.xz: kernel/lib/libcrc32c.ko\n"}, OK),
        (looks.ipvs, {MODULES: "kernel/net/sctp/sctp.ko:\n"}, PROBLEM),
    ],
)
def test_a_look_at_the_machine(tmp_path: Path, look: Look, files: dict[str, str], status: str) -> None:
    """The status follows what is there, and whatever is wrong has a remedy."""
    finding = look(machine(tmp_path, files))

    assert finding.status == status, finding
    assert bool(finding.remedy) == (status in (PROBLEM, WARNING))


def test_what_cannot_be_told_about_ipvs(tmp_path: Path) -> None:
    """No configuration and no modules to be seen: no judgement."""
    assert looks.ipvs(machine(tmp_path, {})).status == UNKNOWN


def test_a_kernel_that_tells_its_own_configuration(tmp_path: Path) -> None:
    """It is packed."""
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "config.gz").write_bytes(gzip.compress(b"CONFIG_X=y\n# CONFIG_IP_VS is not set\n"))
    assert Machine(tmp_path).has_ipvs() is False


def test_room_on_a_disk(tmp_path: Path) -> None:
    """By the room there is; a place that is not there is unknown."""
    assert looks.disk(tmp_path).status in (OK, WARNING)
    assert looks.disk(tmp_path / "nowhere").status == UNKNOWN


FINE = {
    IPV6: "0",
    "proc/net/ip6_tables_names": "",
    "proc/meminfo": "MemAvailable: 8388608 kB\n",
    "boot/config-6.1.0": "# CONFIG_IP_VS is not set\n",
    **V2,
    **dict(zip(INOTIFY, ("8192", "524288"), strict=True)),
}


def looked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, wish: Wish | None = None, **manners: Any
) -> dict[str, Finding]:
    """The findings on a machine that is fine, with a kind and an engine of these manners."""
    bin = folder / "bin"
    played(bin, **manners)
    answers = {"ps": (0, ""), "info --format {{.KernelVersion}}": (0, "6.1.0"), **manners.get("engine", {})}
    played_engine(bin, manners.get("named", "docker"), answers=answers)
    monkeypatch.setenv("PATH", str(bin))
    monkeypatch.setattr("platform.release", lambda: "6.1.0")
    findings = list(kind_side(wish or Wish(), machine(folder, FINE)))
    return {finding.id: finding for finding in findings}


def test_nothing_is_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look is told, and none is a problem."""
    findings = looked(tmp_path, monkeypatch, clusters=["one"])

    assert {*findings} == {
        "kind", "engine", "node-image", "network", "ipv6", "ip6tables", "cgroups", "inotify", "memory", "disk",
        "search-domains",
    }  # fmt: skip
    assert findings["engine"].message == "docker answers, with 1 kind cluster"
    assert "1.34, 1.35, 1.36, 1.37" in findings["node-image"].message
    assert not [finding for finding in findings.values() if finding.status not in (OK, WARNING)]


@pytest.mark.parametrize(
    ("wish", "version", "status", "said"),
    [
        (Wish(image="kindest/node:v1.36.2"), "v0.33.0", OK, "kindest/node:v1.36.2"),
        (Wish(image="kindest/node:v1.36.2"), "v0.30.0", PROBLEM, "built for kind 0.32 or newer, and this is kind 0.30"),
        (Wish(image="registry.example/node:mine"), "v0.30.0", OK, "registry.example/node:mine"),
        (Wish(kubernetes="1.36"), "v0.33.0", OK, "kindest/node:v1.36.4@sha256:"),
        (Wish(kubernetes="1.36"), "v0.30.0", PROBLEM, "--kubernetes 1.36: no node image of it is known for kind 0.30"),
        (Wish(), "v0.30.0", OK, "newer ones want kind 0.33"),
    ],
)
def test_kind_and_the_node_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wish: Wish, version: str, status: str, said: str
) -> None:
    """An image wants the kind that it was built for, or a newer one."""
    finding = looked(tmp_path, monkeypatch, wish, version=f"kind {version} go1.26")["node-image"]

    assert finding.status == status
    assert said in finding.message
    assert bool(finding.remedy) == (status == PROBLEM)


def test_what_a_configuration_asks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """IPVS of the kernel where kube-proxy is to use it, no IPv6 where no node has it, a CNI plugin of the user's."""
    assert looked(tmp_path, monkeypatch, Wish("dual-ipv4-first-ipvs"))["ipvs"].status == PROBLEM
    assert "ipv6" not in looked(tmp_path, monkeypatch, Wish("single-ipv4"))
    assert looked(tmp_path, monkeypatch, Wish("dual-ipv4-first-no-cni"))["configuration"].status == WARNING
    with pytest.raises(UsageProblem, match="--kind-config: there is no file nonsense"):
        looked(tmp_path, monkeypatch, Wish("nonsense"))


def test_a_configuration_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that says nothing of search domains lets those of the host in; one without kube-proxy makes no run."""
    file = tmp_path / "mine.yaml"
    file.write_text("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnetworking: {kubeProxyMode: none}\n")
    machine(tmp_path, {"etc/resolv.conf": "search corp.example\n"})
    findings = looked(tmp_path, monkeypatch, Wish(str(file)))

    assert findings["search-domains"].status == WARNING
    assert findings["configuration"].status == WARNING
    assert "without kube-proxy" in findings["configuration"].message
    assert looked(tmp_path, monkeypatch, Wish("single-ipv4"))["search-domains"].status == OK


@pytest.mark.parametrize(
    ("version", "wish", "status"),
    [
        ("v0.33.0", Wish(), PROBLEM),
        ("v0.33.0", Wish(kubernetes="1.34"), OK),
        ("v0.33.0", Wish(image="kindest/node:v1.34.0"), OK),
        ("v0.33.0", Wish(image="registry.example/node:mine"), WARNING),
        ("v0.30.0", Wish(), OK),
        ("v0.24.0", Wish(), WARNING),
    ],
)
def test_cgroup_version_1_against_the_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, wish: Wish, status: str
) -> None:
    """Where no image is named it is the one that kind takes by itself; of an unknown one it can only be said."""
    monkeypatch.delitem(FINE, "sys/fs/cgroup/cgroup.controllers")
    assert looked(tmp_path, monkeypatch, wish, version=f"kind {version} go1.26")["cgroups"].status == status


def test_an_old_network_of_each_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy names the engine in use; for an IPv4 configuration it is no problem."""
    old = {"network inspect kind": (0, '[{"ipv6_enabled": false}]'), "info --format {{.Host.Kernel}}": (0, "6.1.0")}
    finding = looked(tmp_path, monkeypatch, engine=old, named="podman")["network"]

    assert finding.status == PROBLEM
    assert finding.remedy == "kind delete clusters --all; podman network rm kind"
    finding = looked(tmp_path, monkeypatch, Wish("single-ipv4"), engine=old, named="podman")["network"]
    assert finding.status == WARNING


def test_a_chosen_network_is_not_to_be_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user named the network, no cluster has to go for it."""
    monkeypatch.setenv("KIND_EXPERIMENTAL_DOCKER_NETWORK", "v4only")
    old = {"network inspect v4only": (0, '[{"EnableIPv6": false}]'), "info --format {{.Host.Kernel}}": (0, "6.1.0")}
    finding = looked(tmp_path, monkeypatch, engine=old)["network"]

    assert finding.status == PROBLEM
    assert finding.remedy == "unset KIND_EXPERIMENTAL_DOCKER_NETWORK, or have it name a network of both families"


def test_an_engine_with_a_kernel_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said of the kernel here, which its containers do not run on."""
    other = {"info --format {{.KernelVersion}}": (0, "6.12-desktop")}
    findings = looked(tmp_path, monkeypatch, engine=other)

    assert findings["kernel"].status == UNKNOWN
    assert "ipv6" not in findings


def test_clusters_that_runs_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are named, and the command that deletes them."""
    gone = cluster_name("1a2b3c4d", Owner(Owner.me().machine, 4194303, "1"))
    finding = looked(tmp_path, monkeypatch, clusters=["lab", gone])["left-behind"]

    assert (finding.status, finding.remedy) == (WARNING, "dualstack clean")
    assert gone in finding.message
    assert "lab" not in finding.message


def test_an_engine_that_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What kind says is told with what mends it; what only the engine knows is unknown."""
    findings = looked(
        tmp_path,
        monkeypatch,
        fails={"get clusters": "Cannot connect to the Docker daemon at unix:///var/run/docker.sock"},
        engine={"ps": (1, "Cannot connect")},
    )

    assert findings["engine"].status == PROBLEM
    assert "systemctl start docker" in findings["engine"].remedy
    assert findings["network"].status == UNKNOWN


def test_for_people() -> None:
    """One line each, the remedy below it, and the sum; painted on a terminal only."""
    findings = [Finding("a", OK, "fine"), Finding("b", PROBLEM, "bad", "mend it"), Finding("c", WARNING, "so so", "x")]

    assert as_lines(findings[:1]) == ["ok       a: fine", "", "Nothing is in the way."]
    assert as_lines(findings)[1:3] == ["PROBLEM  b: bad", "         mend it"]
    assert as_lines(findings)[-1] == "1 problem and 1 warning."
    may = [Finding(f"may {what}", OK, "allowed") for what in ("get nodes", "list nodes", "get pods")]
    assert as_lines([*may, Finding("may list pods", PROBLEM, "denied", "bind")])[:2] == [
        "ok       permissions: nodes get, list; pods get",
        "PROBLEM  may list pods: denied",
    ]
    assert as_lines(findings, colour=True)[1].startswith("\x1b[31;1mPROBLEM\x1b[0m  b: bad")


def test_without_kind_it_says_so_first(tmp_path: Path) -> None:
    """Exit code 1, JSON with the documented fields, and a remedy."""
    result = run(tmp_path, "doctor", "--json", PATH="/nowhere")
    findings = {finding["id"]: finding for finding in json.loads(result.out)["findings"]}

    assert result.code == 1
    assert findings["kind"]["status"] == PROBLEM
    assert findings["engine"]["status"] == UNKNOWN
    assert {"id", "status", "message", "remedy"} == {*findings["kind"]}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--pull",), "--pull is about a live cluster"),
        (("--context=x", "--kubernetes=1.36"), "--kubernetes is about a cluster that kind makes"),
        (("--kind-image=node:1", "--kubernetes=1.36"), "--kind-image contradicts --kubernetes"),
        (("--kind-config=nonsense",), "doctor: --kind-config: there is no file nonsense"),
    ],
)
def test_bad_input(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """Options that do not go together, or name nothing."""
    result = run(tmp_path, "doctor", *options)

    assert result.code == 4, result.shown
    assert said in result.err
