"""Due days that couldn't be told when a clock started, because the working-day calendar ended before them."""

from django.db import transaction

from haihe.data.sharing.models import Correction, Grant, OpeningApplication, SharingRequest
from haihe.data.sharing.workflow import ANSWER_RUNS, OPEN_CORRECTIONS, UNDELIVERED
from haihe.data.sharing.workflow_opening import CLOCK_RUNS
from haihe.kernel.clocks import due_after


@transaction.atomic
def tell_missing_due_days() -> int:
    """Work out the due days that a longer calendar now reaches; return how many."""
    told = 0
    waiting = SharingRequest.objects.select_for_update().filter(state__in=ANSWER_RUNS, due_on=None)
    for row in waiting.exclude(clock_started_on=None):
        row.due_on = due_after(row.clock_started_on, row.clock_days) if row.clock_started_on else None
        row.save(update_fields=["due_on"])
        told += row.due_on is not None
    for report in Correction.objects.select_for_update().filter(state__in=OPEN_CORRECTIONS, due_on=None):
        report.due_on = due_after(report.clock_started_on, report.clock_days)
        report.save(update_fields=["due_on"])
        told += report.due_on is not None
    for grant in Grant.objects.select_for_update(of=("self",)).filter(state__in=UNDELIVERED, due_on=None):
        grant.due_on = due_after(grant.clock_started_on, grant.clock_days) if grant.clock_started_on else None
        grant.save(update_fields=["due_on"])
        told += grant.due_on is not None
    asked = OpeningApplication.objects.select_for_update().filter(state__in=CLOCK_RUNS, due_on=None)
    for application in asked.exclude(clock_started_on=None):
        started = application.clock_started_on
        application.due_on = due_after(started, application.clock_days) if started else None
        application.save(update_fields=["due_on"])
        told += application.due_on is not None
    return told
