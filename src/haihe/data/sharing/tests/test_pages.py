"""The way of a request by its pages: asked, approved twice, granted, used, suspended; each sees what is theirs."""

import re
import uuid
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.testing import make_user
from haihe.base.ledger.testing import append_records
from haihe.city import cast
from haihe.data.sharing.models import Client, ClientKey, Correction, Grant, SharingRequest
from haihe.data.sharing.testing import granted, open_relief_status, requested

pytestmark = pytest.mark.django_db
WORKBENCH, NEW = reverse("sharing:workbench"), reverse("sharing:new")
FILLED = {
    "applicant": "120040",
    "claims": ["on_relief"],
    "legal_basis": "《住房公积金管理条例》第二十四条",
    "scenario": "受理低保家庭提取住房公积金时核验低保状态，替代低保证明。",
    "item": "housing-fund-relief-withdrawal",
    "purpose": "HOUSING_FUND_WITHDRAWAL",
    "duration_months": "12",
    "quota_per_day": "20000",
}


def signed_in(username: str) -> Browser:
    """Sign in as the person of the cast whose actor the operations of `testing` know by the same id."""
    browser = Browser()
    user = make_user(username, *cast.person(username).memberships)
    browser.force_login(user)
    return browser


def move(request_id: UUID, name: str) -> str:
    return reverse("sharing:move-request", args=[request_id, name])


def text(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_request_goes_its_whole_way_by_its_pages() -> None:
    open_relief_status()
    asker, head, owner = signed_in("steward_gjj"), signed_in("approver_gjj"), signed_in("approver_mzj")
    assert "低保状态核验" in text(asker, NEW)
    answer = asker.post(f"{NEW}?service=relief-status", FILLED | {"token": str(uuid.uuid4())})
    row = SharingRequest.objects.get()
    page = reverse("sharing:request", args=[row.pk])
    assert answer["Location"] == page
    assert row.number in text(head, WORKBENCH)
    assert row.number not in text(owner, WORKBENCH)
    assert owner.get(page).status_code == 404
    assert head.post(move(row.pk, "approve_by_office"), {"seen": "1"}).status_code == 302
    assert "还剩 10 个工作日" in text(owner, page)
    assert owner.post(move(row.pk, "approve"), {"seen": "2"}).status_code == 302
    grant = Grant.objects.get()
    assert str(grant.pk) in text(asker, page)
    assert "每天最多" in text(asker, reverse("sharing:grant", args=[grant.pk]))


def test_a_wrong_form_is_told_beside_its_fields_and_keeps_what_was_written() -> None:
    open_relief_status()
    answer = signed_in("steward_gjj").post(
        f"{NEW}?service=relief-status", FILLED | {"token": str(uuid.uuid4()), "purpose": "lower", "scenario": "短"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "用途代码用大写字母" in page
    assert "《住房公积金管理条例》第二十四条" in page
    assert not SharingRequest.objects.exists()


def test_a_second_request_for_the_same_is_told_by_its_number() -> None:
    open_relief_status()
    asker = signed_in("steward_gjj")
    for _ in range(2):
        answer = asker.post(f"{NEW}?service=relief-status", FILLED | {"token": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert SharingRequest.objects.get().number in answer.content.decode()


def test_what_was_returned_is_put_right_and_handed_in_again() -> None:
    request_id = requested()
    head, asker = signed_in("approver_gjj"), signed_in("steward_gjj")
    head.post(move(request_id, "return_by_office"), {"words": "请写明条款"})
    edit = reverse("sharing:edit", args=[request_id])
    assert edit in text(asker, reverse("sharing:request", args=[request_id]))
    assert "受理低保家庭" in text(asker, edit)
    asker.post(edit, FILLED | {"token": str(uuid.uuid4()), "legal_basis": "《住房公积金管理条例》第二十四条第一款"})
    row = SharingRequest.objects.get()
    assert (row.state, row.legal_basis) == ("OFFICE_REVIEW", "《住房公积金管理条例》第二十四条第一款")
    assert asker.get(edit).status_code == 404


def test_a_move_without_its_words_or_after_somebody_else_is_told_and_changes_nothing() -> None:
    request_id = requested(until="approve_by_office")
    owner = signed_in("approver_mzj")
    answer = owner.post(move(request_id, "refuse"), {"words": " ", "seen": "2"})
    assert (answer.status_code, "请写明理由" in answer.content.decode()) == (422, True)
    answer = owner.post(move(request_id, "approve"), {"seen": "1"})
    assert (answer.status_code, "已有新的变化" in answer.content.decode()) == (422, True)
    answer = owner.post(move(request_id, "supplement"), {"words": "x"})
    assert answer.status_code == 422
    assert SharingRequest.objects.get().state == "OWNER_REVIEW"


def test_the_page_offers_what_the_table_allows_and_nothing_that_is_behind() -> None:
    request_id = requested(until="approve_by_office")
    page = text(signed_in("approver_mzj"), reverse("sharing:request", args=[request_id]))
    offered = set(re.findall(r"/moves/([a-z_]+)/", page))
    assert offered == {"approve", "refuse", "ask_supplement", "ask_extension"}
    assert not re.findall(r"/moves/", text(signed_in("auditor"), reverse("sharing:request", args=[request_id])))


def test_a_suspended_grant_says_until_when_things_are_to_be_right() -> None:
    grant = Grant.objects.get(pk=granted())
    owner, page = signed_in("approver_mzj"), reverse("sharing:grant", args=[grant.pk])
    suspend = reverse("sharing:move-grant", args=[grant.pk, "suspend"])
    assert owner.post(suspend, {"words": "用途不符", "put_right_by": ""}).status_code == 422
    day = timezone.localdate() + timedelta(days=9)
    assert owner.post(suspend, {"words": "用途不符", "put_right_by": day.isoformat()}).status_code == 302
    assert "前整改" in text(owner, page)
    assert Grant.objects.get().state == "SUSPENDED"
    assert signed_in("steward_gjj").post(suspend.replace("suspend", "resume"), {"words": "x"}).status_code == 403


def test_a_grant_shows_its_own_uses_and_no_persons() -> None:
    grant = Grant.objects.get(pk=granted())
    at = timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    [mine] = append_records(1, grant=str(grant.pk), at=at)
    [another] = append_records(1, grant=str(uuid.uuid4()), at=at)
    page = text(signed_in("steward_mzj"), reverse("sharing:grant", args=[grant.pk]))
    assert mine in page
    assert another not in page
    assert "0123456789abcdef" not in page


def test_a_secret_is_shown_once_and_keys_take_over_from_one_another() -> None:
    open_relief_status()
    asker = signed_in("steward_gjj")
    told = {"organisation": "120040", "title": "公积金核心系统", "client_id": "gjj-core"}
    made = asker.post(reverse("sharing:client-new"), told).content.decode()
    [secret] = re.findall(r"data-secret>\s*([A-Za-z0-9+/=]{40,})", made)
    show = reverse("sharing:client", args=["gjj-core"])
    assert secret not in text(asker, show)
    sealed = bytes(Client.objects.get().sealed_secret)
    assert secret.encode() not in sealed
    rotate = reverse("sharing:rotate-key", args=["gjj-core"])
    assert asker.post(rotate, {"overlap_days": "99"}).status_code == 422
    renewed = asker.post(rotate, {"overlap_days": "7"}).content.decode()
    assert secret not in renewed
    assert bytes(Client.objects.get().sealed_secret) != sealed
    old, new = ClientKey.objects.order_by("id")
    assert old.key_id in renewed
    asker.post(reverse("sharing:end-key", args=["gjj-core", old.key_id]))
    assert "已停用" in text(asker, show)
    told_of = asker.post(rotate, {"overlap_days": "0", "public_key": "-----BEGIN PRIVATE KEY-----"})
    assert (told_of.status_code, "这是私钥" in told_of.content.decode()) == (422, True)
    assert ClientKey.objects.filter(ended_at=None).get() == new
    asker.post(reverse("sharing:switch-client", args=["gjj-core"]), {"enabled": "0"})
    assert not Client.objects.get().enabled
    assert asker.post(reverse("sharing:client-new"), told).status_code == 422


def test_a_service_says_what_it_answers_and_stops_only_with_a_reason() -> None:
    open_relief_status()
    owner, show = signed_in("approver_mzj"), reverse("sharing:service", args=["relief-status"])
    page = text(owner, show)
    for told in ("今天是否享受最低生活保障", "40 天", "POST /v1/verify/relief-status"):
        assert told in page
    switch = reverse("sharing:switch-service", args=["relief-status"])
    assert owner.post(switch, {"how": "now", "words": ""}).status_code == 422
    assert owner.post(switch, {"words": "名册整改"}).status_code == 422
    assert owner.post(switch, {"how": "now", "words": "名册整改"}).status_code == 302
    assert "紧急停止" in text(owner, reverse("sharing:stops"))
    assert "停用" in text(owner, show)
    assert signed_in("steward_gjj").get(f"{NEW}?service=relief-status").status_code == 404


@pytest.fixture
def report() -> Correction:
    from haihe.data.sharing import operations
    from haihe.data.sharing.testing import NOW, cast_actor

    granted()
    liu = cast_actor("liu")
    assert liu.subject_key is not None
    [evidence] = append_records(1, subject=liu.subject_key.hex())
    number = operations.open_correction(liu, evidence, "我家今年还在享受低保", NOW)
    return Correction.objects.get(number=number)


def test_the_source_answers_a_report(report: Correction) -> None:
    owner = signed_in("steward_mzj")
    assert report.number in text(owner, WORKBENCH)
    show = reverse("sharing:correction", args=[report.number])
    assert "我家今年还在享受低保" in text(owner, show)
    act = reverse("sharing:move-correction", args=[report.number, "correct"])
    assert owner.post(act, {"words": ""}).status_code == 422
    assert owner.post(act, {"words": "已改为在保"}).status_code == 302
    assert "已改为在保" in text(owner, show)


@pytest.mark.parametrize("username", ["outsider", "clerk_gjj", "liu", "zhang"])
def test_others_learn_nothing(report: Correction, username: str) -> None:
    request, grant = SharingRequest.objects.get(), Grant.objects.get()
    browser = signed_in(username)
    addresses = [
        reverse("sharing:request", args=[request.pk]),
        reverse("sharing:grant", args=[grant.pk]),
        reverse("sharing:correction", args=[report.number]),
    ]
    for address in addresses:
        assert browser.get(address).status_code in {403, 404}
    moves = [
        move(request.pk, "withdraw"),
        reverse("sharing:move-grant", args=[grant.pk, "terminate"]),
        reverse("sharing:move-correction", args=[report.number, "reject"]),
        reverse("sharing:correction-person", args=[report.number]),
        reverse("sharing:switch-service", args=["relief-status"]),
    ]
    for address in moves:
        assert browser.post(address, {"words": "x", "enabled": "0"}).status_code in {403, 404}
    for row in (request, grant, report):
        before = row.state
        row.refresh_from_db()
        assert row.state == before
    assert "社会救助" not in browser.get(WORKBENCH).content.decode()


def test_nobody_is_asked_to_sign_in() -> None:
    grant = granted()
    for address in (WORKBENCH, NEW, reverse("sharing:grant", args=[grant])):
        assert Browser().get(address).status_code == 302


def test_strange_numbers_are_not_there() -> None:
    browser = signed_in("steward_gjj")
    for address in (
        reverse("sharing:request", args=[uuid.uuid4()]),
        reverse("sharing:grant", args=[uuid.uuid4()]),
        reverse("sharing:correction", args=["JH-20990101-0001"]),
        reverse("sharing:service", args=["nothing"]),
        reverse("sharing:client", args=["nothing"]),
        f"{NEW}?service=nothing",
        f"{NEW}?service=%00",
    ):
        assert browser.get(address).status_code == 404 if "%00" not in address else 200


def test_the_workbench_asks_the_database_a_bounded_number_of_times(django_assert_max_num_queries: object) -> None:
    requested(until="approve_by_office")
    browser = signed_in("approver_mzj")
    with django_assert_max_num_queries(25):  # type: ignore[operator]  # pytest-django's fixture is untyped here
        browser.get(WORKBENCH)
