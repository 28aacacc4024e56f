"""A source is fetched, what it brought is checked and published, and nothing is loaded twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest
from django.conf import LazySettings
from tests.plugins.departments import PASSWORD, DepartmentDatabase

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.exchange import api as exchange
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.places import data_dir
from haihe.data.exchange.sources.models import Source, SourceRunState
from haihe.data.exchange.sources.operations.fetching import FRESH_FOR
from haihe.data.exchange.sources.operations.keeping import add_source, change_source
from haihe.data.exchange.sources.operations.settling import settle
from haihe.data.exchange.sources.testing import drop, fetched, folder_source, relief_table
from haihe.data.exchange.testing import HEADER, RELIEF, relief_lines, small_dirty_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_folder() -> Iterator[None]:
    yield
    rmtree(data_dir() / "drop", ignore_errors=True)


@pytest.fixture
def now() -> datetime:
    """A dropped file's time of change is the machine's own, so this can't be a moment of the past."""
    return datetime.now().astimezone()


@pytest.fixture
def demo_networks(settings: LazySettings) -> None:
    from dataclasses import replace

    settings.HAIHE = replace(settings.HAIHE, source_networks=("127.0.0.0/8",))


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_a_dropped_file_is_published_and_put_away(steward: Actor, now: datetime) -> None:
    source = folder_source(steward, now=now)
    file = drop(small_dirty_file(), at=now)
    run = fetched(steward, source.pk, now=now + timedelta(minutes=1))
    assert (run.state, run.rows, run.rows_accepted, run.rows_rejected) == (SourceRunState.PUBLISHED, 125, 121, 4)
    snapshot = exchange.latest_snapshot(RELIEF)
    assert snapshot is not None
    assert snapshot.row_count == 121
    feed_run = FeedRun.objects.get(source=source.pk)
    assert (feed_run.connector, feed_run.source, feed_run.submitted_name) == ("folder", source.pk, "投放")
    assert [move.name for move in run.moves.all()] == ["ask", "begin", "hand_over", "publish"]
    assert fetched(steward, source.pk, now=now + timedelta(minutes=2)).state == SourceRunState.NOTHING_NEW
    assert names(file.parent) == ["done/救助.csv"]


def test_the_same_file_twice_is_loaded_once(steward: Actor, now: datetime) -> None:
    source = folder_source(steward, now=now)
    for minute in range(2):
        file = drop(small_dirty_file(), at=now)
        run = fetched(steward, source.pk, now=now + timedelta(minutes=minute + 1))
        settle(source.pk, now=now + timedelta(minutes=minute + 1))
    assert run.state == SourceRunState.UNCHANGED
    assert FeedRun.objects.count() == 1
    assert not (data_dir() / "feeds" / str(run.feed_run)).exists()
    assert names(file.parent) == ["done/救助-2.csv", "done/救助.csv"]


def test_a_refused_file_lies_with_its_reason_and_the_last_good_one_serves(steward: Actor, now: datetime) -> None:
    source = folder_source(steward, now=now)
    drop(small_dirty_file(), at=now)
    fetched(steward, source.pk, now=now + timedelta(minutes=1))
    good = exchange.latest_snapshot(RELIEF)
    file = drop(HEADER.encode(), "空.csv", at=now)
    run = fetched(steward, source.pk, now=now + timedelta(minutes=2))
    assert (run.state, run.fault) == (SourceRunState.REFUSED, "NO_ROWS")
    assert exchange.latest_snapshot(RELIEF) == good
    fetched(steward, source.pk, now=now + timedelta(minutes=3))
    assert (file.parent / "refused" / "空.csv.reason.txt").read_text() == f"{run.outcome}\n"


def test_files_are_taken_in_their_order(steward: Actor, now: datetime) -> None:
    source = folder_source(steward, now=now)
    drop("\n".join(relief_lines(3)).encode(), "a.csv", at=now)
    drop("\n".join(relief_lines(4)).encode(), "b.csv", at=now)
    first = fetched(steward, source.pk, now=now + timedelta(minutes=1))
    second = fetched(steward, source.pk, now=now + timedelta(minutes=2))
    assert [(run.filename, run.complete) for run in (first, second)] == [("a.csv", False), ("b.csv", True)]
    snapshot = exchange.latest_snapshot(RELIEF)
    assert snapshot is not None
    assert snapshot.row_count == 4


@pytest.mark.usefixtures("demo_networks")
@pytest.mark.parametrize("engine", ["postgresql", pytest.param("mysql", marks=pytest.mark.engine("mariadb"))])
def test_a_departments_table_is_published(
    steward: Actor, now: datetime, request: pytest.FixtureRequest, engine: str
) -> None:
    name = {"postgresql": "department_postgres", "mysql": "department_mariadb"}[engine]
    department: DepartmentDatabase = request.getfixturevalue(name)
    department.execute(*relief_table(50))
    source = add_source(
        steward,
        resource=RELIEF,
        title="业务库",
        connector="database",
        settings=department.settings | {"table": "relief_source", "key": ["xh"]},
        secret={"password": PASSWORD},
        now=now,
    )
    run = fetched(steward, source.pk, now=now)
    assert (run.state, run.rows, run.rows_accepted) == (SourceRunState.PUBLISHED, 50, 50)
    again = fetched(steward, source.pk, now=now + timedelta(minutes=5))
    assert again.state == SourceRunState.UNCHANGED
    # After a day its owner has said anew that the rows are true, and they don't look stale.
    later = fetched(steward, source.pk, now=now + FRESH_FOR + timedelta(hours=1))
    assert later.state == SourceRunState.PUBLISHED
    department.execute("DELETE FROM relief_source WHERE xh >= 40")
    assert fetched(steward, source.pk, now=now + timedelta(days=2)).rows_accepted == 40


def test_a_secret_is_sealed_and_stays_where_none_is_given(steward: Actor, now: datetime) -> None:
    settings = {"engine": "postgresql", "host": "h", "database": "d", "user": "u", "table": "t"}
    source = add_source(
        steward,
        resource=RELIEF,
        title="业务库",
        connector="database",
        settings=settings,
        secret={"password": PASSWORD},
        now=now,
    )
    assert PASSWORD.encode() not in bytes(source.sealed_secret)
    assert PASSWORD not in str(Source.objects.values().get(pk=source.pk))
    Source.objects.filter(pk=source.pk).update(watermark="{}")
    changed = change_source(steward, source.pk, title="新名", settings=settings, secret=None, now=now)
    assert (bytes(changed.sealed_secret), changed.watermark) == (bytes(source.sealed_secret), "{}")
    changed = change_source(steward, source.pk, title="新名", settings=settings | {"table": "x"}, secret=None, now=now)
    assert changed.watermark is None


def test_only_the_owners_steward_makes_and_fetches(
    steward: Actor, outsider: Actor, operator: Actor, now: datetime
) -> None:
    source = folder_source(steward, now=now)
    for stranger in (outsider, operator):
        with pytest.raises(NotPermitted):
            folder_source(stranger, now=now)
        with pytest.raises(NotPermitted):
            fetched(stranger, source.pk, now=now)
