"""Each minute: begin what is due, and take up what died."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from haihe.base.accounts.api import SYSTEM
from haihe.data.harvest.errors import NotNow
from haihe.data.harvest.models import HarvestRun, RemoteCatalogue, Rhythm
from haihe.data.harvest.operations.keeping import STEPS
from haihe.data.harvest.operations.running import start
from haihe.data.harvest.workflow import CatalogueState, RunState

SILENT: Final = timedelta(minutes=5)
"""So long without a page, a run is taken to be nobody's; the session's lock decides."""


def sweep(*, now: datetime) -> list[UUID]:
    """Return the runs that somebody has to work on."""
    silent = HarvestRun.objects.filter(state=RunState.RUNNING, beats_at__lt=now - SILENT)
    runs = list(silent.values_list("pk", flat=True))
    for row in RemoteCatalogue.objects.filter(state=CatalogueState.ACTIVE, next_at__lte=now):
        due = row.next_at + STEPS[Rhythm(row.rhythm)] if row.next_at else now
        RemoteCatalogue.objects.filter(pk=row.pk).update(next_at=max(due, now))
        try:
            runs.append(start(actor=SYSTEM, slug=row.slug, is_dry=False, now=now).pk)
        except NotNow:
            # The one before still goes on, or waits for a person.
            continue
    return runs
