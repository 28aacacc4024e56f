from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.data.sharing.workflow import CLOCKS, ClockName


class ClockPolicy(models.Model):
    """A promise to be faster than the law: of the city, of a department, or for one resource. Rows only come.

    The newest row of a scope counts; without `working_days` it takes the scope's promise back. Where several scopes
    promise, the fastest binds. It holds for clocks that start after it.
    """

    clock = models.CharField(max_length=24, choices=ClockName)
    owner = models.CharField(max_length=12, blank=True)
    resource = models.CharField(max_length=32, blank=True)
    working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    set_by = models.UUIDField()
    set_name = models.CharField(max_length=64)
    set_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clock", "owner", "resource", "-id"], name="clock_policy_newest")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(clock__in=ClockName.values, working_days__isnull=True)
                | reduce(
                    or_, (Q(clock=name, working_days__range=(1, clock.ceiling)) for name, clock in CLOCKS.items())
                ),
                name="clock_policy_within_the_law",
            ),
            models.CheckConstraint(condition=Q(resource="") | ~Q(owner=""), name="clock_policy_of_an_owner"),
            models.CheckConstraint(condition=~Q(reason=""), name="clock_policy_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.owner}{self.resource}: {self.working_days}"
