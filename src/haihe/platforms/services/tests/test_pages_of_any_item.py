"""Clerks of every department find their steps and take them on one page; citizens see on the phone how far it is."""

import uuid

import pytest
from django.test import Client

from haihe.base.accounts.models import Membership, User
from haihe.platforms.services.models import Case
from haihe.platforms.services.testing import NOW, opened_by, signed_in, steps_of, take
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db

MARKET, FIRE = "120029", "120048"


def at_desk(client: Client, organisation: str, role: str = "CLERK") -> Client:
    """Sign an officer of a department in."""
    name = f"{role}-{organisation}"
    user = User.objects.create(id=uuid.uuid5(uuid.NAMESPACE_OID, name), username=name, name=name)
    Membership.objects.create(user=user, role=role, organisation=organisation)
    client.force_login(user)
    return client


def test_a_desk_lists_its_own_steps_and_nobody_elses() -> None:
    number = opened_by("two-departments")
    market, fire = at_desk(Client(), MARKET), at_desk(Client(), FIRE)
    assert "受理" in market.get("/services/desk/steps/").text
    assert number not in fire.get("/services/desk/steps/").text

    take(number, "accept", "accept")

    body = fire.get("/services/desk/steps/").text
    assert number in body
    assert "并联部门意见" in body
    assert "本部门审查" not in body


def test_a_department_takes_its_step_on_the_page_of_the_case() -> None:
    number = opened_by("two-departments")
    take(number, "accept", "accept")
    fire = at_desk(Client(), FIRE)
    step = steps_of(number)["other-opinion"]
    assert "不符合" in fire.get(f"/services/desk/cases/{number}/").text

    answer = fire.post(f"/services/desk/cases/{number}/step/", {"step": step, "choice": "met", "note": ""})

    assert answer.status_code == 302
    assert set(steps_of(number)) == {"examine"}
    again = fire.post(f"/services/desk/cases/{number}/step/", {"step": step, "choice": "met", "note": ""})
    assert again.status_code == 422
    assert "已经办过" in again.text


@pytest.mark.parametrize("step", ["", "x", "-1", "99999999999999999999", "²"])
def test_a_forged_step_is_told_as_done(step: str) -> None:
    number = opened_by("plain")
    answer = at_desk(Client(), MARKET).post(f"/services/desk/cases/{number}/step/", {"step": step, "choice": "accept"})
    assert answer.status_code == 422
    assert Case.objects.get(number=number).state == CaseState.AWAITING_ACCEPTANCE


def test_another_departments_clerk_finds_no_case() -> None:
    number = opened_by("plain")
    fire = at_desk(Client(), FIRE)
    assert fire.get(f"/services/desk/cases/{number}/").status_code == 404
    step = steps_of(number)["accept"]
    assert fire.post(f"/services/desk/cases/{number}/step/", {"step": step, "choice": "accept"}).status_code == 404


def test_notes_between_the_handling_bodys_people_arent_shown_to_a_body_with_one_step() -> None:
    number = opened_by("two-departments")
    take(number, "accept", "accept")
    take(number, "examine", note="本部门内部的审查意见")
    assert "本部门内部的审查意见" in at_desk(Client(), MARKET).get(f"/services/desk/cases/{number}/").text
    assert "本部门内部的审查意见" not in at_desk(Client(), FIRE).get(f"/services/desk/cases/{number}/").text


def test_a_clerk_stops_the_clock_and_lets_it_run_on() -> None:
    number = opened_by("plain")
    take(number, "accept", "accept")
    market = at_desk(Client(), MARKET)
    url = f"/services/desk/cases/{number}/"
    market.post(f"{url}pause/", {"reason": "expert-review", "note": "送专家评审委员会"})
    assert "已中止计时：专家评审" in market.get(url).text
    market.post(f"{url}resume/")
    assert Case.objects.get(number=number).state == CaseState.EXAMINING


def test_a_citizen_reads_what_is_missing_and_hands_it_in_on_the_phone() -> None:
    number = opened_by("plain")
    take(number, "accept", "missing", note="缺营业场所证明")
    phone = signed_in(Client(), "liu")
    body = phone.get(f"/services/cases/{number}/").text
    assert "缺营业场所证明" in body
    assert "请补正" in body

    step = steps_of(number)["supplement"]
    phone.post(f"/services/cases/{number}/step/", {"step": step, "choice": "handed-in", "note": "已上传"})

    assert Case.objects.get(number=number).state == CaseState.AWAITING_ACCEPTANCE


def test_a_citizen_cannot_take_a_clerks_step_of_their_own_case() -> None:
    number = opened_by("plain")
    step = steps_of(number)["accept"]
    answer = signed_in(Client(), "liu").post(f"/services/cases/{number}/step/", {"step": step, "choice": "accept"})
    assert answer.status_code == 422
    assert Case.objects.get(number=number).state == CaseState.AWAITING_ACCEPTANCE


def test_an_approver_finds_what_came_to_them_and_decides() -> None:
    number = opened_by("checked")
    approver = at_desk(Client(), MARKET, "APPROVER")
    assert approver.get(f"/services/desk/cases/{number}/").status_code == 404
    take(number, "accept", "accept")
    take(number, "examine")
    assert number in approver.get("/services/desk/steps/").text

    step = steps_of(number)["decide"]
    approver.post(f"/services/desk/cases/{number}/step/", {"step": step, "choice": "approve"})

    case = Case.objects.get(number=number)
    assert (case.state, case.decided_name, case.opened_at) == (CaseState.APPROVED, "APPROVER-120029", NOW)
