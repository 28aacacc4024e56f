"""Count visits, for the figures that everybody can check."""

from datetime import date

from django.db import connection

_COUNT = """
INSERT INTO open_data_usage (dataset, day, kind, count) VALUES (%s, %s, 'VIEW', 1)
ON CONFLICT (dataset, day, kind) DO UPDATE SET count = open_data_usage.count + 1
"""


def count_visit(slug: str, *, on: date) -> None:
    """Count one visit of a dataset's page."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [slug, on])
