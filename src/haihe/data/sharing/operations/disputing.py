"""Disputes about sharing (art. 28): opened by either of the two, talked over, mediated, decided above them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role
from haihe.base.numbering.api import next_number
from haihe.city import api as city
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotNow
from haihe.data.sharing.models import Decider, Dispute, DisputeAbout, DisputeOutcome, Grant, SharingRequest
from haihe.data.sharing.operations.granting import resume_after_dispute
from haihe.data.sharing.operations.moving import (
    LONGEST_WORDS,
    acting_part,
    check_move,
    check_seen,
    check_words,
    record,
)
from haihe.data.sharing.operations.requesting import hand_in, same_again
from haihe.data.sharing.queries.access import dispute_for, grant_for, parts_on_dispute, request_for
from haihe.data.sharing.queries.clocks import working_days
from haihe.data.sharing.workflow import LIVE_GRANTS, NOT_AGREED, ClockName, GrantState, Part, RequestState
from haihe.data.sharing.workflow_closing import DISPUTE, OPEN_DISPUTES, DisputeState
from haihe.kernel.text import tidy
from haihe.kernel.workflow import Move

_OFFICE = (Role.STEWARD, Role.APPROVER)
_ENDS: Final = frozenset({"settle", "settle_by_mediation", "record_decision"})
_LONGEST_DOCUMENT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What a department complains about: one refused request or one grant, what is wrong, and what it asks for."""

    about: str
    statement: str
    wish: str
    token: UUID
    request: UUID | None = None
    grant: UUID | None = None


@transaction.atomic
def open_dispute(*, actor: Actor, complaint: Complaint, now: datetime) -> str:
    """Open a dispute with the other side; return its number. A form sent twice opens one.

    Raises: NotFound, NotPermitted, NotNow, InputRefused, AlreadyOpen.
    """
    request = request_for(actor, complaint.request) if complaint.request else None
    grant = grant_for(actor, complaint.grant) if complaint.grant else None
    applicant, owner, opener = _sides(actor, request, grant)
    if actor.user_id is None:
        raise NotPermitted("open_dispute")
    if same := Dispute.objects.filter(token=complaint.token, opener=opener).first():
        return same.number
    _check_about(complaint.about, request, grant, is_applicant=opener == applicant)
    statement, wish = _said(complaint.statement, "statement"), _said(complaint.wish, "wish")
    row = Dispute(
        token=complaint.token,
        request=request,
        grant=grant,
        about=complaint.about,
        applicant=applicant,
        owner=owner,
        opener=opener,
        statement=statement,
        wish=wish,
        opened_by=actor.user_id,
        opened_name=actor.name,
        opened_at=now,
        decider=decider_between(applicant, owner),
    )
    _keep(row, now)
    _record(row, actor, "open_dispute", Part.OPENER, DISPUTE.moves[0].clause, now, words=statement)
    return row.number


def move_dispute(
    *,
    actor: Actor,
    number: str,
    name: str,
    now: datetime,
    words: str = "",
    outcome: str = "",
    document: str = "",
    seen: int | None = None,
) -> None:
    """Make one move of the workflow; `outcome` goes with its end, `document` with the government's decision.

    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    with transaction.atomic():
        row = _locked(dispute_for(actor, number).pk)
        parts = parts_on_dispute(actor, row)
        move = check_move(DISPUTE, row, name, parts)
        check_seen(row, seen)
        words = check_words(name, words)
        if name in _ENDS:
            row.outcome = _checked_outcome(outcome)
        if name == "record_decision":
            row.document = _checked_document(document)
        _make(row, actor, acting_part(parts, move), move, words, now)
        if name in _ENDS - {"settle"}:
            _let_go_on(row, actor, now)


@transaction.atomic
def reopen_request(*, actor: Actor, number: str, token: UUID, now: datetime) -> UUID:
    """Ask anew for what was refused, now that a dispute gave the applicant right; return the new request's id.

    It says what the old one said, and goes the same way through both offices. Raises: as `request_sharing`, and NotNow.
    """
    row = dispute_for(actor, number)
    before = row.request
    if before is None or not may_reopen(row):
        raise NotNow(_("只有支持申请单位的争议，才能据此重新提出申请。"))
    if not actor.has(Role.STEWARD, row.applicant):
        raise NotPermitted("reopen_request")
    return hand_in(actor, same_again(before, token=token), now=now, after=row)


def may_reopen(row: Dispute) -> bool:
    """True if its end lets the refused request be asked for again, and nobody has yet."""
    ended = row.state in {DisputeState.SETTLED, DisputeState.DECIDED} and row.gave_right
    again = row.reopened.exclude(state__in=NOT_AGREED).exists()
    return ended and row.opener == row.applicant and row.request is not None and not again


def note_late_mediation(row: Dispute, *, now: datetime) -> None:
    """Write down that the mediation takes too long; the row is locked by the caller."""
    _make(row, SYSTEM, Part.SYSTEM, DISPUTE.move(row.state, "overdue"), "", now)


def decider_between(applicant: str, owner: str) -> Decider:
    """Return who decides: the government of the level, or of two areas their common superior."""
    areas = {found.division if (found := city.organisation(code)) else "" for code in (applicant, owner)}
    return Decider.SAME_LEVEL if len(areas) == 1 else Decider.COMMON_SUPERIOR


def subjects_of(request: SharingRequest | None, grant: Grant | None, *, is_applicant: bool) -> list[DisputeAbout]:
    """Return what the department may complain about now."""
    if request is not None:
        return [DisputeAbout.REFUSAL] if is_applicant and request.state == RequestState.REFUSED else []
    if grant is None or grant.state not in LIVE_GRANTS:
        return []
    if not is_applicant:
        return [DisputeAbout.USE]
    suspended = [DisputeAbout.SUSPENSION] if grant.state == GrantState.SUSPENDED else []
    return [*suspended, DisputeAbout.QUALITY, DisputeAbout.CONDITION]


def _sides(actor: Actor, request: SharingRequest | None, grant: Grant | None) -> tuple[str, str, str]:
    """Return (applicant, owner, which of them opens it)."""
    if (request is None) == (grant is None):
        raise InputRefused(_("请从申请或者授权的页面提出。"), field="about")
    applicant = request.applicant if request else grant.organisation if grant else ""
    owner = request.owner if request else grant.owner if grant else ""
    mine = actor.organisations(*_OFFICE)
    if not mine & {applicant, owner}:
        raise NotPermitted("open_dispute")
    return applicant, owner, applicant if applicant in mine else owner


def _check_about(about: str, request: SharingRequest | None, grant: Grant | None, *, is_applicant: bool) -> None:
    if about not in subjects_of(request, grant, is_applicant=is_applicant):
        raise NotNow(_("现在不能就此提出争议，请核对申请或者授权的状态。"))


def _said(text: str, field: str) -> str:
    text = text.replace("\x00", "").strip()
    if not 1 <= len(tidy(text)) <= LONGEST_WORDS:
        raise InputRefused(_("请写明，不超过 %(n)s 个字。") % {"n": LONGEST_WORDS}, field=field)
    return text


def _checked_outcome(outcome: str) -> str:
    if outcome not in DisputeOutcome.values:
        raise InputRefused(_("请选择处理结果。"), field="outcome")
    return outcome


def _checked_document(document: str) -> str:
    document = tidy(document)
    if not 1 <= len(document) <= _LONGEST_DOCUMENT:
        raise InputRefused(_("请写明决定文件的名称和文号。"), field="document")
    return document


def _make(row: Dispute, actor: Actor, part: Part, move: Move, words: str, now: datetime) -> None:
    source, row.state = row.state, DisputeState(move.target)
    if move.name == "ask_mediation":
        days = working_days(ClockName.MEDIATION, owner=row.owner, resource=row.service.resource)
        row.start_clock(timezone.localdate(now), days)
    if move.name == "overdue":
        row.overdue_told_at = now
    if row.state != DisputeState.MEDIATING:
        row.stop_clock()
    row.closed_at = now if row.state in DISPUTE.terminal else None
    row.save()
    _record(row, actor, move.name, part, move.clause, now, source=source, words=words)


def _let_go_on(row: Dispute, actor: Actor, now: datetime) -> None:
    """Let the grant go on whose suspension the dispute found wrong, in the authority's hands."""
    if row.about != DisputeAbout.SUSPENSION or row.outcome != DisputeOutcome.UPHELD or row.grant is None:
        return
    resume_after_dispute(row.grant.pk, actor=actor, number=row.number, now=now)


def _keep(row: Dispute, now: datetime) -> None:
    try:
        with transaction.atomic():
            row.number = next_number("ZY", Dispute.objects.all(), now)
            row.save(force_insert=True)
    except IntegrityError as clash:
        if "dispute_one_open_per" not in str(clash):
            raise
        open_ones = Dispute.objects.filter(state__in=OPEN_DISPUTES, request=row.request, grant=row.grant)
        other = open_ones.filter(about=row.about).first()
        number = other.number if other else ""
        raise AlreadyOpen(_("已有正在处理的争议 %(number)s。") % {"number": number}, number=number) from None


def _locked(pk: UUID) -> Dispute:
    rows = Dispute.objects.select_for_update(of=("self",))
    return rows.select_related("request__service", "grant__service", "grant__request").get(pk=pk)


def _record(
    row: Dispute,
    actor: Actor,
    name: str,
    part: Part,
    clause: str,
    now: datetime,
    *,
    source: str = "",
    words: str = "",
) -> None:
    organisation = {Part.OPENER: row.opener, Part.OTHER_SIDE: row.other_side}.get(part, "")
    facts = {"outcome": row.outcome, "document": row.document} if row.outcome else {}
    record(
        row,
        actor,
        name=name,
        part=part,
        clause=clause,
        now=now,
        source=source,
        target=row.state,
        words=words,
        organisation=organisation,
        facts=facts,
    )
