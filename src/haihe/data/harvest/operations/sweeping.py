"""Each minute: begin what is due, and take up what died."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from haihe.base.accounts.api import SYSTEM
from haihe.base.jobs import api as jobs
from haihe.data.harvest.errors import NotNow
from haihe.data.harvest.models import HarvestRun, RemoteCatalogue, Rhythm
from haihe.data.harvest.operations.ending import fail
from haihe.data.harvest.operations.keeping import STEPS
from haihe.data.harvest.operations.running import LOCK_SPACE, start
from haihe.data.harvest.reading.trouble import Problem
from haihe.data.harvest.workflow import CatalogueState, RunState

SILENT: Final = timedelta(minutes=5)
"""So long without a page, a run is looked at; it is nobody's if no session holds its lock."""
MOST_TAKEN_UP: Final = 5
"""A run that died so often at one page would take the worker, and all that works in it, along for ever."""


def sweep(*, now: datetime) -> list[UUID]:
    """Return the runs that somebody has to work on; each is taken up at most once in `SILENT`."""
    return [*_taken_up(now), *_begun(now)]


def _taken_up(now: datetime) -> Iterator[UUID]:
    silent = HarvestRun.objects.filter(state=RunState.RUNNING, beats_at__lt=now - SILENT)
    for pk in list(silent.values_list("pk", flat=True)):
        with transaction.atomic():
            run = silent.select_for_update(skip_locked=True).filter(pk=pk).first()
            if run is None or not jobs.nobody_holds(LOCK_SPACE, str(pk)):
                continue
            if run.taken_up >= MOST_TAKEN_UP:
                fail(pk, Problem.NO_PROGRESS, "", now=now)
                continue
            run.taken_up, run.beats_at = run.taken_up + 1, now
            run.save(update_fields=["taken_up", "beats_at"])
        yield pk


def _begun(now: datetime) -> Iterator[UUID]:
    due = RemoteCatalogue.objects.filter(state=CatalogueState.ACTIVE, next_at__lte=now)
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = due.select_for_update().filter(pk=pk).first()
            if row is None or row.next_at is None:
                continue
            row.next_at = max(row.next_at + STEPS[Rhythm(row.rhythm)], now)
            row.save(update_fields=["next_at"])
            try:
                run = start(actor=SYSTEM, slug=row.slug, is_dry=False, now=now)
            except NotNow:
                # The one before still goes on, or waits for a person.
                continue
        yield run.pk
