"""Withdraw copies elsewhere of what is no longer open here."""

import time
from uuid import UUID

from django.conf import settings

from haihe.base.outward import api as outward
from haihe.data.harvest.asking import AGENT, BOUNDS, Asker
from haihe.data.harvest.models import Change, HarvestRun
from haihe.data.harvest.operations.keeping import token_of
from haihe.data.harvest.pushing import Pushing


def withdraw_copies(run_id: UUID) -> None:
    """Raises: Stopped, where the other side has trouble; the job is tried again."""
    run = HarvestRun.objects.select_related("catalogue").get(pk=run_id)
    row = run.catalogue
    slugs = run.items.filter(change=Change.GONE).values("remote_id")
    with outward.Outward(outward.reach_of(settings.HAIHE), bounds=BOUNDS, agent=AGENT) as door:
        pushing = Pushing(row, Asker(door, time.sleep, token_of(row)), is_dry=False)
        for copy in row.copies.filter(slug__in=slugs):
            pushing.withdraw(copy)
