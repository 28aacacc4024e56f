"""Whatever happens to fetches, in any order: one at a time, each ends with a sentence, the watermark is true."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.operations.moving import move_run
from haihe.data.exchange.sources.models import UNFINISHED, Source, SourceRun, SourceRunState
from haihe.data.exchange.sources.operations.fetching import begin, fetch, hand_over
from haihe.data.exchange.sources.operations.keeping import pause_source
from haihe.data.exchange.sources.operations.starting import AlreadyFetching, fetch_now
from haihe.data.exchange.sources.operations.sweeping import recover
from haihe.data.exchange.sources.testing import folder_source
from haihe.data.exchange.sources.workflow import SOURCE_RUN
from haihe.data.exchange.testing import relief_lines
from haihe.kernel.workflow import ForbiddenMove

pytestmark = pytest.mark.django_db
ACTIONS = ("ask", "begin", "find_nothing", "keep", "hand_over", "die", "publish", "reject", "fail", "pause")


class Story:
    """One source and what happens to it; each published file names its watermark."""

    def __init__(self, source: Source, steward: Actor, now: datetime) -> None:
        self.source, self.steward, self.now = source, steward, now
        self.files = 0
        self.published: list[str] = []

    def act(self, name: str) -> None:
        self.now += timedelta(minutes=1)
        getattr(self, name)(self.source.runs.filter(state__in=UNFINISHED).first())

    def ask(self, run: SourceRun | None) -> None:
        if run is None:
            fetch_now(self.steward, self.source.pk, now=self.now)
            return
        with pytest.raises(AlreadyFetching):
            fetch_now(self.steward, self.source.pk, now=self.now)

    def begin(self, run: SourceRun | None) -> None:
        if run is not None and run.state == SourceRunState.WAITING:
            begin(run.pk, now=self.now)
        elif run is not None:
            with pytest.raises(ForbiddenMove):
                begin(run.pk, now=self.now)

    def find_nothing(self, run: SourceRun | None) -> None:
        """The real try of a source whose folder is empty, unless something was kept by an earlier one."""
        if run is not None and run.state == SourceRunState.WAITING:
            fetch(run.pk, now=self.now)

    def keep(self, run: SourceRun | None) -> None:
        if run is None or run.state != SourceRunState.FETCHING or run.kept_at or run.feed_run is None:
            return
        self.files += 1
        writer = exchange.begin_arrival(run.feed_run)
        writer.write("\n".join(relief_lines(self.files)).encode())
        received = writer.finish()
        SourceRun.objects.filter(pk=run.pk).update(
            kept_at=self.now, as_of=self.now, mode="full", filename="a.csv", watermark=f"file {self.files}",
            content_sha256=received.sha256, size_bytes=received.size_bytes,
        )  # fmt: skip

    def hand_over(self, run: SourceRun | None) -> None:
        if run is not None and run.state == SourceRunState.FETCHING and run.kept_at:
            hand_over(run.pk, now=self.now)

    def die(self, run: SourceRun | None) -> None:
        """The process is gone; the sweep takes up what it left."""
        recover(now=self.now)

    def publish(self, run: SourceRun | None) -> None:
        if (feed_run := self._checking(run)) is not None and run is not None:
            for name in ("begin", "check", "publish"):
                move_run(feed_run.pk, name, now=self.now)
            self.published.append(run.watermark or "")

    def reject(self, run: SourceRun | None) -> None:
        if (feed_run := self._checking(run)) is not None:
            move_run(feed_run.pk, "begin", now=self.now)
            move_run(feed_run.pk, "reject", now=self.now, outcome_code="NO_ROWS", outcome="没有一行可以采用。")

    def fail(self, run: SourceRun | None) -> None:
        if (feed_run := self._checking(run)) is not None:
            move_run(feed_run.pk, "fail", now=self.now, outcome_code="INTERRUPTED", outcome="中断。")

    def pause(self, run: SourceRun | None) -> None:
        pause_source(self.steward, self.source.pk, now=self.now)

    def _checking(self, run: SourceRun | None) -> FeedRun | None:
        found = FeedRun.objects.filter(source=self.source.pk, state=RunState.RECEIVED)
        return found.first() if run is not None and run.state == SourceRunState.HANDED_OVER else None

    def check(self) -> None:
        self.source.refresh_from_db()
        assert self.source.watermark == (self.published[-1] if self.published else None)
        assert len(set(self.published)) == len(self.published)
        assert self.source.runs.filter(state__in=UNFINISHED).count() <= 1
        for run in self.source.runs.exclude(state__in=UNFINISHED):
            assert run.outcome or run.state == SourceRunState.PUBLISHED
            assert [move.target for move in run.moves.all()][-1] == run.state


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ACTIONS), min_size=5, max_size=40))
def test_whatever_happens_nothing_is_lost_or_loaded_twice(steward: Actor, now: datetime, actions: list[str]) -> None:
    with transaction.atomic():
        story = Story(folder_source(steward, now=now), steward, now)
        for action in actions:
            story.act(action)
            story.check()
        transaction.set_rollback(True)


def test_every_state_can_end() -> None:
    assert SOURCE_RUN.terminal == {state.value for state in SourceRunState} - set(UNFINISHED)
