"""Requests as rooms above know them: few facts, and only of those that everybody may read."""

from dataclasses import dataclass

from django.urls import reverse

from haihe.data.participation.models import DataRequest
from haihe.data.participation.workflow import REQUESTS_FOR_ALL


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """A request that was let through."""

    number: str
    title: str
    path: str


def request_named(number: str) -> RequestInfo | None:
    """Return the request of this number, None for one that not everybody may read."""
    row = DataRequest.objects.filter(number=number, state__in=REQUESTS_FOR_ALL).values_list("title").first()
    return RequestInfo(number, row[0], reverse("participation:request", args=[number])) if row else None
