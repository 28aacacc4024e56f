"""Weekly counts, kept as ratings come in, so that the public page reads few rows whatever there is."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from haihe.platforms.services.ratings.models import Invitation
from haihe.platforms.services.ratings.workflow import Level

COLUMNS: Final = {
    Level.VERY_GOOD: "very_good",
    Level.GOOD: "good",
    Level.FAIR: "fair",
    Level.BAD: "bad",
    Level.VERY_BAD: "very_bad",
}
INVITED: Final = "invited"
_ADD = """
INSERT INTO services_ratings_ratingweek
    (week, organisation, item_slug, "window", invited, very_good, good, fair, bad, very_bad)
VALUES (%s, %s, %s, %s, 0, 0, 0, 0, 0, 0)
ON CONFLICT (week, organisation, item_slug, "window") DO NOTHING
"""


def week_of(at: datetime) -> date:
    """Return the Monday of the week in which something happened, in the city's time."""
    day = timezone.localdate(at)
    return day - timedelta(days=day.weekday())


def count(invitation: Invitation, column: str, *, at: datetime, by: int = 1) -> None:
    """Add to one figure of the week; within the caller's transaction."""
    if column not in (INVITED, *COLUMNS.values()):
        raise ValueError(column)
    key = (week_of(at), invitation.organisation, invitation.item_slug, invitation.window)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, key)
        cursor.execute(
            f"UPDATE services_ratings_ratingweek SET {column} = {column} + %s"  # noqa: S608 - one of our own columns
            ' WHERE week = %s AND organisation = %s AND item_slug = %s AND "window" = %s',
            (by, *key),
        )
