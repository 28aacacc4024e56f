"""Leads end with the grants that fed them."""

from datetime import datetime

from haihe.base.accounts.api import SYSTEM
from haihe.data.matching.models import Lead, MatchRun
from haihe.data.matching.operations.moving import make_move
from haihe.data.matching.workflow import ENDED_LEADS, Part


def lapse_leads(run: MatchRun, *, now: datetime) -> None:
    """Let go of what the ended grants gave: what is open lapses, and nothing personal is kept."""
    for lead in Lead.objects.select_for_update().filter(run=run).exclude(state__in=ENDED_LEADS):
        make_move(lead, SYSTEM, "lapse", {Part.SYSTEM}, now=now)
        lead.closed_at, lead.revision = now, lead.revision + 1
        lead.save()
    Lead.objects.filter(run=run).update(sealed=None)
