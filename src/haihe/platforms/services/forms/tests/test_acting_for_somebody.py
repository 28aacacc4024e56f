"""Acting for somebody else: a parent, a family member who was let, an agent with a letter, a company's agent."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.notices.models import Notice
from haihe.kernel.identifiers import credit_code_check_character, id_number_check_character
from haihe.platforms.services.forms import operations
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.errors import DraftNotFound, FormsError
from haihe.platforms.services.forms.models import Draft
from haihe.platforms.services.forms.parties import delegation_between
from haihe.platforms.services.forms.ports import PHONE, Offer, PartyKind
from haihe.platforms.services.forms.testing import (
    NOW,
    PDF,
    SLUG,
    TODAY,
    ListedRelations,
    NotedReceiver,
    account_of,
    actor,
    arrived,
    field,
    form_of,
    signed_in,
)

pytestmark = pytest.mark.django_db

LIU, ZHANG = "120103197905121012", "120106198509233067"
SIGNED = {"declared_true": "yes", "consented_to_checks": "yes"}


@pytest.fixture(autouse=True)
def _form(offers: Callable[[Form], Offer], relations: ListedRelations) -> None:
    relations.holding.add(("GUARDIAN", LIU, child()))
    offers(form_of(field("amount", "money"), sections=("agent", "person", "details", "declaration")))


def child(born: str = "20200301") -> str:
    first = f"120103{born}101"
    return first + id_number_check_character(first)


def sent(
    as_whom: dict[str, str], whose: dict[str, str], *, username: str = "liu", signature: str = "刘志远"
) -> uuid.UUID:
    who = actor(username)
    draft = operations.begin(actor=who, slug=SLUG, channel=PHONE, now=NOW)
    for section, typed in (
        ("agent", as_whom),
        ("person", whose),
        ("details", {"amount": "5"}),
        ("declaration", SIGNED | {"signature": signature}),
    ):
        revision = Draft.objects.get(pk=draft).revision
        operations.save(actor=who, draft_id=draft, revision=revision, section=section, typed=typed, now=NOW)
    return send(draft, username)


def send(draft: uuid.UUID, username: str = "liu") -> uuid.UUID:
    operations.prove(actor=actor(username), draft_id=draft, now=NOW)
    revision = Draft.objects.get(pk=draft).revision
    operations.send(actor=actor(username), draft_id=draft, revision=revision, now=NOW)
    return draft


def named(name: str, number: str) -> dict[str, str]:
    return {"applicant_name": name, "applicant_id_number": number}


FAMILY = {"acting_for": "FAMILY", "agent_phone": "13812345678", "family_relation": "SPOUSE"}
PARENT = {"acting_for": "GUARDIAN", "agent_phone": "13812345678", "guardian_relation": "PARENT"}


def test_a_parent_applies_for_a_child(receiver: NotedReceiver) -> None:
    sent(PARENT, named("刘小远", child()))
    [application] = receiver.taken
    assert application.applicant.name == "刘志远"
    assert application.on_behalf_of is not None
    behalf = application.on_behalf_of
    assert (behalf.relation, application.subject.name, behalf.rests_on) == ("GUARDIAN", "刘小远", "register")
    assert behalf.evidence


def test_who_is_no_parent_by_the_register_brings_a_paper_and_is_asked_about_once(
    receiver: NotedReceiver, relations: ListedRelations
) -> None:
    others = child("20190301")
    with pytest.raises(FormsError, match="出生医学证明"):
        sent(PARENT, named("王小远", others))
    draft = Draft.objects.get().pk
    with pytest.raises(FormsError, match="出生医学证明"):
        send(draft)
    assert relations.asked == [("GUARDIAN", LIU, others)]
    operations.add_upload(actor=actor("liu"), draft_id=draft, field="guardian_proof", arrived=arrived(PDF), now=NOW)
    send(draft)
    behalf = receiver.taken[0].on_behalf_of
    assert behalf is not None
    assert (behalf.rests_on, behalf.evidence) == ("guardian_proof", "")


def test_a_register_that_is_away_refuses_nobody_who_brings_the_paper(
    receiver: NotedReceiver, relations: ListedRelations
) -> None:
    relations.is_away = True
    with pytest.raises(FormsError, match="没有查到"):
        sent(PARENT, named("刘小远", child()))
    draft = Draft.objects.get().pk
    operations.add_upload(actor=actor("liu"), draft_id=draft, field="guardian_proof", arrived=arrived(PDF), now=NOW)
    send(draft)
    assert len(receiver.taken) == 1


def test_a_proof_about_one_child_is_none_about_another(receiver: NotedReceiver) -> None:
    sent_for = named("刘小远", child())
    with pytest.raises(FormsError, match="签名应为"):
        sent(PARENT, sent_for, signature="错")
    with pytest.raises(FormsError, match="出生医学证明"):
        sent(PARENT, named("刘小二", child("20180301")))
    assert receiver.taken == []


def test_nobody_tries_out_whose_child_is_whose(relations: ListedRelations) -> None:
    for year in range(2010, 2020):
        with pytest.raises(FormsError):
            sent(PARENT, named("某小某", child(f"{year}0301")))
    assert len(relations.asked) == 5


def test_another_guardian_always_brings_a_paper(relations: ListedRelations) -> None:
    with pytest.raises(FormsError, match="监护关系证明"):
        sent(PARENT | {"guardian_relation": "GRANDPARENT"}, named("刘小远", child()))
    assert relations.asked == []


def test_a_parent_does_not_apply_for_a_grown_up_child(receiver: NotedReceiver) -> None:
    with pytest.raises(FormsError, match="已年满 18 周岁"):
        sent(PARENT, named("刘大远", child("20001126")))
    assert receiver.taken == []


def test_a_member_of_the_family_acts_once_they_were_let_and_both_are_told(receiver: NotedReceiver) -> None:
    account_of("zhang")
    with pytest.raises(FormsError, match="没有查到对方给您的授权"):
        sent(FAMILY, named("张晓梅", ZHANG))
    given = operations.delegate(
        actor=actor("zhang"),
        holder_name="刘志远",
        holder_id_number=LIU,
        relation="SPOUSE",
        valid_until=TODAY,
        now=NOW,
    )
    draft = send(Draft.objects.get().pk)
    assert receiver.taken[0].subject.name == "张晓梅"
    told = set(Notice.objects.filter(kind="services_forms.acted").values_list("user", flat=True))
    assert told == {account_of("liu").pk, account_of("zhang").pk}
    operations.revoke(actor=actor("zhang"), delegation_id=given, now=NOW)
    assert draft
    with pytest.raises(FormsError, match="没有查到对方给您的授权"):
        sent(FAMILY, named("张晓梅", ZHANG))


def test_an_authorisation_that_ended_lets_nobody_act(receiver: NotedReceiver) -> None:
    operations.delegate(
        actor=actor("zhang"),
        holder_name="刘志远",
        holder_id_number=LIU,
        relation="SPOUSE",
        valid_until=TODAY - timedelta(days=1),
        now=NOW - timedelta(days=3),
    )
    with pytest.raises(FormsError, match="没有查到对方给您的授权"):
        sent(FAMILY, named("张晓梅", ZHANG))


def test_an_agent_brings_the_letter(receiver: NotedReceiver) -> None:
    agent = {"acting_for": "AGENT", "agent_phone": "13812345678", "authorised_matter": "提取公积金"}
    agent |= {"authorised_until": "2026-12-31"}
    with pytest.raises(FormsError):
        sent(agent, named("张晓梅", ZHANG))
    draft = Draft.objects.get().pk
    operations.add_upload(
        actor=actor("liu"), draft_id=draft, field="authorisation", arrived=arrived(PDF, "委托书.pdf"), now=NOW
    )
    send(draft)
    behalf = receiver.taken[0].on_behalf_of
    assert behalf is not None
    assert (behalf.relation, behalf.rests_on) == ("AGENT", "authorisation")
    assert list(receiver.taken[0].uploads) == ["authorisation"]


def test_one_does_not_act_for_oneself_nor_sign_with_another_name(receiver: NotedReceiver) -> None:
    with pytest.raises(FormsError, match="请选择“本人办理”"):
        sent(PARENT, named("刘志远", LIU))
    with pytest.raises(FormsError, match="签名应为 刘志远"):
        sent(PARENT, named("刘小远", child()), signature="刘小远")


def test_who_acts_is_who_signed_in_whatever_is_typed(receiver: NotedReceiver) -> None:
    sent(PARENT | {"agent_name": "王建军", "agent_id_number": "120104196803042075"}, named("刘小远", child()))
    assert receiver.taken[0].applicant.number == LIU


def test_a_company_acts_by_its_representative_or_an_agent(
    offers: Callable[[Form], Offer], receiver: NotedReceiver, relations: ListedRelations
) -> None:
    offers(form_of(field("amount", "money"), sections=("legal-person", "details")))
    who = actor("liu")
    code = "91120103MA06A1B2C"
    company = {"organisation_name": "天津演示机械有限公司", "credit_code": code + credit_code_check_character(code)}
    company |= {"legal_representative_name": "王建军", "legal_representative_id_number": "120104196803042075"}
    draft = operations.begin(actor=who, slug=SLUG, channel=PHONE, now=NOW)

    def save(section: str, typed: dict[str, str]) -> operations.saving.Saved:
        revision = Draft.objects.get().revision
        return operations.save(actor=who, draft_id=draft, revision=revision, section=section, typed=typed, now=NOW)

    assert save("legal-person", company | {"handler_role": "LEGAL_REPRESENTATIVE"}).complaints == {}
    save("details", {"amount": "5"})
    with pytest.raises(FormsError, match="不是登录的本人"):
        send(draft)
    assert save("legal-person", company | {"handler_role": "AGENT"}).complaints.keys() == {("handler_authorisation",)}
    operations.add_upload(actor=who, draft_id=draft, field="handler_authorisation", arrived=arrived(PDF), now=NOW)
    with pytest.raises(FormsError, match="登记的法定代表人"):
        send(draft)
    relations.is_away = True
    save("legal-person", company | {"handler_role": "AGENT", "legal_representative_id_number": ZHANG})
    send(draft)
    [application] = receiver.taken
    assert application.subject.kind is PartyKind.ORGANISATION
    assert application.applicant.number == LIU


@pytest.mark.parametrize(
    ("number", "days", "told"),
    [(ZHANG, 3, "不能授权给自己"), (LIU, 400, "一年之内"), (LIU, -1, "一年之内"), ("123", 3, "18 位")],
    ids=["self", "long", "past", "number"],
)
def test_what_can_not_be_given_is_told(number: str, days: int, told: str) -> None:
    with pytest.raises(FormsError, match=told):
        operations.delegate(
            actor=actor("zhang"),
            holder_name="某人",
            holder_id_number=number,
            relation="SPOUSE",
            valid_until=TODAY + timedelta(days=days),
            now=NOW,
        )


def test_on_the_page_it_is_given_seen_by_both_and_revoked_by_nobody_else(client: Client) -> None:
    page = reverse("services_forms:delegations")
    zhang, liu = signed_in(client, "zhang"), signed_in(Client(), "liu")
    until = (TODAY + timedelta(days=30)).isoformat()
    typed = {"holder_name": "刘志远", "holder_id_number": LIU, "relation": "SPOUSE", "valid_until": until}
    assert zhang.post(page, typed | {"holder_id_number": "1"}).status_code == 422
    assert "刘志远 可以替我办" in zhang.post(page, typed, follow=True).content.decode()
    assert "我可以替 张*梅 办" in liu.get(page).content.decode()
    [row] = operations.delegations_of(actor("zhang"), now=NOW)
    with pytest.raises(DraftNotFound):
        operations.revoke(actor=actor("wang"), delegation_id=row.id, now=NOW)
    zhang.post(reverse("services_forms:revoke", args=[row.id]))
    assert "已失效" in liu.get(page).content.decode()


def given(**changes: object) -> uuid.UUID:
    told: dict[str, object] = {
        "actor": actor("zhang"),
        "holder_name": "刘志远",
        "holder_id_number": LIU,
        "relation": "SPOUSE",
        "valid_until": TODAY + timedelta(days=3),
        "now": NOW,
    }
    return operations.delegate(**(told | changes))  # type: ignore[arg-type]  # a table of changes


def test_a_delegation_for_one_item_is_none_for_another(offers: Callable[[Form], Offer]) -> None:
    other = offers(form_of(field("amount", "money"), sections=("agent", "person", "details", "declaration")))
    given(item=SLUG)
    assert delegation_between(ZHANG, LIU, item=SLUG, today=TODAY) is not None
    assert delegation_between(ZHANG, LIU, item="another-item", today=TODAY) is None
    assert delegation_between(LIU, ZHANG, item=SLUG, today=TODAY) is None
    assert delegation_between(ZHANG, LIU, item=SLUG, today=TODAY + timedelta(days=4)) is None
    [row] = operations.delegations_of(actor("liu"), now=NOW)
    assert row.item == str(other.name)
    with pytest.raises(FormsError, match="没有这个事项"):
        given(item="no-such-item")


def test_what_is_taken_back_ends_at_once_whatever_is_half_filled_in(receiver: NotedReceiver) -> None:
    account_of("zhang")
    row = given()
    with pytest.raises(FormsError, match="签名应为"):
        sent(FAMILY, named("张晓梅", ZHANG), signature="错")
    operations.revoke(actor=actor("zhang"), delegation_id=row, now=NOW)
    who, draft = actor("liu"), Draft.objects.get()
    operations.save(
        actor=who, draft_id=draft.pk, revision=draft.revision, section="declaration",
        typed=SIGNED | {"signature": "刘志远"}, now=NOW,
    )  # fmt: skip
    with pytest.raises(FormsError, match="没有查到对方给您的授权"):
        send(draft.pk)
    assert receiver.taken == []


def test_who_says_to_head_a_company_shows_it_by_the_register_or_a_licence(
    offers: Callable[[Form], Offer], receiver: NotedReceiver, relations: ListedRelations
) -> None:
    offers(form_of(field("amount", "money"), sections=("legal-person", "details")))
    who, code = actor("liu"), "91120103MA06A1B2C"
    code += credit_code_check_character(code)
    company = {"organisation_name": "天津演示机械有限公司", "credit_code": code, "handler_role": "LEGAL_REPRESENTATIVE"}
    company |= {"legal_representative_name": "刘志远", "legal_representative_id_number": LIU}
    draft = operations.begin(actor=who, slug=SLUG, channel=PHONE, now=NOW)
    for section, typed in (("legal-person", company), ("details", {"amount": "5"})):
        revision = Draft.objects.get().revision
        operations.save(actor=who, draft_id=draft, revision=revision, section=section, typed=typed, now=NOW)
    with pytest.raises(FormsError, match="营业执照"):
        send(draft)
    relations.holding.add(("LEGAL_REPRESENTATIVE", LIU, code))
    operations.prove(actor=who, draft_id=draft, now=NOW + timedelta(days=2))
    revision = Draft.objects.get().revision
    operations.send(actor=who, draft_id=draft, revision=revision, now=NOW + timedelta(days=2))
    behalf = receiver.taken[0].on_behalf_of
    assert behalf is not None
    assert (behalf.relation, behalf.rests_on) == ("LEGAL_REPRESENTATIVE", "register")
