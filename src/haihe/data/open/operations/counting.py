"""Count uses that the pages answer themselves, for the figures that everybody can check."""

from datetime import date
from typing import Final

from django.db import connection

COUNTER: Final = "pages"
# The table of counters is the statistics' own (statistics/models.py); both are written or none is.
_COUNT = """
WITH counted AS (
    INSERT INTO open_data_counted (counter, dataset, day, kind, count)
    VALUES (%(counter)s, %(dataset)s, %(day)s, %(kind)s, 1)
    ON CONFLICT (counter, dataset, day, kind) DO UPDATE SET count = open_data_counted.count + 1
)
INSERT INTO open_data_usage (dataset, day, kind, count) VALUES (%(dataset)s, %(day)s, %(kind)s, 1)
ON CONFLICT (dataset, day, kind) DO UPDATE SET count = open_data_usage.count + 1
"""


def count_visit(slug: str, *, on: date) -> None:
    """Count one visit of a dataset's page."""
    _count(slug, "VIEW", on)


def count_call(slug: str, *, on: date) -> None:
    """Count one answer of rows or figures that a face of the pages gave."""
    _count(slug, "CALL", on)


def count_download(slug: str, *, on: date) -> None:
    """Count one whole file that a face of the pages sent."""
    _count(slug, "DOWNLOAD", on)


def _count(slug: str, kind: str, on: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"counter": COUNTER, "dataset": slug, "day": on, "kind": kind})
