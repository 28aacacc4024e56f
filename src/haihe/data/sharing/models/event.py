from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Exact

from haihe.base.history.api import HistoryEvent
from haihe.data.sharing.models.client import Client
from haihe.data.sharing.models.correction import Correction
from haihe.data.sharing.models.disposal import Disposal
from haihe.data.sharing.models.dispute import Dispute
from haihe.data.sharing.models.grant import Grant
from haihe.data.sharing.models.opening import OpeningApplication
from haihe.data.sharing.models.request import SharingRequest
from haihe.data.sharing.models.service import Service
from haihe.data.sharing.models.service_stop import ServiceStop

_SUBJECTS = ("request", "grant", "client", "service", "correction", "disposal", "dispute", "stop", "opening")


class SharingEvent(HistoryEvent):
    """One line of the history of exactly one of these."""

    request = models.ForeignKey(SharingRequest, on_delete=models.PROTECT, related_name="events", null=True)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="events", null=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="events", null=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="events", null=True)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="events", null=True)
    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="events", null=True)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="events", null=True)
    stop = models.ForeignKey(ServiceStop, on_delete=models.PROTECT, related_name="events", null=True)
    opening = models.ForeignKey(OpeningApplication, on_delete=models.PROTECT, related_name="events", null=True)

    class Meta(HistoryEvent.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(
                    Exact(
                        Func(
                            *(F(name) for name in _SUBJECTS),
                            function="num_nonnulls",
                            output_field=models.IntegerField(),
                        ),
                        Value(1),
                    )
                ),
                name="sharing_event_of_one_thing",
            ),
        ]
