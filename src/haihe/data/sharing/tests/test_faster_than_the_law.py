"""City and departments may promise to be faster than the law, never slower; the fastest promise binds."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import NotPermitted
from haihe.base.accounts.testing import make_user
from haihe.base.ledger.testing import append_records
from haihe.city import cast
from haihe.data.catalogue.testing import RELIEF
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused
from haihe.data.sharing.models import ClockPolicy, Correction, SharingRequest
from haihe.data.sharing.queries.clocks import working_days
from haihe.data.sharing.testing import NOW, cast_actor, open_relief_status, requested
from haihe.data.sharing.workflow import CLOCKS, ClockName

pytestmark = pytest.mark.django_db
MZJ = "120012"
CONDITIONAL = ClockName.ANSWER_CONDITIONAL


def promise(username: str, owner: str, days: int | None, *, clock: str = CONDITIONAL, resource: str = "") -> None:
    operations.set_clock(
        actor=cast_actor(username),
        clock=clock,
        owner=owner,
        resource=resource,
        working_days=days,
        reason="提速承诺",
        now=NOW,
    )


def in_force(clock: ClockName = CONDITIONAL, *, owner: str = MZJ, resource: str = RELIEF) -> int:
    return working_days(clock, owner=owner, resource=resource)


def test_without_a_promise_the_law_s_figure_holds() -> None:
    assert {clock: in_force(clock) for clock in ClockName} == {name: clock.ceiling for name, clock in CLOCKS.items()}


def test_the_fastest_of_city_department_and_resource_binds() -> None:
    open_relief_status()
    promise("operator", "", 8)
    assert (in_force(), in_force(owner="120040", resource="120040/000001")) == (8, 8)
    promise("approver_mzj", MZJ, 6)
    assert (in_force(), in_force(owner="120040", resource="120040/000001")) == (6, 8)
    promise("approver_mzj", MZJ, 3, resource=RELIEF)
    assert (in_force(), in_force(resource="120012/000009")) == (3, 6)
    promise("approver_mzj", MZJ, 9, resource=RELIEF)
    assert in_force() == 6
    assert in_force(ClockName.CORRECTION) == 10


def test_a_promise_is_taken_back_and_all_stay_on_record() -> None:
    promise("approver_mzj", MZJ, 6)
    promise("approver_mzj", MZJ, None)
    assert in_force() == 10
    assert ClockPolicy.objects.count() == 2
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        ClockPolicy.objects.all().delete()


@pytest.mark.parametrize("clock", ClockName)
def test_slower_than_the_law_is_refused_by_program_and_database(clock: ClockName) -> None:
    for days in (0, -1, CLOCKS[clock].ceiling + 1):
        with pytest.raises(InputRefused) as refusal:
            promise("operator", "", days, clock=clock)
        assert refusal.value.field == "working_days"
    row = ClockPolicy(clock=clock, working_days=CLOCKS[clock].ceiling + 1, reason="慢", set_at=NOW, set_name="x")
    row.set_by = cast_actor("operator").user_id  # type: ignore[assignment]  # the cast has ids
    with pytest.raises(IntegrityError, match="within_the_law"), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("username", "owner"),
    [("steward_mzj", MZJ), ("approver_gjj", MZJ), ("operator", MZJ), ("approver_mzj", ""), ("auditor", "")],
)
def test_nobody_promises_for_others(username: str, owner: str) -> None:
    with pytest.raises(NotPermitted):
        promise(username, owner, 5)


def test_a_promise_needs_a_reason_and_a_resource_of_its_own() -> None:
    open_relief_status()
    for resource in ("120040/000001", "120012/999999", "x"):
        with pytest.raises(InputRefused):
            promise("approver_mzj", MZJ, 5, resource=resource)
    with pytest.raises(InputRefused):
        promise("operator", "", 5, clock="LUNCH")
    with pytest.raises(InputRefused):
        operations.set_clock(
            actor=cast_actor("operator"), clock=CONDITIONAL, owner="", working_days=5, reason=" ", now=NOW
        )


def test_it_holds_for_clocks_that_start_after_it() -> None:
    before = requested(until="approve_by_office")
    promise("approver_mzj", MZJ, 3)
    promise("approver_mzj", MZJ, 2, clock=ClockName.CORRECTION)
    promise("operator", "", 4, clock=ClockName.EXTENSION)
    after = requested(until="approve_by_office", purpose="ANOTHER")
    due = {row.pk: row.due_on for row in SharingRequest.objects.all()}
    assert (due[before], due[after]) == (date(2026, 12, 7), date(2026, 11, 26))
    operations.move_request(
        actor=cast_actor("steward_mzj"), request_id=after, name="ask_extension", now=NOW, words="量大"
    )
    operations.extend_request(actor=cast_actor("operator"), request_id=after, now=NOW)
    assert SharingRequest.objects.get(pk=after).due_on == date(2026, 12, 2)
    operations.open_correction(cast_actor("clerk_gjj"), append_records(1)[0], "登记有误", NOW)
    assert Correction.objects.get().due_on == date(2026, 11, 25)


def test_the_page_sets_it_and_says_what_is_wrong() -> None:
    open_relief_status(now=timezone.now() - timedelta(days=1))
    browser, page = Browser(), reverse("sharing:clocks")
    browser.force_login(make_user("approver_mzj", *cast.person("approver_mzj").memberships))
    told = {"owner": MZJ, "clock": CONDITIONAL, "resource": RELIEF, "working_days": "11", "reason": "提速"}
    answer = browser.post(page, told)
    assert (answer.status_code, "不能更慢" in answer.content.decode()) == (422, True)
    assert browser.post(page, told | {"working_days": "5"})["Location"] == page
    shown = browser.get(page).content.decode()
    assert "承诺 5 个工作日" in shown
    assert RELIEF in shown
