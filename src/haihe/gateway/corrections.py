"""POST /v1/corrections: a system learns which answers its organisation got have been corrected since (art. 26).

The answer names evidence, service and case, which the organisation has had from us before, and nothing of a person: so
it is no use of personal data and leaves no record in the ledger. Who asks is proved as everywhere, the nonce is durable
before the answer, and refusals are recorded like all others. The database is asked beside the desk, which never waits.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

import msgspec
import psycopg
from psycopg.rows import class_row

from haihe.gateway.desk import Desk
from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.messages import Recipient, Reply, Request
from haihe.gateway.replies import Outcome, encode_body, signed_reply

CORRECTIONS_ROUTE = "/v1/corrections"
_JSON = "application/json"
MOST_AFTER, MOST_ROWS = 2**53 - 1, 500
_AFTER, _LIMIT = msgspec.Meta(ge=0, le=MOST_AFTER), msgspec.Meta(ge=1, le=MOST_ROWS)
_MOST_WAITING = 64
_TIMEOUT_S = 4.0
_NOTICES = """
SELECT id, service, of_case, evidence::text, corrected_at, fetched_at FROM gateway_correction_notice
WHERE organisation = %(organisation)s AND id > %(after)s AND (NOT %(open)s OR fetched_at IS NULL)
ORDER BY id LIMIT %(limit)s
"""
_log = logging.getLogger("haihe.gateway")


class CorrectionsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`after` is the `next` of the part before. `open` leaves out what was fetched again already."""

    after: Annotated[int, _AFTER] | Annotated[float, _AFTER] = 0
    limit: Annotated[int, _LIMIT] | Annotated[float, _LIMIT] = 100
    open: bool = True

    def __post_init__(self) -> None:
        """Take 100.0 for the whole number that it is in JSON. Raises: ValueError."""
        for name in ("after", "limit"):
            number = getattr(self, name)
            if number != int(number):
                raise ValueError(name)
            msgspec.structs.force_setattr(self, name, int(number))


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One row of the view `gateway_correction_notice`."""

    id: int
    service: str
    of_case: str
    evidence: str
    corrected_at: datetime
    fetched_at: datetime | None


class Notices(Protocol):
    """Reads notices. Raises: OSError, TimeoutError, psycopg.Error where the database is away."""

    async def read(self, organisation: str, asked: CorrectionsRequest) -> list[NoticeRow]: ...


class NoticesInDatabase:
    """One connection of its own, opened when somebody asks; one question at a time."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None
        self._turn = asyncio.Lock()

    async def read(self, organisation: str, asked: CorrectionsRequest) -> list[NoticeRow]:
        async with asyncio.timeout(_TIMEOUT_S), self._turn:
            try:
                if self._connection is None:
                    self._connection = await psycopg.AsyncConnection.connect(
                        self._url, autocommit=True, application_name="gateway corrections"
                    )
                told = {"organisation": organisation, **msgspec.structs.asdict(asked)}
                async with self._connection.cursor(row_factory=class_row(NoticeRow)) as cursor:
                    return await (await cursor.execute(_NOTICES, told)).fetchall()
            except BaseException:
                await self.close()
                raise

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


class CorrectionsDesk:
    """`check_form` refuses what isn't a POST of JSON; without `notices` nobody is answered."""

    def __init__(self, desk: Desk, *, notices: Notices | None, check_form: Callable[[Request], None]) -> None:
        self._desk, self._notices, self._check_form = desk, notices, check_form
        self._tasks: set[asyncio.Task[None]] = set()

    def outcome(self, dossier: Dossier, request: Request, recipient: Recipient) -> Outcome:
        """Raises: Refused."""
        self._check_form(request)
        client = self._desk.identify(dossier, request.headers, method="POST", path=request.path, body=request.body)
        try:
            asked = _decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Refused("malformed-request") from None
        if self._notices is None or len(self._tasks) >= _MOST_WAITING:
            raise Refused("unavailable")
        later = _Later(self, self._notices, dossier, client.organisation, asked, recipient)
        return Outcome(Reply(200, _JSON, b""), waits=True, to=later, begins=True)

    def look_up(self, later: "_Later") -> None:
        task = asyncio.get_running_loop().create_task(self._answer(later))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, later: "_Later") -> None:
        dossier = later.dossier
        try:
            rows = await later.notices.read(later.organisation, later.asked)
            reply = signed_reply(dossier, 200, _JSON, _told(rows, later.asked))
        except (psycopg.Error, OSError, TimeoutError) as fault:
            _log.warning("corrections can't be read: %s", type(fault).__name__)
            outcome = self._desk.refuse(dossier, Refused("unavailable"))
            reply = outcome.reply
        later.recipient.send(reply)
        self._desk.commits.tally.ended(dossier, now=self._desk.clock())


@dataclass(frozen=True, slots=True)
class _Later:
    """Hears that the nonce is durable, and only then has the database asked."""

    desk: CorrectionsDesk
    notices: Notices
    dossier: Dossier
    organisation: str
    asked: CorrectionsRequest
    recipient: Recipient

    def send(self, reply: Reply) -> None:
        if reply.status == 200:
            self.desk.look_up(self)
        else:
            self.recipient.send(reply)


_decode = msgspec.json.Decoder(CorrectionsRequest).decode


def _told(rows: list[NoticeRow], asked: CorrectionsRequest) -> bytes:
    told = [
        {
            "evidence": row.evidence,
            "service": row.service,
            "case": row.of_case,
            "corrected_at": row.corrected_at,
            "fetched_at": row.fetched_at,
        }
        for row in rows
    ]
    return encode_body({"corrections": told, "next": rows[-1].id if len(rows) == asked.limit else None})
