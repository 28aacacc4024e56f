"""The demo's rows: made up when somebody asks for them, so that a city stands in seconds and its data fill in."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Final

import pyarrow as pa

from haihe.data.open.demo.making import table
from haihe.data.open.demo.registry import Planned, former, planned
from haihe.data.open.demo.revising import revised
from haihe.data.open.models import Dataset
from haihe.data.open.sources import Source

_PREFIX: Final = "demo"


def snapshot_name(rows: int, day: date, revision: int = 0) -> str:
    """Name a made-up state of the rows by what makes it: how many, as of when; and the how manieth of several."""
    return f"{_PREFIX}-{day:%Y%m%d}-{rows}" + (f"-{revision}" if revision else "")


def made_up(code: str, snapshot: str) -> Source | None:
    """Return the rows of a planted dataset; None for what the demo has no rows for."""
    row = Dataset.objects.filter(code=code).only("slug").first()
    one = planned().get(row.slug) or former().get(row.slug) if row else None
    if row is None or one is None:
        return None
    if not snapshot:
        last = row.versions.first()
        snapshot = last.snapshot if last else ""
    if not snapshot.startswith(f"{_PREFIX}-"):
        return None
    _demo, day, rows, *revision = snapshot.split("-")
    begun = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
    which = int(revision[0]) if revision else 0
    return Source(snapshot, begun, int(rows), lambda names: _rows(one, int(rows), begun.date(), which, names))


def _rows(one: Planned, rows: int, day: date, revision: int, names: Collection[str]) -> pa.Table:
    made = revised(one, rows=rows, day=day, revision=revision) if revision else table(one, rows=rows, today=day)
    return made.select(list(names))
