"""Anybody tries anything at any time; the tables hold, history only grows, and no grant stands without both offices."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from haihe.base.accounts.api import NotPermitted
from haihe.base.ledger.testing import append_records
from haihe.data.sharing import operations
from haihe.data.sharing.errors import NotNow, OtherHandsNeeded, SharingError
from haihe.data.sharing.models import Correction, Disposal, Dispute, Grant, ServiceStop, SharingEvent, SharingRequest
from haihe.data.sharing.operations.moving import check_move
from haihe.data.sharing.queries.access import parts_on_correction, parts_on_grant, parts_on_request
from haihe.data.sharing.testing import NOW, application, cast_actor, open_relief_status, requested
from haihe.data.sharing.workflow import CORRECTION, GRANT, NEEDS_WORDS, REQUEST, Part
from haihe.data.sharing.workflow_closing import CLOSING_NEEDS_WORDS, DISPOSAL, DISPUTE, STOP
from haihe.kernel.calendar import WorkCalendar
from haihe.kernel.workflow import Workflow

WHO = (
    *("steward_gjj", "approver_gjj", "steward_mzj", "approver_mzj", "operator"),
    *("auditor", "clerk_gjj", "outsider", "liu"),
)
RIGHT = {
    Part.APPLICANT_STEWARD: "steward_gjj",
    Part.APPLICANT_APPROVER: "approver_gjj",
    Part.OWNER_STEWARD: "steward_mzj",
    Part.OWNER_APPROVER: "approver_mzj",
    Part.AUTHORITY: "operator",
    Part.REPORTER: "clerk_gjj",
    Part.OPENER: "steward_gjj",
    Part.OTHER_SIDE: "approver_mzj",
}
REQUEST_MOVES, GRANT_MOVES, CORRECTION_MOVES = (
    sorted({move.name for move in table.moves}) for table in (REQUEST, GRANT, CORRECTION)
)
people = st.sampled_from(WHO)
choices = st.integers(0, 9)
steps = st.lists(st.tuples(choices, choices), min_size=4, max_size=12)
words = st.sampled_from(["", "理由"])
CALENDAR = WorkCalendar()


class Desk(RuleBasedStateMachine):
    """What all desks have in common: time, people who try things, and what must hold."""

    def __init__(self) -> None:
        super().__init__()
        # So early that no run of steps outlasts the calendar.
        self.now = NOW - timedelta(days=1300)
        self.seen_events: list[tuple[Any, ...]] = []
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        open_relief_status(now=self.now)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        operations.expire_grants(now=self.now)
        operations.watch_clocks(now=self.now)

    def one(self, rows: Any, choice: int) -> Any:
        found = list(rows)
        return found[choice % len(found)]

    def go_on(self, row: Any, table: Workflow, way: int) -> None:
        """Let the right person make a move that the table lists."""
        ways = [move for move in table.moves if row.state in move.sources and move.roles[0] in RIGHT]
        if ways:
            move = ways[way % len(ways)]
            who = RIGHT[Part(move.roles[0])]
            # By the table they may; but what the data centre suspended, only it resumes.
            with suppress(OtherHandsNeeded):
                self.make(row, table, who, move.name, "理由")

    def try_move(self, row: Any, table: Workflow, parts: frozenset[Part], who: str, name: str, said: str) -> None:
        before, lines = row.state, SharingEvent.objects.count()
        with suppress(NotPermitted):
            self.make(row, table, who, name, said)
        row.refresh_from_db()
        if SharingEvent.objects.count() == lines:
            assert row.state == before
            return
        row.state, after = before, row.state
        assert after == check_move(table, row, name, parts).target
        assert said or name not in NEEDS_WORDS | CLOSING_NEEDS_WORDS

    def make(self, row: Any, table: Workflow, who: str, name: str, said: str) -> None:
        actor = cast_actor(who)
        told: dict[str, Any] = {"words": said, "now": self.now}
        with suppress(SharingError):
            if table is REQUEST and name == "resubmit":
                wish = application(purpose=row.purpose)
                operations.resubmit_request(actor=actor, request_id=row.id, application=wish, now=self.now)
            elif table is REQUEST:
                operations.move_request(actor=actor, request_id=row.id, name=name, **told)
            elif table is GRANT:
                day = timezone.localdate(self.now) + timedelta(days=7)
                operations.move_grant(actor=actor, grant_id=row.id, name=name, put_right_by=day, **told)
            elif table is DISPOSAL:
                day = timezone.localdate(self.now)
                told |= {"method": "DELETED", "disposed_on": day}
                operations.move_disposal(actor=actor, disposal_id=row.id, name=name, **told)
            elif table is DISPUTE:
                told |= {"outcome": "UPHELD", "document": "文号"}
                operations.move_dispute(actor=actor, number=row.number, name=name, **told)
            elif table is STOP:
                operations.move_stop(actor=actor, number=row.number, name=name, **told)
            else:
                operations.move_correction(actor=actor, number=row.number, name=name, **told)

    @invariant()
    def history_only_grows(self) -> None:
        events = list(self.events())
        assert events[: len(self.seen_events)] == self.seen_events
        self.seen_events = events

    @invariant()
    def each_step_follows_the_table(self) -> None:
        for row, table, made_by in self.everything():
            events = [e for e in row.events.all() if e.name != "open_person"]
            assert events[0].name == made_by
            assert events[0].target == table.initial
            assert events[-1].target == row.state
            for before, after in pairwise(events):
                assert before.target == after.source
                assert table.move(after.source, after.name).target == after.target
                assert after.clause
                assert after.part in table.move(after.source, after.name).roles

    def events(self) -> Any:
        return SharingEvent.objects.values_list("id", "name", "source", "target", "part", "actor_id", "words", "at")

    def everything(self) -> list[tuple[Any, Workflow, str]]:
        return [
            *((row, REQUEST, "request") for row in SharingRequest.objects.all()),
            *((row, GRANT, "grant") for row in Grant.objects.all()),
            *((row, CORRECTION, "report") for row in Correction.objects.all()),
            *((row, DISPOSAL, "open_disposal") for row in Disposal.objects.all()),
            *((row, DISPUTE, "open_dispute") for row in Dispute.objects.all()),
            *((row, STOP, "plan_stop") for row in ServiceStop.objects.all()),
        ]


class SharingDesks(Desk):
    """Requests and grants at the desks of both departments and of the data centre, over some weeks."""

    @initialize()
    def begin(self) -> None:
        self.purpose = 0
        for stage in ("request", "approve_by_office", "approve", "approve_by_office", "approve"):
            self.ask(stage)

    @rule(days=st.sampled_from([None, 1, 2]))
    def the_precheck_is_wanted_or_not(self, days: int | None) -> None:
        told: dict[str, Any] = {"clock": "PRECHECK", "owner": "", "working_days": days, "reason": "试"}
        operations.set_clock(actor=cast_actor("operator"), now=self.now, **told)

    @rule(stage=st.sampled_from(["request", "approve_by_office", "approve"]))
    def ask(self, stage: str) -> None:
        self.purpose += 1
        # Under a pre-check the owner's answer has to wait.
        with suppress(NotNow):
            self.bring(stage)

    def bring(self, stage: str) -> None:
        requested(until=stage, now=self.now, purpose=f"PURPOSE_{self.purpose}", duration_months=1 + self.purpose % 3)

    @rule(who=people, name=st.sampled_from(REQUEST_MOVES), said=words, choice=choices)
    def try_with_a_request(self, who: str, name: str, said: str, choice: int) -> None:
        row = self.one(SharingRequest.objects.order_by("number"), choice)
        self.try_move(row, REQUEST, parts_on_request(cast_actor(who), row), who, name, said)

    @rule(steps=steps)
    def requests_go_on(self, steps: list[tuple[int, int]]) -> None:
        for choice, way in steps:
            self.go_on(self.one(SharingRequest.objects.order_by("number"), choice), REQUEST, way)

    @rule(who=people, name=st.sampled_from(GRANT_MOVES), said=words, choice=choices)
    def try_with_a_grant(self, who: str, name: str, said: str, choice: int) -> None:
        row = self.one(Grant.objects.order_by("request__number"), choice)
        self.try_move(row, GRANT, parts_on_grant(cast_actor(who), row), who, name, said)

    @rule(steps=steps)
    def grants_go_on(self, steps: list[tuple[int, int]]) -> None:
        for choice, way in steps[:4]:
            self.go_on(self.one(Grant.objects.order_by("request__number"), choice), GRANT, way)

    @invariant()
    def a_grant_in_force_rests_on_both_offices_and_three_people(self) -> None:
        for grant in Grant.objects.filter(state="ACTIVE").select_related("request"):
            assert grant.request.state == "APPROVED"
            assert grant.in_force(self.now) or grant.valid_from > self.now
            told = {e.name: e for e in grant.request.events.all()}
            office, owner = told.get("approve_by_office") or told["approve_to_precheck"], told["approve"]
            assert (office.organisation, owner.organisation) == (grant.organisation, grant.owner)
            assert len({grant.request.created_by, office.actor_id, owner.actor_id}) == 3

    @invariant()
    def what_the_gateway_sees_is_what_stands(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM gateway_grant WHERE status = 'ACTIVE' AND valid_from <= %s AND %s < valid_until",
                [self.now, self.now],
            )
            shown = {row[0] for row in cursor.fetchall()}
        assert shown == {row.id for row in Grant.objects.all() if row.in_force(self.now)}

    @invariant()
    def no_clock_is_slower_than_the_law(self) -> None:
        for row in SharingRequest.objects.all():
            assert (row.due_on is not None) == (row.state in {"OWNER_REVIEW", "PRE_REVIEW"})
            if row.precheck_due_on and row.clock_started_on:
                assert row.state == "PRE_REVIEW"
                assert CALENDAR.working_days_between(row.clock_started_on, row.precheck_due_on) <= 2
            if row.due_on and row.clock_started_on:
                days = CALENDAR.working_days_between(row.clock_started_on, row.due_on)
                assert days == row.clock_days <= (20 if row.extended_at else 10)


class CorrectionDesk(Desk):
    """Reports of wrong data at the source's desk."""

    @initialize()
    def begin(self) -> None:
        self.report()

    @rule()
    def somebody_reports(self) -> None:
        self.report()

    def report(self) -> None:
        evidence = append_records(1)[0]
        operations.open_correction(cast_actor("clerk_gjj"), evidence, "登记有误", self.now)

    @rule(who=people, name=st.sampled_from(CORRECTION_MOVES), said=words, choice=choices)
    def try_with_a_correction(self, who: str, name: str, said: str, choice: int) -> None:
        row = self.one(Correction.objects.order_by("number"), choice)
        self.try_move(row, CORRECTION, parts_on_correction(cast_actor(who), row), who, name, said)

    @rule(choice=choices, way=choices)
    def go_on_with_a_correction(self, choice: int, way: int) -> None:
        self.go_on(self.one(Correction.objects.order_by("number"), choice), CORRECTION, way)

    @invariant()
    def the_clock_is_the_laws_and_the_answer_is_in_words(self) -> None:
        for report in Correction.objects.all():
            assert isinstance(report.due_on, date)
            assert CALENDAR.working_days_between(report.clock_started_on, report.due_on) == 10
            assert bool(report.answer) == (report.state in {"CONFIRMED", "CORRECTED", "REJECTED"})


@pytest.mark.django_db
@pytest.mark.parametrize(("desk", "steps"), [(SharingDesks, 30), (CorrectionDesk, 15)])
def test_the_tables_hold(desk: type[Desk], steps: int) -> None:
    run_state_machine_as_test(desk, settings=settings(max_examples=12, stateful_step_count=steps, deadline=None))
