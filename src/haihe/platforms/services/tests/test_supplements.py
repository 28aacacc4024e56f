"""What is missing is told once; the applicant puts right exactly that, in the form too, and every version is kept."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from msgspec.structs import replace

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.accounts.models import Membership, User
from haihe.base.keys.api import keyring
from haihe.platforms.services import operations
from haihe.platforms.services.errors import CaseNotFound, InputRefused, NotNow
from haihe.platforms.services.forms.models import Draft, Upload
from haihe.platforms.services.forms.testing import PDF
from haihe.platforms.services.items.api import load_items
from haihe.platforms.services.models import Case, FormVersion, Supplement
from haihe.platforms.services.operations.sealing import open_form, open_said
from haihe.platforms.services.testing import NOW, actor, application_for, item_by, officer, signed_in, steps_of

pytestmark = pytest.mark.django_db

MARKET = "120029"
CLERK = officer("CLERK", MARKET)


def _field(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "label": {"zh": f"栏目 {name}", "en": name}} | more


FORM = {
    "sections": ["person"],
    "fields": [
        _field("reason", "choice", options=[{"value": v, "zh": v, "en": v} for v in ("RENT", "BUY")]),
        _field("rent", "money", when="reason == 'RENT'"),
        _field("street"),
        _field("lease", "file", max=1),
        _field("signed", "signature"),
    ],
}
SAID = {
    "applicant_name": "刘志远",
    "applicant_id_number": "120103197905121012",
    "reason": "BUY",
    "street": "旧街 1 号",
    "signed": "刘志远",
}


def opened(**said: Any) -> Case:
    item = item_by("plain")
    load_items([replace(item, slug="test-with-form", code=f"{MARKET}-GG-9990", form=FORM)])
    form = application_for(replace(item, slug="test-with-form"), "liu", **(SAID | said))
    number = operations.open_case(actor=actor("liu"), application=form, now=NOW)
    draft = Draft(pk=form.token, item_slug="test-with-form", item_version=1, channel="PHONE")
    draft.owner = actor("liu").user_id or uuid.uuid4()
    draft.sealed_content, draft.state, draft.case_number = b"", "SENT", number
    draft.organisation = MARKET
    draft.begun_at = draft.saved_at = draft.expires_at = draft.sent_at = NOW
    draft.receipt = {}
    draft.save(force_insert=True)
    return Case.objects.get(number=number)


def asked(*fields: str, **said: Any) -> Case:
    case = opened(**said)
    ask(case, *fields)
    case.refresh_from_db()
    return case


def ask(case: Case, *fields: str) -> None:
    operations.take_step(
        actor=CLERK,
        number=case.number,
        step=steps_of(case.number)["accept"],
        choice="missing",
        note="街道写错了，租赁合同看不清",
        asks=fields,
        now=NOW,
    )


def hand_in(case: Case, *, by: Actor | None = None, version: int = 1, **said: Any) -> dict[Any, str]:
    who = by or actor("liu")
    return operations.hand_in(actor=who, number=case.number, version=version, said=said, now=NOW).errors


def test_exactly_what_was_asked_for_can_be_put_right_and_what_it_said_before_is_kept() -> None:
    case = asked("street")
    assert hand_in(case, street="新街 2 号") == {}
    case.refresh_from_db()
    assert (case.state, case.form_version) == ("AWAITING_ACCEPTANCE", 2)
    assert open_form(case)[0] == SAID | {"street": "新街 2 号"}
    before = FormVersion.objects.get()
    assert open_said(case, bytes(before.sealed_form))[0] == SAID
    assert (before.number, before.changed, before.superseded_by) == (1, ["street"], case.masked_name)


def test_other_fields_stay_as_they_were_whatever_is_sent() -> None:
    case = asked("street")
    hand_in(case, street="新街 2 号", reason="RENT", applicant_id_number="120106198509233067")
    assert open_form(Case.objects.get())[0]["reason"] == "BUY"
    assert open_form(Case.objects.get())[0]["applicant_id_number"] == SAID["applicant_id_number"]


def test_a_field_that_another_one_calls_for_is_asked_with_it() -> None:
    case = asked("reason")
    assert Supplement.objects.get().fields == ["reason", "rent"]
    assert set(hand_in(case, reason="RENT")) == {("rent",)}
    assert Case.objects.get().state == "SUPPLEMENTING"
    assert hand_in(case, reason="RENT", rent="1500") == {}
    assert open_form(Case.objects.get())[0]["rent"] == 1500


@pytest.mark.parametrize("name", ["applicant_id_number", "signed", "no_such_field", "rent"])
def test_whose_matter_it_is_and_what_does_not_apply_cannot_be_asked_for(name: str) -> None:
    case = opened()
    with pytest.raises(InputRefused):
        ask(case, name)
    assert not Supplement.objects.exists()


def test_a_stale_or_forged_version_of_the_form_is_refused() -> None:
    case = asked("street")
    for version in (0, 2, 99):
        with pytest.raises(NotNow, match="别处改过"):
            hand_in(case, street="新街 2 号", version=version)
    hand_in(case, street="新街 2 号")
    with pytest.raises(NotNow):
        hand_in(case, street="第三次", version=2)
    assert open_form(Case.objects.get())[0]["street"] == "新街 2 号"


def test_the_step_is_not_passed_by_without_putting_right_what_was_asked_for() -> None:
    case = asked("street")
    step = steps_of(case.number)["supplement"]
    with pytest.raises(NotNow, match="先改正"):
        operations.take_step(
            actor=actor("liu"), number=case.number, step=step, choice="handed-in", note="补齐了", now=NOW
        )


def test_nobody_else_puts_it_right() -> None:
    case = asked("street")
    with pytest.raises(CaseNotFound):
        hand_in(case, by=actor("zhang"), street="别人的街")
    with pytest.raises(CaseNotFound):
        hand_in(case, by=officer("CLERK", "120048"), street="别人的街")
    operations.hand_in(actor=CLERK, number=case.number, version=1, said={"street": "窗口改的"}, now=NOW)
    assert FormVersion.objects.get().superseded_by == CLERK.name


def test_an_approver_of_the_body_does_not() -> None:
    case = asked("street")
    both = officer("APPROVER", MARKET)
    with pytest.raises((NotPermitted, CaseNotFound)):
        hand_in(case, by=both, street="审批人改的")


def url(case: Case) -> str:
    return f"/services/cases/{case.number}/supplement/"


def test_on_the_phone_fields_and_files_are_put_right_and_the_desk_sees_what_changed() -> None:
    case = asked("street", "lease")
    phone = signed_in(Client(), "liu")
    assert "去改正" in phone.get(f"/services/cases/{case.number}/").text
    page = phone.get(url(case)).text
    assert "旧街 1 号" in page
    assert "栏目 reason" not in page

    again = phone.post(url(case), {"version": "1", "street": "新街 2 号", "action": "send"})
    assert again.status_code == 422
    assert "请上传：栏目 lease" in again.text
    answer = phone.post(
        url(case),
        {
            "version": "1",
            "street": "新街 2 号",
            "action": "send",
            "lease": SimpleUploadedFile("新合同.pdf", PDF, "application/pdf"),
        },
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert open_form(case)[1] == {"lease": str(Upload.objects.get().pk)}

    user = User.objects.create(id=CLERK.user_id, username="clerk", name=CLERK.name)
    Membership.objects.create(user=user, role="CLERK", organisation=MARKET)
    desk = Client()
    desk.force_login(user)
    seen = desk.get(f"/services/desk/cases/{case.number}/").text
    assert "旧街 1 号" in seen
    assert "新合同.pdf" in seen


def test_a_file_of_another_kind_is_refused_and_one_that_came_before_stays() -> None:
    case = asked("lease")
    old = Upload(draft_id=case.token, field="lease", kind="PDF", size_bytes=1, scan="CLEAN")
    old.sealed_name = keyring().seal("旧合同.pdf".encode(), context=old.seal_context)
    old.uploaded_at = NOW.replace(year=2025)
    old.save(force_insert=True)
    refused = signed_in(Client(), "liu").post(
        url(case),
        {
            "version": "1",
            "action": "upload",
            "remove": str(old.pk),
            "lease": SimpleUploadedFile("x.pdf", b"MZ not a pdf", "application/pdf"),
        },
    )
    assert refused.status_code == 422
    assert list(Upload.objects.all()) == [old]


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999", "²"])
def test_a_forged_version_on_the_page_is_told_as_changed_elsewhere(version: str) -> None:
    case = asked("street")
    answer = signed_in(Client(), "liu").post(url(case), {"version": version, "street": "新街", "action": "send"})
    assert answer.status_code == 409
    assert "别处改过" in answer.text


def test_others_do_not_find_the_page() -> None:
    case = asked("street")
    assert signed_in(Client(), "zhang").get(url(case)).status_code == 404
    stranger = User.objects.create(id=uuid.uuid4(), username="fire", name="消防")
    Membership.objects.create(user=stranger, role="CLERK", organisation="120048")
    desk = Client()
    desk.force_login(stranger)
    assert desk.get(f"/services/desk/cases/{case.number}/supplement/").status_code == 404


def test_where_nothing_is_to_be_put_right_the_page_leads_back_to_the_case() -> None:
    case = opened()
    answer = signed_in(Client(), "liu").get(url(case))
    assert answer.headers["Location"] == f"/services/cases/{case.number}/"
