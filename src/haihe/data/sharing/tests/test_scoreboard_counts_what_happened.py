"""The scoreboard's figures are those of the events: in time to the day, by the working-day calendar, rests left out."""

import uuid
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.utils import timezone

from haihe.base.ledger import api as ledger
from haihe.base.ledger.testing import append_records
from haihe.data.sharing import figures, operations
from haihe.data.sharing.models import Score, Service, SharingEvent, SharingRequest
from haihe.data.sharing.operations.scoring import refresh_scoreboard
from haihe.data.sharing.operations.tallying import tally_all
from haihe.data.sharing.periods import Period
from haihe.data.sharing.queries import scoreboard
from haihe.data.sharing.testing import NOW, cast_actor, granted, open_relief_status, requested, to_be_handed_over
from haihe.kernel.calendar import WorkCalendar
from haihe.kernel.clocks import due_after

pytestmark = pytest.mark.django_db
OWNER, ASKER = "120012", "120040"
CALENDAR = WorkCalendar()


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def figures_of(department: str, *, period: str = "all", now: datetime = NOW) -> dict[str, Decimal]:
    refresh_scoreboard(now=now)
    return scoreboard.scores(period).get(department, {})


def answer(request_id: uuid.UUID, *, on: date, name: str = "approve", words: str = "") -> None:
    actor = cast_actor("approver_mzj")
    operations.move_request(actor=actor, request_id=request_id, name=name, now=noon(on), words=words)


@pytest.mark.parametrize(("later", "told"), [(0, "answered_in_time"), (1, "answered_late")])
def test_the_last_day_is_in_time_and_the_next_is_late(later: int, told: str) -> None:
    start = date(2026, 9, 21)
    request_id = requested(until="approve_by_office", now=noon(start))
    due = due_after(start, 10)
    assert due is not None
    answer(request_id, on=due + timedelta(days=later))
    mine = figures_of(OWNER)
    assert {name: mine.get(name, 0) for name in ("received", "answered_in_time", "answered_late")} == {
        "received": 1,
        "answered_in_time": told == "answered_in_time",
        "answered_late": told == "answered_late",
    }


def test_a_weekend_after_the_last_day_is_late() -> None:
    # Ten working days after Friday 6 November end on Friday the 20th.
    request_id = requested(until="approve_by_office", now=noon(date(2026, 11, 6)))
    answer(request_id, on=date(2026, 11, 21))
    assert figures_of(OWNER)["answered_late"] == 1


def test_time_in_which_papers_were_awaited_is_not_the_owners() -> None:
    request_id = requested(until="approve_by_office", now=noon(date(2026, 9, 1)))
    owner, asker = cast_actor("steward_mzj"), cast_actor("steward_gjj")
    operations.move_request(
        actor=owner, request_id=request_id, name="ask_supplement", words="缺依据", now=noon(date(2026, 9, 3))
    )
    operations.move_request(
        actor=asker, request_id=request_id, name="supplement", words="已补", now=noon(date(2026, 10, 20))
    )
    answer(request_id, on=date(2026, 10, 22))
    mine = figures_of(OWNER)
    assert [mine[name] for name in ("answered_in_time", "median_days", "supplement_asked")] == [1, 4, 1]


def test_who_has_not_answered_is_waiting_and_then_overdue() -> None:
    requested(until="approve_by_office", now=noon(date(2026, 9, 21)))
    assert figures_of(OWNER, now=noon(date(2026, 9, 22)))["waiting"] == 1
    late = figures_of(OWNER, now=noon(date(2026, 11, 20)))
    assert late["overdue"] == 1
    assert "waiting" not in late


def test_a_refusal_and_its_reason_are_counted() -> None:
    request_id = requested(until="approve_by_office", now=NOW)
    answer(request_id, on=timezone.localdate(NOW), name="refuse", words="超出履职需要")
    mine = figures_of(OWNER)
    assert [mine[name] for name in ("refused", "refusal_reasons", "answered_in_time")] == [1, 1, 1]


def test_what_never_left_the_applicants_office_is_nobodys() -> None:
    requested(until="request")
    assert figures_of(OWNER) == {"published": 1, "published_in_time": 1}


def test_a_grant_is_held_until_used_and_calls_are_the_ledgers() -> None:
    grant = str(granted())
    assert figures_of(ASKER) == {"applied": 1, "held": 1, "unused": 1}
    append_records(3, grant=grant)
    ledger.seal_pending(now=NOW)
    tally_all()
    assert figures_of(ASKER) == {"applied": 1, "held": 1, "used": 1}
    assert figures_of(OWNER)["calls_answered"] == 3
    assert figures_of(OWNER, period="2026-11")["calls_answered"] == 3
    assert "calls_answered" not in figures_of(OWNER, period="2026-10")


def test_what_was_agreed_is_delivered_in_time_or_late_or_not_at_all() -> None:
    agreed = noon(date(2026, 9, 1))
    grant = to_be_handed_over(now=agreed)
    assert figures_of(OWNER, now=agreed)["granted"] == 1
    assert "held" not in figures_of(ASKER, now=agreed)
    assert figures_of(OWNER, now=noon(date(2026, 10, 9)))["delivery_overdue"] == 1
    owner, user = cast_actor("steward_mzj"), cast_actor("steward_gjj")
    late = noon(date(2026, 10, 9))
    operations.move_grant(actor=owner, grant_id=grant, name="hand_over", words="已放入交换目录", now=late)
    operations.move_grant(actor=user, grant_id=grant, name="confirm_receipt", now=late)
    mine = figures_of(OWNER, now=late)
    assert [mine.get(name, 0) for name in ("delivered_in_time", "delivered_late", "delivery_overdue")] == [0, 1, 0]
    assert figures_of(ASKER, now=late, period="2026-10")["held"] == 1
    assert figures_of(ASKER, now=late, period="2026-09") == {"applied": 1}


def test_a_suspension_is_the_holders() -> None:
    operations.suspend_grant(
        actor=cast_actor("approver_mzj"), grant_id=granted(), reason="超范围", put_right_by=date(2099, 1, 1), now=NOW
    )
    assert figures_of(ASKER)["suspended"] == 1


def test_figures_that_are_no_more_go() -> None:
    request_id = requested(until="approve_by_office", now=NOW)
    assert figures_of(OWNER)["waiting"] == 1
    answer(request_id, on=timezone.localdate(NOW))
    assert "waiting" not in figures_of(OWNER)
    assert Score.objects.filter(figure="waiting").count() == 0


def test_every_figure_of_the_statement_is_defined_and_none_else() -> None:
    from haihe.data.sharing.operations.scoring import _query

    named = {figure.name for figure in figures.FIGURES}
    grant = str(granted())
    append_records(1, grant=grant)
    figures_of(OWNER)
    assert set(Score.objects.values_list("figure", flat=True)) <= named
    assert [name for name in named if f"AS {name}" not in _query()] == []


def _made_up(random: Random, today: date, count: int) -> list[SharingRequest]:
    """Return requests in every situation, as their own moves would leave them, as rows only."""
    open_relief_status()
    service_id = Service.objects.get().pk
    rows = []
    for number in range(count):
        received = today - timedelta(days=random.randrange(400))
        row = SharingRequest(
            number=f"GX-{number}", token=uuid.uuid4(), applicant=ASKER, owner=OWNER, service_id=service_id,
            sharing_type="CONDITIONAL", form="SERVICE", claims=["on_relief"], purpose=f"PURPOSE_{number}", item="x",
            legal_basis="x", scenario="x", duration_months=12, quota_per_day=1, created_by=uuid.uuid4(),
            created_name="x", created_at=noon(received), office_approved_by=uuid.uuid4(),
            office_approved_at=noon(received), clock_days=random.choice([1, 5, 10, 20]),
        )  # fmt: skip
        _bring(row, random, received, today)
        rows.append(row)
    return rows


def _bring(row: SharingRequest, random: Random, received: date, today: date) -> None:
    if random.random() < 0.3:
        row.supplement_asked_at = noon(received + timedelta(days=random.randrange(5)))
        received = timezone.localdate(row.supplement_asked_at) + timedelta(days=random.randrange(30))
        row.resumed = received  # type: ignore[attr-defined]  # kept for the reference below
    decided = received + timedelta(days=random.randrange(40))
    if random.random() < 0.7 and decided <= today and received <= today:
        row.state, row.decided_by, row.decided_at = "APPROVED", uuid.uuid4(), noon(decided)
    elif received <= today:
        row.state, row.clock_started_on = "OWNER_REVIEW", received
        row.due_on = due_after(received, row.clock_days)
    else:
        row.state = "SUPPLEMENT"


def _reference(row: SharingRequest, today: date) -> str:
    start = getattr(row, "resumed", timezone.localdate(row.office_approved_at))
    due = due_after(start, row.clock_days)
    if row.decided_at:
        late = due is not None and timezone.localdate(row.decided_at) > due
        return "answered_late" if late else "answered_in_time"
    return "overdue" if row.state == "OWNER_REVIEW" and due is not None and due < today else "waiting"


def test_in_time_means_the_same_as_by_the_calendar_day_by_day() -> None:
    today = date(2026, 11, 24)
    rows = _made_up(Random(7), today, 600)  # noqa: S311 - not for secrets
    SharingRequest.objects.bulk_create(rows)
    SharingEvent.objects.bulk_create(
        SharingEvent(request=row, at=noon(row.resumed), name="supplement", part="x", actor_name="x")
        for row in rows
        if hasattr(row, "resumed")
    )
    expected = Counter(_reference(row, today) for row in rows)
    mine = figures_of(OWNER, now=noon(today))
    assert len(expected) == 4
    assert {name: int(mine.get(name, 0)) for name in expected} == expected
    assert mine["received"] == sum(expected.values())
    by_month = [scoreboard.scores(period.key).get(OWNER, {}).get("received", 0) for period in _months()]
    assert sum(by_month) == len(rows)


def _months() -> list[Period]:
    board = scoreboard.board()
    assert board is not None
    return [period for period in board.periods if len(period.key) == len("2026-11") and "Q" not in period.key]
