from typing import ClassVar

from django.db import models
from django.db.models import Q


class Score(models.Model):
    """One figure of one department in one period of the scoreboard, computed from what happened (scoreboard.sql).

    `period` is a month (2026-11), a quarter (2026-Q4), a year (2026) or `all`. Nobody writes a value by hand: the
    worker makes all of them anew every few minutes.
    """

    period = models.CharField(max_length=8)
    department = models.CharField(max_length=12)
    figure = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=20, decimal_places=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["period", "department", "figure"], name="score_once"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.period} {self.figure}: {self.value}"


class ScoreRefresh(models.Model):
    """When the scoreboard was last made, and from which day on it counts. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
    counts_from = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(id=1), name="score_refresh_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
