"""A step is given to a colleague; who is away has a deputy for some days; what stays late goes before the approvers."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from haihe.base.accounts.api import Actor, NotPermitted, actor_for
from haihe.base.accounts.models import Membership, User
from haihe.base.notices.models import Notice
from haihe.base.processes.models import OpenStep
from haihe.platforms.services import operations
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.inbox import inbox
from haihe.platforms.services.models import Absence, Case
from haihe.platforms.services.testing import opened_by, signed_in, steps_of, take

pytestmark = pytest.mark.django_db

MARKET = "120029"


def officer(name: str, role: str = "CLERK", body: str = MARKET) -> Actor:
    """Return an officer with an account."""
    user, is_new = User.objects.get_or_create(username=name, defaults={"id": uuid.uuid4(), "name": name})
    if is_new:
        Membership.objects.create(
            user=user, role=role, organisation=body, valid_from=timezone.now() - timedelta(days=99)
        )
    return actor_for(name, now=timezone.now())


def desk(who: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who.name))
    return client


def away(who: Actor, deputy: Actor, *, by: Actor | None = None, days: int = 5) -> None:
    operations.declare_absence(
        actor=by or who,
        organisation=MARKET,
        person=who.user_id or uuid.uuid4(),
        deputy=deputy.user_id or uuid.uuid4(),
        from_day=timezone.localdate(),
        until_day=timezone.localdate() + timedelta(days=days),
        now=timezone.now(),
    )


@pytest.fixture
def staff() -> tuple[Actor, Actor, Actor]:
    return officer("clerk-a"), officer("clerk-b"), officer("approver-a", "APPROVER")


def test_a_clerk_gives_a_step_to_a_colleague_on_its_page(staff: tuple[Actor, Actor, Actor]) -> None:
    first, second, head = staff
    officer("fire", body="120048")
    number = opened_by("plain", now=timezone.now())
    step = steps_of(number)["accept"]
    page = desk(first).get(f"/services/desk/cases/{number}/reassign/{step}/").text
    assert "clerk-b" in page
    assert "fire" not in page
    assert "approver-a" not in page
    answer = desk(first).post(f"/services/desk/cases/{number}/reassign/{step}/", {"to": str(second.user_id)})
    assert answer.status_code == 302
    assert OpenStep.objects.get(number=step).assignee == second.user_id
    assert Notice.objects.get(kind="services.step_given").user == second.user_id
    assert [row.is_by_me for row in inbox(second, now=timezone.now())] == [True]
    assert head.user_id


@pytest.mark.parametrize("to", ["", "x", str(uuid.UUID(int=1))])
def test_a_forged_colleague_is_refused(staff: tuple[Actor, Actor, Actor], to: str) -> None:
    number = opened_by("plain", now=timezone.now())
    step = steps_of(number)["accept"]
    answer = desk(staff[0]).post(f"/services/desk/cases/{number}/reassign/{step}/", {"to": to})
    assert answer.status_code == 422
    assert OpenStep.objects.get(number=step).assignee is None


def test_others_and_closed_steps_have_no_such_page(staff: tuple[Actor, Actor, Actor]) -> None:
    number = opened_by("plain", now=timezone.now())
    step = steps_of(number)["accept"]
    url = f"/services/desk/cases/{number}/reassign/{step}/"
    assert desk(officer("fire", body="120048")).get(url).status_code == 404
    assert signed_in(Client(), "liu").get(url).status_code == 403
    take(number, "accept", "accept", now=timezone.now())
    assert desk(staff[0]).get(url).status_code == 404


def test_an_approver_gives_a_clerks_step_once_the_case_is_before_them(staff: tuple[Actor, Actor, Actor]) -> None:
    first, _second, head = staff
    number = opened_by("plain", now=timezone.now() - timedelta(days=30))
    take(number, "accept", "accept", now=timezone.now() - timedelta(days=30))
    assert operations.escalate_late(now=timezone.now()) == 1
    assert operations.escalate_late(now=timezone.now()) == 0
    assert Notice.objects.filter(kind="services.escalated").values_list("role", "organisation").get() == (
        "APPROVER",
        MARKET,
    )
    page = desk(head).get("/services/desk/steps/?show=escalated").text
    assert number in page
    assert "督办" in page
    step = steps_of(number)["examine"]
    desk(head).post(f"/services/desk/cases/{number}/reassign/{step}/", {"to": str(first.user_id)})
    assert OpenStep.objects.get(number=step).assignee == first.user_id


def test_a_case_that_waits_for_another_body_is_before_those_who_answer_for_it(
    staff: tuple[Actor, Actor, Actor],
) -> None:
    first, _second, head = staff
    fire, then = officer("fire", body="120048"), timezone.now() - timedelta(days=40)
    number = opened_by("two-departments", now=then)
    take(number, "accept", "accept", now=then)
    take(number, "examine", now=then)
    assert operations.escalate_late(now=timezone.now()) == 1
    page = desk(head).get("/services/desk/steps/?show=escalated").text
    assert number in page
    assert [row.step.step for row in inbox(fire, now=timezone.now())] == ["other-opinion"]
    assert inbox(first, now=timezone.now()) == []


def test_what_is_in_time_paused_or_ended_is_not_brought_before_anybody() -> None:
    number = opened_by("plain", now=timezone.now())
    take(number, "accept", "accept", now=timezone.now())
    assert operations.escalate_late(now=timezone.now() + timedelta(hours=1)) == 0
    operations.withdraw(actor=_liu(), number=number, now=timezone.now())
    assert operations.escalate_late(now=timezone.now() + timedelta(days=90)) == 0


def _liu() -> Actor:
    from haihe.platforms.services.testing import actor

    return actor("liu")


def test_a_deputy_finds_the_steps_of_whoever_is_away_among_their_own(staff: tuple[Actor, Actor, Actor]) -> None:
    first, second, _head = staff
    number = opened_by("plain", now=timezone.now())
    operations.assign_step(actor=first, number=number, step=steps_of(number)["accept"], take=True, now=timezone.now())
    assert [row.is_by_me for row in inbox(second, now=timezone.now())] == [False]
    away(first, second)
    assert [row.covers for row in inbox(second, now=timezone.now())] == ["clerk-a"]
    assert number in desk(second).get("/services/desk/steps/?show=mine").text
    assert [row.covers for row in inbox(second, now=timezone.now() + timedelta(days=9))] == [""]
    assert Notice.objects.get(kind="services.deputy").user == second.user_id


def test_what_is_given_to_somebody_away_goes_to_the_deputy(staff: tuple[Actor, Actor, Actor]) -> None:
    first, second, _head = staff
    third = officer("clerk-c")
    away(first, second)
    number = opened_by("plain", now=timezone.now())
    step = steps_of(number)["accept"]
    operations.reassign_step(actor=third, number=number, step=step, to=first, now=timezone.now())
    assert OpenStep.objects.get(number=step).assignee == second.user_id


def test_an_absence_is_said_by_oneself_or_an_approver_for_the_same_kind_of_work(
    staff: tuple[Actor, Actor, Actor],
) -> None:
    first, second, head = staff
    with pytest.raises(NotPermitted):
        away(first, second, by=second)
    with pytest.raises(InputRefused, match="同样的岗位"):
        away(first, head)
    with pytest.raises(InputRefused):
        away(first, officer("fire", body="120048"))
    with pytest.raises(InputRefused):
        away(first, second, days=-1)
    away(first, second, by=head)
    with pytest.raises(InputRefused, match="已经登记过"):
        away(first, second)


def test_on_the_page_an_absence_is_said_and_ended(staff: tuple[Actor, Actor, Actor]) -> None:
    first, second, _head = staff
    mine, today = desk(first), timezone.localdate()
    typed = {"person": str(first.user_id), "deputy": str(second.user_id), "from_day": f"{today}", "until_day": "x"}
    assert mine.post("/services/desk/absences/", typed).status_code == 422
    assert mine.post("/services/desk/absences/", typed | {"deputy": "x"}).status_code == 422
    mine.post("/services/desk/absences/", typed | {"until_day": f"{today}"})
    assert "由clerk-b接替" in mine.get("/services/desk/absences/").text
    row = Absence.objects.get()
    assert desk(second).post("/services/desk/absences/", {"end": str(row.pk)}).status_code == 422
    with pytest.raises(NotNow):
        operations.end_absence(actor=officer("fire", body="120048"), absence=row.pk, now=timezone.now())
    mine.post("/services/desk/absences/", {"end": str(row.pk)})
    row.refresh_from_db()
    assert row.ended_at is not None


def test_lamps_are_counted_on_the_list_of_steps(staff: tuple[Actor, Actor, Actor]) -> None:
    late = opened_by("plain", now=timezone.now() - timedelta(days=20))
    opened_by("plain", "zhang", now=timezone.now())
    page = desk(staff[0]).get("/services/desk/steps/?show=late").text
    assert "红灯：已超期 1" in page
    assert "全部 2" in page
    assert late in page
    assert Case.objects.exclude(number=late).get().number not in page


def test_a_case_is_found_by_its_number_at_its_desk_only(staff: tuple[Actor, Actor, Actor]) -> None:
    number = opened_by("plain", now=timezone.now())
    assert number in desk(staff[0]).get(f"/services/desk/cases/?q={number.lower()}").text
    assert f"/{number}/" not in desk(officer("fire", body="120048")).get(f"/services/desk/cases/?q={number}").text
    assert f"/{number}/" not in desk(staff[0]).get("/services/desk/cases/?q=GJJ-").text


@pytest.mark.parametrize("after", ["", "x", "-1", "W10", "WzksW11d", "WzAsWyJ4IiwxXV0", "²"])
def test_a_forged_place_in_a_list_is_its_beginning(staff: tuple[Actor, Actor, Actor], after: str) -> None:
    for address in ("cases/?show=all", "cases/?show=waiting", "appeals/?show=open"):
        assert desk(staff[0]).get(f"/services/desk/{address}&after={after}").status_code == 200
    assert signed_in(Client(), "liu").get(f"/services/cases/?after={after}").status_code == 200
