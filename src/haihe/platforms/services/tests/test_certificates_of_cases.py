"""What a case decides is issued as it is delivered; what an applicant holds stands for papers, looked at twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haihe.base.processes.sweeping import sweep
from haihe.city import cast
from haihe.platforms.services import operations
from haihe.platforms.services.certificates import api as certificates
from haihe.platforms.services.certificates import sealing
from haihe.platforms.services.certificates.models import Certificate, CertificateUse
from haihe.platforms.services.certificates.testing import CODE, COMPANY, citizen, issued, licence, taken_away
from haihe.platforms.services.certificates.workflow import CertificateState
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.items.api import ItemDefinition, load_items, shipped
from haihe.platforms.services.models import Case, Company, SubjectKind
from haihe.platforms.services.operations import ActedFor
from haihe.platforms.services.operations.certifying import end_certificates
from haihe.platforms.services.testing import actor, application_for, officer, signed_in, steps_of, take
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
LIU = cast.LIU


def item(slug: str) -> ItemDefinition:
    """Keep an item of the city as it ships and return it."""
    found = next(one for one in shipped() if one.slug == slug)
    load_items([found])
    return found


def opened(slug: str, username: str = "liu", *, now: datetime = MONDAY, **values: Any) -> str:
    form = application_for(item(slug), username, **values)
    return operations.open_case(actor=actor(username), application=form, now=now)


def licence_renewed(username: str = "liu") -> str:
    return opened("driving-licence-renewal", username, licence_number="120103", renew_reason="EXPIRY", new_photo=False)


def delivered(number: str, *, now: datetime = MONDAY) -> None:
    take(number, "accept", "approve", now=now)
    take(number, "deliver", now=now)


def test_what_is_delivered_is_issued_and_lies_in_the_wallet() -> None:
    number = licence_renewed()
    take(number, "accept", "approve", now=MONDAY)
    assert Certificate.objects.count() == 0
    take(number, "deliver", now=MONDAY)
    row = Certificate.objects.get()
    assert (row.case_number, row.kind, row.state) == (number, "driving-licence", CertificateState.VALID)
    document = sealing.document_of(row)
    assert (document.holder, document.holder_number) == (LIU.name, LIU.id_number)
    assert row.events.get(name="issue").part == "CLERK"
    assert row in Certificate.objects.filter(subject_key=citizen().subject_key)


def test_a_case_that_cant_issue_isnt_delivered() -> None:
    taken_away(issued(), "suspend")
    number = licence_renewed()
    take(number, "accept", "approve", now=MONDAY)
    with pytest.raises(NotNow, match="暂扣"):
        take(number, "deliver", now=MONDAY)
    assert Case.objects.get(number=number).state == CaseState.APPROVED
    assert set(steps_of(number)) == {"deliver"}


def test_what_is_declined_issues_nothing() -> None:
    number = licence_renewed()
    take(number, "accept", "decline", now=MONDAY)
    assert Certificate.objects.count() == 0


def test_both_of_a_marriage_have_theirs() -> None:
    zhang = cast.ZHANG
    number = opened("marriage-registration", partner_name=zhang.name, partner_id=zhang.id_number)
    delivered(number)
    mine, theirs = Certificate.objects.order_by("id")
    assert bytes(theirs.subject_key) == citizen("zhang").subject_key
    assert sealing.document_of(mine).fields["partner"] == zhang.name
    assert sealing.document_of(theirs).fields["partner"] == LIU.name
    assert mine.shown["partner"] == "张*梅"


def registration() -> str:
    members = [{"name": LIU.name, "id_number": LIU.id_number, "role": "REPRESENTATIVE", "share": 100}]
    return opened(
        "company-registration",
        "zhang",
        company_name="天津津门演示科技有限公司",
        company_kind="LIMITED",
        company_capital="100000.00",
        company_scope="软件开发",
        company_division="120103000000",
        company_address="演示路 1 号",
        company_members=members,
        staff_count=0,
    )


def company_licence() -> Certificate:
    number = registration()
    sweep(now=MONDAY)
    take(number, "accept", "approve", now=MONDAY)
    sweep(now=MONDAY)
    return Certificate.objects.get(case_number=number)


def test_opening_a_company_issues_its_licence_to_the_head_of_it() -> None:
    row = company_licence()
    company = Company.objects.get()
    assert (row.masked_holder, row.masked_number) == (company.name, company.credit_code)
    assert row.keeper_key is not None
    assert bytes(row.keeper_key) == citizen("liu").subject_key
    assert row.shown["scope"] == "软件开发"
    assert row.shown["capital"] == "100,000.00"
    assert row.shown["entity_kind"] == "有限责任公司"
    assert row.shown["legal_representative"] == "刘*远"


def test_the_licence_is_issued_once_though_the_case_ends_later() -> None:
    row = company_licence()
    take(row.case_number, "seal", by=officer("CLERK", "120011"), now=MONDAY)
    if "tax-by-hand" in steps_of(row.case_number):
        take(row.case_number, "tax-by-hand", by=officer("CLERK", "120046"), now=MONDAY)
    sweep(now=MONDAY)
    assert Case.objects.get(number=row.case_number).state == CaseState.CLOSED
    assert Certificate.objects.count() == 1


def test_closing_it_cancels_all_that_it_held() -> None:
    row = company_licence()
    food = issued(
        kind="food-business-licence",
        holder=certificates.Holder(row.masked_holder, row.masked_number, citizen().subject_key),
        fields={},
    )
    case = Case.objects.get(number=row.case_number)
    assert end_certificates(case, row.masked_number, now=MONDAY) == 2
    for one in (row, food):
        one.refresh_from_db()
        assert one.state == CertificateState.CANCELLED
    assert end_certificates(case, "nobody", now=MONDAY) == 0


PAPER = "disability-card"
NEEDS_CARD = "disability-living-allowance"


def held_card(username: str = "liu") -> Certificate:
    return issued(username, kind="disability-card", fields={"disability_kind": "肢体"})


def use_in(number: str) -> CertificateUse:
    return CertificateUse.objects.get(case_number=number, paper=PAPER)


def test_what_one_holds_stands_for_the_paper() -> None:
    row = held_card()
    use = use_in(opened(NEEDS_CARD))
    assert (use.certificate, use.holds) == (row, True)
    assert row.events.get(name="use").facts["organisation"] == "120030"


@pytest.mark.parametrize("whose", ["nobody", "zhang"])
def test_nobody_elses_counts(whose: str) -> None:
    if whose != "nobody":
        held_card(whose)
    use = use_in(opened(NEEDS_CARD))
    assert (use.certificate, use.holds) == (None, False)


@pytest.mark.parametrize("name", ["suspend", "revoke"])
def test_what_was_taken_away_doesnt_count(name: str) -> None:
    taken_away(held_card(), name)
    assert not use_in(opened(NEEDS_CARD)).holds


def test_what_is_over_doesnt_count() -> None:
    held_card()
    Certificate.objects.update(issued_on="2020-01-01", valid_until="2021-01-01")
    assert not use_in(opened(NEEDS_CARD)).holds


def test_it_is_looked_at_again_at_acceptance() -> None:
    row = held_card()
    number = opened(NEEDS_CARD)
    taken_away(row)
    with pytest.raises(InputRefused, match="残疾人证"):
        take(number, "accept", "accept", note="", now=MONDAY)
    assert "accept" in steps_of(number)
    take(number, "accept", "accept", note="已查验残疾人证原件", now=MONDAY)
    assert not use_in(number).holds
    assert "accept" not in steps_of(number)


def test_what_one_has_by_then_counts_too() -> None:
    number = opened(NEEDS_CARD)
    row = held_card()
    take(number, "accept", "accept", note="", now=MONDAY)
    assert (use_in(number).certificate, use_in(number).holds) == (row, True)


def test_what_still_holds_needs_no_word() -> None:
    held_card()
    number = opened(NEEDS_CARD)
    take(number, "accept", "accept", note="", now=MONDAY)
    assert use_in(number).holds


def test_a_company_is_spared_its_licence_by_whoever_acts_for_it() -> None:
    row = licence("zhang")
    known = next(
        one for one in shipped() if one.process == "plain" and any(p.slug == "business-licence" for p in one.papers)
    )
    load_items([known])
    behalf = ActedFor(SubjectKind.ORGANISATION, COMPANY, CODE, "ORGANISATION_AGENT")
    form = replace(application_for(known, "liu"), acted_for=behalf)
    number = operations.open_case(actor=actor("liu"), application=form, now=MONDAY)
    use = CertificateUse.objects.get(case_number=number, paper="business-licence")
    assert (use.certificate, use.holds) == (row, True)


def test_before_one_begins_the_guide_says_what_needs_no_bringing(client: Client) -> None:
    item(NEEDS_CARD)
    guide = f"/services/apply/{NEEDS_CARD}/"
    assert "没有查到电子证照，请带原件" not in client.get(guide).content.decode()
    page = signed_in(client, "liu").get(guide).content.decode()
    assert "没有查到电子证照，请带原件" in page
    row = issued(kind="disability-card", fields={}, now=timezone.now())
    page = client.get(guide).content.decode()
    assert "用我的电子残疾人证代替" in page
    assert f"/services/certificates/{row.number}/" in page


def test_the_pages_of_the_case_say_what_stands_and_what_was_issued(client: Client) -> None:
    row = held_card()
    number = opened(NEEDS_CARD)
    mine = signed_in(client, "liu").get(f"/services/cases/{number}/").content.decode()
    assert "有效，不用提交" in mine
    assert row.number in mine
    renewed = licence_renewed()
    delivered(renewed)
    mine = client.get(f"/services/cases/{renewed}/").content.decode()
    assert f"/services/certificates/{Certificate.objects.get(case_number=renewed).number}/" in mine
    desk = signed_in(Client(), "clerk_ga").get(f"/services/desk/cases/{renewed}/").content.decode()
    assert "签发的电子证照" in desk
    assert "/services/certificates/JSZ" not in desk


def test_what_lapsed_is_shown_at_the_window_before_anybody_accepts() -> None:
    row = held_card()
    number = opened(NEEDS_CARD)
    taken_away(row, now=MONDAY + timedelta(hours=1))
    (use,) = certificates.uses_in(number, now=MONDAY + timedelta(hours=1))
    assert not use.holds
    assert use.certificate is not None
    assert use.certificate.state is CertificateState.REVOKED
