"""督办: a case that is late for a day goes before the approvers of its body, who give it to whoever can take it."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from haihe.base.accounts.api import SYSTEM
from haihe.platforms.services.models import Case
from haihe.platforms.services.operations import driving
from haihe.platforms.services.operations.moving import let_know, record
from haihe.platforms.services.telling import tell_escalated
from haihe.platforms.services.workflow import UNDECIDED

AFTER: Final = timedelta(days=1)


def escalate_late(*, now: datetime, most: int = 200) -> int:
    """Bring cases that are late for a day before the approvers of their body, once each; return how many."""
    late = Case.objects.filter(state__in=UNDECIDED, escalated_at=None, due_at__lte=now - AFTER).order_by("due_at")
    return sum(_escalate(number, now) for number in list(late.values_list("number", flat=True)[:most]))


@transaction.atomic
def _escalate(number: str, now: datetime) -> bool:
    seen = Case.objects.get(number=number)
    driving.hold(seen)
    case = Case.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if not case.is_undecided or case.escalated_at or case.due_at is None or case.due_at > now - AFTER:
        return False
    case.escalated_at = now
    case.save(update_fields=["escalated_at"])
    let_know(case, case.organisation, now=now)
    record(case, "escalate", actor=SYSTEM, now=now)
    tell_escalated(case, now=now)
    return True
