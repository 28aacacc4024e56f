"""What is due by itself: waits and pauses that are over, limits that run out, automatic steps.

Any number of workers may sweep at once: each takes what no other holds.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from traceback import format_tb
from typing import Final

from django.db import transaction

from haihe.base.accounts.api import SYSTEM
from haihe.base.processes import operations, programs
from haihe.base.processes.models import OpenStep, ProcessCase, StepKind
from haihe.kernel.process.state import NotNow

RETRY_MIN: Final = (1, 2, 5, 15, 30, 60)
"""Minutes to the next try after the first, second … that brought no answer; the last one repeats."""
LEASE: Final = timedelta(minutes=5)
"""How long a program may take before another worker tries the step as well."""
_log = logging.getLogger("haihe.processes")


def sweep(*, now: datetime, most: int = 1000) -> int:
    """Do what is due, at most so many cases and steps; return how many were done."""
    return _repeated(most, lambda: _wake_next(now)) + _repeated(most, lambda: _do_next(now))


def _repeated(most: int, one: Callable[[], bool]) -> int:
    done = 0
    while done < most and one():
        done += 1
    return done


@transaction.atomic
def _wake_next(now: datetime) -> bool:
    due = ProcessCase.objects.select_for_update(skip_locked=True, of=("self",)).filter(wake_at__lte=now)
    case = due.order_by("wake_at").values_list("pk", flat=True).first()
    if case is None:
        return False
    operations.wake(case, actor=SYSTEM, now=now)
    return True


def _do_next(now: datetime) -> bool:
    """Try one automatic step. The program runs outside of any transaction; its step is leased to this worker."""
    step = _take_next(now)
    if step is None:
        return False
    program = programs.program(step.by)
    if program is None:
        _log.error("no program does %s", step.by)
        _put_off(step, now)
        return True
    work = programs.Work(step.case_id, step.number, step.case.stands.data, step.attempts)
    try:
        answer = program(work)
        operations.complete(
            step.case_id, step.number, actor=SYSTEM, now=now, choice=answer.answer, values=answer.values
        )
    except programs.NotYet:
        _put_off(step, now)
    except NotNow as refusal:
        # The case went on or ended meanwhile; or the program's answer is none of the step's.
        _log.warning("%s came to nothing: %s", step.by, refusal.reason)
        _put_off(step, now)
    except Exception as error:
        # An error's message may hold personal data, so only its kind and the lines of code are logged.
        _log.error("%s failed: %s\n%s", step.by, type(error).__name__, "".join(format_tb(error.__traceback__)))
        _put_off(step, now)
    return True


def _put_off(step: OpenStep, now: datetime) -> None:
    pause = timedelta(minutes=RETRY_MIN[min(step.attempts, len(RETRY_MIN)) - 1])
    OpenStep.objects.filter(pk=step.pk, attempts=step.attempts).update(try_at=now + pause)


@transaction.atomic
def _take_next(now: datetime) -> OpenStep | None:
    due = OpenStep.objects.select_for_update(skip_locked=True, of=("self",)).select_related("case")
    step = due.filter(kind=StepKind.AUTOMATIC, try_at__lte=now).order_by("try_at").first()
    if step is not None:
        step.attempts += 1
        step.try_at = now + LEASE
        step.save(update_fields=["attempts", "try_at"])
    return step
