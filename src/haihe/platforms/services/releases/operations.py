"""Write, submit, approve, stop; each with a line of history."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.data.sharing import api as sharing
from haihe.kernel.result_release import PURPOSE, Content, read_content
from haihe.kernel.workflow import ForbiddenMove
from haihe.platforms.services.releases.errors import InputRefused, NotNow
from haihe.platforms.services.releases.models import ReleaseEvent, ResultRelease
from haihe.platforms.services.releases.queries import parts_in, release_for
from haihe.platforms.services.releases.workflow import NEEDS_WORDS, RELEASE, Part, ReleaseState


@dataclass(frozen=True, slots=True)
class Written:
    """What a steward wrote down."""

    slug: str
    content: Content
    opens_at: datetime
    closes_at: datetime
    capacity_per_s: int


def write_release(*, actor: Actor, organisation: str, written: Written, now: datetime) -> ResultRelease:
    """Begin a release. Raises: NotPermitted, InputRefused."""
    require(actor, Role.STEWARD, organisation=organisation)
    row = ResultRelease(organisation=organisation)
    _fill(row, actor, written, now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _record(row, actor, "write", Part.STEWARD, now=now)
    except IntegrityError:
        raise InputRefused(_("这个网址名称已经有了，请换一个。")) from None
    return row


def rewrite_release(*, actor: Actor, slug: str, written: Written, now: datetime) -> ResultRelease:
    """Change a draft. Raises: NotFound, NotPermitted, NotNow, InputRefused."""
    with transaction.atomic():
        row = _locked(actor, slug)
        require(actor, Role.STEWARD, organisation=row.organisation)
        if row.state != ReleaseState.DRAFT:
            raise NotNow(_("只有草稿可以修改：已经批准的，先停止，再重新编写。"))
        if written.slug != slug:
            raise InputRefused(_("网址名称不能修改，考生可能已经知道这个网址。"))
        _fill(row, actor, written, now)
        row.save()
        _record(row, actor, "write", Part.STEWARD, now=now)
    return row


def move_release(*, actor: Actor, slug: str, name: str, now: datetime, words: str = "") -> None:
    """Make one move of the workflow; whoever wrote it doesn't approve it.

    Raises: NotFound, NotPermitted, NotNow, InputRefused (no words, the moment is over, or no grant covers it).
    """
    with transaction.atomic():
        row = _locked(actor, slug)
        try:
            move = RELEASE.move(row.state, name)
        except ForbiddenMove:
            raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
        part = next((one for one in parts_in(actor, row.organisation) if one in move.roles), None)
        if part is None or (name == "approve" and actor.user_id == row.written_by):
            raise NotPermitted(f"{name} on {row}")
        words = words.replace("\x00", "").strip()[:1000]
        if name in NEEDS_WORDS and not words:
            raise InputRefused(_("请写明理由。"))
        if name in ("submit", "approve"):
            check(row, now=now)
        source, row.state = row.state, move.target
        row.approved_by = actor.user_id if name == "approve" else None
        row.save()
        _record(row, actor, name, part, now=now, source=source, clause=move.clause, words=words)


def check(row: ResultRelease, *, now: datetime) -> None:
    """Raises: InputRefused, if it would open and could tell nothing."""
    if row.closes_at <= now:
        raise InputRefused(_("结束时间已经过去，请重新设定时间。"))
    content = row.told
    if content.purpose != PURPOSE:
        raise InputRefused(
            _("成绩发布的用途必须是 %(purpose)s：只有这项用途的授权，程序不能提前经网关查询。") % {"purpose": PURPOSE}
        )
    held = sharing.grants_for(row.organisation, content.service)
    covering = [one for one in held if content.purpose in one.purposes and set(content.fields) <= set(one.fields)]
    if not covering:
        raise InputRefused(_("本部门没有覆盖这些字段和用途的有效授权，请先在共享工作台申请，或者改正字段。"))


def _fill(row: ResultRelease, actor: Actor, written: Written, now: datetime) -> None:
    if actor.user_id is None:
        raise NotPermitted("a release is written by a person")
    if written.closes_at <= written.opens_at:
        raise InputRefused(_("结束时间要晚于开放时间。"))
    try:
        row.content = msgspec.to_builtins(read_content(msgspec.to_builtins(written.content)))
    except msgspec.ValidationError as fault:
        raise InputRefused(_("内容不符合要求：%(fault)s") % {"fault": fault}) from None
    row.slug, row.opens_at, row.closes_at = written.slug, written.opens_at, written.closes_at
    row.capacity_per_s = written.capacity_per_s
    row.written_by, row.written_at = actor.user_id, now


def _locked(actor: Actor, slug: str) -> ResultRelease:
    return ResultRelease.objects.select_for_update().get(pk=release_for(actor, slug).pk)


def _record(
    row: ResultRelease,
    actor: Actor,
    name: str,
    part: Part,
    *,
    now: datetime,
    source: str = "",
    clause: str = "",
    words: str = "",
) -> None:
    ReleaseEvent.objects.create(
        release=row,
        at=now,
        name=name,
        source=source,
        target=row.state,
        part=part,
        organisation=row.organisation,
        actor_id=actor.user_id,
        actor_name=actor.name,
        clause=clause,
        words=words,
        facts={"opens_at": row.opens_at.isoformat(), "capacity_per_s": row.capacity_per_s},
    )
