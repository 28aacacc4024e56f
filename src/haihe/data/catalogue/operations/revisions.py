"""Update a published entry without taking it away: a revision beside it, published in its place (art. 17)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.data.catalogue.checks import check_assessed, check_entry
from haihe.data.catalogue.contents import content_of, entry_of
from haihe.data.catalogue.errors import EntryRefused, NotNow, ResourceNotFound
from haihe.data.catalogue.models import ChangeCause, Resource, Revision
from haihe.data.catalogue.operations import publishing
from haihe.data.catalogue.operations.moving import allowed_move, part_of, told_words
from haihe.data.catalogue.operations.recording import locked, record
from haihe.data.catalogue.operations.registering import write_entry
from haihe.data.catalogue.queries import open_revision_of, parts_on, revision_for
from haihe.data.catalogue.records import NewResource, new_resource
from haihe.data.catalogue.workflow import (
    PUBLICATION_CLOCK,
    REVISION,
    UPDATE_CLOCK,
    UPDATE_EXTENSION,
    Part,
    ResourceState,
    RevisionState,
)
from haihe.kernel.clocks import due_after
from haihe.kernel.workflow import Move

_ART_17 = "政务数据共享条例 第17条"


@transaction.atomic
def open_revision(*, actor: Actor, code: str, cause: str, basis: str, changed_on: date, now: datetime) -> UUID:
    """Begin an update of a published entry, as its steward, or as the authority that calls for one; return its id.

    `changed_on` is when the law or the duties changed: from there the ten working days run.
    Raises: ResourceNotFound, NotPermitted, NotNow, EntryRefused.
    """
    row = locked(actor, code)
    part = _opener(actor, row)
    if row.state != ResourceState.PUBLISHED:
        raise NotNow(_("只有已发布的资源可以更新；草稿请直接修改。"))
    if open_revision_of(row) is not None:
        raise NotNow(_("这个资源已有一个更新正在办理，请接着办理它。"))
    basis, today = basis.strip()[:500], timezone.localdate(now)
    if cause not in ChangeCause.values:
        raise EntryRefused(_("请从列表中选择。"), field="cause")
    if not basis:
        raise EntryRefused(_("请写明修改了什么规定、什么职能，或者为什么更新。"), field="basis")
    if not _possible(changed_on, today):
        raise EntryRefused(_("变化日期应在最近一年内，不能晚于今天。"), field="changed_on")
    due_on = UPDATE_CLOCK.due(changed_on) if cause in (ChangeCause.LAW, ChangeCause.DUTIES) else None
    revision = Revision.objects.create(
        resource=row,
        number=row.revisions.count() + 1,
        cause=cause,
        basis=basis,
        changed_on=changed_on,
        content=content_of(new_resource(row)),
        opened_by=actor.user_id,
        created_at=now,
        updated_at=now,
        update_due_on=due_on,
        due_on=due_on,
    )
    _record(row, revision, actor, name="open", source="", part=part, clause=_ART_17, now=now, words=basis)
    return revision.pk


@transaction.atomic
def edit_revision(*, actor: Actor, revision_id: UUID, entry: NewResource, now: datetime) -> None:
    """Replace what the update says. Raises: ResourceNotFound, NotPermitted, NotNow, EntryRefused."""
    row, revision = _locked(actor, revision_id)
    require(actor, Role.STEWARD, organisation=row.owner)
    if revision.state != RevisionState.DRAFT:
        raise NotNow(_("更新已经提交；退回后才能再修改。"))
    if entry.owner != row.owner:
        raise EntryRefused(_("不能更换资源的提供方。"), field="owner")
    revision.content = content_of(check_entry(entry, code=row.code, today=timezone.localdate(now)))
    revision.updated_at = now
    revision.save()
    part = Part.OWNER_STEWARD
    _record(row, revision, actor, name="edit", source=revision.state, part=part, clause=_ART_17, now=now)


@transaction.atomic
def move_revision(*, actor: Actor, revision_id: UUID, name: str, now: datetime, words: str = "") -> None:
    """Make one move of the update's workflow. Raises: ResourceNotFound, NotPermitted, NotNow, EntryRefused."""
    row, revision = _locked(actor, revision_id)
    move = allowed_move(REVISION, revision.state, actor, row, name)
    words = told_words(name, words)
    _check(revision, name)
    source, revision.state, revision.updated_at = revision.state, move.target, now
    _keep_times(revision, move, now)
    revision.save()
    part = part_of(actor, row, move)
    _record(row, revision, actor, name=name, source=source, part=part, clause=move.clause, now=now, words=words)
    if name == "publish":
        _replace(row, revision, now)


def _replace(row: Resource, revision: Revision, now: datetime) -> None:
    """Let the entry say what the update says; it never was away."""
    publishing.keep_what_stands(row)
    write_entry(row, check_entry(entry_of(revision.content), code=row.code), now)
    row.published_at = now
    row.save(update_fields=["published_at"])
    publishing.published(row, now=now, cause=revision.cause, words=revision.basis)


def _check(revision: Revision, name: str) -> None:
    if name == "submit":
        entry = entry_of(revision.content)
        check_assessed(entry)
    elif name == "ask_extension":
        _check_asking(revision)
    elif name == "consent_extension" and (revision.extension_asked_at is None or revision.extended_at is not None):
        raise NotNow(_("没有等待同意的延期。"))


def _check_asking(revision: Revision) -> None:
    if revision.update_due_on is None:
        raise NotNow(_("这次更新没有法定期限，不需要延期。"))
    if revision.extension_asked_at is not None:
        raise NotNow(_("更新只能延期一次（第17条）。"))


def _keep_times(revision: Revision, move: Move, now: datetime) -> None:
    if move.name == "ask_extension":
        revision.extension_asked_at = now
    elif move.name == "consent_extension" and revision.update_due_on is not None:
        revision.extended_at = now
        revision.update_due_on = due_after(revision.update_due_on, UPDATE_EXTENSION.working_days)
    if move.name == "urge" or move.name == "ask_extension":
        return
    revision.overdue_told_at = None
    revision.due_on = {
        RevisionState.AUTHORITY_REVIEW: PUBLICATION_CLOCK.due(timezone.localdate(now)),
        RevisionState.PUBLISHED: None,
        RevisionState.ABANDONED: None,
    }.get(RevisionState(revision.state), revision.update_due_on)


def _opener(actor: Actor, row: Resource) -> Part:
    for part in (Part.OWNER_STEWARD, Part.AUTHORITY):
        if part in parts_on(actor, row):
            return part
    raise NotPermitted(f"open a revision of {row.code}")


def _possible(changed_on: date, today: date) -> bool:
    return 0 <= (today - changed_on).days <= 366


def _locked(actor: Actor, revision_id: UUID) -> tuple[Resource, Revision]:
    """Lock the entry first, then its update: everywhere in this order. Raises: ResourceNotFound."""
    seen = revision_for(actor, revision_id)
    row = Resource.objects.select_for_update().get(pk=seen.resource_id)
    revision = Revision.objects.select_for_update().filter(pk=revision_id).first()
    if revision is None:
        raise ResourceNotFound
    revision.resource = row
    return row, revision


def _record(
    row: Resource,
    revision: Revision,
    actor: Actor,
    *,
    name: str,
    source: str,
    part: str,
    clause: str,
    now: datetime,
    words: str = "",
) -> None:
    record(
        row,
        actor,
        name=f"revision_{name}",
        source=source,
        target=revision.state,
        part=part,
        clause=clause,
        now=now,
        words=words,
        facts={"revision": revision.number, "id": str(revision.pk)},
    )
