"""The citizen's way through a form, without any script; and what strangers and tamperers get."""

import json
import re
import uuid
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from haihe.city.testing import load_departments
from haihe.platforms.services.forms import shelf
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.models import Draft, Upload
from haihe.platforms.services.forms.ports import Offer
from haihe.platforms.services.forms.testing import PNG, SLUG, NotedReceiver, field, form_of, signed_in

pytestmark = pytest.mark.django_db

SIGNED = {"declared_true": "yes", "consented_to_checks": "yes", "signature": "刘志远"}
OPTIONS = [{"value": "RENT", "zh": "租房", "en": "Rent"}, {"value": "BUY", "zh": "购房", "en": "Purchase"}]


@pytest.fixture(autouse=True)
def _form(offers: Callable[[Form], Offer]) -> None:
    load_departments()
    offers(
        form_of(
            field("reason", "choice", options=OPTIONS),
            field("amount", "money", min=1),
            field("lease", "file", when="reason == 'RENT'", max=2),
            field("people", "table", required=False, fields=[field("name"), field("born", "date")]),
            field("remark", "long_text", required=False),
            sections=("person", "details", "contact", "declaration"),
        )
    )


@pytest.fixture
def phone(client: Client) -> Client:
    return signed_in(client, "liu")


def begun(phone: Client) -> Draft:
    phone.post(reverse("services_forms:guide", args=[SLUG]))
    return Draft.objects.get()


def address(draft: Draft, section: str) -> str:
    return reverse("services_forms:section", args=[draft.pk, section])


def said(phone: Client, draft: Draft, section: str, **typed: object) -> tuple[int, str]:
    draft.refresh_from_db()
    answer = phone.post(address(draft, section), {"revision": draft.revision, "action": "next"} | typed)
    return answer.status_code, answer.headers.get("Location", "") or answer.content.decode()


def filled(phone: Client) -> Draft:
    draft = begun(phone)
    said(phone, draft, "person")
    said(phone, draft, "details", reason="BUY", amount="12,000")
    said(phone, draft, "contact", contact_phone="13812345678")
    said(phone, draft, "declaration", **SIGNED)
    return draft


def sent(phone: Client, draft: Draft) -> tuple[int, str]:
    draft.refresh_from_db()
    answer = phone.post(reverse("services_forms:check", args=[draft.pk]), {"revision": draft.revision}, follow=True)
    return answer.status_code, answer.content.decode()


def test_the_guide_is_open_to_everybody_and_says_whether_one_can(client: Client) -> None:
    guide = reverse("services_forms:guide", args=[SLUG])
    body = client.get(guide).content.decode()
    assert "要准备什么" in body
    assert "登录后开始填写" in body
    assert "请到居住地办理" in client.get(guide, {"q0": "no"}).content.decode()
    assert "可以办理" in client.get(guide, {"q0": "yes"}).content.decode()
    assert client.get(reverse("services_forms:guide", args=["no-such-item"])).status_code == 404
    assert client.post(guide).status_code == 302
    assert not Draft.objects.exists()


def test_section_by_section_to_the_receipt(phone: Client, receiver: NotedReceiver) -> None:
    draft = begun(phone)
    page = phone.get(reverse("services_forms:resume", args=[draft.pk]), follow=True).content.decode()
    assert "第 2 步，共 4 步" in page  # who one is is known already
    draft = filled(phone)
    check = phone.get(reverse("services_forms:check", args=[draft.pk])).content.decode()
    assert "12,000.00" in check
    assert "138****5678" in check
    status, body = sent(phone, draft)
    assert status == 200
    assert "TST-20261126-000001" in body
    assert receiver.taken[0].digest in body
    receipt = phone.get(reverse("services_forms:receipt-file", args=[draft.pk]))
    assert receipt.json()["digest"] == receiver.taken[0].digest
    sent(phone, draft)
    assert len(receiver.taken) == 1


def test_mistakes_are_listed_on_top_with_a_way_to_each_and_the_first_has_the_focus(phone: Client) -> None:
    draft = begun(phone)
    status, body = said(phone, draft, "details", amount="-5")
    assert status == 422
    assert "有 2 处需要修改" in body
    assert 'href="#id_reason"' in body
    assert 'href="#id_amount"' in body
    assert body.count("autofocus") == 1
    assert body.index("autofocus") < body.index('name="amount"')
    assert 'value="-5"' in body


def test_a_field_that_may_apply_is_there_without_a_script_and_one_that_surely_does_not_is_not_asked(
    phone: Client,
) -> None:
    draft = begun(phone)
    page = phone.get(address(draft, "details")).content.decode()
    assert 'name="lease"' in page
    assert "None" not in page
    assert "适用时填写" in page
    assert "data-when=" in page
    status, body = said(phone, draft, "details", reason="RENT", amount="5")
    assert status == 422
    assert "请上传：栏目 lease。" in body


def test_files_come_with_the_section_and_go_by_a_button(phone: Client) -> None:
    draft = begun(phone)
    file = SimpleUploadedFile("合同.jpg", PNG, content_type="image/jpeg")
    status, to = said(phone, draft, "details", reason="RENT", amount="5", lease=file, action="upload")
    assert (status, to) == (302, address(draft, "details"))
    page = phone.get(to).content.decode()
    assert "合同.png" in page
    assert "未做病毒检查" in page
    upload = Upload.objects.get()
    given = phone.get(reverse("services_forms:file", args=[upload.pk]))
    assert b"".join(given.streaming_content) == PNG  # type: ignore[attr-defined]  # Django's stubs tell one answer of two
    assert given["Content-Disposition"].startswith("attachment;")
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Content-Type"] == "application/octet-stream"
    said(phone, draft, "details", reason="RENT", amount="5", remove=str(upload.pk))
    assert not Upload.objects.exists()


def test_a_file_that_is_refused_is_told_beside_it_and_what_was_typed_stays(phone: Client) -> None:
    draft = begun(phone)
    evil = SimpleUploadedFile("x.png", b"<script>alert(1)</script>", content_type="image/png")
    status, body = said(phone, draft, "details", reason="RENT", amount="77", lease=evil, action="upload")
    assert status == 422
    assert "只能上传" in body
    assert 'value="77"' in body
    large = SimpleUploadedFile("x.pdf", b"%PDF-1.4" + bytes(11 * 1024 * 1024))
    status, body = said(phone, draft, "details", reason="RENT", amount="77", lease=large, action="upload")
    assert status == 422
    assert "不能超过 10 MB" in body
    assert not Upload.objects.exists()


def test_files_of_a_request_without_its_token_leave_nothing_behind(phone: Client) -> None:
    draft = begun(phone)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = phone.cookies
    folder = shelf.path_of(uuid.uuid4()).parent.parent
    before = {path for path in folder.rglob("*") if path.is_file()}
    answer = strict.post(address(draft, "details"), {"revision": "1", "lease": SimpleUploadedFile("a.png", PNG)})
    assert answer.status_code == 403
    assert {path for path in folder.rglob("*") if path.is_file()} == before


def test_rows_are_added_and_told_apart(phone: Client) -> None:
    draft = begun(phone)
    rows = {"people-0-name": "刘小远", "people-0-born": "2020-02-30", "people-1-name": "", "people-1-born": ""}
    status, body = said(phone, draft, "details", reason="BUY", amount="5", **rows)
    assert status == 422
    assert 'id="id_people-0-born-error"' in body
    good = rows | {"people-0-born": "2020-02-29"}
    assert said(phone, draft, "details", reason="BUY", amount="5", **good)[0] == 302


def test_what_was_typed_is_shown_and_never_run(phone: Client, receiver: NotedReceiver) -> None:
    draft = filled(phone)
    said(phone, draft, "details", reason="BUY", amount="5", remark='<script>alert(1)</script>\n"><img onerror=x>')
    for page in (address(draft, "details"), reverse("services_forms:check", args=[draft.pk])):
        body = phone.get(page).content.decode()
        assert "<script>alert(1)" not in body
        assert "<img onerror" not in body
        assert "&lt;script&gt;" in body


def test_the_older_of_two_tabs_does_not_overwrite(phone: Client) -> None:
    draft = begun(phone)
    said(phone, draft, "details", reason="BUY", amount="5")
    answer = phone.post(address(draft, "details"), {"revision": 1, "reason": "BUY", "amount": "9"})
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "刚在别处改过" in body
    assert 'value="9"' in body
    assert said(phone, draft, "details", reason="BUY", amount="9")[0] == 302


@pytest.mark.parametrize("revision", ["", "-1", "x", "１", "9" * 30])
def test_a_revision_that_never_was_changes_nothing(phone: Client, revision: str) -> None:
    draft = begun(phone)
    answer = phone.post(address(draft, "details"), {"revision": revision, "reason": "BUY", "amount": "9"})
    assert answer.status_code == 409


def test_a_strangers_draft_is_not_there(client: Client) -> None:
    phone = signed_in(client, "liu")
    draft = begun(phone)
    said(phone, draft, "details", reason="RENT", amount="5", lease=SimpleUploadedFile("a.png", PNG))
    upload = Upload.objects.get()
    stranger = signed_in(Client(), "zhang")
    for name in ("resume", "check", "receipt", "receipt-file"):
        assert stranger.get(reverse(f"services_forms:{name}", args=[draft.pk])).status_code == 404
    assert stranger.get(address(draft, "details")).status_code == 404
    assert stranger.post(address(draft, "details"), {"revision": "1"}).status_code == 404
    assert stranger.post(reverse("services_forms:discard", args=[draft.pk])).status_code == 404
    assert stranger.get(reverse("services_forms:file", args=[upload.pk])).status_code == 404
    assert "没有草稿" in stranger.get(reverse("services_forms:drafts")).content.decode()
    assert Client().get(address(draft, "details")).status_code == 302


def test_a_section_kept_on_the_phone_is_saved_later_once(phone: Client) -> None:
    draft = begun(phone)
    sync = reverse("services_forms:sync", args=[draft.pk, "details"])

    def brought(revision: object, text: str) -> dict[str, object]:
        answer = phone.post(sync, json.dumps({"said": text, "revision": revision}), content_type="application/json")
        return dict(answer.json())

    assert brought(draft.revision, "reason=BUY&amount=12%2C000&is_admin=1")["became"] == "done"
    assert brought(draft.revision, "reason=BUY&amount=1")["became"] == "changed"
    draft.refresh_from_db()
    assert brought(draft.revision, "reason=BUY&amount=x")["became"] == "wrong"
    for nonsense in ("{}", "[]", "x", '{"said": "a=\\ud800", "revision": 1}'):
        answer = phone.post(sync, nonsense, content_type="application/json")
        assert answer.status_code == 400
    stranger = signed_in(Client(), "zhang")
    told = stranger.post(sync, '{"said": "amount=1", "revision": 2}', content_type="application/json").json()
    assert told["became"] == "refused"


def test_the_window_fills_it_in_on_one_screen(client: Client, receiver: NotedReceiver) -> None:
    desk = signed_in(client, "clerk_gjj")
    draft = begun(desk)
    screen = reverse("services_forms:window", args=[draft.pk])
    assert "窗口填写" in desk.get(screen).content.decode()
    typed = {"applicant_name": "刘志远", "applicant_id_number": "120103197905121012", "contact_phone": "13812345678"}
    typed |= {"reason": "BUY", "amount": "300"} | SIGNED
    wrong = desk.post(screen, {"revision": draft.revision, "action": "send"} | typed | {"signature": "何平"})
    assert wrong.status_code == 422
    assert "签名应为 刘志远" in wrong.content.decode()
    draft.refresh_from_db()
    answer = desk.post(screen, {"revision": draft.revision, "action": "send"} | typed, follow=True)
    assert "TST-20261126-000001" in answer.content.decode()
    assert receiver.taken[0].channel == "WINDOW"
    assert receiver.taken[0].applicant.number == "120103197905121012"


def test_the_window_is_told_what_is_missing_on_the_same_screen(client: Client, receiver: NotedReceiver) -> None:
    desk = signed_in(client, "clerk_gjj")
    draft = begun(desk)
    screen = reverse("services_forms:window", args=[draft.pk])
    answer = desk.post(screen, {"revision": draft.revision, "action": "send", "reason": "RENT"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert len(re.findall(r'<a href="#id_', body)) >= 5
    assert receiver.taken == []


def test_what_is_given_up_is_gone(phone: Client) -> None:
    draft = begun(phone)
    answer = phone.post(reverse("services_forms:discard", args=[draft.pk]), follow=True)
    assert "草稿和附件已删除" in answer.content.decode()
    assert not Draft.objects.exists()


def test_pages_about_a_person_are_never_kept_by_a_browser(phone: Client) -> None:
    draft = begun(phone)
    assert "no-store" in phone.get(address(draft, "details"))["Cache-Control"]


def test_the_worker_may_keep_these_pages_alone(client: Client) -> None:
    answer = client.get(reverse("services_forms:worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"RELEASE" not in answer.content
