"""The figures of use as an open dataset of their own: a row for each sealed day, dataset and kind of use.

Its rows are what the daily files say by a day, late figures included; each newly sealed day is a new state of them. A
department opens it as any other: its catalogue entry has the items of `COLUMNS`, the dataset is called `SLUG`.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec
import pyarrow as pa
from django.utils import timezone

from haihe.data.open.models import Dataset
from haihe.data.open.operations import renew
from haihe.data.open.sources import Source
from haihe.data.open.statistics.models import DailyFigures
from haihe.data.open.workflow import DatasetState

SLUG: Final = "open-data-usage"
COLUMNS: Final = ("day", "dataset", "kind", "count")
KEY: Final = ("day", "dataset", "kind")


class _Use(msgspec.Struct, frozen=True):
    dataset: str
    kind: str
    count: int


class _Late(_Use, frozen=True):
    day: date


class _File(msgspec.Struct, frozen=True):
    day: date
    uses: list[_Use]
    late: list[_Late]


def source(code: str, snapshot: str) -> Source | None:
    """Answer for the entry whose dataset this is; a snapshot is called by the last file's digest. None for others."""
    if not Dataset.objects.filter(code=code, slug=SLUG).exists():
        return None
    files = DailyFigures.objects.filter(digest=snapshot) if snapshot else DailyFigures.objects.all()
    last = files.values_list("day", "digest").first()
    if last is None:
        return None
    day, digest = last
    ended = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    rows = _rows(day)
    return Source(digest, ended, rows.num_rows, lambda names: _chosen(rows, names))


def renew_dataset(*, now: datetime) -> bool:
    """Make a version of the figures as they were last sealed, if they are open and there is none yet."""
    code = Dataset.objects.filter(slug=SLUG, state=DatasetState.PUBLISHED).values_list("code", flat=True).first()
    return code is not None and DailyFigures.objects.exists() and renew(code, now=now)


def _rows(until: date) -> pa.Table:
    told: Counter[tuple[date, str, str]] = Counter()
    texts = DailyFigures.objects.filter(day__lte=until).order_by("day").values_list("text", flat=True)
    for text in texts.iterator(chunk_size=50):
        file = msgspec.json.decode(text, type=_File)
        told.update({(file.day, use.dataset, use.kind): use.count for use in file.uses})
        told.update({(late.day, late.dataset, late.kind): late.count for late in file.late})
    lines = sorted((*key, count) for key, count in told.items() if count)
    days, datasets, kinds, counts = zip(*lines, strict=True) if lines else ((), (), (), ())
    return pa.table(
        {
            "day": pa.array(days, pa.date32()),
            "dataset": pa.array(datasets, pa.string()),
            "kind": pa.array(kinds, pa.string()),
            "count": pa.array(counts, pa.int64()),
        }
    )


def _chosen(rows: pa.Table, names: Collection[str]) -> pa.Table:
    return rows.select([name for name in names if name in COLUMNS])
