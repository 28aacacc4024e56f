"""The client that waits for each answer; may be shared by threads."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import batched
from types import TracebackType
from typing import Self

import httpx

from haihe.client import calls
from haihe.client.calls import MOST_SUBJECTS, OK, Call, Reply, Subject, subjects_of
from haihe.client.credentials import Secret, credentials_of
from haihe.client.errors import HaiheError, NoAnswer
from haihe.client.parts import BatchReader, ChangeReader, PartReader
from haihe.client.patience import Patience
from haihe.client.results import BatchLine, Changes, Cursor, Proxied, Queried, Verified
from haihe.client.tokens import TOKEN_PATH, Token, token_of, token_request

TIMEOUT = httpx.Timeout(10.0, connect=2.0)
# Shorter than the gateway keeps an idle connection, so that none is reused at the moment in which it is hung up.
LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=20.0)
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Haihe:
    """A department's system at the gateway: `Haihe("https://gateway.example", "gjj-core", secret)`.

    `secret` is Base64 as the console showed it, or its 32 bytes, or an Ed25519 private key; the latter needs
    `gateway_key`, the `x` that the gateway publishes at /v1/keys. Whoever brings their own `http` settles address,
    time-outs and certificates in it, and closes it.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        secret: Secret,
        *,
        gateway_key: str | None = None,
        http: httpx.Client | None = None,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._credentials = credentials_of(client_id, secret, clock=clock, gateway_key=gateway_key)
        # No proxy of the environment comes between a question about a person and the gateway.
        self._http = http or httpx.Client(base_url=url, timeout=TIMEOUT, limits=LIMITS, trust_env=False)
        self._owns_http = http is None
        self._patience = patience or Patience()
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        if self._owns_http:
            self._http.close()

    def verify(
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
        return self._ask(calls.verify(service, subject, purpose=purpose, case=case, claim=claim))

    def verify_claims(
        self, service: str, id_number: str, *, claims: Sequence[str], purpose: str, case: str, name: str | None = None
    ) -> tuple[Verified, ...]:
        """Ask several claims about one person under one evidence number, in their order. Raises: HaiheError."""
        subject = Subject(id_number, name)
        return self._ask(calls.verify_claims(service, subject, purpose=purpose, case=case, claims=claims))

    def query(
        self, service: str, id_number: str, *, fields: Sequence[str], purpose: str, case: str, name: str | None = None
    ) -> Queried:
        """Read the granted fields of one person, masked. Raises: HaiheError."""
        return self._ask(calls.query(service, Subject(id_number, name), purpose=purpose, case=case, fields=fields))

    def proxy(
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
        return self._ask(calls.proxy(service, id_number, fields=fields, parameters=parameters or {}, **why))

    def token(self, services: Sequence[str] = ()) -> Token:
        """Get a token for a program that can't sign, for all that is granted or these services. Raises: HaiheError."""
        headers, body = token_request(self._credentials, services)
        try:
            came = self._http.post(TOKEN_PATH, content=body, headers=headers)
        except httpx.HTTPError as failure:
            raise no_answer(failure) from None
        return token_of(Reply(came.status_code, came.headers, came.content))

    def cursor(self, service: str, *, fields: Sequence[str], purpose: str, case: str) -> Cursor:
        """Begin to follow changes of these fields: the cursor of now, which is about nobody. Raises: HaiheError."""
        return self._ask(calls.cursor(service, purpose=purpose, case=case, fields=fields))

    def subscribe(
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
        lines = tuple(self._stream(call, reader))
        return Changes(lines, reader.cursor)

    def verify_many(
        self, service: str, subjects: Iterable[Subject | str], *, purpose: str, case: str, claim: str | None = None
    ) -> Iterator[BatchLine]:
        """Ask one claim about many persons; lines come in the order of the subjects, part by part as they are proved.

        More than 10,000 are asked in several calls. Raises: HaiheError, also in the midst of it.
        """
        first = 0
        for some in batched(subjects, MOST_SUBJECTS, strict=False):
            asked = subjects_of(some)
            call = calls.batch(service, asked, purpose=purpose, case=case, claim=claim)
            yield from self._stream(call, BatchReader(self._credentials, len(asked), first=first))
            first += len(asked)

    def _ask[Answered](self, call: Call[Answered]) -> Answered:
        tried = 0
        while True:
            tried += 1
            try:
                return self._send(call)
            except HaiheError as failure:
                self._sleep(self._patience.wait_s(failure, tried=tried))

    def _send[Answered](self, call: Call[Answered]) -> Answered:
        asked = call.signed(self._credentials)
        try:
            came = self._http.post(call.path, content=call.body, headers=asked)
        except httpx.HTTPError as failure:
            raise no_answer(failure) from None
        return call.answer(Reply(came.status_code, came.headers, came.content), self._credentials, asked)

    def _stream[Line](self, call: Call[None], reader: PartReader[Line]) -> Iterator[Line]:
        tried, told = 0, False
        while True:
            tried += 1
            try:
                for line in self._send_many(call, reader):
                    told = True
                    yield line
                return
            except HaiheError as failure:
                if told:
                    raise
                self._sleep(self._patience.wait_s(failure, tried=tried))

    def _send_many[Line](self, call: Call[None], reader: PartReader[Line]) -> Iterator[Line]:
        asked = call.signed(self._credentials)
        reader.begin(asked)
        try:
            with self._http.stream("POST", call.path, content=call.body, headers=asked) as came:
                if came.status_code != OK:
                    reply = Reply(came.status_code, came.headers, came.read())
                    raise calls.refusal(reply, self._credentials, asked)
                for piece in came.iter_bytes():
                    yield from reader.feed(piece)
        except httpx.HTTPError as failure:
            raise no_answer(failure) from None
        reader.finish()


def no_answer(failure: httpx.HTTPError) -> NoAnswer:
    """Say what happened by its kind only: an exception's text may quote the question."""
    return NoAnswer(type(failure).__name__, never_sent=isinstance(failure, NEVER_SENT))
