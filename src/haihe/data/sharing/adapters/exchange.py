"""One call to the gateway, kept whole to be looked at: what was sent, what came back, and how long it took."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from haihe.client.calls import Call, Reply, refusal
from haihe.client.credentials import Credentials as Signing
from haihe.client.errors import HaiheError, Refused
from haihe.client.parts import BatchReader, ChangeReader
from haihe.client.results import BatchLine, ChangeLine
from haihe.data.sharing.adapters.gateway import Credentials, GatewayVerifier
from haihe.kernel.problems import Problem
from haihe.kernel.signing import Headers

_SOURCE_TIMEOUT_S = 12.0
"""Longer than a department's own interface may take."""
_BREAKERS = "open_breakers"


@dataclass(frozen=True, slots=True)
class Exchange:
    """`status` is None where no reply came. A reply whose signature doesn't hold is shown and isn't `trusted`.

    `lines` are what a reply about many says of each, None where it was about one; `cursor` is where to go on from.
    """

    path: str
    client_id: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str = field(repr=False)
    latency_ms: float
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = field(default="", repr=False)
    trusted: bool = False
    problem: Problem | None = None
    lines: tuple[BatchLine | ChangeLine, ...] | None = field(default=None, repr=False)
    cursor: str = field(default="", repr=False)

    @property
    def said(self) -> dict[str, Any]:
        """Return the answer, if there is one that can be trusted."""
        is_one = self.status == httpx.codes.OK and self.trusted and self.lines is None
        told = json.loads(self.body) if is_one else {}
        return told if isinstance(told, dict) else {}

    @property
    def evidence(self) -> str:
        """Return the number under which the ledger keeps it, "" if none is known."""
        if self.problem is not None:
            return (self.problem.instance or "").removeprefix("urn:uuid:")
        if self.lines is not None and self.trusted:
            return str(json.loads(self.body.partition("\n")[0])["evidence"] or "")
        return str(self.said.get("evidence", ""))


def exchange[Answered](verifier: GatewayVerifier, call: Call[Answered], *, known: Credentials) -> Exchange:
    """Ask once, whatever comes of it."""
    sending = _sent(verifier, call, known)
    if (came := sending.came) is None:
        return sending.exchange()
    try:
        call.answer(came, sending.credentials, sending.asked)
    except Refused as refusal:
        return sending.exchange(problem=refusal.problem, trusted=True)
    except HaiheError:
        # Not signed by the gateway, or nothing that can be read: it is shown, and not taken for an answer.
        return sending.exchange()
    said = json.loads(came.body)
    return sending.exchange(trusted=True, cursor=str(said.get("cursor", "")))


def exchange_many(
    verifier: GatewayVerifier, call: Call[None], *, subjects: int, follows: bool = False, known: Credentials
) -> Exchange:
    """Ask once about several; `follows` what changed of them since a cursor."""
    sending = _sent(verifier, call, known)
    if (came := sending.came) is None:
        return sending.exchange()
    if came.status != httpx.codes.OK:
        refused = refusal(came, sending.credentials, sending.asked)
        is_refused = isinstance(refused, Refused)
        return sending.exchange(problem=refused.problem if isinstance(refused, Refused) else None, trusted=is_refused)
    reader: BatchReader | ChangeReader = (ChangeReader if follows else BatchReader)(sending.credentials, subjects)
    reader.begin(sending.asked)
    try:
        lines: tuple[BatchLine | ChangeLine, ...] = tuple(reader.feed(came.body))
        reader.finish()
    except Refused as refused:
        return sending.exchange(problem=refused.problem, trusted=True, lines=())
    except HaiheError:
        return sending.exchange(lines=())
    cursor = reader.cursor if isinstance(reader, ChangeReader) else ""
    return sending.exchange(trusted=True, lines=lines, cursor=cursor)


def breaker_state(verifier: GatewayVerifier, service: str) -> str:
    """Return how the gateway stands to a department's interface: closed, open, half-open; "" where it doesn't say."""
    try:
        told = verifier.http.get("/healthz").json()
        states: dict[str, str] = told[_BREAKERS]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return ""
    return states.get(service, "closed")


@dataclass(frozen=True, slots=True)
class _Sending[Answered]:
    """A call that was sent, and what came; None where nothing did."""

    call: Call[Answered]
    credentials: Signing
    asked: dict[str, str]
    came: Reply | None
    latency_ms: float

    def exchange(
        self,
        *,
        problem: Problem | None = None,
        trusted: bool = False,
        lines: tuple[BatchLine | ChangeLine, ...] | None = None,
        cursor: str = "",
    ) -> Exchange:
        came = self.came
        return Exchange(
            self.call.path,
            self.credentials.client_id,
            tuple(self.asked.items()),
            self.call.body.decode(),
            latency_ms=self.latency_ms,
            status=came.status if came else None,
            headers=tuple(_all(came.headers)) if came else (),
            body=came.body.decode("utf-8", "replace") if came else "",
            trusted=trusted,
            problem=problem,
            lines=lines,
            cursor=cursor,
        )


def _sent[Answered](verifier: GatewayVerifier, call: Call[Answered], known: Credentials) -> _Sending[Answered]:
    credentials = Signing(known.client_id, known.secret, verifier.clock)
    asked = call.signed(credentials)
    started, reply = time.perf_counter(), None
    try:
        came = verifier.http.post(call.path, content=call.body, headers=asked, timeout=_SOURCE_TIMEOUT_S)
        reply = Reply(came.status_code, came.headers, came.content)
    except httpx.HTTPError:
        # Shown as no reply; the exception's text may quote the question.
        reply = None
    return _Sending(call, credentials, asked, reply, round((time.perf_counter() - started) * 1000, 1))


def _all(headers: Headers) -> Iterable[tuple[str, str]]:
    return headers.items() if isinstance(headers, httpx.Headers) else ()
