"""Bad input: one message with culprit and cure, exit code 4, and nothing is created, plain and distributed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command.commanding import Ended, Served, ended, started
from tests.providers.scripted_server import CONTEXT, Scripted, serving, write_kubeconfig

VERSION = {"major": "1", "minor": "36", "gitVersion": "v1.36.0"}
OLD = {"major": "1", "minor": "22", "gitVersion": "v1.22.17"}
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with the odd files that options may name."""
    working = tmp_path / "working"
    working.mkdir()
    (working / "kubeconfig").write_text("{contexts: [{name: blue}], current-context: blue}")
    (working / "prose").write_text("- not a kubeconfig\n")
    (working / "known.yaml").write_text("[{id: SVC-CREATE-001, reason: because, expiry: 2001-01-01}]")
    (working / "unreasonable.yaml").write_text("[{id: SVC-CREATE-001, expiry: 2999-01-01}]")
    (working / "boaster.yaml").write_text("{project: Net, claims: {capabilities: [flying]}}")
    for name in ("empty", "half", "blunt"):
        (working / name).mkdir()
    (working / "half" / "kube-apiserver").write_text("#!/bin/sh\n")
    (working / "half" / "kube-apiserver").chmod(0o755)
    (working / "blunt" / "kube-apiserver").write_text("#!/bin/sh\n")
    (working / "blunt" / "kube-apiserver").chmod(0o644)
    return working


def judged_both_ways(folder: Path, *options: str) -> list[Ended]:
    """The same run in one process and with two workers."""
    return judged(folder, ["-n0", "-n2"], *options)


def judged(folder: Path, spreads: list[str], *options: str) -> list[Ended]:
    """The same run over and over, at the same time, none of which makes a file."""
    before = {file for file in folder.rglob("*") if file.is_file()}
    runs = [started(folder, [spread, *options]) for spread in spreads]
    all_ended = [ended(command, folder) for command in runs]
    assert {file for file in folder.rglob("*") if file.is_file()} == before
    return all_ended


def expect_refused(runs: list[Ended], *phrases: str) -> None:
    """Exit code 4, one message that has these phrases, and no word of what is inside."""
    for run in runs:
        assert run.code == 4, run.shown
        for phrase in phrases:
            assert phrase in run.err
        assert "Traceback" not in run.shown
        assert "INTERNALERROR" not in run.shown
        assert "dualstack-out" not in run.shown
        assert " passed" not in run.shown


@pytest.mark.parametrize(
    ("options", "culprit", "cure"),
    [
        ("--kubeconfig=nowhere --context=blue", "there is no kubeconfig", "--dualstack-kubeconfig"),
        ("--kubeconfig=empty --context=blue", "empty cannot be read: Is a directory", "--dualstack-kubeconfig"),
        ("--kubeconfig=prose --context=blue", "prose is not a kubeconfig", "--dualstack-kubeconfig"),
        ("--kubeconfig=kubeconfig --context=red", "there is no context 'red'", "has blue"),
        ("--kubeconfig=kubeconfig", "the current one is never taken unasked", "has blue"),
        ("--provider=emulated --context=blue", "--dualstack-context", "leave one of them out"),
        ("--binaries=empty --context=blue", "contradicts", "leave one of them out"),
        ("--in-cluster --context=blue", "--dualstack-in-cluster contradicts", "leave one of them out"),
        ("--only=SVC-CREATE-0001", "there is no requirement 'SVC-CREATE-0001'", "SVC-CREATE-001"),
        ("--shard=5/4", "'5/4' is no part of a whole", "1/4"),
        ("--profile=everything", "there is no profile 'everything'", "api, core, full"),
        ("--shape=dual", "there is no shape 'dual'", "ipv4, ipv6, dual-v4, dual-v6"),
        ("--provider=docker", "there is no provider 'docker'", "emulated, apiserver, kind, existing"),
        ("--binaries=empty", "there is no kube-apiserver", "--dualstack-binaries"),
        ("--binaries=half", "there is no etcd", "--dualstack-binaries"),
        ("--binaries=blunt", "blunt/kube-apiserver is not executable", "chmod +x"),
        ("--binaries=nowhere", "nowhere is not a folder", "name the folder"),
        ("--report=prose/report.json", "nothing can be written below", "another folder"),
        ("--report=empty/../half/../report.pdf", "no report format is called '.pdf'", ".json, .xml, .md, .html"),
        ("--evidence=prose", "nothing can be written below", "another folder"),
        ("--egress-target=example.org:80", "'example.org:80' is no address with a port", "192.0.2.1:80"),
        ("--patience=long", "'long' will not do", "give a number"),
        ("--known-failures=unreasonable.yaml", "SVC-CREATE-001 has no reason", "say why"),
        ("--implementation=prose", "not a mapping of known fields", "organisation"),
        ("--implementation=boaster.yaml", "it claims 'flying', which there is not", "two-nodes"),
        ("--known-failures=known.yaml", "SVC-CREATE-001 expired on 2001-01-01", "fix the cluster"),
    ],
)
def test_what_options_get_wrong(folder: Path, options: str, culprit: str, cure: str) -> None:
    """A wrong option is named together with what to write instead."""
    runs = judged(folder, ["-n2"], *options.replace("--", "--dualstack-").split())

    expect_refused(runs, culprit, cure)


@pytest.mark.parametrize(
    ("answers", "culprit", "cure"),
    [
        ({"/version": Scripted(401, {})}, "does not accept the credentials (401", "renew the token"),
        ({"/version": Scripted(200, b"<html>")}, "is not a Kubernetes API server", "correct the server's address"),
        ({"/version": Scripted(200, OLD)}, "the server is Kubernetes v1.22.17", "from 1.23 on"),
        (
            {"/version": Scripted(200, VERSION), REVIEWS: Scripted(201, {"status": {"allowed": False}})},
            "may not, in all namespaces: get services, list services",
            "manifests/rbac.yaml",
        ),
    ],
    ids=["401", "not Kubernetes", "too old", "403"],
)
def test_what_the_server_is(folder: Path, answers: dict[str, Scripted], culprit: str, cure: str) -> None:
    """A server that cannot be judged ends the run before anything is written to it."""
    (folder.parent / "server").mkdir()
    with serving(folder.parent / "server", {path: [answer] for path, answer in answers.items()}) as script:
        made = script.connection()
        runs = judged_both_ways(
            folder, f"--dualstack-kubeconfig={made.kubeconfig}", f"--dualstack-context={made.context}"
        )

    expect_refused(runs, culprit, cure)
    assert {path for method, path, _ in script.asked if method != "GET"} <= {REVIEWS}
    assert all("secret-token" not in run.shown for run in runs)


def test_a_server_that_is_not_trusted(folder: Path) -> None:
    """A certificate that the kubeconfig's CA did not sign is refused, and the cure is the CA."""
    (folder.parent / "server").mkdir()
    with serving(folder.parent / "server", {"/version": [Scripted(200, VERSION)]}, tls=True) as script:
        made = script.connection(certificate_authority=None)
        runs = judged_both_ways(
            folder, f"--dualstack-kubeconfig={made.kubeconfig}", f"--dualstack-context={made.context}"
        )

    expect_refused(runs, "is not trusted", "certificate-authority-data")


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is held, and that nobody answers at."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


def test_a_server_that_cannot_be_reached(folder: Path, closed_port: int) -> None:
    """A closed port is named with the server's address."""
    made = write_kubeconfig(folder, {"server": f"https://127.0.0.1:{closed_port}"}, {})
    runs = judged_both_ways(folder, f"--dualstack-kubeconfig={made.kubeconfig}", f"--dualstack-context={CONTEXT}")

    expect_refused(runs, f"https://127.0.0.1:{closed_port} cannot be reached", "check that the cluster is up")


def test_a_port_that_is_taken(folder: Path, closed_port: int) -> None:
    """``serve`` on a taken port names it, and leaves no kubeconfig behind."""
    options = ["--shape", "ipv4", "--port", str(closed_port), "--kubeconfig", "served"]
    result = ended(started(folder, ["serve", *options]), folder)

    assert result.code == 4
    assert f"cannot listen on 127.0.0.1 port {closed_port}" in result.err
    assert "name another --port" in result.err
    assert "Traceback" not in result.err
    assert not (folder / "served").exists()


def test_bad_input_leaves_a_live_cluster_as_it_was(folder: Path, cluster_up: Served) -> None:
    """A wrong id beside a right cluster makes no namespace there."""
    runs = judged_both_ways(folder, *cluster_up.options, "--dualstack-only=SVC-CREATE-999")

    expect_refused(runs, "there is no requirement 'SVC-CREATE-999'")
    assert cluster_up.run_namespaces == []
