"""Asking from where the suite runs: real sockets on loopback, and who counts as within reach."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dualstack.families import Family
from dualstack.testbed.outside import dial, families_within_reach, is_runner, runner
from dualstack.testbed.plan import Planned
from dualstack.testbed.pods import BedPod


class Named(BaseHTTPRequestHandler):
    """Says a name, whatever it is asked."""

    def do_GET(self) -> None:
        """Answer as netexec does."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"node-a")

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def http_port() -> Iterator[int]:
    """Where a server with the name ``node-a`` listens."""
    server = HTTPServer(("127.0.0.1", 0), Named)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def _host_pod(port: int, name: str) -> BedPod:
    status = {"podIPs": [{"ip": "127.0.0.1"}]}
    return BedPod(Planned("host-0", "bed", "", "host", 0, port), {"spec": {"nodeName": name}, "status": status})


def test_a_server_is_asked_each_time_anew(http_port: int) -> None:
    """Each try has an answer of its own."""
    assert dial("127.0.0.1", http_port, tries=2).responses == ["node-a", "node-a"]


def test_nobody_there() -> None:
    """A refusal is an error with its words, not an answer."""
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        found = dial("127.0.0.1", plug.getsockname()[1])

    assert not found.answered
    assert "refused" in found.errors[0]


def test_datagrams_are_answered_or_waited_for() -> None:
    """An answer comes from the address that was asked; silence is a time-out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        silent = dial("127.0.0.1", port, protocol="udp", seconds=0.1)
        server.recvfrom(100)

        def answer() -> None:
            _, client = server.recvfrom(100)
            server.sendto(b"node-a", client)

        thread = threading.Thread(target=answer)
        thread.start()
        found = dial("127.0.0.1", port, protocol="udp")
        thread.join()

    assert (silent.responses, silent.errors) == ([], ["i/o timeout"])
    assert found.responses == ["node-a"]


def test_only_the_right_name_is_within_reach(http_port: int) -> None:
    """Somebody else at the address of a node is not the node; one that does not answer spoils its family."""
    assert families_within_reach([_host_pod(http_port, "node-a")]) == [Family.IPV4]
    assert families_within_reach([_host_pod(http_port, "node-b")]) == []
    assert families_within_reach([]) == []


def test_the_place_is_no_pod() -> None:
    """It is told apart from Pods by its role."""
    assert is_runner(runner())
    assert not is_runner(_host_pod(1, "node-a"))
