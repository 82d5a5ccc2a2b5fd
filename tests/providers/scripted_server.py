"""An HTTP or HTTPS server on loopback that gives scripted answers and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from dualstack.providers.base import Connection
from dualstack.providers.certificates import Credentials, loopback_and, write_credentials

CONTEXT = "scripted"


@dataclass
class Scripted:
    """One answer; ``drop`` closes the connection instead."""

    status: int = 200
    body: Any = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    drop: bool = False


@dataclass
class ScriptedServer:
    """Answers by path, in order, the last one again and again."""

    folder: Path
    answers: Mapping[str, list[Scripted]]
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    url: str = ""
    credentials: Credentials | None = None

    def connection(self, **changes: Any) -> Connection:
        """A kubeconfig for it: ``token``, or fields of its cluster entry; ``None`` leaves one out."""
        token = changes.pop("token", "secret-token")
        trusted = {"certificate-authority": str(self.credentials.ca)} if self.credentials else {}
        renamed = {name.replace("_", "-"): value for name, value in changes.items()}
        cluster = {
            name: value for name, value in {"server": self.url, **trusted, **renamed}.items() if value is not None
        }
        return write_kubeconfig(self.folder, cluster, {"token": token})

    def next_answer(self, path: str) -> Scripted:
        """What to say now."""
        left = self.answers.get(path) or [Scripted(404, {"kind": "Status", "code": 404, "reason": "NotFound"})]
        return left.pop(0) if len(left) > 1 else left[0]


def write_kubeconfig(folder: Path, cluster: Mapping[str, Any], user: Mapping[str, Any]) -> Connection:
    """A kubeconfig with one context, as JSON."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": CONTEXT, "cluster": cluster}],
        "users": [{"name": CONTEXT, "user": user}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT}}],
    }
    file = folder / f"kubeconfig-{len(list(folder.iterdir()))}"
    file.write_text(json.dumps(config))
    return Connection(str(file), CONTEXT)


@contextmanager
def serving(folder: Path, answers: Mapping[str, list[Scripted]], *, tls: bool = False) -> Iterator[ScriptedServer]:
    """Serve until the block ends."""
    script = ScriptedServer(folder, answers)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    server.daemon_threads = True
    if tls:
        script.credentials = write_credentials(folder, ["localhost"], loopback_and())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(script.credentials.serving_certificate, script.credentials.serving_key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    script.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()


def _handler(script: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            path = self.path.partition("?")[0]
            script.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
            answer = script.next_answer(path)
            if answer.drop:
                self.close_connection = True
                return
            body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

        def log_message(self, format: str, *args: Any) -> None:
            """Silence: the tests say what went wrong."""

    return Handler
