"""The client for an event loop; as `waiting.Haihe`, with `await`."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from itertools import batched
from types import TracebackType
from typing import Self

import httpx

from haihe.client import calls
from haihe.client.calls import MOST_SUBJECTS, OK, Call, Reply, Subject, subjects_of
from haihe.client.credentials import Secret, credentials_of
from haihe.client.errors import HaiheError
from haihe.client.parts import BatchReader, ChangeReader, PartReader
from haihe.client.patience import Patience
from haihe.client.results import BatchLine, Changes, Cursor, Proxied, Queried, Verified
from haihe.client.tokens import TOKEN_PATH, Token, token_of, token_request
from haihe.client.waiting import LIMITS, TIMEOUT, no_answer


class AsyncHaihe:
    """A department's system at the gateway, for use inside one event loop; see `Haihe`."""

    def __init__(
        self,
        url: str,
        client_id: str,
        secret: Secret,
        *,
        gateway_key: str | None = None,
        http: httpx.AsyncClient | None = None,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._credentials = credentials_of(client_id, secret, clock=clock, gateway_key=gateway_key)
        self._http = http or httpx.AsyncClient(base_url=url, timeout=TIMEOUT, limits=LIMITS, trust_env=False)
        self._owns_http = http is None
        self._patience = patience or Patience()
        self._sleep = sleep

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        if self._owns_http:
            await self._http.aclose()

    async def verify(
        self,
        service: str,
        id_number: str,
        *,
        purpose: str,
        case: str,
        name: str | None = None,
        claim: str | None = None,
    ) -> Verified:
        """Ask whether one claim holds for one person; `claim` defaults to the service's. Raises: HaiheError."""
        subject = Subject(id_number, name)
        return await self._ask(calls.verify(service, subject, purpose=purpose, case=case, claim=claim))

    async def verify_claims(
        self, service: str, id_number: str, *, claims: Sequence[str], purpose: str, case: str, name: str | None = None
    ) -> tuple[Verified, ...]:
        """Ask several claims about one person under one evidence number, in their order. Raises: HaiheError."""
        subject = Subject(id_number, name)
        return await self._ask(calls.verify_claims(service, subject, purpose=purpose, case=case, claims=claims))

    async def query(
        self, service: str, id_number: str, *, fields: Sequence[str], purpose: str, case: str, name: str | None = None
    ) -> Queried:
        """Read the granted fields of one person, masked. Raises: HaiheError."""
        subject = Subject(id_number, name)
        return await self._ask(calls.query(service, subject, purpose=purpose, case=case, fields=fields))

    async def proxy(
        self,
        service: str,
        id_number: str | None = None,
        *,
        fields: Sequence[str],
        purpose: str,
        case: str,
        parameters: Mapping[str, str | int] | None = None,
    ) -> Proxied:
        """Have a department's own interface answer, about a person or, without one, a thing. Raises: HaiheError."""
        why = {"purpose": purpose, "case": case}
        return await self._ask(calls.proxy(service, id_number, fields=fields, parameters=parameters or {}, **why))

    async def token(self, services: Sequence[str] = ()) -> Token:
        """Get a token for a program that can't sign, for all that is granted or these services. Raises: HaiheError."""
        headers, body = token_request(self._credentials, services)
        try:
            came = await self._http.post(TOKEN_PATH, content=body, headers=headers)
        except httpx.HTTPError as failure:
            raise no_answer(failure) from None
        return token_of(Reply(came.status_code, came.headers, came.content))

    async def cursor(self, service: str, *, fields: Sequence[str], purpose: str, case: str) -> Cursor:
        """Begin to follow changes of these fields: the cursor of now, which is about nobody. Raises: HaiheError."""
        return await self._ask(calls.cursor(service, purpose=purpose, case=case, fields=fields))

    async def subscribe(
        self,
        service: str,
        subjects: Iterable[Subject | str],
        *,
        since: str,
        fields: Sequence[str],
        purpose: str,
        case: str,
    ) -> Changes:
        """Tell who of up to 10,000 changed since a cursor, all of it or nothing. Raises: HaiheError, ValueError."""
        asked = subjects_of(subjects)
        call = calls.changes(service, asked, since=since, purpose=purpose, case=case, fields=fields)
        reader = ChangeReader(self._credentials, len(asked))
        lines = [line async for line in self._stream(call, reader)]
        return Changes(tuple(lines), reader.cursor)

    async def verify_many(
        self, service: str, subjects: Iterable[Subject | str], *, purpose: str, case: str, claim: str | None = None
    ) -> AsyncIterator[BatchLine]:
        """Ask one claim about many persons; see `Haihe.verify_many`. Raises: HaiheError, also in the midst of it."""
        first = 0
        for some in batched(subjects, MOST_SUBJECTS, strict=False):
            asked = subjects_of(some)
            call = calls.batch(service, asked, purpose=purpose, case=case, claim=claim)
            async for line in self._stream(call, BatchReader(self._credentials, len(asked), first=first)):
                yield line
            first += len(asked)

    async def _ask[Answered](self, call: Call[Answered]) -> Answered:
        tried = 0
        while True:
            tried += 1
            try:
                return await self._send(call)
            except HaiheError as failure:
                await self._sleep(self._patience.wait_s(failure, tried=tried))

    async def _send[Answered](self, call: Call[Answered]) -> Answered:
        asked = call.signed(self._credentials)
        try:
            came = await self._http.post(call.path, content=call.body, headers=asked)
        except httpx.HTTPError as failure:
            raise no_answer(failure) from None
        return call.answer(Reply(came.status_code, came.headers, came.content), self._credentials, asked)

    async def _stream[Line](self, call: Call[None], reader: PartReader[Line]) -> AsyncIterator[Line]:
        tried, told = 0, False
        while True:
            tried += 1
            try:
                async for line in self._send_many(call, reader):
                    told = True
                    yield line
                return
            except HaiheError as failure:
                if told:
                    raise
                await self._sleep(self._patience.wait_s(failure, tried=tried))

    async def _send_many[Line](self, call: Call[None], reader: PartReader[Line]) -> AsyncIterator[Line]:
        asked = call.signed(self._credentials)
        reader.begin(asked)
        try:
            async with self._http.stream("POST", call.path, content=call.body, headers=asked) as came:
                if came.status_code != OK:
                    reply = Reply(came.status_code, came.headers, await came.aread())
                    raise calls.refusal(reply, self._credentials, asked)
                async for piece in came.aiter_bytes():
                    for told in reader.feed(piece):
                        yield told
        except httpx.HTTPError as failure:
            raise no_answer(failure) from None
        reader.finish()
