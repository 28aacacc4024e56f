"""Reads: what was published, the newest first."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from haihe.data.catalogue.models import ResourceVersion
from haihe.data.catalogue.workflow import ResourceState

_ONE_DAY = timedelta(days=1)


def announced() -> "QuerySet[ResourceVersion]":
    """Return the versions of what stands in the public catalogue."""
    rows = ResourceVersion.objects.filter(resource__state=ResourceState.PUBLISHED).select_related("resource")
    return rows.defer("content", "resource__found", "resource__ranked").order_by("-at", "-pk")


def announced_on(day: date) -> "QuerySet[ResourceVersion]":
    """Return what was published on a day of the city's time."""
    return announced().filter(at__gte=_begins(day), at__lt=_begins(day + _ONE_DAY))


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
