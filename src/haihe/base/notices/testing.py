"""The smallest mail server and short-message interface, on loopback, with faults to order."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from haihe.base.accounts.api import Actor
from haihe.base.notices import contacts
from haihe.base.notices.carriers import Carrier, Channel, close_channel, register_carrier
from haihe.base.notices.contacts import code_of
from haihe.base.notices.models import Contact

_CUT = b""


@dataclass
class MailServer:
    """Takes mail by SMTP. `answers` changes what it says to a verb; b"" cuts the line instead."""

    answers: dict[str, bytes] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    port: int = 0

    @contextmanager
    def running(self) -> Iterator["MailServer"]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = int(server.getsockname()[1])
            thread = threading.Thread(target=self._serve, args=(server,), daemon=True)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown(socket.SHUT_RDWR)
                thread.join(60)

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                line, _peer = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                self._talk(line, stream)

    def _talk(self, line: socket.socket, stream: Any) -> None:
        line.sendall(self.answers.get("CONNECT", b"220 here") + b"\r\n")
        while told := stream.readline():
            verb = told.split()[0].upper().decode()
            self.verbs.append(verb)
            if verb == "RCPT":
                self.recipients.append(told.decode().partition("<")[2].partition(">")[0])
            answer = self.answers.get(verb, _SAYS.get(verb, b"250 well"))
            if answer == _CUT:
                return
            line.sendall(answer + b"\r\n")
            if verb == "QUIT":
                return
            if verb == "DATA" and answer.startswith(b"354"):
                self._take(line, stream)

    def _take(self, line: socket.socket, stream: Any) -> None:
        pieces = []
        while (piece := stream.readline()) not in (b".\r\n", b""):
            pieces.append(piece)
        mail = message_from_bytes(b"".join(pieces), policy=policy.default)
        if isinstance(mail, EmailMessage):
            self.mails.append(mail)
        if (answer := self.answers.get("END", b"250 taken")) == _CUT:
            line.shutdown(socket.SHUT_RDWR)
            return
        line.sendall(answer + b"\r\n")


_SAYS = {"EHLO": b"250 here", "DATA": b"354 go on", "QUIT": b"221 bye"}


@dataclass
class MessageServer:
    """Takes short messages as JSON and answers with `status`; to a key it knows 409, and doesn't send it again.

    While `goes_on` is clear it answers nothing.
    """

    status: int = 200
    goes_on: threading.Event = field(default_factory=threading.Event)
    body: bytes = b""
    seen: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    cuts_after_taking: bool = False
    url: str = ""

    @contextmanager
    def running(self) -> Iterator["MessageServer"]:
        outer = self
        self.goes_on.set()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = self.rfile.read(int(self.headers["Content-Length"]))
                status = outer.take({k.lower(): v for k, v in self.headers.items()}, told)
                if outer.cuts_after_taking:
                    self.close_connection = True
                    return
                answer = outer.body or json.dumps({"id": "P-1"}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Say nothing: the test looks at what was taken."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            thread.start()
            self.url = f"http://127.0.0.1:{server.server_address[1]}/messages"
            try:
                yield self
            finally:
                server.shutdown()
                thread.join(60)

    def take(self, headers: dict[str, str], told: bytes) -> int:
        document = json.loads(told)
        self.seen.append((headers, document | {"_raw": told}))
        self.goes_on.wait(60)
        if self.status >= 300:
            return self.status
        if document["id"] in self.sent:
            return 409
        self.sent[document["id"]] = document
        return self.status


@contextmanager
def opened(carrier: Carrier) -> Iterator[None]:
    """Open a way for a test, and close it."""
    register_carrier(carrier)
    try:
        yield
    finally:
        close_channel(carrier.channel)


def confirmed(actor: Actor, channel: Channel, address: str, *, now: Any, language: str = "") -> Contact:
    """Give a person an address that was confirmed; its way must be open."""
    row = contacts.add_contact(actor=actor, channel=channel, typed=address, language=language, now=now)
    contacts.confirm_contact(actor=actor, channel=channel, code=code_of(row), now=now)
    row.sendings.all().delete()
    return Contact.objects.get(pk=row.pk)


def user_id(actor: Actor) -> UUID:
    """Return the user of a person who is signed in."""
    if actor.user_id is None:
        raise LookupError("nobody is signed in")
    return actor.user_id
