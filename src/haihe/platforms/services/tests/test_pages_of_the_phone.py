"""The citizen applies with one tap, sees why, and what to do next."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from haihe.city.testing import load_departments
from haihe.kernel.answers import Answer
from haihe.platforms.services import operations
from haihe.platforms.services.models import Case, Channel
from haihe.platforms.services.testing import (
    ITEM,
    NOW,
    ListedTrace,
    ScriptedVerifier,
    actor,
    opened,
    says,
    signed_in,
    unreachable,
)
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db

type Choose = Callable[[ScriptedVerifier], None]


@pytest.fixture(autouse=True)
def _city() -> None:
    load_departments()


def _apply(phone: Client, **changes: str) -> tuple[int, str]:
    form = {"token": str(uuid.uuid4()), "amount_yuan": "12000"} | changes
    answer = phone.post(reverse("services:apply", args=[ITEM]), form, follow=True)
    return answer.status_code, answer.content.decode()


def test_the_guide_is_open_to_everybody_and_found_by_words(client: Client) -> None:
    assert "低保家庭提取住房公积金" in client.get(reverse("services:items"), {"q": "低保 公积金"}).content.decode()
    assert "没有找到这样的事项" in client.get(reverse("services:items"), {"q": "龘龘龘\x00"}).content.decode()
    guide = client.get(reverse("services:item", args=[ITEM])).content.decode()
    assert "不用带" in guide
    assert "住房公积金管理条例" in guide
    assert client.get(reverse("services:item", args=["no-such-item"])).status_code == 404


def test_home_without_sign_in_offers_the_guide_and_the_sign_in(client: Client) -> None:
    body = client.get(reverse("services:home")).content.decode()
    assert "登录后可以申请" in body
    assert reverse("services:item", args=[ITEM]) in body


def test_one_tap_and_mr_liu_is_granted(client: Client) -> None:
    phone = signed_in(client, "liu")
    form = phone.get(reverse("services:apply", args=[ITEM])).content.decode()
    assert "刘志远" in form
    assert "天津市民政局" in form
    _, body = _apply(phone)
    assert "准予提取" in body
    assert "少跑 2 趟" in body
    assert Case.objects.get().channel == Channel.PHONE


def test_a_bad_amount_is_told_on_the_form(client: Client) -> None:
    status, body = _apply(signed_in(client, "liu"), amount_yuan="-1")
    assert status == 422
    assert "提取金额应在 1 元到 500,000 元之间" in body


def test_a_no_offers_waiting_paper_and_a_correction(client: Client, source: Choose) -> None:
    source(says(Answer.NO_MATCH))
    phone = signed_in(client, "zhang")
    _, body = _apply(phone)
    assert "数据没有查到" in body
    assert "补交纸质证明" in body
    assert "哪里不对" in body


def test_a_correction_from_the_case_page_makes_it_wait(client: Client, source: Choose) -> None:
    source(says(Answer.NO_MATCH))
    phone = signed_in(client, "zhang")
    _apply(phone)
    number = Case.objects.get().number
    short = phone.post(
        reverse("services:act", args=[number, "correct"]), {"paper": "relief-certificate", "statement": "错"}
    )
    assert short.status_code == 422
    assert "至少 5 个字" in short.content.decode()


def test_news_is_shown_until_it_was_seen(client: Client, source: Choose) -> None:
    source(unreachable())
    phone = signed_in(client, "liu")
    _apply(phone)
    case = Case.objects.get()
    assert "有新进展" not in phone.get(reverse("services:home")).content.decode()
    due = case.verifications.get().next_ask_at
    assert due is not None
    operations.recheck_waiting(verifier=says(Answer.MATCH), trace=ListedTrace(), now=due)
    assert "有新进展" in phone.get(reverse("services:my-cases")).content.decode()
    assert "自动重新核验通过" in phone.get(reverse("services:case", args=[case.number])).content.decode()


def test_a_case_can_be_withdrawn_and_applied_for_again(client: Client, source: Choose) -> None:
    source(unreachable())
    phone = signed_in(client, "liu")
    _apply(phone)
    number = Case.objects.get().number
    _, again = _apply(phone)
    assert "同一事项已有正在办理的申请" in again or number in again
    phone.post(reverse("services:act", args=[number, "withdraw"]))
    assert Case.objects.get().state == CaseState.WITHDRAWN
    source(says(Answer.MATCH))
    _apply(phone)
    assert Case.objects.count() == 2


def test_an_empty_list_says_how_to_begin(client: Client) -> None:
    assert "还没有办件" in signed_in(client, "liu").get(reverse("services:my-cases")).content.decode()


def test_pages_about_a_person_are_never_kept_by_a_browser(client: Client) -> None:
    number = opened("liu")
    answer = signed_in(client, "liu").get(reverse("services:case", args=[number]))
    assert "no-store" in answer["Cache-Control"]


def test_a_page_that_stays_open_can_tell_that_something_happened(client: Client, source: Choose) -> None:
    source(unreachable())
    phone = signed_in(client, "liu")
    _apply(phone)
    number = Case.objects.get().number
    address = reverse("services:stamp", args=[number])
    before = phone.get(address).json()["stamp"]
    assert f'data-stamp="{before}"' in phone.get(reverse("services:case", args=[number])).content.decode()
    operations.withdraw(actor=actor("liu"), number=number, now=NOW)
    assert phone.get(address).json()["stamp"] > before
