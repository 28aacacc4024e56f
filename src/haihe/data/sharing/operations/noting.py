"""The user department's part of a usage record: how data was used, where it is kept, what became of it (art. 29)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.sharing.errors import InputRefused, NotFound
from haihe.data.sharing.models import Destruction, UsageRecord
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.queries.usage import grant_with_usage, may_note
from haihe.data.sharing.workflow import Part

_CLAUSE = "政务数据共享条例 第29条"


@dataclass(frozen=True, slots=True)
class UsageNote:
    """What the ledger can't know. `destruction_note` says how and when, where data was destroyed."""

    process: str
    storage: str
    destruction: str
    destruction_note: str = ""


@transaction.atomic
def note_usage(*, actor: Actor, grant_id: UUID, month: date, note: UsageNote, now: datetime) -> None:
    """Write or amend the note on a month; the history keeps who did so and what it said before. The same again
    changes nothing.

    Raises: NotFound (also for a month without use), NotPermitted, InputRefused.
    """
    grant = grant_with_usage(actor, grant_id)
    if not may_note(actor, grant):
        raise NotPermitted("only the user department's steward keeps its record of use")
    row = UsageRecord.objects.select_for_update().filter(grant=grant, month=month).first()
    if row is None:
        raise NotFound
    _check(note)
    if row.noted_at and note == UsageNote(row.process, row.storage, row.destruction, row.destruction_note):
        return
    before = {"process": row.process, "storage": row.storage, "destruction": row.destruction}
    row.process, row.storage = note.process, note.storage
    row.destruction, row.destruction_note = note.destruction, note.destruction_note
    row.noted_by, row.noted_name, row.noted_at = actor.user_id, actor.name, now
    row.save(
        update_fields=[
            *("process", "storage", "destruction", "destruction_note", "noted_by", "noted_name", "noted_at"),
        ]
    )
    record(
        grant,
        actor,
        name="note_usage",
        part=Part.APPLICANT_STEWARD,
        clause=_CLAUSE,
        now=now,
        source=grant.state,
        target=grant.state,
        words=f"{month:%Y-%m}",
        organisation=grant.organisation,
        facts={"month": month.isoformat(), "before": before},
    )


def _check(note: UsageNote) -> None:
    """Raises: InputRefused."""
    for name in ("process", "storage", "destruction"):
        if not getattr(note, name).strip():
            raise InputRefused(_("请填写。"), field=name)
    if note.destruction == Destruction.DESTROYED and not note.destruction_note.strip():
        raise InputRefused(_("请写明销毁的时间和方式。"), field="destruction_note")
