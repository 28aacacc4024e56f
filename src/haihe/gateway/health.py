"""Health: a signed request of the gateway's own goes the whole way, look-up and durable record included."""

import asyncio
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import replace

import msgspec

from haihe.gateway.desk import Desk
from haihe.gateway.dossier import Dossier
from haihe.gateway.journal import Backlog
from haihe.gateway.messages import Reply
from haihe.gateway.policy import Client, Grant, Policy, Service
from haihe.kernel.mac import Mac
from haihe.kernel.problems import MEDIA_TYPE, Problem
from haihe.kernel.signing import SECRET_BYTES, check_response, sign_request

RESERVED = "_health"
"""The name of the client, service and grant that are nobody's."""
_PATH = f"/v1/verify/{RESERVED}"
_PURPOSE = "HEALTH"
_NOBODY = "110101190001010014"
"""A number that can't be anybody's today: born in 1900, and no register holds it."""
_REUSE_S = 1.0


class Health:
    """The reserved client lives in memory only: nobody else knows its secret, and no route leads to its service."""

    def __init__(self, desk: Desk, *, backlog: Callable[[], Backlog]) -> None:
        self._desk, self._backlog = desk, backlog
        self._secret = os.urandom(SECRET_BYTES)
        self._client = Client.with_secret(RESERVED, RESERVED, Mac(self._secret))
        self._last: tuple[float, Reply] | None = None
        self._turn = asyncio.Lock()

    def admit(self, policy: Policy) -> Policy:
        """Return the policy with the reserved client in it; its service looks into the first index there is."""
        resource = policy.indexes[0].resource if policy.indexes else ""
        service = Service(RESERVED, resource, RESERVED, "alive", {"alive": lambda _fields, _today: None}, 1 << 40)
        grant = Grant(
            RESERVED,
            RESERVED,
            RESERVED,
            frozenset({"alive"}),
            frozenset({_PURPOSE}),
            RESERVED,
            0,
            1e12,
            1 << 60,
            "ACTIVE",
        )
        return replace(
            policy,
            clients={**policy.clients, RESERVED: self._client},
            services={**policy.services, RESERVED: service},
            grants={**policy.grants, (RESERVED, RESERVED): (grant,)},
        )

    async def reply(self) -> Reply:
        """Probe, at most once a second however often it is asked."""
        async with self._turn:
            now = self._desk.monotonic()
            if self._last is None or now - self._last[0] >= _REUSE_S:
                self._last = (now, await self._probe())
            return self._last[1]

    async def _probe(self) -> Reply:
        started = time.perf_counter()
        fault = await self._round_trip()
        if fault:
            return Reply(503, MEDIA_TYPE, Problem.of("unavailable", detail=fault).to_json())
        facts = {
            "status": "ok",
            "round_trip_ms": round((time.perf_counter() - started) * 1000, 2),
            "policy_age_s": round(self._desk.policy.age_s(now=self._desk.monotonic()), 1),
            "journal_backlog": self._backlog().records,
            "unusable_indexes": sorted(self._desk.indexes.unusable),
            "open_breakers": self._desk.sources.states(),
        }
        return Reply(200, "application/json", msgspec.json.encode(facts))

    async def _round_trip(self) -> str | None:
        body = msgspec.json.encode({"subject": {"id_number": _NOBODY}, "purpose": _PURPOSE, "case": RESERVED})
        headers = sign_request(
            method="POST",
            path=_PATH,
            body=body,
            client_id=RESERVED,
            secret=self._secret,
            created=int(self._desk.clock()),
            nonce=secrets.token_urlsafe(16),
        )
        dossier = Dossier(at=self._desk.clock(), reserved=True)
        dossier.slug = RESERVED
        outcome = self._desk.verify(dossier, headers, path=_PATH, body=body)
        mailbox = _Mailbox()
        if outcome.waits:
            self._desk.commits.send_when_durable(mailbox, outcome.reply)
        else:
            mailbox.send(outcome.reply)
        reply = await mailbox.reply
        signed = check_response(
            _parsed(reply.headers),
            status=reply.status,
            body=reply.body,
            client_id=RESERVED,
            secret=self._secret,
            request_headers=headers,
        )
        return (
            None if signed and reply.status == 200 else "自检请求未获答复：授权规则尚未加载或已过期，或流水无法落盘。"
        )


class _Mailbox:
    """Receives one reply."""

    def __init__(self) -> None:
        self.reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def send(self, reply: Reply) -> None:
        self.reply.set_result(reply)


def _parsed(lines: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in lines.splitlines())
