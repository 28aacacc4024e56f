"""What every application has that must be answered in time, whoever asks: another department, or society."""

from datetime import date
from typing import ClassVar

from django.db import models

from haihe.kernel.clocks import due_after


class AnsweredInTime(models.Model):
    """A row under the clock of an answer: `clock_days` working days from `clock_started_on`, while that is set.

    It rests while the applicant supplements papers, which may be asked for once. `due_on` is kept beside it to sort
    and filter by; None where the calendar ends. `overdue_told_at` is when the authority heard that it ran out.
    """

    clock_days = models.PositiveSmallIntegerField(default=0)
    clock_started_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    supplement_asked_at = models.DateTimeField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["due_on"]

    def start_clock(self, today: date, working_days: int) -> None:
        self.clock_started_on, self.clock_days = today, working_days
        self.due_on = due_after(today, working_days)

    def stop_clock(self) -> None:
        self.clock_started_on = self.due_on = None
