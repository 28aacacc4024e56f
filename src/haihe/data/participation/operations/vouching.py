"""An association vouches for a reuse in its own name, and may take that back with a reason."""

import uuid
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.data.participation.errors import InputRefused, NotFound, NotNow
from haihe.data.participation.events import REUSE_VOUCHED, announce
from haihe.data.participation.models import Reuse, Vouching
from haihe.data.participation.operations.recording import record
from haihe.data.participation.persons import association_of
from haihe.data.participation.queries import reuse_for
from haihe.data.participation.telling import path_of, tell_desk, tell_of_reuse
from haihe.data.participation.texts import line
from haihe.data.participation.workflow import Part, ReuseState


def vouch(*, actor: Actor, pk: uuid.UUID, statement: str, now: datetime) -> None:
    """Vouch for a reuse that is on show. Its own maker can't. Raises: NotFound, NotPermitted, NotNow, InputRefused."""
    told = line(statement, longest=500, label=_("背书的话"))
    with transaction.atomic():
        row = Reuse.objects.select_for_update(of=("self",)).get(pk=reuse_for(actor, pk).pk)
        body = association_of(actor)
        if body is None or row.author == actor.user_id:
            raise NotPermitted("only an association vouches, and not for what its clerk made")
        if row.state != ReuseState.PUBLISHED:
            raise NotNow(_("只能为正在展示的成果背书。"))
        if row.vouchings.filter(association=body, ended_at=None).exists():
            raise InputRefused(_("协会已经为它背书。"))
        Vouching.objects.create(
            reuse=row, association=body, statement=told, vouched_on=timezone.localdate(now), clerk=actor.user_id
        )
        event = record(row, actor, "vouch", now=now, words=told, facts={"by": body.name}, part=Part.ASSOCIATION)
        tell_of_reuse(row, event)
        announce(
            REUSE_VOUCHED,
            name=str(row.pk),
            title=row.title,
            state=row.state,
            datasets=row.datasets,
            path=path_of(row),
            now=now,
        )


def end_for_change(row: Reuse, *, actor: Actor, now: datetime) -> None:
    """End what was said of a reuse before its author changed it, and let the associations look again."""
    said = row.vouchings.select_for_update(of=("self",)).filter(ended_at=None).select_related("association")
    outdated = list(said.order_by("pk"))
    for vouching in outdated:
        vouching.ended_at, vouching.end_reason = now, _CHANGED
        vouching.save()
        record(row, actor, "outdate", now=now, facts={"by": vouching.association.name}, part=Part.AUTHOR)
    tell_desk(row, "outdate", [(Role.ASSOCIATION, one.association_id) for one in outdated], now=now)


_CHANGED: Final = gettext_noop("作者修改了成果，可以重新背书")


def end_vouching(*, actor: Actor, vouching: int, reason: str, now: datetime) -> None:
    """Take it back, with a reason that everybody reads. Raises: NotFound, NotPermitted, InputRefused."""
    told = line(reason, longest=500, label=_("撤回背书的理由"))
    with transaction.atomic():
        row = Vouching.objects.select_for_update(of=("self",)).select_related("reuse").filter(pk=vouching).first()
        if row is None or row.ended_at is not None:
            raise NotFound(str(vouching))
        if not actor.has(Role.ASSOCIATION, row.association_id):
            raise NotPermitted("only the association itself takes it back")
        row.ended_at, row.end_reason = now, told
        row.save()
        facts = {"by": row.association.name}
        record(row.reuse, actor, "unvouch", now=now, words=told, facts=facts, part=Part.ASSOCIATION)
