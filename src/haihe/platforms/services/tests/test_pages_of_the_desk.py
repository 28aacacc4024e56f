"""The clerk opens a case on one screen and sees at once what came of it."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.city import cast
from haihe.city.testing import load_departments
from haihe.kernel.answers import Answer, UnknownReason
from haihe.platforms.services.models import Case
from haihe.platforms.services.testing import ITEM, PAPER, ScriptedVerifier, opened, says, signed_in, unreachable

pytestmark = pytest.mark.django_db

type Choose = Callable[[ScriptedVerifier], None]


@pytest.fixture
def desk(client: Client) -> Client:
    load_departments()
    return signed_in(client, "clerk_gjj")


def _form(username: str = "liu", **changes: str) -> dict[str, str]:
    person = cast.person(username)
    filled = {
        "token": str(uuid.uuid4()),
        "item": ITEM,
        "id_number": person.id_number or "",
        "name": person.name,
        "amount_yuan": "12000",
        "informed": "on",
    }
    return filled | changes


def _send(desk: Client, form: dict[str, str]) -> tuple[int, str]:
    answer = desk.post(reverse("services:desk"), form, follow=True)
    return answer.status_code, answer.content.decode()


def test_the_screen_says_what_will_be_asked_of_whom_before_anything_is_sent(desk: Client) -> None:
    body = desk.get(reverse("services:desk")).content.decode()
    assert "天津市民政局" in body
    assert "今天是否在低保" in body
    assert "已当面告知申请人" in body
    assert "没有待办" in body


def test_mr_liu_is_granted_at_once_and_no_certificate_is_asked_for(desk: Client) -> None:
    _, body = _send(desk, _form("liu"))
    assert "准予提取" in body
    assert "少交 1 份证明，少跑 1 趟" in body
    assert "登记收到" not in body
    assert "刘*远" in body
    assert str(cast.LIU.id_number) not in body


def test_ms_zhang_is_told_why_and_offered_two_ways_on(desk: Client, source: Choose) -> None:
    source(says(Answer.NO_MATCH))
    _, body = _send(desk, _form("zhang"))
    assert "数据没有查到" in body
    assert "这不等于不能办" in body
    assert "登记收到" in body
    assert "提交错误报告" in body


@pytest.mark.parametrize("reason", list(UnknownReason))
def test_mr_wang_is_not_refused_for_data_in_doubt(desk: Client, source: Choose, reason: UnknownReason) -> None:
    source(says(Answer.UNKNOWN, reason))
    _, body = _send(desk, _form("wang"))
    assert "暂时无法确认，申请继续有效" in body
    assert "不能据此不予提取" in body


def test_an_unreachable_source_leads_to_paper_and_the_case_can_be_finished(desk: Client, source: Choose) -> None:
    source(unreachable())
    _, body = _send(desk, _form("liu"))
    assert "暂时连接不上天津市民政局的数据" in body
    number = Case.objects.get().number
    for act, typed in (
        ("accept-paper", {"paper": PAPER, "note": "低保证 0012 河西区"}),
        ("approve", {}),
        ("close", {}),
    ):
        answer = desk.post(reverse("services:desk-act", args=[number, act]), typed, follow=True)
        assert answer.status_code == 200
    assert "已办结" in answer.content.decode()
    assert Case.objects.get().papers_saved == 0


def test_the_same_form_sent_twice_shows_the_same_case(desk: Client) -> None:
    form = _form("liu")
    _send(desk, form)
    status, body = _send(desk, form)
    assert status == 200
    assert Case.objects.get().number in body


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("id_number", "120103197905121013", "校验码不对"),
        ("id_number", "", "请读取或输入身份证号码"),
        ("name", "", "请填写身份证上的姓名"),
        ("amount_yuan", "一万", "金额请填数字"),
        ("amount_yuan", "0", "提取金额应在"),
        ("amount_yuan", "600000", "提取金额应在"),
        ("informed", "", "请先告知申请人"),
        ("item", "no-such-item", "no-such-item"),
        ("name", "刘\x00", ""),
        ("token", "not-a-token", ""),
    ],
)
def test_bad_input_gets_its_sentence_and_no_case(desk: Client, field: str, value: str, told: str) -> None:
    answer = desk.post(reverse("services:desk"), _form("liu", **{field: value}))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Case.objects.count() == 0


def test_the_number_typed_is_never_sent_back(desk: Client) -> None:
    body = desk.post(reverse("services:desk"), _form("liu", amount_yuan="x")).content.decode()
    assert str(cast.LIU.id_number) not in body


def test_declining_needs_a_reason_and_the_page_says_so(desk: Client, source: Choose) -> None:
    source(says(Answer.NO_MATCH))
    _send(desk, _form("zhang"))
    number = Case.objects.get().number
    answer = desk.post(reverse("services:desk-act", args=[number, "decline"]), {"reason": ""})
    assert answer.status_code == 422
    assert "必须写明理由" in answer.content.decode()


def test_a_button_pressed_too_late_shows_the_case_as_it_stands(desk: Client) -> None:
    _send(desk, _form("liu"))
    number = Case.objects.get().number
    answer = desk.post(reverse("services:desk-act", args=[number, "approve"]))
    assert answer.status_code == 422
    assert "办件已有新的进展" in answer.content.decode()
    assert desk.post(reverse("services:desk-act", args=[number, "destroy"])).status_code == 404


def test_waiting_cases_are_listed_with_their_clock(desk: Client) -> None:
    opened("liu")
    body = desk.get(reverse("services:desk")).content.decode()
    assert "待办 1 件" in body
    assert "应于" in body
    assert "2026年11月24日</time>前办结" in body
    assert "刘*远" in desk.get(reverse("services:desk-cases")).content.decode()
    assert "刘*远" in desk.get(reverse("services:desk-cases"), {"show": "all", "page": "99"}).content.decode()


@pytest.mark.parametrize(("due_in_hours", "told"), [(30, ""), (5, "即将到期"), (-1, "已超期")])
def test_the_clock_turns_yellow_and_red(desk: Client, due_in_hours: int, told: str) -> None:
    number = opened("liu", now=timezone.now())
    Case.objects.filter(number=number).update(due_at=timezone.now() + timedelta(hours=due_in_hours))
    body = desk.get(reverse("services:desk-cases")).content.decode()
    assert ("即将到期" in body, "已超期" in body) == (told == "即将到期", told == "已超期")


def test_after_a_complaint_news_lead_to_the_case_and_not_to_the_button(desk: Client, source: Choose) -> None:
    source(unreachable())
    _send(desk, _form("liu"))
    number = Case.objects.get().number
    told = desk.post(reverse("services:desk-act", args=[number, "accept-paper"]), {"paper": PAPER, "note": " "})
    assert told.status_code == 422
    body = told.content.decode()
    assert "请写明收到的是什么证明" in body
    assert f'<a href="{reverse("services:desk-case", args=[number])}">刷新查看</a>' in body
