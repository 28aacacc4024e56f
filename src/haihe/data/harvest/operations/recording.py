"""Moves and lines of history that every write shares."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.harvest.errors import InputRefused, NotNow
from haihe.data.harvest.models import HarvestRun, RemoteCatalogue, RemoteCatalogueEvent
from haihe.data.harvest.queries import catalogue_for, has_open_run, parts_of
from haihe.data.harvest.workflow import CATALOGUE, CENTRE, NEEDS_WORDS, RUN
from haihe.kernel.text import tidy
from haihe.kernel.workflow import ForbiddenMove, Move

LONGEST_WORDS = 500


def locked(actor: Actor, slug: str) -> RemoteCatalogue:
    """Return the catalogue locked for this transaction. Raises: NotFound."""
    return RemoteCatalogue.objects.select_for_update().get(pk=catalogue_for(actor, slug).pk)


def check_idle(row: RemoteCatalogue) -> None:
    """Raises: NotNow, while a run goes on or waits for a person."""
    if has_open_run(row):
        raise NotNow(_("上一次还没有结束，请等它完成或者先确认。"))


def make_move(row: RemoteCatalogue, actor: Actor, name: str, *, now: datetime, words: str = "", **facts: Any) -> None:
    """Make one move on a row that the caller locked, save it and write it down.

    Raises: NotNow, NotPermitted, InputRefused (words missing).
    """
    try:
        made = CATALOGUE.move(row.state, name)
    except ForbiddenMove:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
    words = tidy(words.replace("\x00", ""))
    if name in NEEDS_WORDS and not words:
        raise InputRefused(_("请写明理由。"))
    if len(words) > LONGEST_WORDS:
        raise InputRefused(_("请不要超过 %(n)s 个字。") % {"n": LONGEST_WORDS})
    source, row.state, row.updated_at = row.state, made.target, now
    part = _part(actor, made, f"{name} on {row.slug}")
    row.save()
    write_down(row, actor, name, now=now, source=source, part=part, clause=made.clause, words=words, facts=facts)


def move_run(run: HarvestRun, actor: Actor, name: str) -> str:
    """Move a run that the caller locked and will save; return in which part. Raises: NotNow, NotPermitted."""
    try:
        made = RUN.move(run.state, name)
    except ForbiddenMove:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
    run.state = made.target
    return _part(actor, made, f"{name} on run {run.pk}")


def write_down(row: RemoteCatalogue, actor: Actor, name: str, *, now: datetime, part: str, **told: Any) -> None:
    """Append a line to the catalogue's history."""
    RemoteCatalogueEvent.objects.create(
        catalogue=row,
        at=now,
        name=name,
        target=row.state,
        part=part,
        organisation=CENTRE,
        actor_id=actor.user_id,
        actor_name=actor.name,
        **told,
    )


def _part(actor: Actor, made: Move, what: str) -> str:
    parts = sorted(parts_of(actor) & set(made.roles))
    if not parts:
        raise NotPermitted(what)
    return parts[0]
