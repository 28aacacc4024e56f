"""Anybody tries anything with an entry and its updates, on any day; only what the tables list happens."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from haihe.base.accounts.api import NotPermitted
from haihe.data.catalogue import operations
from haihe.data.catalogue.contents import entry_of
from haihe.data.catalogue.errors import CatalogueError, NotNow
from haihe.data.catalogue.models import Resource, Revision
from haihe.data.catalogue.operations.watching import watch_clocks
from haihe.data.catalogue.queries import parts_on
from haihe.data.catalogue.testing import cast_actor, publish_entry
from haihe.data.catalogue.workflow import BY_ITSELF, NEEDS_WORDS, OPEN_REVISIONS, RESOURCE, REVISION
from haihe.kernel.calendar import WorkCalendar

WHO = ("steward_mzj", "approver_mzj", "operator", "steward_gjj", "auditor", "outsider", "liu")
RIGHT = {"OWNER_STEWARD": "steward_mzj", "OWNER_APPROVER": "approver_mzj", "AUTHORITY": "operator"}
NAMES = sorted({move.name for move in REVISION.moves})
STARTS = ("open", "submit", "approve", "send_back", "consent_extension")
"""What sets a day, or sets it anew."""
CALENDAR = WorkCalendar()
FIRST_DAYS = st.dates(date(2025, 9, 1), date(2026, 9, 1))


class Updates(RuleBasedStateMachine):
    """One published entry of 民政局 through a year with its holidays."""

    @initialize(day=FIRST_DAYS)
    def begin(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        self.code = publish_entry(now=self.now)
        self.published = 1

    @rule(days=st.integers(1, 12))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        watch_clocks(now=self.now)

    @rule(username=st.sampled_from(WHO), ago=st.integers(0, 20), cause=st.sampled_from(["LAW", "DUTIES", "OTHER"]))
    def begin_an_update(self, username: str, ago: int, cause: str) -> None:
        actor, row, before = cast_actor(username), self.row(), self.open()
        changed_on = self.now.date() - timedelta(days=ago)
        try:
            found = operations.open_revision(
                actor=actor, code=self.code, cause=cause, basis="规定修改", changed_on=changed_on, now=self.now
            )
        except (CatalogueError, NotPermitted):
            assert self.open() == before
            return
        assert before is None
        assert row.state == "PUBLISHED"
        assert parts_on(actor, row) & {"OWNER_STEWARD", "AUTHORITY"}
        due_on = None if cause == "OTHER" else CALENDAR.add_working_days(changed_on, 10)
        assert Revision.objects.get(pk=found).due_on == due_on

    @rule(username=st.sampled_from(WHO), name=st.sampled_from(NAMES), words=st.sampled_from(["", "理由"]))
    def try_a_move(self, username: str, name: str, words: str) -> None:
        revision = Revision.objects.filter(resource__code=self.code).order_by("-number").first()
        if revision is None:
            return
        actor, row = cast_actor(username), self.row()
        try:
            operations.move_revision(actor=actor, revision_id=revision.pk, name=name, now=self.now, words=words)
        except (CatalogueError, NotPermitted):
            assert Revision.objects.get(pk=revision.pk).state == revision.state
            return
        move = REVISION.move(revision.state, name)
        assert name not in BY_ITSELF
        assert not parts_on(actor, row).isdisjoint(move.roles)
        assert words or name not in NEEDS_WORDS
        self.published += name == "publish"
        self.check_clock(revision, Revision.objects.get(pk=revision.pk), name)

    def check_clock(self, before: Revision, after: Revision, name: str) -> None:
        if name == "consent_extension":
            assert before.update_due_on is not None
            assert after.update_due_on == CALENDAR.add_working_days(before.update_due_on, 5)
        if after.state == "AUTHORITY_REVIEW":
            assert after.due_on == CALENDAR.add_working_days(self.now.date(), 2)
        elif after.state in ("PUBLISHED", "ABANDONED"):
            assert after.due_on is None
        else:
            assert after.due_on == after.update_due_on

    @rule(choice=st.integers(0, 9))
    def make_a_right_move(self, choice: int) -> None:
        if (revision := self.open()) is None:
            self.begin_an_update("steward_mzj", 0, "LAW")
            return
        ways = [move for move in REVISION.moves if revision.state in move.sources and move.name not in BY_ITSELF]
        move = ways[choice % len(ways)]
        self.try_a_move(username=RIGHT[move.roles[0]], name=move.name, words="理由")

    @rule(title=st.sampled_from(["甲册", "乙册"]))
    def edit(self, title: str) -> None:
        if (revision := self.open()) is None:
            return
        entry = replace(entry_of(revision.content), title=title)
        try:
            operations.edit_revision(
                actor=cast_actor("steward_mzj"), revision_id=revision.pk, entry=entry, now=self.now
            )
        except NotNow:
            assert revision.state != "DRAFT"
        else:
            assert revision.state == "DRAFT"

    @rule(name=st.sampled_from(["retire", "revise", "submit", "approve", "submit_for_publication", "publish"]))
    def move_the_entry(self, name: str) -> None:
        row = self.row()
        ways = [move for move in RESOURCE.moves if move.name == name and row.state in move.sources]
        for move in ways:
            who = cast_actor(RIGHT[move.roles[0]])
            operations.move_resource(actor=who, code=self.code, name=name, now=self.now, words="理由")
            self.published += name == "publish"

    @invariant()
    def each_publication_left_a_version(self) -> None:
        numbers = list(self.row().versions.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, self.published + 1))

    @invariant()
    def an_update_is_open_only_beside_a_published_entry(self) -> None:
        if self.open() is not None:
            assert self.row().state == "PUBLISHED"

    @invariant()
    def what_is_public_is_what_was_published_last(self) -> None:
        row = self.row()
        if row.state == "PUBLISHED":
            last = row.versions.order_by("-number").first()
            assert last is not None
            assert last.content["title"] == row.title

    @invariant()
    def each_run_of_a_clock_ends_overdue_once_at_most(self) -> None:
        events = self.row().events
        runs = events.filter(name__in=[f"revision_{name}" for name in STARTS]).count()
        assert events.filter(name="revision_overdue").count() <= runs

    def row(self) -> Resource:
        return Resource.objects.get(code=self.code)

    def open(self) -> Revision | None:
        return Revision.objects.filter(resource__code=self.code, state__in=OPEN_REVISIONS).first()


@pytest.mark.django_db
def test_whatever_people_try_the_tables_hold() -> None:
    run_state_machine_as_test(Updates, settings=settings(max_examples=20, stateful_step_count=25, deadline=None))
