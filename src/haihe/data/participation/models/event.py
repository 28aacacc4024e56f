from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.lookups import Exact

from haihe.base.history.api import HistoryEvent
from haihe.data.participation.models.association import Bundle
from haihe.data.participation.models.discussion import Thread
from haihe.data.participation.models.plan import PlanEntry
from haihe.data.participation.models.request import DataRequest
from haihe.data.participation.models.reuse import Reuse

SUBJECTS: Final = ("request", "plan", "reuse", "bundle", "thread")


class ParticipationEvent(HistoryEvent):
    """One line of the history of exactly one request, plan entry, reuse, bundle or discussion; only appended."""

    request = models.ForeignKey(DataRequest, on_delete=models.PROTECT, related_name="events", null=True)
    plan = models.ForeignKey(PlanEntry, on_delete=models.PROTECT, related_name="events", null=True)
    reuse = models.ForeignKey(Reuse, on_delete=models.PROTECT, related_name="events", null=True)
    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="events", null=True)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="events", null=True)

    class Meta(HistoryEvent.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Exact(
                    Func(*(F(name) for name in SUBJECTS), function="num_nonnulls", output_field=models.IntegerField()),
                    Value(1),
                ),
                name="participation_event_of_one_thing",
            ),
        ]
