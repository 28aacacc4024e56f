"""What is done about a lead: handed out, visited, told, applied for, settled; from a desk or later from a phone."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, actor_for
from haihe.base.keys.api import keyring
from haihe.data.matching.errors import Changed, InputRefused, NotNow
from haihe.data.matching.models import Lead, LeadEvent
from haihe.data.matching.operations.correcting import ask_source
from haihe.data.matching.operations.moving import make_move
from haihe.data.matching.queries_leads import lead_for, lead_parts, may_open, workers_for
from haihe.data.matching.telling_checks import tell_answer, tell_decision, tell_person
from haihe.data.matching.telling_leads import tell_worker
from haihe.data.matching.workflow import HEARING_WORKING_DAYS, Decision, LeadState
from haihe.kernel.clocks import due_after

_OLDEST: Final = timedelta(days=14)
_AHEAD: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One move on a lead as somebody wrote it down.

    `token` is made where it was written, `revision` is what they had before them, `at` when it happened: a phone brings
    it later. `worker` is the user name of who shall go, `decision` how a check ends, `source` the input whose data are
    wrong.
    """

    name: str
    words: str = ""
    token: UUID | None = None
    revision: int | None = None
    at: datetime | None = None
    worker: str = ""
    decision: str = ""
    source: str = ""


def move_lead(*, actor: Actor, number: str, step: Step, now: datetime) -> Lead:
    """Make a move once, however often it is brought; return the lead as it stands.

    Raises: NotFound, NotPermitted, InputRefused, NotNow; Changed where somebody moved it since `revision`.
    """
    if done := _done_before(actor, step):
        return done
    with transaction.atomic():
        lead = _locked(lead_for(actor, number))
        if done := _done_before(actor, step):
            return done
        if step.revision is not None and step.revision != lead.revision:
            raise Changed(_("这条线索在此期间有人办理过，请核对之后再提交。"))
        at = _checked_time(step.at, now)
        facts: dict[str, object] = {"token": step.token} if step.token else {}
        if at != now:
            facts["happened_at"] = at.isoformat()
        before = lead.state
        move = make_move(lead, actor, step.name, lead_parts(actor, lead), now=now, words=step.words, **facts)
        if effect := _EFFECTS.get(step.name):
            effect(lead, actor, step, at, before)
        lead.revision += 1
        if move.target in (LeadState.SETTLED, LeadState.CLOSED, LeadState.DECIDED):
            lead.closed_at = now
        lead.save()
        _tell_of(step.name, lead, now)
    return lead


def hearing_ends(told_at: datetime) -> date | None:
    """Return the last day on which somebody's words are waited for."""
    return due_after(timezone.localdate(told_at), HEARING_WORKING_DAYS)


def _tell_of(name: str, lead: Lead, now: datetime) -> None:
    if name == "tell" and lead.told_at is not None:
        tell_person(lead, until=hearing_ends(lead.told_at), now=now)
    elif name == "decide":
        tell_decision(lead, now=now)
    elif name == "answer":
        tell_answer(lead, now=now)


def open_lead(actor: Actor, lead: Lead) -> dict[str, str | int | None]:
    """Return who it is about, for who goes there; nothing for anybody else."""
    if not may_open(actor, lead) or lead.sealed is None:
        return {}
    values: dict[str, str | int | None] = json.loads(keyring().open(bytes(lead.sealed), context=lead.seal_context))
    return values


def _done_before(actor: Actor, step: Step) -> Lead | None:
    """Return the lead if this very step was taken by this very person."""
    if step.token is None:
        return None
    event = LeadEvent.objects.filter(token=step.token).select_related("lead__model").first()
    if event is None:
        return None
    if event.actor_id != actor.user_id:
        raise NotPermitted("a step of somebody else")
    return event.lead


def _checked_time(at: datetime | None, now: datetime) -> datetime:
    """A phone's clock may be a little wrong; what it brings mustn't be of tomorrow or of long ago."""
    if at is None:
        return now
    if not now - _OLDEST <= at <= now + _AHEAD:
        raise InputRefused(_("办理时间不对，请核对手机的日期和时间。"))
    return min(at, now)


def _assign(lead: Lead, actor: Actor, step: Step, at: datetime, before: str) -> None:
    if step.worker not in {one.username for one in workers_for([lead], now=at)}:
        raise InputRefused(_("请选择本辖区的基层工作人员。"))
    worker = actor_for(step.worker, now=at)
    lead.assigned_to, lead.assigned_name = worker.user_id, worker.name
    tell_worker(lead, now=at)


def _take(lead: Lead, actor: Actor, step: Step, at: datetime, before: str) -> None:
    lead.assigned_to, lead.assigned_name = actor.user_id, actor.name


def _hand_back(lead: Lead, actor: Actor, step: Step, at: datetime, before: str) -> None:
    lead.assigned_to, lead.assigned_name = None, ""


def _visit(lead: Lead, actor: Actor, step: Step, at: datetime, before: str) -> None:
    lead.visited_at = lead.visited_at or at


def _settle(lead: Lead, actor: Actor, step: Step, at: datetime, before: str) -> None:
    lead.settled_at = at


def _tell(lead: Lead, actor: Actor, step: Step, at: datetime, before: str) -> None:
    lead.visited_at, lead.told_at = lead.visited_at or at, at


def _decide(lead: Lead, actor: Actor, step: Step, at: datetime, before: str) -> None:
    if step.decision not in Decision.values:
        raise InputRefused(_("请选择怎样决定。"))
    if lead.told_at is None:
        raise NotNow(_("还没有告知本人，不能决定。"))
    if step.decision != Decision.KEEP and before == LeadState.TOLD and not _had_time(lead.told_at, at):
        told = {"n": HEARING_WORKING_DAYS}
        raise NotNow(_("告知后 %(n)s 个工作日内应当等待本人陈述；听取陈述之后，或者期满，才能作出不利的决定。") % told)
    lead.decision, lead.decided_by = step.decision, actor.user_id


def _had_time(told_at: datetime, at: datetime) -> bool:
    due = hearing_ends(told_at)
    return due is not None and timezone.localdate(at) > due


def _correct(lead: Lead, actor: Actor, step: Step, at: datetime, before: str) -> None:
    lead.correction = ask_source(lead, actor, source=step.source, words=step.words, now=at)


type _Effect = Callable[[Lead, Actor, Step, datetime, str], None]
_EFFECTS: Final[dict[str, _Effect]] = {
    "assign": _assign,
    "take": _take,
    "hand_back": _hand_back,
    "visit": _visit,
    "settle": _settle,
    "tell": _tell,
    "decide": _decide,
    "correct": _correct,
}


def _locked(lead: Lead) -> Lead:
    return Lead.objects.select_for_update(of=("self",)).select_related("model", "run__version").get(pk=lead.pk)
