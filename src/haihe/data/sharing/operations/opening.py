"""Society asks for conditional open data; the owner answers in time; what was agreed is used, and ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted
from haihe.base.numbering.api import next_number
from haihe.data.sharing import opened
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotFound, NotNow, OtherHandsNeeded
from haihe.data.sharing.models import OpeningApplication
from haihe.data.sharing.models.opening import LONGEST_OPENING_MONTHS
from haihe.data.sharing.opening_agreements import agreement_for, digest_of
from haihe.data.sharing.operations.delivering import months_after
from haihe.data.sharing.operations.effects import ask_supplement, note_overdue, supplement, urge
from haihe.data.sharing.operations.moving import (
    acting_part,
    check_move,
    check_seen,
    check_words,
    organisation_of,
    record,
)
from haihe.data.sharing.queries.clocks import working_days
from haihe.data.sharing.queries.opening import application_for, parts_on_application
from haihe.data.sharing.workflow import ClockName, Part
from haihe.data.sharing.workflow_opening import CLOCK_RUNS, IN_USE, OPENING, UNDECIDED, OpeningState
from haihe.kernel.text import tidy
from haihe.kernel.workflow import Move

OFFERED_DAYS: Final = 30
"""An agreement that nobody accepts for so long is no longer offered."""
_LENGTHS: Final = {"purpose": 1000, "storage": 500, "readers": 500, "deletion": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRequest:
    """What somebody of society asks for and promises; `holder` is in whose name."""

    dataset: str
    holder: str
    credit_code: str = ""
    use: str
    purpose: str
    storage: str
    readers: str
    deletion: str
    months: int
    columns: tuple[str, ...]
    token: UUID


@dataclass(frozen=True, slots=True)
class _Step:
    """What goes with a move: the columns granted, and its words."""

    words: str
    now: datetime
    columns: tuple[str, ...]


def apply_for_data(*, actor: Actor, request: OpeningRequest, now: datetime) -> str:
    """Hand in an application; its clock starts at once. Return its number; a form sent twice makes one.

    Raises: NotPermitted, NotFound, AlreadyOpen, InputRefused.
    """
    if actor.user_id is None:
        raise NotPermitted("apply_for_data")
    thing = opened.offered(request.dataset)
    if thing is None:
        raise NotFound
    told = {name: _said(getattr(request, name), name, most) for name, most in _LENGTHS.items()}
    wanted = _columns(request.columns, [name for name, _title in thing.columns])
    if not 1 <= request.months <= LONGEST_OPENING_MONTHS:
        raise InputRefused(_("使用期限为 1 至 %(n)s 个月。") % {"n": LONGEST_OPENING_MONTHS}, field="months")
    with transaction.atomic():
        if same := OpeningApplication.objects.filter(created_by=actor.user_id, token=request.token).first():
            return same.number
        row = OpeningApplication(
            **told,
            number=next_number("KF", OpeningApplication.objects.all(), now),
            token=request.token,
            dataset=thing.slug,
            title=thing.title,
            resource=thing.resource,
            owner=thing.owner,
            created_by=actor.user_id,
            created_name=actor.name,
            created_at=now,
            holder=request.holder,
            credit_code=request.credit_code,
            use=request.use,
            months=request.months,
            asked=wanted,
        )
        _start(row, ClockName.ANSWER_OPENING, now)
        _insert(row)
        _record(row, actor, "apply", Part.PERSON, OPENING.moves[0].clause, _Step("", now, ()), source="")
    return row.number


@transaction.atomic
def move_application(
    *,
    actor: Actor,
    number: str,
    name: str,
    now: datetime,
    words: str = "",
    columns: tuple[str, ...] = (),
    seen: int | None = None,
) -> None:
    """Make one move of the workflow; `columns` are those that the owner grants, all that were asked for if empty.

    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    row = OpeningApplication.objects.select_for_update().get(pk=application_for(actor, number).pk)
    parts = parts_on_application(actor, row)
    move = check_move(OPENING, row, name, parts)
    check_seen(row, seen)
    _check_hands(row, actor, acting_part(parts, move), name)
    _make(row, actor, acting_part(parts, move), move, _Step(check_words(name, words), now, columns))


def note_late_application(row: OpeningApplication, *, now: datetime) -> None:
    """Write down that an answer is overdue; from then on the authority may give it. The row is locked by the caller."""
    _make(row, SYSTEM, Part.SYSTEM, OPENING.move(row.state, "overdue"), _Step("", now, ()))


def expire_applications(*, now: datetime) -> int:
    """End what is over: uses by their time, agreements that nobody accepted. Return how many."""
    is_over = Q(state__in=IN_USE, valid_until__lte=now)
    is_forgotten = Q(state=OpeningState.AGREEMENT, decided_at__lte=now - timedelta(days=OFFERED_DAYS))
    ending = OpeningApplication.objects.filter(is_over | is_forgotten)
    count = 0
    for pk in list(ending.values_list("pk", flat=True)):
        with transaction.atomic():
            # Looked at again under the lock: an agreement may have been accepted at its last moment.
            row = ending.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            _make(row, SYSTEM, Part.SYSTEM, OPENING.move(row.state, "expire"), _Step("", now, ()))
            count += 1
    return count


def end_applications_for(dataset: str, *, words: str, now: datetime) -> int:
    """End all that is asked for or used of a dataset that isn't open any more; within the caller's transaction."""
    rows = OpeningApplication.objects.select_for_update().filter(dataset=dataset, state__in=(*UNDECIDED, *IN_USE))
    found = list(rows.order_by("pk"))
    for row in found:
        _make(row, SYSTEM, Part.SYSTEM, OPENING.move(row.state, "end_with_resource"), _Step(words, now, ()))
    return len(found)


def _make(row: OpeningApplication, actor: Actor, part: Part, move: Move, step: _Step) -> None:
    source, row.state = row.state, OpeningState(move.target)
    if effect := _EFFECTS.get(move.name):
        effect(row, actor, part, step)
    if row.state not in CLOCK_RUNS:
        row.stop_clock()
    if row.state != OpeningState.SUSPENDED:
        row.suspended_by = ""
    row.ended_at = step.now if row.state in OPENING.terminal else None
    row.save()
    _record(row, actor, move.name, part, move.clause, step, source=source)


def _decide(row: OpeningApplication, actor: Actor, part: Part, step: _Step) -> None:
    row.decided_by, row.decided_at = actor.user_id, step.now
    if row.state == OpeningState.REFUSED:
        row.refusal_reason, row.refused_by = step.words, actor.user_id
        return
    thing = opened.offered(row.dataset)
    if thing is None:
        raise NotNow(_("该数据已经不再开放，不能再同意使用。"))
    row.refusal_reason, row.columns = "", _columns(step.columns or tuple(row.asked), row.asked)
    row.agreement_number += 1
    row.agreement = agreement_for(row, thing, more=step.words)


def _object(row: OpeningApplication, actor: Actor, part: Part, step: _Step) -> None:
    if row.objected_at is not None:
        raise NotNow(_("申诉只能提出一次。"))
    row.objected_at = step.now
    _start(row, ClockName.ANSWER_OBJECTION, step.now)


def _uphold(row: OpeningApplication, actor: Actor, part: Part, step: _Step) -> None:
    row.decided_by, row.decided_at, row.refusal_reason = None, None, ""
    _start(row, ClockName.ANSWER_OPENING, step.now)


def _accept(row: OpeningApplication, actor: Actor, part: Part, step: _Step) -> None:
    """The use begins; a former one of the same data ends with it."""
    former = OpeningApplication.objects.select_for_update().filter(
        created_by=row.created_by, dataset=row.dataset, state__in=IN_USE
    )
    for before in former:
        if before.state == OpeningState.SUSPENDED:
            raise NotNow(_("原来的授权正在暂停，恢复或者终止之后再接受新的协议。"))
        _make(before, SYSTEM, Part.SYSTEM, OPENING.move(before.state, "replace"), _Step(row.number, step.now, ()))
    row.accepted_at, row.agreement_sha256 = step.now, digest_of(row.agreement)
    row.valid_until = months_after(step.now, row.months)


def _suspend(row: OpeningApplication, actor: Actor, part: Part, step: _Step) -> None:
    row.suspended_by = part


def _with_clock(effect: Callable[..., None]) -> "Effect":
    """Take an effect that applications between departments have too."""

    def made(row: OpeningApplication, actor: Actor, part: Part, step: _Step) -> None:
        effect(row, actor, step.now, step.words)

    return made


type Effect = Callable[[OpeningApplication, Actor, Part, _Step], None]
_EFFECTS: Final[dict[str, Effect]] = {
    "ask_supplement": _with_clock(ask_supplement),
    "supplement": _with_clock(supplement),
    "overdue": _with_clock(note_overdue),
    "urge": _with_clock(urge),
    "approve": _decide,
    "refuse": _decide,
    "object_refusal": _object,
    "uphold_objection": _uphold,
    "accept_agreement": _accept,
    "suspend": _suspend,
}


def _start(row: OpeningApplication, clock: ClockName, now: datetime) -> None:
    row.overdue_told_at = None
    row.start_clock(timezone.localdate(now), working_days(clock, owner=row.owner, resource=row.resource))


_BY_OTHER_HANDS: Final = frozenset({"approve", "refuse", "uphold_objection", "dismiss_objection"})
"""The data centre may have refused in the owner's place; then somebody else of it answers the objection."""


def _check_hands(row: OpeningApplication, actor: Actor, part: Part, name: str) -> None:
    if name in _BY_OTHER_HANDS and row.refused_by is not None and row.refused_by == actor.user_id:
        raise OtherHandsNeeded(_("申诉和申诉之后的答复，由没有作出原答复的人办理。"))
    if name == "resume" and row.suspended_by == Part.AUTHORITY and part != Part.AUTHORITY:
        raise OtherHandsNeeded(_("由大数据中心暂停的授权，只能由大数据中心恢复。"))


def _columns(wanted: tuple[str, ...], offered: list[str]) -> list[str]:
    """Return the wanted columns in the offer's order. Raises: InputRefused."""
    if not wanted or not set(wanted) <= set(offered):
        raise InputRefused(_("请至少选择一个信息项。"), field="columns")
    return [name for name in offered if name in wanted]


def _said(text: str, field: str, most: int) -> str:
    text = tidy(text.replace("\x00", ""))
    if not 1 <= len(text) <= most:
        raise InputRefused(_("请填写，不超过 %(n)s 个字。") % {"n": most}, field=field)
    return text


def _insert(row: OpeningApplication) -> None:
    others = OpeningApplication.objects.filter(
        created_by=row.created_by, dataset=row.dataset, state__in=UNDECIDED
    ).values_list("number", flat=True)
    message = _("您对这个数据集已有正在办理的申请，请在那一件上继续办理。")
    if number := others.first():
        raise AlreadyOpen(message, number=number)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as clash:
        if "opening_one_undecided_each" in str(clash):
            raise AlreadyOpen(message, number="") from None
        raise


def _record(
    row: OpeningApplication, actor: Actor, name: str, part: Part, clause: str, step: _Step, *, source: str
) -> None:
    facts: dict[str, object] = {"due_on": row.due_on.isoformat() if row.due_on else None}
    if name == "accept_agreement":
        facts |= {"agreement": row.agreement_number, "sha256": row.agreement_sha256}
    if name == "approve":
        facts |= {"columns": row.columns}
    record(
        row,
        actor,
        name=name,
        part=part,
        clause=clause,
        now=step.now,
        source=source,
        target=row.state,
        words=step.words,
        organisation=organisation_of(part, applicant="", owner=row.owner),
        facts=facts,
    )
