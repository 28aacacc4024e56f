"""Run over a remote catalogue: page by page, each taken with what it changes and the next cursor in one transaction.

A process that is killed leaves the run after the last page that was finished; whoever takes it up goes on there. A
session's lock keeps two from working on one run.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.jobs import api as jobs
from haihe.base.outward import api as outward
from haihe.data.harvest.asking import AGENT, BOUNDS, Asker, Door
from haihe.data.harvest.errors import NotNow
from haihe.data.harvest.models import Direction, HarvestItem, HarvestRun, RemoteCatalogue
from haihe.data.harvest.operations.ending import fail, finish
from haihe.data.harvest.operations.keeping import token_of
from haihe.data.harvest.operations.recording import check_idle, locked, move_run, write_down
from haihe.data.harvest.pulling import Pulling
from haihe.data.harvest.pushing import Pushing
from haihe.data.harvest.queries import can_go_on, parts_of
from haihe.data.harvest.reading.trouble import Problem, Stopped
from haihe.data.harvest.remotes import remote_of
from haihe.data.harvest.steps import Step
from haihe.data.harvest.workflow import MAY_RUN, Part, RunState

LOCK_SPACE: Final = 7_041
MOST_PAGES: Final = 5_000
MOST_RECORDS: Final = 200_000
AT_ONCE: Final = timedelta(minutes=2)
logger = logging.getLogger(__name__)


class _TakenOver(Exception):
    """Somebody else works on this run, or ended it."""


type Clock = Callable[[], datetime]


class Stepping(Protocol):
    """One direction of harvesting: reads a page and says what it comes to. Raises: Stopped."""

    def step(self, cursor: str, *, now: datetime) -> Step: ...

    def gone(self, run: HarvestRun) -> list[tuple[str, str]]: ...


@transaction.atomic
def start(*, actor: Actor, slug: str, is_dry: bool, now: datetime) -> HarvestRun:
    """Begin a run; whoever calls lets the worker go on with it. Raises: NotFound, NotPermitted, NotNow."""
    row = locked(actor, slug)
    if Part.KEEPER not in parts_of(actor):
        raise NotPermitted(f"run {slug}")
    if row.state not in MAY_RUN[is_dry]:
        raise NotNow(_("复核启用后才能采集；现在只能试采。"))
    check_idle(row)
    run = HarvestRun.objects.create(catalogue=row, is_dry=is_dry, by=actor.name, started_at=now, beats_at=now)
    write_down(row, actor, "try" if is_dry else "run", now=now, part=Part.KEEPER, facts={"run": str(run.pk)})
    return run


@transaction.atomic
def run_again(*, actor: Actor, run_id: UUID, now: datetime) -> HarvestRun:
    """Let a failed run go on after its last page. Raises: NotFound, NotPermitted, NotNow."""
    run = HarvestRun.objects.select_for_update().select_related("catalogue").get(pk=run_id)
    check_idle(locked(actor, run.catalogue.slug))
    if not can_go_on(run):
        raise NotNow(_("设置改过了，或者目录不再启用；请重新采集。"))
    move_run(run, actor, "go_on")
    run.problem, run.detail, run.finished_at, run.beats_at, run.taken_up = "", "", None, now, 0
    run.save()
    return run


def go_on(
    run_id: UUID, *, clock: Clock, stepping: Stepping | None = None, wait: Callable[[float], None] = time.sleep
) -> bool:
    """Work on a run; return True where it has to go on later, so that no run keeps a worker to itself.

    Nothing happens where the run has ended, or somebody else works on it.
    """
    with jobs.holding(LOCK_SPACE, str(run_id)) as is_held:
        run = HarvestRun.objects.select_related("catalogue").filter(pk=run_id, state=RunState.RUNNING).first()
        if not is_held or run is None:
            return False
        try:
            if stepping is not None:
                return _walk(run, stepping, clock)
            with outward.Outward(outward.reach_of(settings.HAIHE), bounds=BOUNDS, agent=AGENT) as door:
                return _walk(run, stepping_of(run.catalogue, door, wait=wait, is_dry=run.is_dry), clock)
        except _TakenOver:
            return False
        except Stopped as stopped:
            fail(run_id, stopped.problem, stopped.detail, now=clock())
        except Exception:
            # Whatever it was, the run says so and can go on; nobody finds it "running" for ever.
            logger.exception("harvest run %s failed", run_id)
            fail(run_id, Problem.INTERNAL, "", now=clock())
    return False


def stepping_of(row: RemoteCatalogue, door: Door, *, wait: Callable[[float], None], is_dry: bool) -> Stepping:
    """Return the way in or out of this catalogue. Raises: Stopped."""
    asker = Asker(door, wait, token_of(row))
    if row.direction == Direction.OUT:
        if not asker.token and not is_dry:
            raise Stopped(Problem.NO_TOKEN)
        return Pushing(row, asker, is_dry=is_dry)
    return Pulling(row, remote_of(row, asker))


def _walk(run: HarvestRun, stepping: Stepping, clock: Clock) -> bool:
    cursor, is_last = run.cursor, False
    ends_at = clock() + AT_ONCE
    while not is_last:
        if clock() > ends_at:
            return True
        step = stepping.step(cursor, now=clock())
        run = _take(run.pk, step, cursor, now=clock())
        cursor, is_last = step.next, not step.next
    finish(run.pk, stepping.gone(run) if _is_whole(run) else None, now=clock())
    return False


def _is_whole(run: HarvestRun) -> bool:
    """All was read, and the other side said the same number on every page, which is what was read."""
    return run.is_steady and (run.told is None or run.seen + run.left_out == run.told)


@transaction.atomic
def _take(run_id: UUID, step: Step, cursor: str, *, now: datetime) -> HarvestRun:
    """Take one page: its lines, what it changes, and where the next begins. Raises: Stopped."""
    run = HarvestRun.objects.select_for_update().select_related("catalogue").get(pk=run_id)
    if run.state != RunState.RUNNING or run.cursor != cursor:
        raise _TakenOver
    if run.catalogue.state not in MAY_RUN[run.is_dry]:
        raise Stopped(Problem.NOT_ACTIVE)
    known = set(
        run.items.filter(remote_id__in=[one.remote_id for one in step.findings]).values_list("remote_id", flat=True)
    )
    fresh = [one for one in step.findings if one.remote_id not in known]
    if step.next and (step.next == cursor or (step.findings and not fresh)):
        raise Stopped(Problem.PAGES_REPEAT, str(run.pages + 1))
    if run.pages >= MOST_PAGES or run.seen > MOST_RECORDS:
        raise Stopped(Problem.TOO_MANY, str(run.seen))
    HarvestItem.objects.bulk_create(
        HarvestItem(
            run=run,
            remote_id=one.remote_id,
            title=one.title,
            change=one.change,
            differences=list(one.differences),
            reason=one.reason,
            detail=one.detail,
        )
        for one in fresh
    )
    for one in fresh:
        setattr(run, one.change.lower(), getattr(run, one.change.lower()) + 1)
    if not run.is_dry:
        step.write(known)
    run.seen += len(fresh)
    run.left_out += step.left_out
    run.is_steady = run.is_steady and (run.pages == 0 or run.told == step.told)
    run.told, run.cursor, run.pages, run.beats_at, run.taken_up = step.told, step.next, run.pages + 1, now, 0
    run.save()
    return run
