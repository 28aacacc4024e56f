"""Making a source, changing it, and letting it rest. A new one rests until its steward has tested and started it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.db import IntegrityError, transaction

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.exchange.connectors.kinds import CONNECTORS, read_as
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.sources.models import Source, SourceEvent, SourceRunState
from haihe.data.exchange.sources.operations.moving import move_source_run
from haihe.data.exchange.sources.queries import kept_source
from haihe.data.exchange.sources.schedules import check_schedule, next_due
from haihe.data.exchange.sources.secrets import new_sealed_key, sealed_secret


class TitleTaken(Exception):
    """The resource has a source of this title."""


@transaction.atomic
def add_source(
    actor: Actor,
    *,
    resource: str,
    title: str,
    connector: str,
    settings: Mapping[str, Any],
    secret: Mapping[str, Any],
    now: datetime,
) -> Source:
    """Make a source, at rest and without a schedule. Raises: NotPermitted, FetchFailed, TitleTaken."""
    owner = owner_of(resource)
    require(actor, Role.STEWARD, organisation=owner)
    kind = CONNECTORS[connector]
    source_id = uuid4()
    source = Source(
        id=source_id,
        resource=resource,
        owner=owner,
        title=title,
        connector=connector,
        settings=_plain(read_as(settings, kind.settings)),
        sealed_secret=sealed_secret(source_id, read_as(secret, kind.secret)),
        sealed_key=new_sealed_key(source_id),
        made_at=now,
        made_by=actor.name,
    )
    _save(source)
    SourceEvent.objects.create(source=source, name="add", at=now, by=actor.name)
    return source


@transaction.atomic
def change_source(
    actor: Actor,
    source_id: UUID,
    *,
    title: str,
    settings: Mapping[str, Any],
    secret: Mapping[str, Any] | None,
    now: datetime,
) -> Source:
    """Change a source; without a secret the old one stays.

    How far it is read counts only for the same rows: where anything but the title or the secret changes, the next fetch
    is whole. Raises: NotPermitted, FetchFailed, TitleTaken.
    """
    source = Source.objects.select_for_update().get(pk=kept_source(actor, source_id).pk)
    kind = CONNECTORS[source.connector]
    new = _plain(read_as(settings, kind.settings))
    changed = sorted(name for name in new if new[name] != source.settings.get(name))
    if changed:
        source.watermark, source.content_sha256 = None, ""
    source.title, source.settings, source.tested_well = title, new, False
    if secret is not None:
        source.sealed_secret = sealed_secret(source.pk, read_as(secret, kind.secret))
        changed.append("secret")
    _save(source)
    SourceEvent.objects.create(source=source, name="change", told=", ".join(changed)[:200], at=now, by=actor.name)
    return source


@transaction.atomic
def plan_source(
    actor: Actor, source_id: UUID, *, schedule: str, working_days: bool, tell_after: int, now: datetime
) -> Source:
    """Say when a source is fetched. Raises: NotPermitted, ScheduleRefused."""
    check_schedule(schedule, now=now)
    source = Source.objects.select_for_update().get(pk=kept_source(actor, source_id).pk)
    source.schedule, source.working_days, source.tell_after = schedule, working_days, tell_after
    source.next_due = next_due(schedule, working_days=working_days, after=now)
    source.save()
    SourceEvent.objects.create(source=source, name="plan", told=schedule, at=now, by=actor.name)
    return source


@transaction.atomic
def pause_source(actor: Actor, source_id: UUID, *, now: datetime) -> Source:
    """Let a source rest: what waits is cancelled, what runs runs to its end. Raises: NotPermitted."""
    source = Source.objects.select_for_update().get(pk=kept_source(actor, source_id).pk)
    source.paused = True
    source.save(update_fields=["paused"])
    for run in source.runs.filter(state=SourceRunState.WAITING):
        move_source_run(run.pk, "cancel", now=now, by=actor.name, outcome="数据源已暂停，这次取数已取消。")
    SourceEvent.objects.create(source=source, name="pause", at=now, by=actor.name)
    return source


@transaction.atomic
def resume_source(actor: Actor, source_id: UUID, *, now: datetime) -> Source:
    """Let a source go by its schedule, from its next moment on. Raises: NotPermitted."""
    source = Source.objects.select_for_update().get(pk=kept_source(actor, source_id).pk)
    source.paused = False
    source.next_due = next_due(source.schedule, working_days=source.working_days, after=now)
    source.save(update_fields=["paused", "next_due"])
    SourceEvent.objects.create(source=source, name="resume", at=now, by=actor.name)
    return source


def _plain(settings: msgspec.Struct) -> dict[str, Any]:
    """Return settings as the row keeps them."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(settings))
    return plain


def _save(source: Source) -> None:
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise TitleTaken from None
