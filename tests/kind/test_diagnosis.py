"""What is kept of the nodes when something failed: state and logs, capped, without secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from dualstack.kind import diagnosis
from dualstack.kind.engine import Engine
from dualstack.kind.redaction import without_secrets
from dualstack.kind.tool import Kind
from tests.kind.playing_kind import played, played_engine

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nsecretsecret\n-----END RSA PRIVATE KEY-----\n"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (KEY + "after\n", "[cut]\nafter\n"),
        (f"got {TOKEN} here", "got [cut] here"),
        ("client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVk=", "client-key-data: [cut]"),
        ("kubeadm join --token abcdef.0123456789abcdef 172.18.0.2:6443", "kubeadm join --token [cut] 172.18.0.2:6443"),
        ("HTTPS_PROXY=http://joe:geheim@proxy.example:3128", "HTTPS_PROXY=http://[cut]@proxy.example:3128"),
        ("Authorization: Bearer sha256~abcdefghijk", "Authorization: Bearer [cut]"),
        ('"MY_API_KEY=0123456789"', '"MY_API_KEY=[cut]"'),
        ('{"password": "hunter22"}', '{"password": "[cut]"}'),
        ("--certificate-key 00112233445566778899", "--certificate-key [cut]"),
    ],
)
def test_secrets_are_cut(text: str, kept: str) -> None:
    """Keys, tokens, kubeconfigs, names and passwords in addresses, and values that are called secrets."""
    assert "".join(without_secrets(text.splitlines(keepends=True))) == kept


@pytest.mark.parametrize(
    "text",
    [
        "-A KUBE-SEP-ABCDEFGHIJKLMNOP -s 10.244.1.5/32 -j KUBE-MARK-MASQ",
        "ipv6 10 tcp 6 86400 ESTABLISHED src=fd00:10:244::5 dst=fd00:10:96::1 sport=34567 dport=443",
        "Nov 27 01:02:03 worker kubelet[213]: E1127 cni plugin not initialized",
        "fc00:f853:ccd:e793::2 dev eth0 lladdr 02:42:ac:12:00:02 REACHABLE",
    ],
)
def test_what_explains_a_failure_stays(text: str) -> None:
    """Rules, connections, logs and neighbours are as they were."""
    assert list(without_secrets([text])) == [text]


def collected(folder: Path, monkeypatch: pytest.MonkeyPatch, logs: dict[str, str]) -> tuple[Path, list[str]]:
    """What is kept of a played cluster of two nodes whose logs are these."""
    bin = folder / "bin"
    played(bin, clusters=["mine"], nodes=["mine-worker", "mine-worker2"], logs=logs)
    played_engine(bin, answers={"exec mine-worker nft": (0, "table ip kube-proxy"), "exec": (0, "x" * 300_000)})
    monkeypatch.setenv("PATH", f"{bin}:/usr/bin:/bin")
    private = folder / "private"
    private.mkdir()
    problems = list(diagnosis.collect(Kind.find(), Engine("docker"), "mine", folder / "kept", private))
    assert list(private.iterdir()) == []
    return folder / "kept", problems


def test_each_node_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules, routes, neighbours and connections of both families, each with its command, each capped."""
    kept, problems = collected(tmp_path, monkeypatch, {})

    assert problems == []
    for node in ("mine-worker", "mine-worker2"):
        assert {file.name for file in (kept / node).iterdir()} == {*diagnosis.COMMANDS}
    rules = (kept / "mine-worker" / "nftables.txt").read_text()
    assert rules == "$ nft list ruleset  (exit code 0)\ntable ip kube-proxy\n"
    routes = (kept / "mine-worker" / "routes-ipv6.txt").read_text()
    assert routes.startswith("$ ip -6 route show table all  (exit code 0)\n")
    assert diagnosis.OUTPUT_CAP < len(routes) < diagnosis.OUTPUT_CAP + 200


def test_logs_are_capped_and_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of each log is kept, no secret is, and no more than the cap of all."""
    line = "a line of a log\n"
    long = line * (diagnosis.LOG_CAP // len(line) + 10) + f"the end {TOKEN}\n"
    logs = {"mine-worker/kubelet.log": long, **{f"mine-worker/pods/{number:03d}.log": long for number in range(40)}}
    kept, problems = collected(tmp_path, monkeypatch, logs)
    text = (kept / "logs" / "mine-worker" / "kubelet.log").read_text()
    sizes = [file.stat().st_size for file in (kept / "logs").rglob("*") if file.is_file()]

    assert text.startswith("... cut: ")
    assert text.endswith("the end [cut]\n")
    assert sum(sizes) < diagnosis.TOTAL_CAP + 2 * diagnosis.LOG_CAP
    assert (kept / "logs" / "left-out.txt").read_text().splitlines()
    assert any("logs were left out" in problem for problem in problems)
