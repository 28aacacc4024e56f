"""Moves and lines of history that every write of participation shares."""

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.participation.errors import InputRefused, NotNow
from haihe.data.participation.models import Bundle, DataRequest, ParticipationEvent, PlanEntry, Reuse, Thread
from haihe.data.participation.persons import Thing, parts_on
from haihe.data.participation.texts import paragraphs
from haihe.data.participation.workflow import NEEDS_WORDS, WORKFLOWS, Part
from haihe.kernel.workflow import ForbiddenMove, Move

LONGEST_WORDS: Final = 1000
_KINDS: Final[dict[type[Any], str]] = {
    DataRequest: "request",
    PlanEntry: "plan",
    Reuse: "reuse",
    Bundle: "bundle",
    Thread: "thread",
}
_IN_OFFICE: Final = (Part.OWNER_STEWARD, Part.OWNER_APPROVER, Part.AUTHORITY)


def kind_of(row: Thing | Thread) -> str:
    return _KINDS[type(row)]


def allowed(row: Thing, actor: Actor, name: str) -> Move:
    """Return the move as the actor may make it now, the row being locked. Raises: NotNow, NotPermitted."""
    workflow, parts = WORKFLOWS[kind_of(row)], parts_on(actor, row)
    for move in workflow.allowed(row.state, parts):
        if move.name == name:
            return move
    # Whoever has no part in this move at all isn't told where the thing stands.
    if not any(move.name == name and set(move.roles) & parts for move in workflow.moves):
        raise NotPermitted(f"{name} on {row}")
    try:
        workflow.move(row.state, name)
    except ForbiddenMove:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
    raise NotPermitted(f"{name} on {row}")


def words_for(row: Thing, name: str, words: str) -> str:
    """Return the words of a move. Raises: InputRefused, also where a move must say why and doesn't."""
    told = paragraphs(words, longest=LONGEST_WORDS, label=_("说明"), required=False)
    if not told and (kind_of(row), name) in NEEDS_WORDS:
        raise InputRefused(_("请写明理由。"))
    return told


def make_move(row: Thing, actor: Actor, move: Move, *, now: datetime, words: str = "") -> ParticipationEvent:
    """Set the state, save everything the caller set on the locked row, and write the move down."""
    source, row.state = row.state, move.target
    if isinstance(row, DataRequest | PlanEntry | Reuse):
        row.updated_at = now
    row.save()
    return record(row, actor, move.name, now=now, source=source, target=move.target, clause=move.clause, words=words)


def record(
    row: Thing | Thread,
    actor: Actor,
    name: str,
    *,
    now: datetime,
    source: str = "",
    target: str = "",
    clause: str = "",
    words: str = "",
    facts: dict[str, Any] | None = None,
    part: str = "",
) -> ParticipationEvent:
    """Append a line to the thing's history. No name of a citizen is put into it, for everybody reads it."""
    held = sorted(parts_on(actor, row)) if not isinstance(row, Thread) else []
    acted = part or _chosen(held, kind_of(row), name) or str(Part.SYSTEM)
    return ParticipationEvent.objects.create(
        **{kind_of(row): row},
        at=now,
        name=name,
        source=source,
        target=target,
        part=acted,
        organisation=getattr(row, "owner", "") if acted in _IN_OFFICE[:2] else "",
        actor_id=actor.user_id,
        actor_name=actor.name if acted in _IN_OFFICE else "",
        clause=clause,
        words=words,
        facts=facts or {},
    )


def _chosen(held: list[str], kind: str, name: str) -> str:
    """Return in which of the parts the actor made the move."""
    able = {part for move in WORKFLOWS[kind].moves if move.name == name for part in move.roles} if held else set()
    return next((part for part in held if part in able), held[0] if held else "")
