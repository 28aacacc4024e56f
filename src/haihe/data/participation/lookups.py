"""Requests as rooms above know them: few facts, and only of those that everybody may read."""

from collections.abc import Iterable
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


def requests_named(numbers: Iterable[str]) -> list[RequestInfo]:
    """Return the requests of these numbers; those that not everybody may read are left out."""
    rows = DataRequest.objects.filter(number__in=set(numbers), state__in=REQUESTS_FOR_ALL)
    return [
        RequestInfo(number, title, reverse("participation:request", args=[number]))
        for number, title in rows.values_list("number", "title")
    ]
