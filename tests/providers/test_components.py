"""What a cluster is made of, as its own objects tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dualstack.cluster.answer import Answer
from dualstack.cluster.api import Api
from dualstack.components import components, proxy_mode

NODE = {
    "metadata": {"name": "w1"},
    "status": {"nodeInfo": {"kubeletVersion": "v1.36.2", "osImage": "Debian 12", "kernelVersion": "6.1"}},
}
OLD = {"metadata": {"name": "w2"}, "status": {"nodeInfo": {"kubeletVersion": "v1.35.0", "osImage": "Debian 12"}}}
PROXY = "/api/v1/namespaces/kube-system/configmaps/kube-proxy"


class Told(Api):
    """Answers each path with the body it has for it, and refuses the others."""

    def __init__(self, bodies: Mapping[str, Any]) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self._bodies = bodies
        self.queries: list[Mapping[str, str]] = []

    def request(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """One exchange."""
        self.queries.append(more["query"] or {})
        status = 200 if path in self._bodies else 403
        return Answer(method, path, body, status, self._bodies.get(path, {"kind": "Status"}), (), 0.0)


def _pod(owner: str, kind: str = "DaemonSet", *, host: bool = True, image: str = "x/y:1") -> dict[str, Any]:
    spec = {"hostNetwork": host, "containers": [{"image": image}]}
    return {"metadata": {"ownerReferences": [{"kind": kind, "name": owner}]}, "spec": spec}


def test_nodes_tell_of_themselves() -> None:
    """Each different word once, in the order of nodes; what no node says is left out."""
    assert components(Told({}), [NODE, OLD]) == {
        "nodes": "2",
        "kubelet": "v1.36.2, v1.35.0",
        "node system": "Debian 12",
        "kernel": "6.1",
    }


def test_daemons_in_the_network_of_a_node_are_named() -> None:
    """With their images: the service proxy and the network plugin are among them.  Other Pods are not."""
    pods = [
        _pod("kube-proxy", image="k/proxy:1"),
        _pod("cni"),
        _pod("cni"),
        _pod("logs", host=False),
        _pod("a", "Node"),
    ]
    api = Told({"/api/v1/pods": {"items": [*pods, {"metadata": {}, "spec": {}}]}})

    found = components(api, [NODE])

    assert found["daemons in the network of a node"] == "cni (x/y:1), kube-proxy (k/proxy:1)"
    assert api.queries[-1]["fieldSelector"] == "spec.nodeName=w1"


def test_the_mode_of_kube_proxy_is_read_where_it_may_be() -> None:
    """From its configuration; one that cannot be read or names no mode tells nothing."""
    assert proxy_mode(Told({PROXY: {"data": {"config.conf": "mode: nftables"}}})) == "nftables"
    assert proxy_mode(Told({PROXY: {"data": {"config.conf": 'mode: ""'}}})) == ""
    assert proxy_mode(Told({})) == ""


def test_without_nodes_there_is_nothing_to_tell() -> None:
    """And nothing is asked."""
    api = Told({})

    assert components(api, []) == {}
    assert api.queries == []
