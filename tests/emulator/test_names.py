"""The DNS of the emulated cluster, asked from a Pod."""

from __future__ import annotations

import json
from typing import Any

from dualstack.families import Shape
from tests.emulator.api import SERVICES, Api
from tests.emulator.test_machines import PODS, cluster, pod


def shell(api: Api, command: str) -> str:
    """What a command in the Pod ``one`` prints."""
    return str(json.loads(api("GET", f"{PODS}/one:8080/proxy/shell", shellCommand=command).body)["output"])


def with_client(shape: Shape = Shape.DUAL_V4) -> Api:
    """A cluster with a Pod to ask from."""
    api = cluster(shape)
    api("POST", PODS, netexec("one"))
    return api


def netexec(name: str, **spec: Any) -> dict[str, Any]:
    """A Pod with netexec."""
    return pod(name, containers=[{"name": "main", "image": "agnhost", "args": ["netexec"]}], **spec)


def service(**spec: Any) -> dict[str, Any]:
    """A Service of the Pods."""
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    return {"metadata": {"name": "web"}, "spec": {"selector": {"app": "x"}, "ports": ports} | spec}


def test_dig_prints_what_dig_prints() -> None:
    """Header, sections and counts are there, and can be left out one by one."""
    api = with_client()
    address = api("POST", SERVICES, service()).body["spec"]["clusterIP"]
    name = "web.default.svc.cluster.local"

    assert f"\n;; ANSWER SECTION:\n{name}.\t30\tIN\tA\t{address}\n" in shell(api, f"dig {name}")
    assert shell(api, f"dig +noall +answer {name} A") == f"{name}.\t30\tIN\tA\t{address}\n"
    assert shell(api, f"dig +short {name} A") == f"{address}\n"
    assert "status: NXDOMAIN" in shell(api, "dig nosuch.default.svc.cluster.local")
    assert shell(api, "dig +short +search web") == f"{address}\n"
    assert shell(api, f"dig +short -x {address}") == f"{name}.\n"


def test_a_server_nobody_is_cannot_be_asked() -> None:
    """The command says so and fails; what comes after it runs all the same."""
    api = with_client()
    body = api("GET", f"{PODS}/one:8080/proxy/shell", shellCommand="dig @192.0.2.53 web").body

    assert "no servers could be reached" in str(body)
    assert "exit status 9" in str(body)
    assert "no servers could be reached" in shell(api, "dig @192.0.2.53 web; true")


def test_what_does_not_fit_comes_over_tcp() -> None:
    """A long answer is cut in a datagram, and whole over TCP, where dig goes by itself."""
    api = with_client()
    for number in range(12):
        api("POST", PODS, netexec(f"more-{number}"))
    api("POST", SERVICES, service(clusterIP="None", ipFamilyPolicy="PreferDualStack"))
    question = "web.default.svc.cluster.local SRV"

    assert "flags: qr aa tc rd" in shell(api, f"dig +ignore +noedns {question}")
    whole = shell(api, f"dig {question}")
    assert "retrying in TCP mode" in whole
    assert "ANSWER: 26" in whole


def test_endpoints_with_a_hostname_have_its_name() -> None:
    """A Pod with hostname and subdomain is found by that name in both families, and by no other Pod's."""
    api = with_client()
    api("POST", SERVICES, service(clusterIP="None", ipFamilyPolicy="PreferDualStack"))
    api("POST", PODS, netexec("named", hostname="alice", subdomain="web"))
    addresses = [entry["ip"] for entry in api.stored(f"{PODS}/named")["status"]["podIPs"]]
    name = "alice.web.default.svc.cluster.local"

    assert [shell(api, f"dig +short {name} {kind}") for kind in ("A", "AAAA")] == [f"{ip}\n" for ip in addresses]


def test_a_policy_stops_questions_too() -> None:
    """A Pod that may reach nothing cannot ask; without the policy it can again."""
    api = with_client()
    path = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies"
    api("POST", path, {"metadata": {"name": "deny"}, "spec": {"podSelector": {}, "policyTypes": ["Egress"]}})
    api("POST", SERVICES, service())

    assert "timed out" in shell(api, "dig web; true")
    api("DELETE", f"{path}/deny")
    assert "status: NOERROR" in shell(api, "dig +search web; true")
