"""Sum figures up by hours and days, and forget old ones."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from haihe.base.watch.figures import Span

_KEPT = {Span.MINUTE: timedelta(days=2), Span.HOUR: timedelta(days=90), Span.DAY: timedelta(days=90)}
_LOOK_BACK = timedelta(days=1)
_NEWEST = timedelta(minutes=10)


@transaction.atomic
def sum_up(*, now: datetime, all_of_it: bool = False) -> int:
    """Bring hours and days up to what the minutes say; return how many sums were written.

    Once an hour, `all_of_it`: gateways that were cut off from the database bring their minutes later.
    """
    since = now - (_LOOK_BACK if all_of_it else _NEWEST)
    with connection.cursor() as cursor:
        # Two at once would find each other's rows half made.
        cursor.execute("SELECT pg_advisory_xact_lock(7010002, 1)")
        cursor.execute(
            "SELECT gateway_sum_figures('MINUTE', 'HOUR', %(since)s), gateway_sum_figures('HOUR', 'DAY', %(since)s)",
            {"since": since},
        )
        hours, days = cursor.fetchone()
    return int(hours) + int(days)


def forget_old(*, now: datetime) -> int:
    """Remove minutes after two days, hours and days after ninety; return how many rows."""
    gone = 0
    with connection.cursor() as cursor:
        for span, kept in _KEPT.items():
            cursor.execute("DELETE FROM gateway_figures WHERE span = %s AND at < %s", [span.value, now - kept])
            gone += cursor.rowcount
    return gone
