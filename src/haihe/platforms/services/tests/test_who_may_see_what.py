"""Clerks see their organisation's cases, citizens their own, everybody else none: page by page, act by act."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from haihe.city import cast
from haihe.kernel.answers import Answer
from haihe.platforms.services import operations, queries
from haihe.platforms.services.errors import CaseNotFound
from haihe.platforms.services.models import Case, CaseEvent
from haihe.platforms.services.testing import ITEM, NOW, PAPER, actor, asked, says, signed_in, unreachable

pytestmark = pytest.mark.django_db

EVERYBODY = [person.username for person in cast.CAST]
STRANGERS = [name for name in EVERYBODY if name not in ("liu", "clerk_gjj")]
ACTS = ["accept-paper", "approve", "decline", "close", "correct", "withdraw", "ask-again"]


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_does_not_learn_that_a_case_exists(client: Client, who: str) -> None:
    number = asked("liu", says(Answer.NO_MATCH))
    with pytest.raises(CaseNotFound):
        queries.case_for(actor(who), number)
    signed_in(client, who)
    for page in ("services:case", "services:desk-case", "services:stamp", "services:desk-stamp"):
        real = client.get(reverse(page, args=[number]))
        forged = client.get(reverse(page, args=["GJJ-20261123-999999"]))
        assert real.status_code in (403, 404)
        assert real.status_code == forged.status_code
        assert number not in real.content.decode().replace(real.wsgi_request.path, "")


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_moves_nothing(client: Client, who: str, act: str) -> None:
    number = asked("liu", unreachable())
    events = CaseEvent.objects.count()
    signed_in(client, who)
    typed = {"paper": PAPER, "note": "低保证", "reason": "随便写的理由", "statement": "随便写的说明"}
    for page in ("services:act", "services:desk-act"):
        assert client.post(reverse(page, args=[number, act]), typed).status_code in (403, 404)
    assert CaseEvent.objects.count() == events


@pytest.mark.parametrize("act", ["accept-paper", "approve", "decline", "close"])
def test_the_applicant_cannot_play_the_clerk(client: Client, act: str) -> None:
    number = asked("liu", says(Answer.NO_MATCH))
    state = Case.objects.get().state
    signed_in(client, "liu")
    typed = {"paper": PAPER, "note": "低保证", "reason": "我自己同意"}
    assert client.post(reverse("services:act", args=[number, act]), typed).status_code == 404
    assert client.post(reverse("services:desk-act", args=[number, act]), typed).status_code in (403, 404)
    assert Case.objects.get().state == state


@pytest.mark.parametrize("page", ["services:my-cases", "services:my-data"])
@pytest.mark.parametrize("who", [name for name in EVERYBODY if name not in ("liu", "zhang", "wang")])
def test_officers_have_no_citizens_pages(client: Client, page: str, who: str) -> None:
    assert signed_in(client, who).get(reverse(page)).status_code == 403


@pytest.mark.parametrize("page", ["services:desk", "services:desk-cases"])
@pytest.mark.parametrize("who", [name for name in EVERYBODY if name != "clerk_gjj"])
def test_only_clerks_have_a_desk(client: Client, page: str, who: str) -> None:
    assert signed_in(client, who).get(reverse(page)).status_code == 403


@pytest.mark.parametrize(
    "page", ["services:desk", "services:desk-cases", "services:my-cases", "services:my-data", "services:home"]
)
def test_signed_out_one_is_sent_to_sign_in(client: Client, page: str) -> None:
    answer = client.get(reverse(page))
    assert answer.status_code == (200 if page == "services:home" else 302)


def test_a_citizen_cannot_apply_in_anothers_name(client: Client) -> None:
    form = {"token": str(uuid.uuid4()), "amount_yuan": "1", "id_number": cast.LIU.id_number, "name": "刘志远"}
    signed_in(client, "zhang").post(reverse("services:apply", args=[ITEM]), form)
    assert bytes(Case.objects.get().subject_key) == actor("zhang").subject_key


def test_without_the_forms_own_secret_nothing_is_accepted() -> None:
    strict = signed_in(Client(enforce_csrf_checks=True), "clerk_gjj")
    number = asked("liu", unreachable())
    assert strict.post(reverse("services:desk"), {}).status_code == 403
    assert strict.post(reverse("services:desk-act", args=[number, "withdraw"])).status_code == 403


@pytest.mark.parametrize("number", ["..", "GJJ-20261123-000001'--", "%00", "GJJ"])
def test_a_forged_number_is_not_found(client: Client, number: str) -> None:
    signed_in(client, "clerk_gjj")
    assert client.get(f"/services/desk/cases/{number}/").status_code == 404


def test_the_desk_sees_the_applicants_name_masked_in_the_history_too(client: Client) -> None:
    number = asked("liu", unreachable())
    operations.withdraw(actor=actor("liu"), number=number, now=NOW)
    assert list(CaseEvent.objects.filter(actor_kind="CITIZEN").values_list("actor_name", flat=True)) == ["刘*远"]
    body = signed_in(client, "clerk_gjj").get(reverse("services:desk-case", args=[number])).content.decode()
    assert "刘*远" in body
    assert "刘志远" not in body
