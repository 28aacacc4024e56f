"""A department's interface for tests and demonstrations: a small HTTP server that answers, or misbehaves, as told."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from types import TracebackType
from typing import Any, Self

from haihe.gateway.policy import PROXY, Service, Source
from haihe.gateway.testing import PROXY_SERVICE, PURPOSE, RESOURCE, Door
from haihe.kernel.mask_rules import compile_mask
from haihe.kernel.source_rules import read_networks, read_rules

LOOPBACK = ("127.0.0.1/32",)
MASKS: Mapping[str, Mapping[str, Any]] = {
    "paid": {"mask": "none"},
    "amount": {"mask": "bucket", "step": 500},
    "since": {"mask": "year"},
    "taxpayer": {"mask": "name"},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


type Behaviour = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def says(document: object, *, status: int = 200, kind: str = "application/json") -> Behaviour:
    """Answer with a JSON document."""
    body = json.dumps(document, ensure_ascii=False).encode()
    return sends(
        b"HTTP/1.1 %d X\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (status, kind.encode(), len(body), body)
    )


def sends(data: bytes) -> Behaviour:
    """Send these bytes and hang up."""

    async def behave(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return behave


async def hangs(_: Asked, __: asyncio.StreamWriter) -> None:
    """Take the question and say nothing."""
    await asyncio.Event().wait()


TAXPAYER = {
    "data": {"paid": "已缴", "amount": 1234.56, "since": "2019-07-31", "taxpayer": "刘志远", "secret": "NEVER-ASKED"}
}


@dataclass(slots=True)
class FakeDepartment:
    """Listens on a free port of the loopback for as long as its context lasts."""

    behave: Behaviour = field(default_factory=lambda: says(TAXPAYER))
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None
    _server: asyncio.Server | None = None
    _serving: set[asyncio.Task[Any]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            asked = Asked(method, target, headers, body)
            self.asked.append(asked)
            await self.behave(asked, writer)
            await writer.drain()
        except (OSError, EOFError):
            # Whoever asked has hung up, as is their right.
            return
        finally:
            writer.close()


def source_rules(port: int, **changes: object) -> dict[str, Any]:
    """Return the rules of the fake tax office, as its steward would write them."""
    return {
        "url": f"http://127.0.0.1:{port}/v1/taxpayers",
        "method": "POST",
        "subject": {"in": "body", "name": "sfzh"},
        "fields": {
            "paid": {"pointer": "/data/paid", "type": "text"},
            "amount": {"pointer": "/data/amount", "type": "amount"},
            "since": {"pointer": "/data/since", "type": "date"},
            "taxpayer": {"pointer": "/data/taxpayer", "type": "text"},
        },
        "parameters": {"year": {"in": "query", "form": "integer", "required": False, "least": 2000, "most": 2100}},
        "absent": {"status": 404},
        "timeout_ms": 10_000,
        "breaker": {"failures": 3, "open_s": 30},
        "last_good_s": 3600,
    } | changes


def proxied(
    definition: Mapping[str, Any], *, networks: tuple[str, ...] = LOOPBACK, secret: str | None = None
) -> Service:
    """Return the service of these rules, read as from the database."""
    digest = blake2b(json.dumps(definition).encode(), digest_size=16).digest()
    masks = {name: compile_mask(rule) for name, rule in MASKS.items()}
    source = Source(read_rules(definition), read_networks(networks), digest, secret)
    return Service(PROXY_SERVICE, RESOURCE, "120015", "", {}, 86_400, PROXY, masks, source)


def put_behind(door: Door, service: Service, *fields: str, last_good_s: int = 0, **changes: Any) -> None:
    """Make the service the only one, with a grant of these fields to the door's client."""
    door.service = service
    told: dict[str, Any] = {
        "service": service.slug,
        "claims": frozenset(),
        "fields": frozenset(fields or ("paid", "amount")),
        "purposes": frozenset({PURPOSE}),
        "last_good_s": last_good_s,
    }
    door.grant = replace(door.grant, **(told | changes))
    door.apply()


def ask(*fields: str, id_number: str | None = "120103197905121012", **more: object) -> bytes:
    """Return the body of a question to a department's interface."""
    subject = {} if id_number is None else {"subject": {"id_number": id_number}}
    told = {"purpose": PURPOSE, "case": "GJJ-2026-1", "fields": list(fields or ("paid", "amount"))}
    return json.dumps(subject | told | more).encode()
