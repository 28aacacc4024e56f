"""One call to the gateway, kept whole to be looked at: what was sent, what came back, and how long it took."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from haihe.client.calls import Call, Reply
from haihe.client.credentials import Credentials as Signing
from haihe.client.errors import HaiheError, Refused
from haihe.data.sharing.adapters.gateway import Credentials, GatewayVerifier
from haihe.kernel.problems import Problem


@dataclass(frozen=True, slots=True)
class Exchange:
    """`status` is None where no reply came. A reply whose signature doesn't hold is shown and isn't `trusted`."""

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

    @property
    def said(self) -> dict[str, Any]:
        """Return the answer, if there is one that can be trusted."""
        told = json.loads(self.body) if self.status == httpx.codes.OK and self.trusted else {}
        return told if isinstance(told, dict) else {}

    @property
    def evidence(self) -> str:
        """Return the number under which the ledger keeps it, "" if none is known."""
        if self.problem is not None:
            return (self.problem.instance or "").removeprefix("urn:uuid:")
        return str(self.said.get("evidence", ""))


def exchange[Answered](verifier: GatewayVerifier, call: Call[Answered], *, known: Credentials) -> Exchange:
    """Ask once, whatever comes of it."""
    credentials = Signing(known.client_id, known.secret, verifier.clock)
    asked = call.signed(credentials)
    sent = (call.path, known.client_id, tuple(asked.items()), call.body.decode())
    started = time.perf_counter()
    try:
        came = verifier.http.post(call.path, content=call.body, headers=asked)
    except httpx.HTTPError:
        return Exchange(*sent, latency_ms=_since(started))
    reply, latency_ms = Reply(came.status_code, came.headers, came.content), _since(started)
    problem, trusted = None, True
    try:
        call.answer(reply, credentials, asked)
    except Refused as refusal:
        problem = refusal.problem
    except HaiheError:
        # Not signed by the gateway, or nothing that can be read: it is shown, and not taken for an answer.
        trusted = False
    return Exchange(
        *sent,
        latency_ms=latency_ms,
        status=came.status_code,
        headers=tuple(came.headers.items()),
        body=came.text,
        trusted=trusted,
        problem=problem,
    )


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
