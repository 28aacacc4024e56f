"""Decide on a run that was held: what is gone is taken down, or everything stays until the next run."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.harvest.models import HarvestRun
from haihe.data.harvest.operations.ending import take_down
from haihe.data.harvest.operations.recording import locked, move_run, write_down

DECISIONS = ("take_down", "keep")


@transaction.atomic
def settle(*, actor: Actor, run_id: UUID, decision: str, now: datetime) -> None:
    """Raises: NotFound, NotPermitted, NotNow."""
    if decision not in DECISIONS:
        raise NotPermitted(f"{decision} is no decision")
    run = HarvestRun.objects.select_for_update().select_related("catalogue").get(pk=run_id)
    row = locked(actor, run.catalogue.slug)
    part = move_run(run, actor, decision)
    run.finished_at = now
    run.save()
    if decision == "take_down":
        take_down(run, now=now)
    write_down(row, actor, decision, now=now, part=part, facts={"run": str(run.pk), "gone": run.gone})
