"""PROXY services: a department's own interface behind the grant.

Nothing is sent to the department before the request has passed every check and its nonce and quota are on the disk;
nothing it says goes out before its record is. In between the loop serves everybody else: a source that hangs holds one
task, at most so many for each owner, until its time-out; then its breaker keeps everybody from waiting for it.
"""

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from haihe.gateway import source_client
from haihe.gateway.answer import FOUND, IN_DOUBT, NOT_FOUND, UNREACHABLE, Finding
from haihe.gateway.authorisation import rules as rules_for
from haihe.gateway.breaker import CLOSED, Breaker
from haihe.gateway.dossier import Dossier, Permission, Refused
from haihe.gateway.last_good import Kept, LastGood, Values
from haihe.gateway.messages import Listener, Reply
from haihe.gateway.policy import Service, Source
from haihe.gateway.record import timestamp
from haihe.gateway.replies import Outcome, Proxied, encode_body, signed_reply
from haihe.gateway.requests import ProxyRequest
from haihe.gateway.source_client import Answered, Garbled, TooSlow, Unreachable
from haihe.gateway.source_message import (
    AnswerInvalid,
    BadParameter,
    SourceRequest,
    checked_parameters,
    read_answer,
    render,
)
from haihe.kernel.answers import Answer, UnknownReason
from haihe.kernel.mask_rules import Mask, Unmaskable
from haihe.kernel.problems import MEDIA_TYPE, Problem
from haihe.kernel.source_rules import Network, SourceRules
from haihe.kernel.subject_index import FieldValue

if TYPE_CHECKING:
    from haihe.gateway.desk import Desk

type Call = Callable[[SourceRules, SourceRequest, Sequence[Network]], Awaitable[Answered]]

MOST_PER_OWNER = 32
MOST_IN_ALL = 256
LIVE, LAST_GOOD = "live", "last_good"
TIMED_OUT = Finding(Answer.UNKNOWN.value, UnknownReason.SOURCE_TIMEOUT.value)
INVALID = Finding(Answer.UNKNOWN.value, UnknownReason.SOURCE_ANSWER_INVALID.value)
GO = Reply(100, "", b"")
"""What whoever waits to ask a department is sent when what was written of it is on the disk."""
_PROBLEMS = {UNREACHABLE: "source-unreachable", TIMED_OUT: "source-timeout", INVALID: "source-answer-invalid"}
_OF_ALL = frozenset({401, 403, 407, 429})
"""Statuses below 500 that say something about the source, and not about this one question."""
_BUSY = "向该部门接口的并发请求已达上限，请稍后重试；办事人员可先按纸质材料受理。"
_RESTING = "提供部门的接口连续出错，暂停访问片刻，请稍后重试；办事人员可先按纸质材料受理。"
_log = logging.getLogger("haihe.gateway")


class Question(NamedTuple):
    """What is asked of the source. `subject` is the person's key; None where the register is one of things."""

    source: Source
    request: SourceRequest
    id_number: str | None
    subject: bytes | None
    kept_under: bytes


class Said(NamedTuple):
    """What came of asking: the fields found, None for nobody such; or `failure` with a detail of its own."""

    found: Mapping[str, FieldValue | None] | None = None
    failure: Finding | None = None
    detail: str | None = None


async def call_source(rules: SourceRules, request: SourceRequest, networks: Sequence[Network]) -> Answered:
    return await source_client.call(rules, request, networks=networks)


@dataclass(slots=True)
class Sources:
    """What is known of all sources: breakers, calls under way, last good answers. Lives in the loop's thread."""

    last_good: LastGood
    monotonic: Callable[[], float]
    call: Call = call_source
    _breakers: dict[str, tuple[Source, Breaker]] = field(default_factory=dict)
    _under_way: Counter[str] = field(default_factory=Counter)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def ask(self, service: Service, question: Question) -> Said:
        """Ask the source once, if its breaker and the bound of its owner let it. Never raises but when cancelled."""
        if self._under_way[service.owner] >= MOST_PER_OWNER or self._under_way.total() >= MOST_IN_ALL:
            return Said(failure=UNREACHABLE, detail=_BUSY)
        breaker = self._breaker(service.slug, question.source)
        round_ = breaker.admit(now=self.monotonic())
        if round_ is None:
            return Said(failure=UNREACHABLE, detail=_RESTING)
        self._under_way[service.owner] += 1
        works = False
        try:
            said, works = await self._ask(service, question)
        finally:
            self._under_way[service.owner] -= 1
            if works:
                breaker.succeeded(round_)
            else:
                breaker.failed(round_, now=self.monotonic())
        return said

    def states(self) -> dict[str, str]:
        """Return the state of each breaker that isn't closed."""
        now = self.monotonic()
        states = {slug: breaker.state(now=now) for slug, (_, breaker) in self._breakers.items()}
        return {slug: state for slug, state in sorted(states.items()) if state != CLOSED}

    def under_way(self) -> int:
        """Return how many calls wait for a source."""
        return self._under_way.total()

    def start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Hang up on whoever hasn't answered; no answer has left of theirs, and none will."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Return when no call is under way any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _ask(self, service: Service, question: Question) -> tuple[Said, bool]:
        """Return what came of it, and whether the source works."""
        source = question.source
        try:
            status, body = await self.call(source.rules, question.request, source.networks)
        except TooSlow:
            return Said(failure=TIMED_OUT), False
        except Unreachable as fault:
            _log.warning("the source of %s is unreachable: %s", service.slug, fault)
            return Said(failure=UNREACHABLE), False
        except Garbled as fault:
            _log.warning("the source of %s gave no answer: %s", service.slug, fault)
            return Said(failure=INVALID), False
        try:
            return Said(read_answer(source.rules, status, body, id_number=question.id_number)), True
        except AnswerInvalid as fault:
            _log.warning("the source of %s gave no answer: %s", service.slug, fault)
            return Said(failure=INVALID), status < 500 and status not in _OF_ALL and status != 200

    def _breaker(self, slug: str, source: Source) -> Breaker:
        known = self._breakers.get(slug)
        if known is not None and known[0].digest == source.digest:
            return known[1]
        rules = source.rules.breaker
        breaker = Breaker(rules.failures, float(rules.open_s))
        self._breakers[slug] = (source, breaker)
        return breaker


@dataclass(slots=True)
class ProxyCall:
    """One question on its way to a department and back. It is told when it may go out: its nonce is on the disk."""

    desk: "Desk"
    listener: Listener
    dossier: Dossier
    asked: ProxyRequest
    service: Service
    grant_id: str
    question: Question

    def send(self, reply: Reply) -> None:
        """Go, or say why not."""
        if reply is GO:
            self.desk.sources.start(self._run())
        else:
            self.dossier.fail("unavailable")
            self._tell(Outcome(reply, waits=False))

    async def _run(self) -> None:
        try:
            said = await self.desk.sources.ask(self.service, self.question)
            outcome = self.desk.settle(self, said)
        except Exception as fault:
            # Without its message: that may quote what was asked or answered.
            where = "".join(traceback.format_tb(fault.__traceback__))
            _log.error("request %s failed: %s at\n%s", self.dossier.evidence, type(fault).__name__, where)
            self.dossier.fail("unavailable")
            problem = Problem.of("unavailable", instance=f"urn:uuid:{self.dossier.evidence}")
            outcome = Outcome(Reply(problem.status, MEDIA_TYPE, problem.to_json()), waits=False)
        self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        commits = self.desk.commits
        if outcome.waits:
            commits.send_when_durable(self.listener, outcome.reply)
            commits.tally.will_end(self.dossier)
        else:
            self.listener.send(outcome.reply)
            commits.tally.ended(self.dossier, now=self.desk.clock())


def waiting(call: ProxyCall) -> Outcome:
    """Return the outcome of a question that goes out when what was written of it is on the disk."""
    return Outcome(GO, waits=True, to=call, begins=True)


def make_question(
    desk: "Desk", dossier: Dossier, permission: Permission, asked: ProxyRequest, id_number: str | None
) -> Question:
    """Check what comes with the request against the owner's rules. Raises: Refused."""
    service, source = permission.service, permission.service.source
    if source is None:
        raise Refused("unavailable")
    rules_for(service.masks, dossier.scope)
    if not source.rules.fields.keys() >= set(dossier.scope):
        raise Refused("unavailable")
    if (source.rules.subject is None) != (id_number is None):
        told = "本服务按人查询，请写明 subject。" if id_number is None else "本服务不按人查询，请不要带 subject。"
        raise Refused("malformed-request", told)
    try:
        parameters = checked_parameters(source.rules, asked.parameters)
    except BadParameter:
        # Which one stays unsaid: its name came from the request and may be anything.
        raise Refused("malformed-request", "参数不是提供部门允许的参数，或者格式不符，见 $.parameters。") from None
    subject = None if id_number is None else desk.keyring.subject_key(id_number)
    return Question(
        source,
        render(
            source.rules, id_number=id_number, parameters=parameters, secret=source.secret, evidence=dossier.evidence
        ),
        id_number,
        subject,
        desk.sources.last_good.key(service.slug, source.digest, subject or b"", parameters),
    )


def settled(desk: "Desk", call: ProxyCall, permission: Permission, said: Said) -> Outcome:
    """Record what came of it and make the reply, live or from what is kept. The reply must wait for the record.

    A live answer is told to be from when it was asked for: it may be older than its arrival, never younger.
    """
    dossier, now = call.dossier, desk.clock()
    masks = dict(zip(dossier.scope, rules_for(permission.service.masks, dossier.scope), strict=True))
    failure, values = said.failure, None
    if failure is None and said.found is not None:
        failure, values = _shown(said.found, masks)
    if failure is None:
        _remember(desk, call, permission, said.found)
        finding = NOT_FOUND if said.found is None else FOUND
        return _answered(desk, call, permission, finding, values, at=dossier.at)
    if failure is IN_DOUBT:
        return _answered(desk, call, permission, IN_DOUBT, None, at=dossier.at)
    if (kept := _kept(desk, call, permission, masks, now=now)) is not None:
        return _answered(desk, call, permission, FOUND, kept.values, at=float(kept.at), served=LAST_GOOD)
    problem = Problem.of(_PROBLEMS[failure], detail=said.detail, instance=f"urn:uuid:{dossier.evidence}")
    media_type, body = dossier.face.refusal(problem) if dossier.face else (MEDIA_TYPE, problem.to_json())
    reply = signed_reply(dossier, problem.status, media_type, body)
    _record(desk, call, permission, failure, as_of=None)
    return Outcome(reply, waits=True)


def _shown(
    found: Mapping[str, FieldValue | None], masks: Mapping[str, Mask]
) -> tuple[Finding | None, dict[str, str | int | None] | None]:
    if not found.keys() >= masks.keys():
        return INVALID, None
    try:
        return None, {name: _masked(found[name], mask) for name, mask in masks.items()}
    except Unmaskable:
        return IN_DOUBT, None


def _masked(value: FieldValue | None, mask: Mask) -> str | int | None:
    return None if value is None else mask(value)


def _remember(
    desk: "Desk", call: ProxyCall, permission: Permission, found: Mapping[str, FieldValue | None] | None
) -> None:
    """Keep what any grant of the service might show, where owner and grant let it be kept; forget who is gone."""
    last_good, rules = desk.sources.last_good, call.question.source.rules
    if found is None:
        last_good.forget(call.question.kept_under)
        return
    if not _most_age_s(permission, rules):
        return
    shown: dict[str, str | int | None] = {}
    for name, mask in permission.service.masks.items():
        if mask is not None and name in found:
            _, one = _shown(found, {name: mask})
            shown |= one or {}
    last_good.keep(call.question.kept_under, shown, now=call.dossier.at, for_s=rules.last_good_s)


def _kept(
    desk: "Desk", call: ProxyCall, permission: Permission, masks: Mapping[str, Mask], *, now: float
) -> Kept | None:
    """Return the last good values of exactly what was asked, if the grant takes them at their age."""
    at_most_s = _most_age_s(permission, call.question.source.rules)
    if not at_most_s:
        return None
    kept = desk.sources.last_good.find(call.question.kept_under, now=now, at_most_s=at_most_s)
    if kept is None or not kept.values.keys() >= masks.keys():
        return None
    return Kept(kept.at, {name: kept.values[name] for name in masks})


def _most_age_s(permission: Permission, rules: SourceRules) -> int:
    return min(permission.grant.last_good_s, rules.last_good_s)


def _answered(
    desk: "Desk",
    call: ProxyCall,
    permission: Permission,
    finding: Finding,
    values: Values | None,
    *,
    at: float,
    served: str = LIVE,
) -> Outcome:
    dossier = call.dossier
    body = Proxied(
        answer=finding.answer,
        service=permission.service.slug,
        values=values,
        as_of=timestamp(at),
        age_s=max(0, int(desk.clock() - at)) if served == LAST_GOOD else 0,
        served=served,
        evidence=dossier.evidence,
        reason=finding.reason,
    )
    reply = signed_reply(dossier, 200, "application/json", encode_body(body))
    # After the reply: the record is bound to what is told.
    _record(desk, call, permission, finding, as_of=at)
    return Outcome(reply, waits=True)


def _record(desk: "Desk", call: ProxyCall, permission: Permission, finding: Finding, *, as_of: float | None) -> None:
    record = call.dossier.answered_by_source(permission, finding, subject=call.question.subject, as_of=as_of)
    desk.commits.join().records.append(record)
