"""Ask again what had no useful answer: by the clock, when a register is fed anew, when gateway or grant is back."""

import logging
from datetime import datetime

from django.db.models import Q, QuerySet

from haihe.data.sharing import api as sharing
from haihe.kernel.answers import UnknownReason
from haihe.platforms.services.models import Verification
from haihe.platforms.services.operations.asking import UNEXPECTED, UNREACHABLE, ask_data
from haihe.platforms.services.ports import Trace
from haihe.platforms.services.workflow import ASKABLE

logger = logging.getLogger(__name__)


def recheck_waiting(*, verifier: sharing.Verifier, trace: Trace, now: datetime, limit: int = 200) -> int:
    """Ask for every case whose next ask is due; return how many. One that fails doesn't stop the others."""
    numbers = due_cases(now=now, limit=limit)
    for number in numbers:
        try:
            ask_data(number=number, verifier=verifier, trace=trace, now=now)
        except Exception as trouble:
            logger.error("case %s could not be rechecked: %s", number, type(trouble).__name__)
    return len(numbers)


def due_cases(*, now: datetime, limit: int) -> list[str]:
    """Return the numbers of the cases that are due to be asked for, those longest overdue first."""
    rows = _waiting().filter(next_ask_at__lte=now).order_by("next_ask_at").values_list("case__number", flat=True)
    return list(dict.fromkeys(rows[:limit]))


def source_refreshed(*, resource: str, now: datetime) -> int:
    """A register has a new snapshot: whoever waits for its answer is asked for again. Return how many wait."""
    return _waiting().filter(resource=resource).update(next_ask_at=now)


def source_reachable_again(*, now: datetime) -> int:
    """The gateway answers again: skip the back-off of those who met silence. Return how many waited."""
    return _silenced(now).update(next_ask_at=now)


def source_permitted(*, now: datetime, organisation: str = "", service: str = "") -> int:
    """A grant, a system or a service is in force again: skip the back-off of those whose question was refused.

    "" stands for every organisation, or every service. Return how many waited.
    """
    refused = _waiting().filter(next_ask_at__gt=now)
    if organisation:
        refused = refused.filter(case__organisation=organisation)
    if service:
        refused = refused.filter(service=service)
    return refused.exclude(trouble__in=("", UNREACHABLE, UNEXPECTED)).update(next_ask_at=now)


def somebody_met_silence(*, now: datetime) -> bool:
    """True if a back-off runs that a recovered gateway could cut short."""
    return _silenced(now).exists()


def _silenced(now: datetime) -> QuerySet[Verification]:
    silent = Q(trouble=UNREACHABLE) | Q(reason=UnknownReason.SOURCE_UNREACHABLE.value)
    return _waiting().filter(silent, next_ask_at__gt=now)


def _waiting() -> QuerySet[Verification]:
    return Verification.objects.filter(case__state__in=ASKABLE, proven_by="", next_ask_at__isnull=False)
