"""Who else hears of a run's end, in the transaction in which it ends: what they write then becomes true with it."""

from collections.abc import Callable
from datetime import datetime

from haihe.data.exchange.models import FeedRun

type Ending = Callable[[FeedRun, datetime], None]

_ENDINGS: list[Ending] = []


def on_end(ending: Ending) -> None:
    """Call this from `AppConfig.ready`."""
    if ending not in _ENDINGS:
        _ENDINGS.append(ending)


def tell_ended(run: FeedRun, now: datetime) -> None:
    for ending in _ENDINGS:
        ending(run, now)
