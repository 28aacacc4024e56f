"""What somebody may try against a case that isn't theirs, or against a step that was taken; nothing comes of it."""

import uuid

import pytest
from django.test import Client

from haihe.base.accounts.models import Membership, User
from haihe.platforms.services.models import Case
from haihe.platforms.services.testing import opened_by, signed_in, steps_of, take

pytestmark = pytest.mark.django_db

MARKET, FIRE = "120029", "120048"
PHONE_ACTS = ("step", "withdraw", "appeal", "withdraw-appeal", "ask-again", "correct")
DESK_ACTS = (
    *("step", "take", "give-back", "pause", "resume", "hear", "approve", "decline", "close", "accept-paper", "review"),
    *("appeal-take", "appeal-decide", "withdraw"),
)


def at_desk(organisation: str, role: str = "CLERK", *, user_id: uuid.UUID | None = None) -> Client:
    user = User.objects.create(id=user_id or uuid.uuid4(), username=f"{role}-{organisation}", name="工作人员")
    Membership.objects.create(user=user, role=role, organisation=organisation)
    client = Client()
    client.force_login(user)
    return client


def trace(number: str) -> tuple[str, int]:
    case = Case.objects.get(number=number)
    return case.state, case.events.count()


@pytest.mark.parametrize("name", PHONE_ACTS)
def test_another_citizen_finds_no_case_whatever_they_send(name: str) -> None:
    number = opened_by("plain")
    before, step = trace(number), steps_of(number)["accept"]
    zhang = signed_in(Client(), "zhang")
    sent = {"step": step, "choice": "accept", "statement": "这是我的办件", "note": "这是我的办件"}
    assert zhang.post(f"/services/cases/{number}/{name}/", sent).status_code == 404
    assert zhang.get(f"/services/cases/{number}/").status_code == 404
    assert zhang.get(f"/services/cases/{number}/supplement/").status_code == 404
    assert zhang.get(f"/services/cases/{number}/stamp.json").status_code == 404
    assert trace(number) == before


@pytest.mark.parametrize("name", DESK_ACTS)
def test_a_clerk_of_another_department_finds_no_case_whatever_they_send(name: str) -> None:
    number = opened_by("plain")
    before, step = trace(number), steps_of(number)["accept"]
    sent = {"step": step, "choice": "accept", "outcome": "uphold", "reason": "别的部门的理由", "note": "别的部门"}
    assert at_desk(FIRE).post(f"/services/desk/cases/{number}/{name}/", sent).status_code == 404
    assert trace(number) == before


@pytest.mark.parametrize("name", [name for name in DESK_ACTS if name not in PHONE_ACTS])
def test_a_citizen_has_none_of_the_desks_buttons_on_their_own_case(name: str) -> None:
    number = opened_by("plain")
    before = trace(number)
    liu = signed_in(Client(), "liu")
    assert liu.post(f"/services/cases/{number}/{name}/", {"reason": "我自己批准"}).status_code == 404
    assert liu.post(f"/services/desk/cases/{number}/{name}/", {"reason": "我自己批准"}).status_code == 403
    assert trace(number) == before


def test_a_decision_that_is_sent_again_decides_nothing() -> None:
    number = opened_by("plain")
    take(number, "accept", "accept")
    take(number, "examine")
    market, step = at_desk(MARKET), steps_of(number)["decide"]
    sent = {"step": step, "choice": "decline", "note": "不符合第三条规定的条件"}
    assert market.post(f"/services/desk/cases/{number}/step/", sent).status_code == 302
    before = trace(number)
    for choice in ("decline", "approve", "back"):
        again = market.post(f"/services/desk/cases/{number}/step/", sent | {"choice": choice})
        assert again.status_code == 422
    assert trace(number) == before


def test_a_decider_does_not_decide_their_own_case() -> None:
    number = opened_by("plain")
    take(number, "accept", "accept")
    take(number, "examine")
    liu = signed_in(Client(), "liu")
    Membership.objects.create(user=User.objects.get(username="liu"), role="CLERK", organisation=MARKET)
    before, step = trace(number), steps_of(number)["decide"]
    answer = liu.post(f"/services/desk/cases/{number}/step/", {"step": step, "choice": "approve", "note": "批准自己"})
    assert answer.status_code == 422
    assert trace(number) == before


def test_a_step_of_another_case_is_no_step_of_this_one() -> None:
    first, second = opened_by("plain"), opened_by("plain", "zhang")
    take(second, "accept", "accept")
    before = trace(first)
    other = steps_of(second)["examine"]
    assert other not in steps_of(first).values()
    answer = at_desk(MARKET).post(f"/services/desk/cases/{first}/step/", {"step": other, "choice": "accept"})
    assert answer.status_code == 422
    assert trace(first) == before


@pytest.mark.parametrize("number", ["TST-20261123-999999", "X", "TST-20261123-000001-2"])
def test_a_number_that_was_guessed_looks_like_one_of_somebody_else(number: str) -> None:
    opened_by("plain")
    phone, desk = signed_in(Client(), "zhang"), at_desk(FIRE)
    assert phone.get(f"/services/cases/{number}/").status_code == 404
    assert desk.get(f"/services/desk/cases/{number}/").status_code == 404
    assert desk.get(f"/services/desk/cases/{number}/supplement/").status_code == 404
    assert desk.get(f"/services/desk/cases/{number}/reassign/1/").status_code == 404
