"""What a form hands over becomes one case, filed under whose matter it is; they and whoever acts see it."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.base.keys import api as keys
from haihe.base.notices.models import Notice
from haihe.kernel.identifiers import credit_code_check_character, id_number_check_character
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.forms import operations as forms_operations
from haihe.platforms.services.models import Case, SubjectKind
from haihe.platforms.services.operations.sealing import open_applicant, open_form, open_registered
from haihe.platforms.services.queries import own_cases, visible_cases
from haihe.platforms.services.receiving import receive
from haihe.platforms.services.testing import NOW, actor, item_by, officer, signed_in, steps_of, take

pytestmark = pytest.mark.django_db

LIU = forms.Party(forms.PartyKind.PERSON, "刘志远", "120103197905121012")
ZHANG = forms.Party(forms.PartyKind.PERSON, "张晓梅", "120106198509233067")
WANG_NUMBER = "120104196803042075"
_FIRST17 = "91120000MA0600011"
COMPANY = forms.Party(
    forms.PartyKind.ORGANISATION, "天津海河演示有限公司", _FIRST17 + credit_code_check_character(_FIRST17)
)


def child() -> forms.Party:
    first = "12010320200301101"
    return forms.Party(forms.PartyKind.PERSON, "刘小远", first + id_number_check_character(first))


def application(
    behalf: forms.Behalf | None = None, *, applicant: forms.Party = LIU, process: str = "plain", **values: object
) -> forms.Application:
    item = item_by(process)
    return forms.Application(
        item_slug=item.slug,
        item_version=item.version,
        applicant=applicant,
        on_behalf_of=behalf,
        values=values,
        uploads={"lease": (uuid.UUID(int=7), uuid.UUID(int=8))},
        channel=forms.PHONE,
        token=uuid.uuid4(),
        digest="",
    )


def received(form: forms.Application, who: Actor | None = None) -> Case:
    return Case.objects.get(number=receive(form, who or actor("liu"), NOW).number)


def sees(username: str) -> list[str]:
    return [case.number for case in own_cases(actor(username))]


def test_an_application_becomes_a_case_with_what_it_said_and_its_files_sealed() -> None:
    case = received(application(reason="RENT"))
    values, uploads = open_form(case)
    assert values == {"reason": "RENT"}
    assert uploads == {"lease": f"{uuid.UUID(int=7)} {uuid.UUID(int=8)}"}
    assert b"RENT" not in bytes(case.sealed_form or b"")
    assert (case.relation, case.actor_key, case.subject_kind) == ("", None, SubjectKind.PERSON)


def test_what_a_register_says_otherwise_is_kept_sealed_and_stands_beside() -> None:
    known = forms.Known("SICK", "天津市民政局", NOW, "urn:uuid:1")
    form = replace(application(process="plain", reason="RENT"), corrected={"reason": known})
    case = received(form)
    assert open_registered(case) == {"reason": known}
    assert "民政局".encode() not in bytes(case.sealed_form or b"")


def test_a_form_that_comes_twice_is_one_case() -> None:
    form = application()
    assert receive(form, actor("liu"), NOW) == receive(form, actor("liu"), NOW)
    assert Case.objects.count() == 1


def test_the_page_it_leads_to_is_the_applicants_or_the_desks() -> None:
    form = application()
    assert receive(form, actor("liu"), NOW).url.startswith("/services/cases/")
    at_window = replace(form, channel=forms.WINDOW, token=uuid.uuid4(), applicant=ZHANG)
    assert receive(at_window, officer("CLERK", "120029"), NOW).url.startswith("/services/desk/cases/")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"item_slug": "no-such-item"}, "事项"),
        ({"applicant": forms.Party(forms.PartyKind.PERSON, "刘志远", "120103197905121013")}, "身份证"),
        ({"applicant": ZHANG}, "窗口"),
    ],
)
def test_what_cannot_become_a_case_says_what_to_do(change: dict[str, Any], says: str) -> None:
    with pytest.raises(forms.NotReceived, match=says):
        receive(replace(application(), **change), actor("liu"), NOW)
    assert not Case.objects.exists()


def test_a_second_application_for_the_same_matter_names_the_first() -> None:
    first = received(application())
    with pytest.raises(forms.NotReceived, match=first.number):
        receive(application(), actor("liu"), NOW)


def test_a_childs_case_is_the_childs_and_the_parent_may_apply_for_two_children() -> None:
    case = received(application(forms.Behalf(child(), "GUARDIAN", "guardian_proof")))
    assert bytes(case.subject_key) == keys.keyring().subject_key(child().number)
    assert bytes(case.actor_key or b"") == actor("liu").subject_key
    assert (case.masked_name, case.actor_masked_name, case.relation) == ("刘*远", "刘*远", "GUARDIAN")
    assert open_applicant(case) == (child().number, "刘小远")
    received(application())
    assert len(sees("liu")) == 2


def test_a_company_and_whoever_acts_and_its_head_see_the_case_and_nobody_else() -> None:
    behalf = forms.Behalf(COMPANY, "ORGANISATION_AGENT", "handler_authorisation")
    case = received(application(behalf, legal_representative_id_number=WANG_NUMBER))
    assert (case.subject_kind, case.masked_name, case.masked_id_number) == (
        SubjectKind.ORGANISATION,
        COMPANY.name,
        COMPANY.number,
    )
    assert open_applicant(case)[0] == LIU.number
    assert sees("liu") == sees("wang") == [case.number]
    assert sees("zhang") == []


def test_a_member_of_the_family_sees_what_they_filed_only_as_long_as_they_are_let() -> None:
    given = forms_operations.delegate(
        actor=_with_account("zhang"),
        holder_name=LIU.name,
        holder_id_number=LIU.number,
        relation="SPOUSE",
        valid_until=timezone.localdate() + timedelta(days=30),
        now=timezone.now(),
    )
    case = received(application(forms.Behalf(ZHANG, "FAMILY", "delegation")))
    assert sees("liu") == sees("zhang") == [case.number]

    forms_operations.revoke(actor=_with_account("zhang"), delegation_id=given, now=timezone.now())

    assert sees("liu") == []
    assert sees("zhang") == [case.number]
    assert not visible_cases(actor("wang")).exists()


def test_all_on_the_applicants_side_are_told_and_read_who_acts_for_whom() -> None:
    signed_in(Client(), "zhang")
    phone = signed_in(Client(), "liu")
    case = received(application(forms.Behalf(ZHANG, "AGENT", "authorisation")))
    take(case.number, "accept", "missing", note="缺营业场所证明", now=timezone.now())
    told = Notice.objects.filter(kind="services.case_changed").values_list("user", flat=True)
    assert set(told) == {actor("liu").user_id, actor("zhang").user_id}
    page = phone.get(f"/services/cases/{case.number}/").text
    assert "由 刘*远 代为提交（受委托代办）" in page
    assert "张*梅" in phone.get("/services/cases/").text
    phone.post(
        f"/services/cases/{case.number}/step/",
        {"step": steps_of(case.number)["supplement"], "choice": "handed-in", "note": "已补齐"},
    )
    assert Case.objects.get().state == "AWAITING_ACCEPTANCE"
    assert signed_in(Client(), "wang").get(f"/services/cases/{case.number}/").status_code == 404


def test_a_clerk_handles_no_case_that_they_act_in() -> None:
    case = received(application(forms.Behalf(ZHANG, "AGENT", "authorisation")))
    liu = actor("liu")
    both = Actor(liu.user_id, liu.name, liu.roles | {("CLERK", "120029")}, liu.subject_key)
    with pytest.raises(Exception, match="accept is for"):
        take(case.number, "accept", "accept", by=both)


def _with_account(username: str) -> Actor:
    signed_in(Client(), username)
    return actor(username)
