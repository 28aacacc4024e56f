"""What every move has in common: the table is asked, the part is checked, a line of history is written."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.matching.errors import InputRefused, NotNow
from haihe.data.matching.models import Lead, LeadEvent, MatchEvent, MatchModelVersion, MatchRun
from haihe.data.matching.workflow import LEAD, RUN, VERSION, LeadKind, Part
from haihe.kernel.masking import mask_name
from haihe.kernel.workflow import ForbiddenMove, Move, Workflow

LONGEST_WORDS = 1000
_NEEDS_WORDS = frozenset(
    {
        "return",
        "withdraw",
        "hand_back",
        "close",
        "report_wrong",
        "dismiss",
        "correct",
        "clear",
        "tell",
        "hear",
        "answer",
        "decide",
    }
)

type Moved = MatchModelVersion | MatchRun | Lead


def make_move(
    row: Moved, actor: Actor, name: str, parts: Collection[Part], *, now: datetime, words: str = "", **facts: object
) -> Move:
    """Make one move on a row that the caller locked and will save, and write it down.

    Raises: NotNow, NotPermitted, InputRefused (words missing or too many).
    """
    move = _allowed(row, name, parts)
    words = words.replace("\x00", "").strip()
    if name in _NEEDS_WORDS and not words:
        raise InputRefused(_("请写明理由。"))
    if len(words) > LONGEST_WORDS:
        raise InputRefused(_("请不要超过 %(n)s 个字。") % {"n": LONGEST_WORDS})
    source, row.state = row.state, move.target
    part = next(one for one in Part if one in parts and one in move.roles)
    record(row, actor, name, part, move.clause, now=now, source=source, words=words, facts=facts)
    return move


def record(
    row: Moved,
    actor: Actor,
    name: str,
    part: Part,
    clause: str,
    *,
    now: datetime,
    source: str = "",
    words: str = "",
    facts: dict[str, object] | None = None,
) -> None:
    """Write one line of history. A lead's may carry the `token` of the phone that wrote it first."""
    of: dict[str, object] = {"lead": row} if isinstance(row, Lead) else {}
    if isinstance(row, MatchModelVersion | MatchRun):
        of = {"version": row} if isinstance(row, MatchModelVersion) else {"run": row}
    told = dict(facts or {})
    if isinstance(row, Lead):
        of["token"] = told.pop("token", None)
    table = LeadEvent if isinstance(row, Lead) else MatchEvent
    table._default_manager.create(
        **of,
        at=now,
        name=name,
        source=source,
        target=row.state,
        part=part,
        organisation=row.model.organisation if isinstance(row, MatchModelVersion) else row.organisation,
        actor_id=actor.user_id,
        # Who reads a lead's history at a desk isn't told whom it is about.
        actor_name=mask_name(actor.name) if part == Part.SUBJECT else actor.name,
        clause=clause,
        words=words,
        facts=told,
    )


def _allowed(row: Moved, name: str, parts: Collection[Part]) -> Move:
    try:
        move = _workflow_of(row).move(row.state, name)
    except ForbiddenMove:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
    if not set(parts) & set(move.roles):
        raise NotPermitted(f"{name} on {row}")
    return move


def _workflow_of(row: Moved) -> Workflow:
    if isinstance(row, Lead):
        return LEAD[LeadKind(row.kind)]
    return VERSION if isinstance(row, MatchModelVersion) else RUN
