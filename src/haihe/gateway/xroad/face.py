"""The headers of one exchange: what the request says of itself, and what goes back beside the answer.

The gateway's signature doesn't cover X-Road's headers, so nothing may rest on them: whom they name and which case must
be what the signed request says anyway.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha512

from msgspec.structs import replace

from haihe.gateway.dossier import Refused
from haihe.gateway.messages import Listener, Reply, Request
from haihe.gateway.policy import Client
from haihe.gateway.requests import Asked
from haihe.gateway.xroad.errors import MEDIA_TYPE, error_body, error_type
from haihe.gateway.xroad.names import is_client_id, is_named
from haihe.kernel.problems import Problem
from haihe.kernel.signing import QUESTION

CLIENT, MESSAGE_ID, USER, ISSUE = "x-road-client", "x-road-id", "x-road-userid", "x-road-issue"
HASHED = ("content-digest", "content-type", QUESTION, "signature", "signature-input", CLIENT, MESSAGE_ID, ISSUE, USER)
_ID = re.compile(r"[!-~]{1,128}")
_LINE = re.compile(r"[^\x00-\x1f\x7f]{1,256}")


class XRoadFace:
    """One exchange. `service` is the id of the service that was asked, once it is known."""

    def __init__(self, request: Request, *, evidence: str) -> None:
        self._request, self._evidence = request, evidence
        self._error: str | None = None
        self.service: str | None = None

    def check_headers(self, *, needs_client: bool = True) -> None:
        """Raises: Refused."""
        headers = self._request.headers
        if needs_client and CLIENT not in headers:
            raise Refused("malformed-request", "缺少 X-Road-Client。")
        for name, form in ((MESSAGE_ID, _ID), (USER, _LINE), (ISSUE, _LINE)):
            if name in headers and not form.fullmatch(headers[name]):
                raise Refused("malformed-request", f"{name} 的格式有误。")
        if CLIENT in headers and not is_client_id(headers[CLIENT]):
            raise Refused("malformed-request", "X-Road-Client 的格式应为 实例/类别/单位代码/应用编号。")

    def check_client(self, client: Client) -> None:
        """Raises: Refused, if the header names another than who signed."""
        named = self._request.headers.get(CLIENT)
        if named is not None and not is_named(named, client):
            raise Refused("credentials-invalid", "X-Road-Client 须与签名的应用及其单位一致。")

    def check(self, client: Client, asked: Asked) -> None:
        """Raises: Refused, if a header says another thing than the signed request."""
        self.check_client(client)
        issue = self._request.headers.get(ISSUE)
        if issue is not None and _text(issue) != asked.case:
            raise Refused("malformed-request", "X-Road-Issue 须与请求内容中的 case 一致。")

    def refusal(self, problem: Problem) -> tuple[str, bytes]:
        """Return media type and body of a refusal."""
        self._error = error_type(problem)
        return MEDIA_TYPE, error_body(problem)

    def lines(self) -> str:
        """Return X-Road's headers of the reply, as complete lines."""
        given = self._request.headers
        client, message = given.get(CLIENT), given.get(MESSAGE_ID)
        told = {
            "x-road-client": client if client and is_client_id(client) else None,
            "x-road-service": self.service,
            "x-road-id": message if message and _ID.fullmatch(message) else self._evidence,
            "x-road-request-id": self._evidence,
            "x-road-request-hash": request_hash(self._request),
            "x-road-error": self._error,
        }
        return "".join(f"{name}: {value}\r\n" for name, value in told.items() if value is not None)


@dataclass(frozen=True, slots=True)
class FacedListener:
    """Passes on what comes later than its question, with X-Road's headers on it."""

    listener: Listener
    face: XRoadFace

    def send(self, reply: Reply) -> None:
        self.listener.send(self._with_headers(reply))

    def begin(self, reply: Reply) -> None:
        self.listener.begin(self._with_headers(reply))

    def write(self, part: bytes) -> None:
        self.listener.write(part)

    def end(self) -> None:
        self.listener.end()

    def when_writable(self, go_on: Callable[[], None]) -> None:
        self.listener.when_writable(go_on)

    def abort(self) -> None:
        self.listener.abort()

    @property
    def is_open(self) -> bool:
        return self.listener.is_open

    def _with_headers(self, reply: Reply) -> Reply:
        return replace(reply, headers=reply.headers + self.face.lines())


def request_hash(request: Request) -> str:
    """Return SHA-512 over SHA-512 of the head and of the body, in Base64; without a body, over the head's alone.

    The head is the request line, and the headers in `HASHED` that there were, as `name:value` in alphabetical order.
    """
    query = "" if request.query is None else f"?{request.query}"
    head = [f"{request.method} {request.path}{query}"]
    head += [f"{name}:{request.headers[name]}" for name in HASHED if name in request.headers]
    hashed = sha512("\n".join(head).encode("latin-1", "replace")).digest()
    if request.body:
        hashed += sha512(request.body).digest()
    return b64encode(sha512(hashed).digest()).decode()


def _text(header: str) -> str:
    try:
        return header.encode("latin-1").decode()
    except UnicodeDecodeError:
        return header
