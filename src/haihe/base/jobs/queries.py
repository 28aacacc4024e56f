"""How the queue stands."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class Queue:
    """Jobs of one queue: `waiting` are due and not begun, the oldest since `due_since`; `failed` ones of three days."""

    name: str
    waiting: int
    running: int
    failed: int
    due_since: datetime | None


def queues() -> list[Queue]:
    """Return every queue that has jobs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.queue_name, count(*) FILTER (WHERE j.status = 'todo'),"
            " count(*) FILTER (WHERE j.status = 'doing'), count(*) FILTER (WHERE j.status = 'failed'),"
            " min(coalesce(j.scheduled_at, e.at)) FILTER (WHERE j.status = 'todo')"
            " FROM procrastinate_jobs j LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events"
            "  WHERE job_id = j.id AND j.status = 'todo' AND type IN ('deferred', 'deferred_for_retry')) e ON true"
            " WHERE j.scheduled_at IS NULL OR j.scheduled_at <= now() GROUP BY 1 ORDER BY 1"
        )
        return [Queue(*row) for row in cursor.fetchall()]
