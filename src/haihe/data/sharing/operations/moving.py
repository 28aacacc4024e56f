"""What every move has in common: the table is asked, the part is checked, words are demanded, a line is written."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.sharing.errors import InputRefused, NotNow
from haihe.data.sharing.models import (
    Client,
    Correction,
    Disposal,
    Dispute,
    Grant,
    OpeningApplication,
    Service,
    ServiceStop,
    SharingEvent,
    SharingRequest,
)
from haihe.data.sharing.models.answering import AnsweredInTime
from haihe.data.sharing.telling import tell_of_move
from haihe.data.sharing.workflow import Part
from haihe.data.sharing.workflow_opening import ALL_NEEDS_WORDS
from haihe.kernel.workflow import ForbiddenMove, Move, Workflow

LONGEST_WORDS = 1000
_PREFERRED = list(Part)

type Moved = SharingRequest | Grant | Correction | Disposal | Dispute | ServiceStop | OpeningApplication
type Subject = Moved | Client | Service
_COLUMNS: dict[type, str] = {
    SharingRequest: "request",
    Grant: "grant",
    Client: "client",
    Service: "service",
    Correction: "correction",
    Disposal: "disposal",
    Dispute: "dispute",
    ServiceStop: "stop",
    OpeningApplication: "opening",
}


def check_move(workflow: Workflow, row: Moved, name: str, parts: Collection[Part]) -> Move:
    """Return the move. Raises: NotNow if the state has none of that name, NotPermitted if no part may make it."""
    try:
        move = workflow.move(row.state, name)
    except ForbiddenMove:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
    if not set(parts) & set(move.roles):
        raise NotPermitted(f"{name} on {row}")
    return move


def check_seen(row: Moved, seen: int | None) -> None:
    """Raise NotNow if something happened since the person looked; `seen` is how many lines of history they saw."""
    if seen is not None and row.events.count() != seen:
        raise NotNow(_("您打开页面之后，这条记录已有新的变化。请看过最新情况再操作。"))


def check_words(name: str, words: str) -> str:
    """Return the words trimmed. Raises: InputRefused where the move must say why and doesn't, or says too much."""
    words = words.replace("\x00", "").strip()
    if name in ALL_NEEDS_WORDS and not words:
        raise InputRefused(_("请写明理由或者内容。"), field="words")
    if len(words) > LONGEST_WORDS:
        raise InputRefused(_("请不要超过 %(n)s 个字。") % {"n": LONGEST_WORDS}, field="words")
    return words


def check_overdue(row: Moved | AnsweredInTime, now: datetime) -> None:
    """Raise NotNow while the clock still runs: nobody is urged within their time."""
    if row.due_on is None or timezone.localdate(now) <= row.due_on:
        raise NotNow(_("期限未到，不能督办。"))


def acting_part(parts: Collection[Part], move: Move) -> Part:
    """Return the part in which the actor makes the move; who holds several acts in the first that may."""
    return next(part for part in _PREFERRED if part in parts and part in move.roles)


def record(
    row: Subject,
    actor: Actor,
    *,
    name: str,
    part: Part,
    clause: str,
    now: datetime,
    source: str = "",
    target: str = "",
    words: str = "",
    organisation: str = "",
    facts: dict[str, Any] | None = None,
    shown_name: str | None = None,
) -> None:
    """Write one line of history, and tell the desks that are to hear of it.

    `shown_name` stands for the actor's where that is a citizen's.
    """
    event = SharingEvent.objects.create(
        **{_COLUMNS[type(row)]: row},
        at=now,
        name=name,
        source=source,
        target=target,
        part=part,
        organisation=organisation,
        actor_id=actor.user_id,
        actor_name=actor.name if shown_name is None else shown_name,
        clause=clause,
        words=words,
        facts=facts or {},
    )
    tell_of_move(row, event)


def organisation_of(part: Part, *, applicant: str, owner: str) -> str:
    """Return for which of the two departments somebody acts; "" for the authority and the system."""
    if part.startswith("APPLICANT"):
        return applicant
    return owner if part.startswith("OWNER") else ""
