"""Move an entry through its life, as workflow.py lets it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.catalogue.checks import check_assessed
from haihe.data.catalogue.errors import EntryRefused, NotNow
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.operations import publishing
from haihe.data.catalogue.operations.recording import LONGEST_WORDS, locked, record
from haihe.data.catalogue.queries import parts_on, resource_for
from haihe.data.catalogue.records import new_resource
from haihe.data.catalogue.workflow import BY_ITSELF, NEEDS_WORDS, PUBLICATION_CLOCK, RESOURCE, Part, ResourceState
from haihe.kernel.workflow import ForbiddenMove, Move, Workflow


def move_resource(*, actor: Actor, code: str, name: str, now: datetime, words: str = "") -> None:
    """Make one move of the workflow.

    Raises: ResourceNotFound, NotPermitted, NotNow, EntryRefused (words or an assessment missing).
    """
    with transaction.atomic():
        row = locked(actor, code)
        move = allowed_move(RESOURCE, row.state, actor, row, name)
        words = told_words(name, words)
        if name == "submit":
            check_assessed(new_resource(row))
        source, row.state = row.state, move.target
        _keep_times(row, move, now)
        row.save()
        part = part_of(actor, row, move)
        record(row, actor, name=name, source=source, part=part, clause=move.clause, now=now, words=words)
        if name == "publish":
            publishing.published(row, now=now)
        elif name == "retire":
            publishing.retired(row, actor, words=words, now=now)


def submit(*, actor: Actor, code: str, now: datetime) -> None:
    """Hand the draft to the department's head, or the registered entry to the data centre; as `move_resource`."""
    row = resource_for(actor, code)
    name = "submit" if row.state == ResourceState.DRAFT else "submit_for_publication"
    move_resource(actor=actor, code=code, name=name, now=now)


def approve(*, actor: Actor, code: str, now: datetime) -> None:
    """Register, as the department's head; as `move_resource`."""
    move_resource(actor=actor, code=code, name="approve", now=now)


def publish(*, actor: Actor, code: str, now: datetime) -> None:
    """Announce to all, as the data centre; as `move_resource`."""
    move_resource(actor=actor, code=code, name="publish", now=now)


def allowed_move(workflow: Workflow, state: str, actor: Actor, row: Resource, name: str) -> Move:
    """Return the move of that name for somebody who may make it. Raises: NotNow, NotPermitted."""
    try:
        move = workflow.move(state, name)
    except ForbiddenMove:
        raise NotNow(_("这个资源的状态已经变化，请刷新页面后再操作。")) from None
    if name in BY_ITSELF or parts_on(actor, row).isdisjoint(move.roles):
        raise NotPermitted(f"{name} on {row.code}")
    return move


def part_of(actor: Actor, row: Resource, move: Move) -> str:
    """Return in which part the actor makes the move."""
    return min(parts_on(actor, row) & {Part(role) for role in move.roles})


def told_words(name: str, words: str) -> str:
    """Raises: EntryRefused, where the move must say why and doesn't."""
    words = words.strip()[:LONGEST_WORDS]
    if name in NEEDS_WORDS and not words:
        raise EntryRefused(_("请写明理由。"), field="words")
    return words


def _keep_times(row: Resource, move: Move, now: datetime) -> None:
    row.updated_at = now
    row.overdue_told_at = None
    row.due_on = PUBLICATION_CLOCK.due(timezone.localdate(now)) if move.clock_working_days else None
    if move.target == ResourceState.PUBLISHED:
        row.published_at = now
