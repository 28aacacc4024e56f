"""Whom a check is about reads in their own account what was compared and by whom, answers there, and is answered."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts import demo as people
from haihe.base.accounts.api import Actor, NotPermitted, actor_for, seal_id_number
from haihe.base.accounts.models import Membership, User
from haihe.base.accounts.testing import make_actor
from haihe.base.keys.api import keyring
from haihe.base.notices import api as notices
from haihe.city.cast import CAST
from haihe.city.testing import STREET_BODY
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.matching.checks import answer_check, check_page, checks_of, checks_waiting
from haihe.data.matching.errors import InputRefused, NotFound, NotNow
from haihe.data.matching.models import Lead
from haihe.data.matching.operations.visiting import Step, move_lead
from haihe.data.matching.testing import ALONE, lead_of

pytestmark = pytest.mark.django_db
APPROVER = cast_actor("approver_gjj")


def person(number: str = ALONE, username: str = "alone", **roles: str) -> Actor:
    """Return a citizen with an account, who may hold other roles beside."""
    make_actor(username, ("CITIZEN", ""), *roles.items())
    user = User.objects.get(username=username)
    seal_id_number(user, number, keyring=keyring())
    user.save()
    Membership.objects.filter(user=user).update(valid_from=NOW - timedelta(days=1))
    return actor_for(username, now=NOW)


def told(words: str = "当面告知比对结果和陈述的权利") -> Lead:
    """Return a check whose person was told at their door."""
    lead = lead_of("check")
    goes = make_actor("worker", ("FIELD_WORKER", STREET_BODY))
    for name, said in (("take", ""), ("tell", words)):
        move_lead(actor=goes, number=lead.number, step=Step(name=name, words=said), now=NOW)
    return lead


def heard(actor: Actor) -> list[str]:
    return [one.text for one in notices.told(notices.notices_of(actor, now=NOW), actor=actor)]


def answer(actor: Actor, lead: Lead, words: str = "已在外地参保", *, days: int = 1) -> None:
    step = Step(name="answer", words=words)
    answer_check(actor=actor, number=lead.number, step=step, now=NOW + timedelta(days=days))


def decide(actor: Actor, lead: Lead, decision: str, *, days: int = 1) -> Lead:
    step = Step(name="decide", words="已核实参保记录", decision=decision)
    return move_lead(actor=actor, number=lead.number, step=step, now=NOW + timedelta(days=days))


def test_who_is_checked_reads_what_by_whom_on_what_basis_and_until_when() -> None:
    who, lead = person(), told()
    (row,) = checks_of(who)
    page = check_page(who, lead.number, now=NOW)
    assert (row.is_waiting, page.may_answer, checks_waiting(who)) == (True, True, 1)
    assert page.legal_basis == "政务数据共享条例 第二十条"
    assert any("户主证件号码" in sentence for sentence in page.told)
    assert page.notice is not None
    assert page.notice.words == "当面告知比对结果和陈述的权利"
    # Five working days after Monday 23 November 2026.
    assert f"{page.until}" == "2026-11-30"
    assert heard(who) == ["“户主不在名册上的救助对象”涉及您：作出决定之前请您陈述意见，2026-11-30 前有效。"]


def test_nobody_knows_of_it_before_they_were_told_and_nobody_else_ever() -> None:
    who, other = person(), person("110101199003070011", "other")
    lead = lead_of("check")
    assert checks_of(who) == []
    with pytest.raises(NotFound):
        answer(who, lead)
    goes = make_actor("worker", ("FIELD_WORKER", STREET_BODY))
    for name in ("take", "tell"):
        move_lead(actor=goes, number=lead.number, step=Step(name=name, words="告知"), now=NOW)
    for one in (other, APPROVER):
        assert checks_of(one) == []
        with pytest.raises(NotFound):
            check_page(one, lead.number, now=NOW)
        with pytest.raises(NotFound):
            answer(one, lead)


def test_the_answer_reaches_who_decides_and_the_decision_the_person() -> None:
    who, lead = person(), told()
    with pytest.raises(NotNow, match="等待本人陈述"):
        decide(APPROVER, lead, "STOP")
    answer(who, lead)
    answer(who, lead, "补充：参保凭证已交窗口")
    assert (
        heard(APPROVER).count(f"线索 {lead.number}（户主不在名册上的救助对象）的本人作了陈述，请看过之后再决定。") == 2
    )
    event = lead.events.filter(name="answer").first()
    assert event is not None
    assert (event.words, event.part, event.actor_name) == ("已在外地参保", "SUBJECT", "a***e")
    assert [one.words for one in check_page(who, lead.number, now=NOW).answers] == [
        "已在外地参保",
        "补充：参保凭证已交窗口",
    ]
    decide(APPROVER, lead, "ADJUST")
    page = check_page(who, lead.number, now=NOW)
    assert page.decision is not None
    assert (page.decision.words, page.is_adverse, page.may_answer) == ("已核实参保记录", True, False)
    assert "“户主不在名册上的救助对象”已经作出决定，请查看决定、理由和救济途径。" in heard(who)
    with pytest.raises(NotNow):
        answer(who, lead)


def test_an_answer_says_something() -> None:
    who, lead = person(), told()
    with pytest.raises(InputRefused):
        answer(who, lead, " ")


def test_nobody_decides_or_visits_on_themself() -> None:
    lead = told()
    who = person(APPROVER="120040", FIELD_WORKER=STREET_BODY)
    with pytest.raises(NotPermitted):
        decide(who, lead, "KEEP", days=30)
    with pytest.raises(NotPermitted):
        move_lead(actor=who, number=lead.number, step=Step(name="hear", words="我都说了"), now=NOW)
    answer(who, lead)


def browser(username: str) -> Browser:
    made = Browser()
    made.force_login(User.objects.get(username=username))
    return made


def test_the_pages_of_the_account_lead_there_and_take_the_answer() -> None:
    now = timezone.now()
    people.plant(CAST, now=now, keyring=keyring())
    who, lead = person(), lead_of("check", now=now)
    goes = make_actor("worker", ("FIELD_WORKER", STREET_BODY))
    for name in ("take", "tell"):
        move_lead(actor=goes, number=lead.number, step=Step(name=name, words="告知"), now=now)
    mine, page = browser("alone"), reverse("matching:check", args=[lead.number])
    for start in ("me", "services:my-data"):
        assert reverse("matching:checks") in mine.get(reverse(start)).content.decode()
    assert page in mine.get(reverse("matching:checks")).content.decode()
    assert "说明情况" in mine.get(page).content.decode()
    send = reverse("matching:answer-check", args=[lead.number])
    assert mine.post(send, {"words": " "}).status_code == 422
    assert mine.post(send, {"words": "已在外地参保"}).status_code == 302
    assert "已在外地参保" in mine.get(page).content.decode()
    desk = browser("approver_gjj").get(reverse("matching:lead", args=[lead.number])).content.decode()
    assert "已在外地参保" in desk
    assert who.name not in desk
    assert browser("liu").get(page).status_code == 404
    assert browser("liu").post(send, {"words": "别人"}).status_code == 404
    assert "没有核查告知" in browser("liu").get(reverse("matching:checks")).content.decode()
    assert browser("steward_gjj").get(page).status_code == 403
