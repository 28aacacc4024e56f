"""The routes, and the last guard: whatever fails becomes a problem document, never a 500 or an unrecorded answer."""

import asyncio
import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from functools import lru_cache

from haihe.gateway.corrections import CORRECTIONS_ROUTE, CorrectionsDesk, Notices
from haihe.gateway.desk import Desk
from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.links import LinkDesk
from haihe.gateway.messages import Listener, Recipient, Reply, Request
from haihe.gateway.policy import PROXY, QUERY, SUBSCRIBE, VERIFY
from haihe.gateway.public import PublicPages
from haihe.gateway.record import BATCH_VERIFY
from haihe.gateway.replies import Outcome
from haihe.gateway.room import Lease
from haihe.gateway.token_desk import TOKEN_ROUTE, TokenDesk
from haihe.gateway.traces import GatewayTraces
from haihe.gateway.xroad.front import XRoadFront
from haihe.kernel.problems import MEDIA_TYPE, Problem

VERIFY_ROUTE = "/v1/verify/{service}"
QUERY_ROUTE = "/v1/query/{service}"
PROXY_ROUTE = "/v1/proxy/{service}"
SUBSCRIBE_ROUTE = "/v1/subscribe/{service}"
BATCH_ROUTE = "/v1/verify/{service}/batch"
HEALTH_ROUTE = "/healthz"

MOST_BATCH_BYTES = 2 << 20

_ASK = re.compile(r"/v1/(verify|query|proxy|subscribe)/([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)(/batch)?")
_ask_of = lru_cache(maxsize=4096)(_ASK.fullmatch)
"""Services are few; whoever asks for many that there aren't only makes it forget."""
_KINDS = {"verify": VERIFY, "query": QUERY, "proxy": PROXY, "subscribe": SUBSCRIBE}
_MEDIA_TYPES = frozenset({"application/json", "application/json; charset=utf-8", "application/json;charset=utf-8"})
_log = logging.getLogger("haihe.gateway")


class Gateway:
    """`health` makes the reply of the health page; `openapi` is the document as bytes."""

    def __init__(
        self,
        desk: Desk,
        *,
        health: Callable[[], Awaitable[Reply]],
        openapi: bytes,
        traces: GatewayTraces | None = None,
        notices: Notices | None = None,
    ) -> None:
        self._desk = desk
        self._traces = traces
        self._health = health
        self._xroad = XRoadFront(desk, check_form=_check_form)
        self._public = PublicPages(
            openapi, policy=lambda: desk.policy.current(now=desk.monotonic()), tokens=desk.tokens
        )
        self._token_desk, self._links = TokenDesk(desk), LinkDesk(desk)
        self._corrections = CorrectionsDesk(desk, notices=notices, check_form=_check_form)
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, request: Request, recipient: Listener) -> None:
        dossier = Dossier(at=self._desk.clock())
        span = None if self._traces is None or request.path == HEALTH_ROUTE else self._traces.begin(request)
        dossier.is_private = request.is_private
        try:
            if request.path == HEALTH_ROUTE and request.method == "GET" and request.fault is None:
                self._answer_later(recipient)
                return
            outcome = self._outcome(dossier, request, recipient)
        except Exception as fault:
            # Without its message: that may quote what the request held.
            where = "".join(traceback.format_tb(fault.__traceback__))
            _log.error("request %s failed: %s at\n%s", dossier.evidence, type(fault).__name__, where)
            outcome = Outcome(_unavailable(dossier), waits=False)
        commits = self._desk.commits
        if outcome.waits:
            commits.send_when_durable(outcome.to or recipient, outcome.reply)
            if not outcome.begins:
                commits.tally.will_end(dossier)
        else:
            recipient.send(outcome.reply)
            commits.tally.ended(dossier, now=self._desk.clock())
        if span is not None:
            commits.trace(span, dossier, waits=outcome.waits)

    def room_for(self, request: Request, size: int) -> Lease | str:
        """Give room for a body that names many; everything else is small."""
        ask = _ask_of(request.path)
        names_many = self._xroad.names_many(request.path) if ask is None else _names_many(ask)
        if not names_many or request.method != "POST" or size > MOST_BATCH_BYTES:
            return "body-too-large"
        return self._desk.room_for(request.headers, path=request.path, size=size, is_private=request.is_private)

    def _outcome(self, dossier: Dossier, request: Request, listener: Listener) -> Outcome:
        try:
            ask = _ask_of(request.path)
            if ask is not None and (ask[3] is None or _is_batch(ask)):
                dossier.slug, dossier.kind = ask[2], _KINDS[ask[1]] if ask[3] is None else BATCH_VERIFY
                _check_form(request)
                return self._asked(ask, dossier, request, listener)
            return self._outcome_elsewhere(dossier, request, listener)
        except Refused as refusal:
            is_page = request.path == HEALTH_ROUTE or self._public.has(request.path)
            return self._desk.refuse(dossier, refusal, allow="GET" if is_page else "POST")

    def _outcome_elsewhere(self, dossier: Dossier, request: Request, listener: Listener) -> Outcome:
        """Answer what asks about nobody, or speaks in another way. Raises: Refused."""
        if request.path == CORRECTIONS_ROUTE:
            return self._corrections.outcome(dossier, request, listener)
        if request.path == TOKEN_ROUTE:
            return self._token_desk.outcome(dossier, request)
        if self._links.has(request.path):
            _check_form(request)
            return self._links.outcome(dossier, request, listener)
        if self._xroad.has(request.path):
            return self._xroad.outcome(dossier, request, listener)
        if request.fault is not None:
            raise Refused(request.fault)
        if self._public.has(request.path):
            return Outcome(self._public.page(request), waits=False)
        raise Refused("method-not-allowed" if request.path == HEALTH_ROUTE else "not-found")

    def _asked(self, ask: re.Match[str], dossier: Dossier, request: Request, listener: Listener) -> Outcome:
        headers, path, body = request.headers, request.path, request.body
        if ask[1] == "proxy":
            return self._desk.proxy(dossier, headers, path=path, body=body, listener=listener)
        if ask[3] is None and ask[1] != "subscribe":
            answer = self._desk.verify if ask[1] == "verify" else self._desk.query
            return answer(dossier, headers, path=path, body=body)
        if not request.may_stream:
            raise Refused("malformed-request", "批量核验和订阅须使用 HTTP/1.1。")
        answer_many = self._desk.subscribe if ask[1] == "subscribe" else self._desk.batch
        return answer_many(dossier, headers, path=path, body=body, listener=listener)

    def _answer_later(self, recipient: Recipient) -> None:
        async def send() -> None:
            recipient.send(await self._health())

        task = asyncio.get_running_loop().create_task(send())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_batch(ask: re.Match[str]) -> bool:
    return ask[1] == "verify" and ask[3] is not None


def _names_many(ask: re.Match[str]) -> bool:
    return _is_batch(ask) or (ask[1] == "subscribe" and ask[3] is None)


def _check_form(request: Request) -> None:
    """Raises: Refused."""
    if request.fault is not None:
        raise Refused(request.fault)
    if request.method != "POST":
        raise Refused("method-not-allowed")
    if request.headers.get("content-type") not in _MEDIA_TYPES:
        raise Refused("unsupported-media-type")
    if request.query is not None:
        # The signature doesn't cover it, so nothing may depend on it.
        raise Refused("malformed-request", "请求地址不得带查询参数。")


def _unavailable(dossier: Dossier) -> Reply:
    dossier.fail("unavailable")
    problem = Problem.of("unavailable", instance=f"urn:uuid:{dossier.evidence}")
    return Reply(problem.status, MEDIA_TYPE, problem.to_json())
