"""One form, the licence as the gate, everything else side by side, the join; and how long that took, for all to see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from haihe.base.outbox.models import Event
from haihe.base.processes.api import Answer, Work
from haihe.base.processes.sweeping import LEASE, sweep
from haihe.base.processes.testing import standing_in
from haihe.kernel.identifiers import parse_credit_code
from haihe.platforms.services import companies, operations
from haihe.platforms.services.clock import clocks
from haihe.platforms.services.errors import NotNow
from haihe.platforms.services.hearing import hear
from haihe.platforms.services.models import Case, Company
from haihe.platforms.services.testing import actor, application_for, item_by, officer, steps_of, take
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
LIU, ZHANG = "120103197905121012", "120106198509233067"


def opening(
    name: str = "天津津门演示科技有限公司", username: str = "liu", *, staff: int = 1, address: str = "演示路 1 号"
) -> str:
    item = item_by("company-opening")
    members = [{"name": "刘志远", "id_number": LIU, "role": "LEGAL", "share": 100}]
    form = application_for(
        item,
        username,
        company_name=name,
        company_division="120103000000",
        company_address=address,
        company_members=members,
        staff_count=staff,
    )
    number = operations.open_case(actor=actor(username), application=form, now=MONDAY)
    sweep(now=MONDAY)
    return number


def state(number: str) -> str:
    return Case.objects.get(number=number).state


def test_a_company_is_opened_side_by_side_after_its_licence() -> None:
    number = opening()
    assert set(steps_of(number)) == {"accept"}
    take(number, "accept", "approve", now=MONDAY)
    sweep(now=MONDAY)

    company = Company.objects.get()
    assert parse_credit_code(company.credit_code) == company.credit_code
    assert set(steps_of(number)) >= {"seal", "staff-insurance", "fund-account"}
    take(number, "seal", by=officer("CLERK", "120011"), now=MONDAY)
    take(number, "staff-insurance", by=officer("CLERK", "120020"), now=MONDAY)
    if "tax-by-hand" in steps_of(number):
        take(number, "tax-by-hand", by=officer("CLERK", "120046"), now=MONDAY)
    assert state(number) == CaseState.APPROVED
    take(number, "fund-account", by=officer("CLERK", "120040"), now=MONDAY)
    sweep(now=MONDAY)

    assert state(number) == CaseState.CLOSED
    told = [event.payload for event in Event.objects.filter(topic="services.company_registered")]
    assert [one["credit_code"] for one in told] == [company.credit_code]


def test_a_name_is_kept_for_whoever_came_first_and_free_again_when_they_give_up() -> None:
    first = opening()
    second = opening(username="zhang")
    with pytest.raises(NotNow, match="名称"):
        take(second, "accept", "approve", now=MONDAY)

    operations.withdraw(actor=actor("liu"), number=first, now=MONDAY)
    take(second, "accept", "missing", note="名称已被使用，请换名或等待", now=MONDAY)
    take(second, "supplement", "handed-in", by=actor("zhang"), now=MONDAY)
    sweep(now=MONDAY)
    take(second, "accept", "approve", now=MONDAY)
    assert state(second) == CaseState.APPROVED


def test_what_the_data_doubts_a_person_looks_at() -> None:
    number = opening(address="")
    assert Case.objects.get(number=number).events.filter(facts__choice="doubtful").exists()
    take(number, "accept", "approve", now=MONDAY)
    sweep(now=MONDAY)
    assert "tax-by-hand" in steps_of(number)


def test_a_program_that_runs_twice_registers_once() -> None:
    number = opening(staff=0)
    take(number, "accept", "approve", now=MONDAY)
    for _again in range(3):
        sweep(now=MONDAY + timedelta(minutes=10))
    assert Company.objects.count() == 1
    assert Company.objects.get().credit_code


class Killed(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


def test_a_worker_that_is_killed_after_its_work_and_before_it_said_so_loses_and_doubles_nothing() -> None:
    number = opening(staff=0)
    take(number, "accept", "approve", now=MONDAY)

    def dies(work: Work) -> Answer:
        companies.issue_licence(work)
        raise Killed

    with (
        standing_in(
            does=companies.PROGRAMS | {"services-issue-licence": dies}, hears=dict.fromkeys(["company-opening"], hear)
        ),
        pytest.raises(Killed),
    ):
        sweep(now=MONDAY)
    code = Company.objects.get().credit_code
    assert state(number) == CaseState.APPROVED

    sweep(now=MONDAY + LEASE)

    assert Company.objects.get().credit_code == code
    assert "seal" in steps_of(number)


def test_everybody_can_see_how_long_it_takes() -> None:
    number = opening(staff=0)
    take(number, "accept", "approve", now=MONDAY)
    sweep(now=MONDAY)
    later = MONDAY + timedelta(hours=3)
    take(number, "seal", by=officer("CLERK", "120011"), now=later)
    if "tax-by-hand" in steps_of(number):
        take(number, "tax-by-hand", by=officer("CLERK", "120046"), now=later)
    sweep(now=later)
    row = clocks(now=later)[0]
    assert (row.done, row.median_hours, row.share_within_a_day) == (1, 3.0, 100)
    body = Client().get("/services/companies/clock/").text
    assert "用时中位数" in body


def test_a_company_without_debts_is_closed_after_its_notice() -> None:
    item = item_by("company-closing")
    form = application_for(item, organisation_name="天津某演示公司", is_simple=True)
    number = operations.open_case(actor=actor("liu"), application=form, now=MONDAY)
    take(number, "accept", "accept", now=MONDAY)
    sweep(now=MONDAY)
    for step, body in (("tax-clearance", "120046"), ("staff-clearance", "120020"), ("fund-clearance", "120040")):
        take(number, step, by=officer("CLERK", body), now=MONDAY)
    assert steps_of(number) == {}
    after = MONDAY + timedelta(days=22)
    sweep(now=after)
    take(number, "decide", "approve", now=after)
    sweep(now=after)
    assert state(number) == CaseState.CLOSED
