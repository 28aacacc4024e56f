"""A real HTTP server in this process, for tests: it answers as the test says, and keeps what it was asked."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its path, its parameters (of the query, or of a JSON or form body), and its headers."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """One answer. `cut` sends only so many bytes of it and breaks the connection."""

    content: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    sized: bool = True


def told(value: object, **more: Any) -> Told:
    """Return JSON as an answer."""
    return Told(json.dumps(value, ensure_ascii=False).encode(), **more)


type Answering = Callable[[Asked], Told]


@dataclass(slots=True)
class HttpServer:
    """`answer` may be changed while it runs."""

    port: int
    answer: Answering
    authority: str = ""
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http{'s' if self.authority else ''}://127.0.0.1:{self.port}"


class _Listening(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, told: HttpServer) -> None:
        super().__init__(("127.0.0.1", told.port), _Handler)
        self.told = told

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listening

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *args: Any) -> None:
        """Tests keep what was asked."""

    def _answer(self) -> None:
        asked = self._asked()
        self.server.told.asked.append(asked)
        self._send(self.server.told.answer(asked))

    def _asked(self) -> Asked:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        told = json.loads(body) if body.startswith(b"{") else dict(parse_qsl(body.decode()))
        params = dict(parse_qsl(parts.query, keep_blank_values=True)) | told
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Asked(self.command, parts.path, params, headers)

    def _send(self, answer: Told) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.sized:
            self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content if answer.cut is None else answer.content[: answer.cut])
        self.close_connection = answer.cut is not None or not answer.sized


@contextmanager
def http_server(
    answer: Answering, *, port: int = 0, certificate: Path | None = None, authority: str = ""
) -> Iterator[HttpServer]:
    """Serve until the block ends, at this port or any. `certificate` is a PEM file with its key, for TLS."""
    server = HttpServer(port, answer, authority)
    listening = _Listening(server)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
    server.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def certificate_for(folder: Path, address: str = "127.0.0.1") -> tuple[Path, str]:
    """Return a certificate with its key in a file, and the certificate alone, by which it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(public + private)
    return file, public.decode()
