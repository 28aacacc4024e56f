"""From its second fetch on a source brings what changed, and what serves is what stands in the department's table."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from tests.plugins.departments import PASSWORD, DepartmentDatabase

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange.connectors.database.connector import DATABASE
from haihe.data.exchange.connectors.database.settings import DatabaseSecret, DatabaseSettings
from haihe.data.exchange.connectors.testing import ListSink, make_site
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.operations.moving import move_run
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.quality.operations.deciding import refuse_held
from haihe.data.exchange.sources.models import Source, SourceRunState
from haihe.data.exchange.sources.operations.fetching import FRESH_FOR, fetch
from haihe.data.exchange.sources.operations.keeping import add_source
from haihe.data.exchange.sources.operations.starting import AlreadyFetching, fetch_now
from haihe.data.exchange.sources.operations.sweeping import sweep
from haihe.data.exchange.sources.testing import fetched, relief_table, run_once
from haihe.data.exchange.testing import RELIEF, id_number, relief_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_networks")]
HOUR = timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    return datetime.now().astimezone()


@pytest.fixture
def demo_networks(settings: LazySettings) -> None:
    settings.HAIHE = replace(settings.HAIHE, source_networks=("127.0.0.0/8",))


@pytest.fixture(params=["postgresql", pytest.param("mysql", marks=pytest.mark.engine("mariadb"))])
def department(request: pytest.FixtureRequest) -> Iterator[DepartmentDatabase]:
    name = {"postgresql": "department_postgres", "mysql": "department_mariadb"}[request.param]
    found: DepartmentDatabase = request.getfixturevalue(name)
    found.execute(*relief_table(50))
    yield found
    found.execute("DROP TABLE IF EXISTS relief_source")


def source_of(steward: Actor, department: DepartmentDatabase, now: datetime, **settings: Any) -> Source:
    told = {"table": "relief_source", "key": ["证件号码"], "how": "difference"}
    return add_source(
        steward,
        resource=RELIEF,
        title="业务库",
        connector="database",
        settings=department.settings | told | settings,
        secret={"password": PASSWORD},
        now=now,
    )


def serving() -> Counter[tuple[str, int, str]]:
    current = exchange.latest_snapshot(RELIEF)
    assert current is not None
    batches = exchange.read_rows(current, ["id_number", "household_size", "name"])
    return Counter(
        (row["id_number"], row["household_size"], row["name"]) for batch in batches for row in batch.to_pylist()
    )


def standing(department: DepartmentDatabase, folder: Path) -> Counter[tuple[str, int, str]]:
    sink = ListSink(folder / "memory")
    settings = DatabaseSettings(**(department.settings | {"table": "relief_source"}))
    DATABASE.fetch(settings, DatabaseSecret(password=PASSWORD), None, sink, make_site(folder))
    return Counter((row["证件号码"], int(row["家庭人口"]), row["姓名"]) for row in sink.table())


def insert(serial: int) -> str:
    return relief_table(1, first=serial)[-1]


def test_what_differs_comes_deletes_included(
    steward: Actor, now: datetime, department: DepartmentDatabase, tmp_path: Path
) -> None:
    source = source_of(steward, department, now)
    first = fetched(steward, source.pk, now=now)
    assert (first.mode, first.rows, first.state) == ("full", 50, SourceRunState.PUBLISHED)
    department.execute(
        "UPDATE relief_source SET 家庭人口 = '5', 姓名 = '李小龙' WHERE xh = 3",
        "DELETE FROM relief_source WHERE xh IN (4, 5)",
        insert(60),
    )
    second = fetched(steward, source.pk, now=now + HOUR)
    assert (second.mode, second.rows, second.state) == ("delta", 4, SourceRunState.PUBLISHED)
    merged = FeedRun.objects.get(pk=str(second.feed_run)).merged
    assert {name: merged[name] for name in ("new", "replaced", "deleted", "unchanged")} == {
        "new": 1, "replaced": 1, "deleted": 2, "unchanged": 47,
    }  # fmt: skip
    assert serving() == standing(department, tmp_path)
    assert fetched(steward, source.pk, now=now + 2 * HOUR).state == SourceRunState.NOTHING_NEW
    department.execute("DELETE FROM relief_source WHERE xh >= 20")
    assert fetched(steward, source.pk, now=now + 3 * HOUR).rows == 31
    assert serving() == standing(department, tmp_path)


def test_by_watermark_what_rose_comes(
    steward: Actor, now: datetime, department: DepartmentDatabase, tmp_path: Path
) -> None:
    source = source_of(steward, department, now, how="watermark", watermark="xh", overlap=0)
    fetched(steward, source.pk, now=now)
    department.execute("UPDATE relief_source SET xh = 70, 家庭人口 = '7' WHERE xh = 3", insert(60))
    run = fetched(steward, source.pk, now=now + HOUR)
    assert (run.mode, run.rows, run.state) == ("delta", 2, SourceRunState.PUBLISHED)
    assert serving() == standing(department, tmp_path)


def test_a_source_with_another_key_than_the_registers_brings_all_rows(
    steward: Actor, now: datetime, department: DepartmentDatabase, tmp_path: Path
) -> None:
    source = source_of(steward, department, now, key=["xh"])
    fetched(steward, source.pk, now=now)
    department.execute(f"UPDATE relief_source SET 证件号码 = '{id_number(61)}' WHERE xh = 3")
    run = fetched(steward, source.pk, now=now + HOUR)
    assert (run.mode, run.rows) == ("full", 50)
    assert serving() == standing(department, tmp_path)


def test_after_somebody_elses_file_all_rows_come(
    steward: Actor, now: datetime, department: DepartmentDatabase, tmp_path: Path
) -> None:
    source = source_of(steward, department, now)
    fetched(steward, source.pk, now=now)
    content = io.BytesIO("\n".join(relief_lines(3)).encode())
    exchange.receive_file(steward, RELIEF, "a.csv", content, now=now + HOUR, inline=True)
    department.execute("DELETE FROM relief_source WHERE xh = 4")
    assert fetched(steward, source.pk, now=now + 2 * HOUR).mode == "full"
    assert serving() == standing(department, tmp_path)
    department.execute("DELETE FROM relief_source WHERE xh = 5")
    assert fetched(steward, source.pk, now=now + 3 * HOUR).mode == "delta"
    assert serving() == standing(department, tmp_path)


def test_where_nothing_changed_for_long_all_rows_say_that_they_are_true(
    steward: Actor, now: datetime, department: DepartmentDatabase, tmp_path: Path
) -> None:
    source = source_of(steward, department, now)
    fetched(steward, source.pk, now=now)
    run = fetched(steward, source.pk, now=now + FRESH_FOR + HOUR)
    assert (run.mode, run.state) == ("full", SourceRunState.PUBLISHED)
    current = exchange.latest_snapshot(RELIEF)
    assert current is not None
    assert current.as_of > now + FRESH_FOR


def test_changes_that_were_refused_come_again_with_those_after_them(
    steward: Actor, now: datetime, department: DepartmentDatabase, tmp_path: Path
) -> None:
    source = source_of(steward, department, now)
    fetched(steward, source.pk, now=now)
    department.execute(
        "UPDATE relief_source SET 月保障金额 = '?' WHERE xh < 30", "DELETE FROM relief_source WHERE xh > 30"
    )
    held = fetch_now(steward, source.pk, now=now + HOUR)
    run_once(held, now=now + HOUR)
    assert FeedRun.objects.get(pk=str(held.feed_run)).state == "HELD"
    with pytest.raises(AlreadyFetching):
        fetch_now(steward, source.pk, now=now + 2 * HOUR)
    assert held.feed_run is not None
    refuse_held(steward, held.feed_run, "先改正金额", now=now + 2 * HOUR)
    held.refresh_from_db()
    assert held.state == SourceRunState.REFUSED
    department.execute("UPDATE relief_source SET 月保障金额 = '800' WHERE xh < 30", insert(60))
    run = fetched(steward, source.pk, now=now + 3 * HOUR)
    assert (run.mode, run.rows) == ("delta", 30 + 19 + 1)
    assert serving() == standing(department, tmp_path)


@pytest.mark.parametrize("after", ["fetch", "begin", "check"])
def test_cut_off_anywhere_a_delta_is_merged_once(
    steward: Actor, now: datetime, department: DepartmentDatabase, tmp_path: Path, after: str
) -> None:
    source = source_of(steward, department, now)
    fetched(steward, source.pk, now=now)
    department.execute("DELETE FROM relief_source WHERE xh = 4", insert(60))
    run = fetch_now(steward, source.pk, now=now + HOUR)
    fetch(run.pk, now=now + HOUR)
    run.refresh_from_db()
    assert run.feed_run is not None
    for name in {"fetch": (), "begin": ("begin",), "check": ("begin", "check")}[after]:
        move_run(run.feed_run, name, now=now + HOUR)
    move_run(run.feed_run, "fail", now=now + HOUR, outcome_code="INTERRUPTED", outcome="。")
    run.refresh_from_db()
    assert run.state == SourceRunState.WAITING
    later = now + 2 * HOUR
    sweep(now=later)
    run_once(run, now=later)
    assert (run.state, run.mode) == (SourceRunState.PUBLISHED, "delta")
    assert serving() == standing(department, tmp_path)
    assert Source.objects.get(pk=source.pk).watermark == run.watermark
    process_run(run.feed_run, now=later)
    assert fetched(steward, source.pk, now=later + HOUR).state == SourceRunState.NOTHING_NEW
