"""Background work: versions that wait, snapshots that came."""

from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app

_AT_ONCE: Final = 12
"""Versions a minute: a city that was just planted makes its hundreds while it serves."""


@app.periodic(cron="* * * * *")
@app.task(queue="open", name="open_data.build_waiting", queueing_lock="open_data.build_waiting")
def build_waiting(timestamp: int) -> None:
    """Make some of the versions that wait. Harmless to run twice."""
    from haihe.data.open.operations import build_waiting as build

    build(now=timezone.now(), limit=_AT_ONCE)


@app.task(queue="open", name="open_data.renew")
def renew(code: str) -> None:
    """Make a version of an entry's new snapshot, if it is open. Harmless to run twice."""
    from haihe.data.open.errors import NoTable
    from haihe.data.open.operations import renew as make

    try:
        make(code, now=timezone.now())
    except NoTable:
        # A newer snapshot took its place, and is announced by itself.
        return
