"""The requests that the case names of ``version_differences.jsonl`` stand for."""

from __future__ import annotations

import re
from typing import Any

from tests.emulator.cluster_driver import ClusterDriver
from tests.emulator.reference import Row, merged_spec, service_body
from tests.emulator.strategy_driver import Answer
from tests.emulator.strategy_driver import Driver as RulesDriver

Driver = RulesDriver | ClusterDriver

_ADDRESSES = {
    "v4": ["203.0.113.5"],
    "v6": ["2001:db8::5"],
    "v6 long form": ["2001:db8:0:0:0:0:0:5"],
    "v4 leading zero": ["203.0.113.05"],
    "v4-mapped": ["::ffff:203.0.113.5"],
    "bad": ["nope"],
    "v4+v6": ["203.0.113.5", "2001:db8::5"],
    "duplicate": ["203.0.113.5", "203.0.113.5"],
}
_NETWORKS = {
    "v6 long form": "2001:db8:0:0::/64",
    "v4 host bits": "203.0.113.5/24",
    "v6 host bits": "2001:db8::1/64",
    "v4 leading zero": "203.0.113.00/24",
    "v4-mapped": "::ffff:203.0.113.0/120",
    "spaces": " 203.0.113.0/24 ",
    "bad": "nope",
}
_SPELT = {
    "v6 long form": "fd00:10:96:0:0:0:0:8802",
    "v6 upper case": "FD00:10:96::8802",
    "v4-mapped v6": "::ffff:10.96.88.5",
    "v4 leading zeros": "010.096.088.005",
}
_MIXED = [
    {"name": "a", "port": 53, "protocol": "TCP"},
    {"name": "b", "port": 53, "protocol": "UDP"},
]
_SPECS: dict[str, Row] = {
    "default": {},
    "no ports": {"ports": None},
    "no selector": {"selector": None},
    "mixed TCP+UDP same port": {"ports": _MIXED},
    "SCTP": {"ports": [{"port": 80, "protocol": "SCTP"}]},
    "externalName given": {"externalName": "example.com"},
    "sessionAffinity ClientIP": {"sessionAffinity": "ClientIP"},
    "sessionAffinity ClientIP 10s": {
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10}},
    },
    "sessionAffinity None with config": {
        "sessionAffinity": "None",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10}},
    },
    "publishNotReadyAddresses": {"publishNotReadyAddresses": True},
    "appProtocol kubernetes.io/h2c": {"ports": [{"port": 80, "appProtocol": "kubernetes.io/h2c"}]},
    "that is an IPv4 address": {"externalName": "203.0.113.5"},
}
_INGRESS: dict[str, list[Row]] = {
    "ipMode VIP": [{"ip": "2001:db8::9", "ipMode": "VIP"}],
    "ipMode Proxy": [{"ip": "2001:db8::9", "ipMode": "Proxy"}],
    "ipMode Bogus": [{"ip": "2001:db8::9", "ipMode": "Bogus"}],
    "ipMode without ip": [{"hostname": "lb.example.com", "ipMode": "VIP"}],
    "hostname": [{"hostname": "lb.example.com"}],
    "hostname is ip": [{"hostname": "203.0.113.9"}],
    "ip and hostname": [{"ip": "2001:db8::9", "hostname": "lb.example.com"}],
    "v4": [{"ip": "203.0.113.9"}],
    "v6": [{"ip": "2001:db8::9"}],
    "v4+v6": [{"ip": "203.0.113.9"}, {"ip": "2001:db8::9"}],
    "v6 long form": [{"ip": "2001:db8:0:0:0:0:0:9"}],
    "v4 leading zero": [{"ip": "203.0.113.09"}],
    "v4-mapped": [{"ip": "::ffff:203.0.113.9"}],
}


def _service_create(driver: Driver, rest: str) -> Answer | None:
    if rest.startswith("clusterIP "):
        both, _, spelling = rest.partition("clusterIPs ")
        text = _SPELT[spelling or both.removeprefix("clusterIP ")]
        pinned: Row = {"clusterIP": text} | ({"clusterIPs": [text]} if spelling else {})
        return driver.create("services", merged_spec(service_body("ClusterIP"), pinned))
    kind, _, what = rest.partition(" ")
    body = service_body(kind)
    field, _, which = what.partition(" ")
    if what.startswith("trafficDistribution=") or what.startswith("internalTrafficPolicy="):
        key, _, value = what.partition("=")
        change: Row = {key: value}
    elif field == "loadBalancerIP":
        change = {field: _ADDRESSES[which][0]}
    elif field == "externalIPs":
        change = {field: _ADDRESSES[which]}
    elif field == "loadBalancerSourceRanges":
        change = {field: [_NETWORKS[which]]}
    elif what.endswith(" annotation"):
        body["metadata"]["annotations"] = {f"service.kubernetes.io/{field}": "Auto"}
        change = {}
    elif what in _SPECS:
        change = _SPECS[what]
    else:
        return None
    return driver.create("services", merged_spec(body, change))


def _service_patch(driver: Driver, rest: str) -> Answer | None:
    found = re.fullmatch(r"(\w+) status.loadBalancer.ingress (.*)", rest)
    changes: dict[str, tuple[str, Row]] = {
        "headless to ExternalName": ("Headless", {"type": "ExternalName", "externalName": "example.com"}),
        "trafficDistribution added": ("ClusterIP", {"trafficDistribution": "PreferClose"}),
        "externalIPs added": ("ClusterIP", {"externalIPs": ["203.0.113.5"]}),
    }
    if found:
        driver.create("services", service_body(found[1]))
        ingress = {"loadBalancer": {"ingress": _INGRESS[found[2]]}}
        return driver.patch_status("services", "default", "subject", ingress)
    if rest not in changes:
        return None
    kind, change = changes[rest]
    driver.create("services", service_body(kind))
    return driver.patch("services", "default", "subject", {"spec": change})


def _service_put(driver: Driver, rest: str) -> Answer | None:
    found = re.fullmatch(r"\((\w+), created with policy (\w+)\): to ExternalName, (.*)", rest)
    if not found:
        return None
    policy = {} if found[2] == "None" else {"ipFamilyPolicy": found[2]}
    stored = driver.create("services", merged_spec(service_body(found[1]), policy)).body
    target = {"type": "ExternalName", "externalName": "example.com"}
    if found[3] == "bare":
        return driver.update("services", service_body("ExternalName"))
    return driver.update("services", merged_spec(stored, target))


def _slice(driver: Driver, rest: str) -> Answer | None:
    kind, _, address = rest.partition(" ")
    if kind == "hints":
        hints = {"forZones": [{"name": "a"}], "forNodes": [{"name": "n"}]}
        endpoint: Row = {"addresses": ["2001:db8::1"], "conditions": {}, "hints": hints}
        kind = "IPv6"
    else:
        endpoint = {"addresses": [address], "conditions": {}}
    metadata = {"name": "subject", "namespace": "default"}
    return driver.create("endpointslices", {"metadata": metadata, "addressType": kind, "endpoints": [endpoint]})


def _endpoints(driver: Driver, rest: str) -> Answer | None:
    if rest == "list":
        return None
    texts = ["192.0.2.1", "2001:db8::1"] if rest == "mixed families" else [rest]
    subsets = [{"addresses": [{"ip": text} for text in texts], "ports": [{"port": 80}]}]
    return driver.create("endpoints", {"metadata": {"name": "subject", "namespace": "default"}, "subsets": subsets})


def _network_policy(driver: Driver, rest: str) -> Answer | None:
    block = {"cidr": _NETWORKS[rest.removeprefix("ipBlock ")]}
    spec: Row = {"podSelector": {}, "ingress": [{"from": [{"ipBlock": block}]}]}
    return driver.create("networkpolicies", {"metadata": {"name": "subject", "namespace": "default"}, "spec": spec})


def _node(driver: Driver, rest: str) -> Answer | None:
    texts = {"v6 long form": "fd01:0:0:0::/64", "host bits": "10.244.0.1/24", "v4 leading zero": "10.244.00.0/24"}
    spec = {"podCIDRs": [texts[rest.removeprefix("podCIDRs ")]]}
    return driver.create("nodes", {"metadata": {"name": "subject"}, "spec": spec})


def _pod_body(rest: str) -> Row | None:
    long, zero = "2001:db8:0:0:0:0:0:1", "192.0.2.01"
    container: Row = {"name": "c", "image": "registry.example/image:1"}
    hosts = {"fieldRef": {"fieldPath": "status.hostIPs"}}
    specs: dict[str, Row] = {
        "env fieldRef status.hostIPs": {"containers": [container | {"env": [{"name": "A", "valueFrom": hosts}]}]},
        "downward volume status.hostIPs": {
            "volumes": [{"name": "v", "downwardAPI": {"items": [{"path": "a"} | hosts]}}]
        },
        "hostAliases v6 long form": {"hostAliases": [{"ip": long, "hostnames": ["a"]}]},
        "hostAliases v4 leading zero": {"hostAliases": [{"ip": zero, "hostnames": ["a"]}]},
        "dnsConfig nameserver v6 long form": {"dnsConfig": {"nameservers": [long]}},
        "sysctl net/ipv6 slash": {"securityContext": {"sysctls": [{"name": "net/ipv6/conf/x", "value": "1"}]}},
    }
    if rest.startswith("status "):
        specs[rest] = {}
    if rest not in specs:
        return None
    metadata = {"name": "subject", "namespace": "default"}
    return {"metadata": metadata, "spec": {"containers": [container]} | specs[rest]}


def _pod(driver: Driver, rest: str) -> Answer | None:
    body = _pod_body(rest)
    if body is None:
        return None
    created = driver.create("pods", body)
    statuses: dict[str, Any] = {
        "v6 long form": {"podIP": "2001:db8:0:0:0:0:0:1", "podIPs": [{"ip": "2001:db8:0:0:0:0:0:1"}]},
        "v4 leading zero": {"podIP": "192.0.2.01", "podIPs": [{"ip": "192.0.2.01"}]},
        "hostIPs dual": {"hostIP": "192.0.2.1", "hostIPs": [{"ip": "192.0.2.1"}, {"ip": "2001:db8::1"}]},
        "hostIPs two v4": {"hostIP": "192.0.2.1", "hostIPs": [{"ip": "192.0.2.1"}, {"ip": "192.0.2.2"}]},
        "hostIPs mismatch": {"hostIP": "192.0.2.9", "hostIPs": [{"ip": "192.0.2.1"}]},
        "hostIPs without hostIP": {"hostIPs": [{"ip": "192.0.2.1"}]},
    }
    if not rest.startswith("status "):
        return created
    which = rest.removeprefix("status ")
    if which not in statuses:
        return None
    return driver.patch_status("pods", "default", "subject", statuses[which])


def _service_cidr(driver: Driver, rest: str) -> Answer | None:
    if driver.version < (1, 33):
        return None
    if rest == "kubernetes spec.cidrs patch":
        return driver.patch("servicecidrs", "", "kubernetes", {"spec": {"cidrs": ["10.250.0.0/24"]}})
    v4, v6 = "10.250.0.0/24", "2001:db8:250::/112"
    texts = {
        "v4": [v4],
        "v6": [v6],
        "v4,v6": [v4, v6],
        "v6,v4": [v6, v4],
        "two v4": [v4, "10.251.0.0/24"],
        "three": [v4, v6, "10.251.0.0/24"],
        "host bits": ["10.250.0.1/24"],
        "v6 long form": ["2001:db8:250:0:0:0:0:0/112"],
        "none": [],
        "v6 /64": ["2001:db8:250::/64"],
        "v6 /127": ["2001:db8:250::/127"],
        "bad": ["nope"],
    }
    which = rest.removeprefix("create ")
    if which not in texts:
        return None
    return driver.create("servicecidrs", {"metadata": {"name": "subject"}, "spec": {"cidrs": texts[which]}})


def _ip_address(driver: Driver, rest: str) -> Answer | None:
    if driver.version < (1, 33):
        return None
    names = {
        "create v4 canonical": "10.250.0.9",
        "create v6 canonical": "2001:db8:250::9",
        "create v6 long form": "2001:db8:250:0:0:0:0:9",
        "create without parentRef": "10.250.0.8",
    }
    if rest not in names:
        return None
    parent = {"group": "", "resource": "services", "namespace": "default", "name": "x"}
    spec: Row = {} if rest.endswith("parentRef") else {"parentRef": parent}
    return driver.create("ipaddresses", {"metadata": {"name": names[rest]}, "spec": spec})


_FIRST = {
    "service create: ": _service_create,
    "service patch: ": _service_patch,
    "service PUT ": _service_put,
    "endpointslice v1 ": _slice,
    "endpoints ": _endpoints,
    "networkpolicy ": _network_policy,
    "node ": _node,
    "pod ": _pod,
    "servicecidr v1 ": _service_cidr,
    "ipaddress v1 ": _ip_address,
}


def run_case(driver: Driver, case: str) -> Answer | None:
    """The answer to the request that a name stands for; ``None`` if it is not about the rules of a resource."""
    for start, run in _FIRST.items():
        if case.startswith(start):
            return run(driver, case.removeprefix(start))
    return None
