"""The gateway sees exactly the current snapshots, and hears of every switch."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from haihe.data.exchange.models import FeedRun, RunState, Snapshot

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
RELIEF = "120012/000001"


def snapshot(name: str, *, is_current: bool) -> Snapshot:
    run = FeedRun.objects.create(
        resource=RELIEF,
        owner="120012",
        connector="csv_file",
        filename="a.csv",
        submitted_name="孙丽华",
        received_at=NOW,
        as_of=NOW,
        state=RunState.PUBLISHED,
        finished_at=NOW,
    )
    return Snapshot.objects.create(
        id=name,
        resource=RELIEF,
        run=run,
        as_of=NOW,
        created_at=NOW,
        row_count=7,
        in_doubt_count=1,
        data_sha256="0" * 64,
        size_bytes=1,
        path=f"lake/120012-000001/{name}",
        index_path=f"indexes/120012-000001/{name}",
        is_current=is_current,
    )


@pytest.mark.django_db
def test_the_view_shows_the_current_snapshot_only() -> None:
    snapshot("old", is_current=False)
    snapshot("new", is_current=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT resource, snapshot, path, as_of, row_count FROM gateway_index")
        assert cursor.fetchall() == [(RELIEF, "new", "indexes/120012-000001/new", NOW, 7)]


@pytest.mark.django_db
def test_two_current_snapshots_of_one_resource_cannot_be() -> None:
    snapshot("old", is_current=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        snapshot("new", is_current=True)


@pytest.mark.django_db
def test_counts_that_do_not_add_up_cannot_be() -> None:
    run = snapshot("old", is_current=True).run
    run.rows_in = 3
    with pytest.raises(IntegrityError), transaction.atomic():
        run.save()


@pytest.mark.django_db(transaction=True)
def test_the_gateway_hears_of_a_switch() -> None:
    heard: list[str] = []
    connection.ensure_connection()
    raw = connection.connection
    raw.add_notify_handler(lambda notice: heard.append(notice.channel))
    with connection.cursor() as cursor:
        cursor.execute("LISTEN haihe_policy")
        row = snapshot("new", is_current=True)
        row.is_current = False
        row.save()
        cursor.execute("SELECT 1")
        cursor.execute("UNLISTEN haihe_policy")
    assert len(heard) >= 2
    assert set(heard) == {"haihe_policy"}
