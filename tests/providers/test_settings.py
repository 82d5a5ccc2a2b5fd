"""Settings: where values come from, and one message with culprit and cure for each kind of bad input."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dualstack import assets, options
from dualstack.catalogue import Profile
from dualstack.errors import UsageProblem
from dualstack.families import Shape
from dualstack.settings import ProviderName, Settings, add_options, is_active, settings_from

Read = Callable[..., Settings]


class _Options:
    """Registers the options alone, so that no test needs the whole plugin."""

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        add_options(parser)


@pytest.fixture
def config(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.Config]:
    """A pytest configuration from a command line and ini lines."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(pytester.path))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def make(*arguments: str, ini: str = "") -> pytest.Config:
        pytester.makeini(f"[pytest]\n{ini}")
        pytester.plugins = [_Options()]
        return pytester.parseconfig("--noconftest", *arguments)

    return make


@pytest.fixture
def read(config: Callable[..., pytest.Config]) -> Read:
    """Settings from a command line and ini lines."""
    return lambda *arguments, ini="": settings_from(config(*arguments, ini=ini))


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    """A kubeconfig with two contexts, one of them current."""
    file = tmp_path / "config"
    file.write_text("contexts: [{name: blue}, {name: green}]\ncurrent-context: blue\n")
    return file


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with what provider apiserver needs."""
    for name in ("kube-apiserver", "etcd"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_defaults(read: Read) -> None:
    """Without a word: the core profile on an emulated IPv4-primary dual-stack cluster."""
    assert read() == Settings(shape=Shape.DUAL_V4)


def test_every_option_is_read(read: Read, tmp_path: Path) -> None:
    """Each one arrives, lists by repetition and by commas."""
    (tmp_path / "who.yaml").write_text("{project: Net, version: 7}")
    settings = read(
        *("--dualstack-shape=dual-v6", "--dualstack-profile=api", "--dualstack-kubernetes-version=1.33"),
        *("--dualstack-rbac", "--dualstack-keep", "--dualstack-only=CLU-001,CLU-002", "--dualstack-only=CLU-003"),
        *(f"--dualstack-report={tmp_path}/a.json", f"--dualstack-report={tmp_path}/b.xml", "--dualstack-nodes=5"),
        *(f"--dualstack-evidence={tmp_path}/evidence", "--dualstack-patience=2.5", "--dualstack-agnhost-image=mine"),
        *("--dualstack-allow=conversion", f"--dualstack-implementation={tmp_path}/who.yaml"),
    )

    assert (settings.shape, settings.profile, settings.kubernetes_version) == (Shape.DUAL_V6, Profile.API, (1, 33))
    assert (settings.rbac, settings.keep, settings.nodes, settings.patience) == (True, True, 5, 2.5)
    assert settings.only == ("CLU-001", "CLU-002", "CLU-003")
    assert settings.reports == (tmp_path / "a.json", tmp_path / "b.xml")
    assert (settings.evidence, settings.agnhost_image) == (tmp_path / "evidence", "mine")
    assert settings.allow == {"conversion"}
    assert settings.implementation is not None
    assert (settings.implementation.project, settings.implementation.version) == ("Net", "7")


def test_a_registry_is_for_what_is_not_named(read: Read) -> None:
    """The image of the Pods comes from there, unless one is named."""
    there = "--dualstack-image-registry=mirror.example/k8s"

    assert read(there).agnhost_image.startswith("mirror.example/k8s/e2e-test-images/agnhost:")
    assert read(there, "--dualstack-agnhost-image=mine:1").agnhost_image == "mine:1"


def test_command_line_beats_ini(read: Read) -> None:
    """The ini twin counts only where the command line is silent."""
    ini = "dualstack_shape = ipv6\ndualstack_profile = full\ndualstack_only = CLU-001 CLU-002\n"
    settings = read("--dualstack-shape=ipv4", ini=ini)
    assert (settings.shape, settings.profile, settings.only) == (Shape.IPV4, Profile.FULL, ("CLU-001", "CLU-002"))


def test_ini_paths_are_relative_to_the_ini_file(read: Read, pytester: pytest.Pytester) -> None:
    """A file next to the ini file is found from everywhere."""
    below = pytester.mkdir("below")
    os.chdir(below)
    assert read(ini="dualstack_report = out.json").reports == (pytester.path / "out.json",)


def test_context_implies_existing(read: Read, kubeconfig: Path) -> None:
    """Nobody gets a green emulated run because a provider was not named; the claim is the user's."""
    settings = read(f"--dualstack-kubeconfig={kubeconfig}", "--dualstack-context=green")
    assert (settings.provider, settings.context, settings.kubeconfig) == (
        ProviderName.EXISTING,
        "green",
        str(kubeconfig),
    )
    assert (settings.shape, settings.own_cluster) == (None, False)


def test_environment_finds_the_kubeconfig(read: Read, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """KUBECONFIG says where to look, never which context, and chooses no provider."""
    monkeypatch.setenv("KUBECONFIG", f"{kubeconfig}{os.pathsep}/nowhere")
    assert read("--dualstack-context=blue").context == "blue"
    assert read().provider is ProviderName.EMULATED


def test_command_line_provider_overrules_an_ini_context(read: Read) -> None:
    """A project's ini file may name its cluster, and a developer still runs the emulated one."""
    settings = read("--dualstack-provider=emulated", ini="dualstack_context = blue")
    assert (settings.provider, settings.context) == (ProviderName.EMULATED, "")


def test_command_line_context_overrules_an_ini_provider(read: Read, kubeconfig: Path) -> None:
    """The word that was said last counts."""
    arguments = (f"--dualstack-kubeconfig={kubeconfig}", "--dualstack-context=blue")
    assert read(*arguments, ini="dualstack_provider = emulated").provider is ProviderName.EXISTING


def test_in_cluster(read: Read) -> None:
    """The credentials of the Pod: no kubeconfig, no context."""
    settings = read("--dualstack-in-cluster")
    assert (settings.provider, settings.kubeconfig, settings.in_cluster) == (ProviderName.EXISTING, "", True)


def test_binaries(read: Read, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the named folder, else KUBEBUILDER_ASSETS, else PATH."""
    named = read(f"--dualstack-binaries={programs}")
    assert named.provider is ProviderName.APISERVER
    assert named.binaries is not None
    assert (named.binaries.etcd, named.binaries.kube_controller_manager) == (programs / "etcd", None)
    for variable in ("KUBEBUILDER_ASSETS", "PATH"):
        with monkeypatch.context() as changed:
            changed.delenv("KUBEBUILDER_ASSETS", raising=False)
            changed.setenv(variable, str(programs))
            assert read("--dualstack-provider=apiserver").binaries == named.binaries


@pytest.mark.parametrize(
    ("arguments", "culprit", "cure"),
    [
        (["--dualstack-provider=cloud"], "no provider 'cloud'", "emulated, apiserver, kind, existing"),
        (["--dualstack-shape=dual"], "no shape 'dual'", "ipv4, ipv6, dual-v4, dual-v6"),
        (["--dualstack-profile=all"], "no profile 'all'", "api, core, full"),
        (["--dualstack-only=CLU-01"], "no requirement 'CLU-01'", "correct the id"),
        (["--dualstack-context=c", "--dualstack-provider=emulated"], "contradicts --dualstack-provider emulated", ""),
        (["--dualstack-context=c", "--dualstack-binaries=b"], "contradicts --dualstack-context", "leave one"),
        (["--dualstack-rbac", "--dualstack-provider=existing"], "--dualstack-rbac is for provider emulated", ""),
        (["--dualstack-in-cluster", "--dualstack-context=c"], "in-cluster contradicts --dualstack-context", ""),
        (["--dualstack-context=c"], "there is no kubeconfig", "KUBECONFIG"),
        (["--dualstack-binaries=/nowhere"], "/nowhere is not a folder", "name the folder"),
        (["--dualstack-kubernetes-version=1.9"], "'1.9' cannot be emulated", "1.23 to 1.36"),
        (["--dualstack-kubernetes-version=new"], "'new' cannot be emulated", "1.23 to 1.36"),
        (["--dualstack-report=out.pdf"], "no report format is called '.pdf'", ".json"),
        (["--dualstack-report=/proc/version/out.json"], "nothing can be written below /proc/version", "another folder"),
        (["--dualstack-evidence=/proc/version"], "nothing can be written below /proc/version", "another folder"),
        (["--dualstack-nodes=0"], "--dualstack-nodes: '0'", "a whole number of at least 1"),
        (["--dualstack-nodes=1.5"], "--dualstack-nodes: '1.5'", "a whole number of at least 1"),
        (["--dualstack-patience=soon"], "--dualstack-patience: 'soon'", "a number of at least 0.001"),
        (["--dualstack-patience=nan"], "--dualstack-patience: 'nan'", "a number of at least 0.001"),
        (["--dualstack-allow=everything"], "no opt-in 'everything'", "cluster-scope-writes, conversion"),
        (["--dualstack-allow=conversion", "--dualstack-dry-run"], "contradicts --dualstack-dry-run", "leave one"),
        (["--dualstack-known-failures=gone.yaml"], "gone.yaml cannot be read", "a readable YAML file"),
        (["--dualstack-implementation=gone.yaml"], "gone.yaml cannot be read", "a readable YAML file"),
    ],
)
def test_bad_input(read: Read, arguments: list[str], culprit: str, cure: str) -> None:
    """Each contradiction or unknown name is told apart from all others."""
    with pytest.raises(UsageProblem) as caught:
        read(*arguments)
    assert culprit in caught.value.culprit
    assert cure in caught.value.cure
    assert caught.value.cure


@pytest.mark.parametrize(
    ("arguments", "culprit"),
    [([], "needs a context by name"), (["--dualstack-context=red"], "there is no context 'red'")],
)
def test_contexts_there_are(read: Read, kubeconfig: Path, arguments: list[str], culprit: str) -> None:
    """The current context is never taken unasked; the message lists what can be named."""
    with pytest.raises(UsageProblem) as caught:
        read(f"--dualstack-kubeconfig={kubeconfig}", *arguments)
    assert culprit in caught.value.culprit
    assert f"{kubeconfig} has blue, green" in caught.value.cure


@pytest.mark.parametrize("content", ["[", "just a word", "contexts: [{}]", "- a\n"])
def test_not_a_kubeconfig(read: Read, tmp_path: Path, content: str) -> None:
    """A file of another kind."""
    file = tmp_path / "config"
    file.write_text(content)
    with pytest.raises(UsageProblem, match="is not a kubeconfig"):
        read(f"--dualstack-kubeconfig={file}", "--dualstack-context=blue")


def test_unreadable_kubeconfig(read: Read, tmp_path: Path) -> None:
    """A folder, say."""
    with pytest.raises(UsageProblem, match=f"the kubeconfig {tmp_path} cannot be read: Is a directory"):
        read(f"--dualstack-kubeconfig={tmp_path}", "--dualstack-context=blue")


def test_missing_program(read: Read, programs: Path) -> None:
    """The one that is missing is named."""
    (programs / "etcd").unlink()
    with pytest.raises(UsageProblem, match=f"there is no etcd in {programs}"):
        read(f"--dualstack-binaries={programs}")


def test_program_that_cannot_run(read: Read, programs: Path) -> None:
    """A file without the execute bit."""
    (programs / "kube-apiserver").chmod(0o644)
    with pytest.raises(UsageProblem, match="kube-apiserver is not executable") as caught:
        read(f"--dualstack-binaries={programs}")
    assert caught.value.cure == f"chmod +x {programs}/kube-apiserver"


def test_report_that_is_a_folder(read: Read, tmp_path: Path) -> None:
    """A path that exists and is no file."""
    (tmp_path / "out.json").mkdir()
    with pytest.raises(UsageProblem, match=r"out.json cannot be written"):
        read(f"--dualstack-report={tmp_path}/out.json")


@pytest.mark.parametrize(
    ("content", "culprit"),
    [
        ("{}", "it is not a list"),
        ("[CLU-001]", "'CLU-001' is not an entry"),
        ("[{id: CLU-001, because: x}]", "is not an entry"),
        ("[{id: CLU-001, reason: [x], expiry: 2999-01-01}]", "a field that is no text"),
        ("[{id: CLU-999, reason: x, expiry: 2999-01-01}]", "there is no requirement 'CLU-999'"),
        ("[{id: CLU-001, expiry: 2999-01-01}]", "CLU-001 has no reason"),
        ("[{id: CLU-001, reason: x}]", "CLU-001 has no expiry date"),
        ("[{id: CLU-001, reason: x, expiry: soon}]", "CLU-001 has no expiry date"),
        ("[{id: CLU-001, reason: x, expiry: 2001-02-03}]", "CLU-001 expired on 2001-02-03"),
        ("[{id: CLU-001, reason: x, expiry: 2999-01-01}, {id: CLU-001, reason: y, expires: 2999-01-01}]", "twice"),
        ("[", "is not YAML"),
    ],
)
def test_bad_known_failures(read: Read, tmp_path: Path, content: str, culprit: str) -> None:
    """A list that hides failures must itself be in order."""
    file = tmp_path / "known.yaml"
    file.write_text(content)
    with pytest.raises(UsageProblem) as caught:
        read(f"--dualstack-known-failures={file}")
    assert culprit in caught.value.culprit
    assert str(file) in caught.value.culprit


def test_known_failures(read: Read, tmp_path: Path) -> None:
    """A listed failure has its reason, its last day, and maybe a link."""
    file = tmp_path / "known.yaml"
    file.write_text("[{id: CLU-001, reason: ' old CIDR ', expiry: 2999-01-01, link: 'https://bugs.example/1'}]")
    known = read(f"--dualstack-known-failures={file}").known_failures["CLU-001"]
    assert (known.reason, known.expires.year, known.link) == ("old CIDR", 2999, "https://bugs.example/1")


def test_opt_ins_protect_clusters_of_others(read: Read, kubeconfig: Path) -> None:
    """A run's own cluster needs no opt-in, and a dry run has none."""
    existing = (f"--dualstack-kubeconfig={kubeconfig}", "--dualstack-context=blue")
    assert read().allows("conversion")
    assert not read("--dualstack-dry-run").allows("conversion")
    assert not read(*existing).allows("cluster-scope-writes")
    assert read(*existing, "--dualstack-allow=cluster-scope-writes").allows("cluster-scope-writes")


@pytest.mark.parametrize(
    ("arguments", "active"),
    [
        (["--dualstack-shape=ipv4"], True),
        (["--dualstack-keep"], True),
        ([str(assets.root() / "conformance")], True),
        ([f"{assets.root() / 'conformance' / 'cluster'}/test_x.py::test_y"], True),
        (["--pyargs", "dualstack.conformance"], True),
        (["tests"], False),
        ([], False),
    ],
)
def test_active_only_when_meant(config: Callable[..., pytest.Config], arguments: list[str], active: bool) -> None:
    """Other test runs in the same environment are left alone."""
    assert is_active(config(*arguments)) is active


def test_ini_alone_does_not_activate(config: Callable[..., pytest.Config]) -> None:
    """Settings for our runs in a project's ini file do not make all its runs ours."""
    assert not is_active(config(ini="dualstack_shape = ipv4"))


def test_every_option_has_help_and_twin() -> None:
    """No undocumented option; flags and keys correspond."""
    for option in options.OPTIONS.values():
        assert option.help
        assert option.key == option.flag[2:].replace("-", "_")
