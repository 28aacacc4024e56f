"""Datasets that were withdrawn, as every face tells of them: that they are gone, since when, and why in a word.

So whoever copied one learns that it is gone for good, and doesn't take it for an address that fails.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.timezone import localdate

from haihe.data.open.models import Dataset, DatasetEvent
from haihe.data.open.workflow import WITHDRAWALS, DatasetState

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST: Final = 1000
_REASONS: Final = {
    "withdraw": ("WITHDRAWN_BY_OWNER", "提供部门撤下", "withdrawn by its department"),
    "lapse": ("ENTRY_RETIRED", "目录条目停用", "its catalogue entry was retired"),
}


@dataclass(frozen=True, slots=True)
class Gone:
    """One withdrawn dataset. `reason` is its class; `zh` and `en` say it, with the day, in a sentence."""

    row: Dataset
    at: datetime
    reason: str
    zh: str
    en: str


def gone_dataset(slug: str) -> Gone | None:
    """Return the dataset that was withdrawn under this name, None for any other."""
    return next(iter(_told(_withdrawals().filter(dataset__slug=slug)[:1])), None)


def gone_since(moment: datetime | None = None) -> list[Gone]:
    """Return what was withdrawn since then, the newest first, a thousand at most."""
    events = _withdrawals()
    return list(_told((events.filter(at__gte=moment) if moment else events)[:MOST]))


def _withdrawals() -> "QuerySet[DatasetEvent]":
    events = DatasetEvent.objects.filter(name__in=WITHDRAWALS, dataset__state=DatasetState.WITHDRAWN)
    return events.select_related("dataset").order_by("-at", "-pk")


def _told(events: Iterable[DatasetEvent]) -> Iterable[Gone]:
    for event in events:
        reason, zh, en = _REASONS[event.name]
        day = localdate(event.at)
        said = (f"{day} 起不再开放：{zh}。", f"No longer open since {day}: {en}.")
        yield Gone(event.dataset, event.at, reason, *said)
