"""A fetch that goes wrong is tried again where that may help, ends in any case, and tells whose matter it is."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from shutil import rmtree
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from haihe.base.accounts.api import Actor
from haihe.base.notices.models import Notice
from haihe.data.exchange import api as exchange
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.operations.moving import move_run
from haihe.data.exchange.places import data_dir
from haihe.data.exchange.sources.models import Cause, Source, SourceRun, SourceRunState
from haihe.data.exchange.sources.operations import keeping
from haihe.data.exchange.sources.operations.fetching import begin, fetch
from haihe.data.exchange.sources.operations.moving import MOST_TRIES, wait_after
from haihe.data.exchange.sources.operations.starting import AlreadyFetching, fetch_now
from haihe.data.exchange.sources.operations.sweeping import recover, start_due, sweep
from haihe.data.exchange.sources.testing import drop, fetched, folder_source, run_once
from haihe.data.exchange.testing import RELIEF, small_dirty_file

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _empty_folder() -> Iterator[None]:
    yield
    rmtree(data_dir() / "drop", ignore_errors=True)


@pytest.fixture
def now() -> datetime:
    return datetime.now().astimezone() + MINUTE


@pytest.fixture
def source(steward: Actor, now: datetime) -> Source:
    return folder_source(steward, now=now)


def database_away(steward: Actor, now: datetime) -> Source:
    """A source whose host nobody may reach or nobody answers at: its network isn't allowed."""
    return keeping.add_source(
        steward,
        resource=RELIEF,
        title="业务库",
        connector="database",
        settings={"engine": "postgresql", "host": "no-such.invalid", "database": "d", "user": "u", "table": "t"},
        secret={"password": "x"},
        now=now,
    )


def publish(feed_run: UUID, now: datetime) -> None:
    for name in ("begin", "check", "publish"):
        move_run(feed_run, name, now=now)


def test_what_may_pass_is_tried_again_later_and_ends_after_five(steward: Actor, now: datetime) -> None:
    run = fetch_now(steward, database_away(steward, now).pk, now=now)
    waits = []
    for _ in range(MOST_TRIES - 1):
        run = run_once(run, now=now)
        assert (run.state, run.fault, run.leg) == (SourceRunState.WAITING, Fault.NAME_UNKNOWN, "name")
        assert run.next_try_at is not None
        waits.append(round((run.next_try_at - now) / MINUTE))
        now = run.next_try_at
    assert waits == [1, 2, 4, 8]
    run = run_once(run, now=now)
    assert (run.state, run.tries) == (SourceRunState.FAILED, MOST_TRIES)
    assert run.outcome.startswith("找不到这个主机名")
    assert not list((data_dir() / "feeds").glob(f"{run.feed_run}"))


def test_what_will_not_pass_ends_at_once(steward: Actor, source: Source, now: datetime) -> None:
    keeping.change_source(steward, source.pk, title="投放", settings={"path": "gone"}, secret=None, now=now)
    run = fetched(steward, source.pk, now=now)
    assert (run.state, run.fault, run.tries) == (SourceRunState.FAILED, Fault.NO_SUCH_PLACE, 1)


def test_a_source_that_fails_three_times_tells_its_steward_once(steward: Actor, source: Source, now: datetime) -> None:
    keeping.change_source(steward, source.pk, title="投放", settings={"path": "gone"}, secret=None, now=now)
    for _ in range(5):
        fetched(steward, source.pk, now=now)
    notice = Notice.objects.get(kind="exchange.source_fails")
    assert (notice.role, notice.organisation, notice.facts["times"]) == ("STEWARD", "120012", 3)
    source.refresh_from_db()
    assert source.failures == 5
    keeping.change_source(steward, source.pk, title="投放", settings={"finished": "marker"}, secret=None, now=now)
    fetched(steward, source.pk, now=now)
    source.refresh_from_db()
    assert source.failures == 0


def test_the_wait_is_what_the_source_asks_for_and_an_hour_at_most() -> None:
    assert wait_after(1, FetchFailed(Fault.RATE_LIMITED, retry_after_s=600)) == timedelta(minutes=10)
    assert wait_after(1, FetchFailed(Fault.RATE_LIMITED, retry_after_s=90_000)) == timedelta(hours=1)
    assert wait_after(12) == timedelta(hours=1)


def test_never_two_fetches_of_one_source(steward: Actor, source: Source, now: datetime) -> None:
    run = fetch_now(steward, source.pk, now=now)
    with pytest.raises(AlreadyFetching):
        fetch_now(steward, source.pk, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceRun.objects.create(source=source, cause=Cause.BY_HAND, asked_at=now)
    fetch(run.pk, now=now)
    fetch(run.pk, now=now)
    run.refresh_from_db()
    assert run.tries == 1


def test_what_is_due_begins_once_and_is_due_again_at_its_time(steward: Actor, source: Source, now: datetime) -> None:
    keeping.plan_source(steward, source.pk, schedule="*/5 * * * *", working_days=False, tell_after=3, now=now)
    assert start_due(now=now + timedelta(hours=1)) == []  # it still rests
    keeping.resume_source(steward, source.pk, now=now)
    later = now + timedelta(hours=1)
    (run,) = sweep(now=later)
    assert run.cause == Cause.SCHEDULE
    assert sweep(now=later) == []
    source.refresh_from_db()
    assert source.next_due is not None
    assert later < source.next_due <= later + timedelta(minutes=5)


def test_more_files_are_fetched_without_waiting_for_the_schedule(steward: Actor, source: Source, now: datetime) -> None:
    keeping.plan_source(steward, source.pk, schedule="0 2 * * *", working_days=False, tell_after=3, now=now)
    keeping.resume_source(steward, source.pk, now=now)
    drop(small_dirty_file(), "a.csv", at=now - MINUTE)
    drop(small_dirty_file(good_rows=9), "b.csv", at=now - MINUTE)
    fetched(steward, source.pk, now=now)
    (run,) = sweep(now=now + MINUTE)
    assert run.cause == Cause.MORE
    assert run_once(run, now=now + MINUTE).filename == "b.csv"


def test_pausing_cancels_what_waits(steward: Actor, now: datetime) -> None:
    source = database_away(steward, now)
    run = run_once(fetch_now(steward, source.pk, now=now), now=now)
    assert run.state == SourceRunState.WAITING
    keeping.pause_source(steward, source.pk, now=now)
    run.refresh_from_db()
    assert run.state == SourceRunState.CANCELLED
    assert [event.name for event in source.events.all()] == ["add", "pause"]


def test_a_fetch_whose_process_died_is_made_again(steward: Actor, source: Source, now: datetime) -> None:
    drop(small_dirty_file(), at=now - MINUTE)
    run = fetch_now(steward, source.pk, now=now)
    begin(run.pk, now=now)  # and then the process dies
    recover(now=now)
    run.refresh_from_db()
    assert (run.state, run.fault) == (SourceRunState.WAITING, Fault.INTERRUPTED)
    assert run_once(run, now=now + MINUTE).state == SourceRunState.PUBLISHED
    assert FeedRun.objects.count() == 1


def test_what_was_kept_before_the_process_died_is_handed_over(steward: Actor, source: Source, now: datetime) -> None:
    """What a stream was told is ours can't be fetched again."""
    content = small_dirty_file()
    file = drop(content, at=now - MINUTE)
    run = begin(fetch_now(steward, source.pk, now=now).pk, now=now)
    assert run.feed_run is not None
    writer = exchange.begin_arrival(run.feed_run)
    writer.write(content)
    received = writer.finish()
    SourceRun.objects.filter(pk=run.pk).update(
        kept_at=now, as_of=now, filename="救助.csv", mode="full", content_sha256=received.sha256,
        size_bytes=received.size_bytes,
    )  # fmt: skip
    file.unlink()
    recover(now=now)
    run.refresh_from_db()
    assert run.state == SourceRunState.HANDED_OVER
    assert run.feed_run is not None
    move_run(run.feed_run, "fail", now=now, outcome_code="INTERRUPTED", outcome="。")
    run.refresh_from_db()
    assert run.state == SourceRunState.WAITING
    run = run_once(run, now=now + MINUTE)
    assert (run.state, run.rows_accepted) == (SourceRunState.PUBLISHED, 121)
    assert FeedRun.objects.filter(state=RunState.PUBLISHED).count() == 1


def test_the_watermark_is_stored_with_what_it_stands_for(steward: Actor, source: Source, now: datetime) -> None:
    drop(small_dirty_file(), at=now - MINUTE)
    run = fetch_now(steward, source.pk, now=now)
    fetch(run.pk, now=now)
    SourceRun.objects.filter(pk=run.pk).update(watermark="read up to here")
    run.refresh_from_db()
    source.refresh_from_db()
    assert (run.state, source.watermark, source.content_sha256) == (SourceRunState.HANDED_OVER, None, "")
    assert run.feed_run is not None
    with transaction.atomic():
        publish(run.feed_run, now)
        transaction.set_rollback(True)
    source.refresh_from_db()
    assert source.watermark is None
    publish(run.feed_run, now)
    source.refresh_from_db()
    assert source.watermark == "read up to here"
