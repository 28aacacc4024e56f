"""A citizen reads every use of their data in plain words, proves it, reports errors; others' records don't exist."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.ledger import api as ledger
from haihe.base.ledger.testing import append_many
from haihe.city.testing import load_departments
from haihe.data.sharing import api as sharing
from haihe.kernel.answers import Answer
from haihe.platforms.services.testing import NOW, ScriptedVerifier, actor, asked, recorded, says, signed_in
from haihe.platforms.services.uses import PAGE_ROWS

pytestmark = pytest.mark.django_db

type Choose = Callable[[ScriptedVerifier], None]


@pytest.fixture(autouse=True)
def _city() -> None:
    load_departments()


def _page(client: Client, **query: str) -> str:
    answer = client.get(reverse("services:my-data"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_when_why_what_and_for_which_case(client: Client) -> None:
    number = asked("liu", says(Answer.MATCH))
    evidence = recorded("liu", case=number)
    body = _page(signed_in(client, "liu"))
    for told in (
        "天津市住房公积金管理中心",
        "向天津市民政局问：今天是否在低保",
        "是：在低保名册上",
        "2026年11月23日 10:00",
        "住房公积金管理条例",
        reverse("services:case", args=[number]),
        evidence,
        "即将封存",
    ):
        assert told in body
    assert "on_relief" not in body


def test_an_attempt_that_was_refused_is_shown_too(client: Client) -> None:
    refused = {"kind": "REFUSED", "answer": None, "as_of": None, "problem": "purpose-not-granted", "consumer": "120030"}
    recorded("liu", **refused)
    body = _page(signed_in(client, "liu"))
    assert "已拦截，没有给出任何数据" in body
    assert "天津市残疾人联合会" in body
    assert "报告错误" not in body


def test_a_service_nobody_described_still_reads(client: Client) -> None:
    recorded("liu", service="unknown-service", fields=["a_claim"], owner="120999", case=None, answer="NO_MATCH")
    body = _page(signed_in(client, "liu"))
    assert "a_claim" in body
    assert "120999" in body


def test_what_a_form_asked_is_told_in_words_and_not_by_its_numbers(client: Client) -> None:
    recorded("liu", case=f"form:{uuid.uuid4()}", purpose="RENT_SUBSIDY_ASSESSMENT")
    recorded("liu", case="form:of-something-else", purpose="ANOTHER_PURPOSE")
    body = _page(signed_in(client, "liu"))
    assert "您填表时预先替您填好" in body
    assert "RENT_SUBSIDY_ASSESSMENT" not in body
    assert body.count("form:") == 1


def test_several_answers_under_one_record_are_told_one_by_one(client: Client) -> None:
    fields = ["on_relief", "extreme_hardship"]
    recorded(
        "liu",
        fields=fields,
        answer="UNKNOWN",
        answers=["MATCH", "UNKNOWN"],
        reasons=[None, "SOURCE_STALE"],
        owner="120012",
    )
    body = _page(signed_in(client, "liu"))
    assert "on_relief：是；extreme_hardship：无法确认：" in body


def test_a_use_among_many_is_shown_proved_and_reported_like_any_other(client: Client) -> None:
    keys = {username: actor(username).subject_key or b"" for username in ("liu", "wang", "zhang")}
    answers = {keys["liu"]: Answer.MATCH, keys["wang"]: Answer.UNKNOWN}
    evidence = append_many(answers, fields=["on_relief"], owner="120012", service="relief-status")
    assert ledger.seal_pending(now=NOW)
    browser = signed_in(client, "liu")
    body = _page(browser)
    assert evidence in body
    assert "是：在低保名册上" in body
    proof = browser.get(reverse("services:proof", args=[evidence])).content
    verdict = ledger.verify_export(proof)
    assert verdict.record is not None
    assert (verdict.valid, verdict.record["answer"]) == (True, "MATCH")
    assert keys["wang"].hex().encode() not in proof
    stranger = signed_in(Client(), "zhang")
    assert evidence not in _page(stranger)
    assert stranger.get(reverse("services:proof", args=[evidence])).status_code == 404
    first = sharing.open_correction(actor("liu"), evidence, "我已不在低保。", NOW)
    second = sharing.open_correction(actor("wang"), evidence, "我在低保。", NOW)
    assert first != second
    with pytest.raises(sharing.NotFound):
        sharing.open_correction(actor("zhang"), evidence, "我也要更正。", NOW)


def test_what_a_query_gave_is_told_and_can_be_reported(client: Client) -> None:
    fields = ["relief_type", "household_size"]
    evidence = recorded("liu", kind="QUERY", answer="FOUND", service="relief-details", fields=fields, owner="120012")
    body = _page(signed_in(client, "liu"))
    assert "relief_type、household_size" in body
    assert "已按授权提供上列内容" in body
    assert sharing.open_correction(actor("liu"), evidence, "家庭人口不对。", NOW)


def test_before_anybody_asked_the_page_says_so(client: Client) -> None:
    assert "还没有人用过您的数据" in _page(signed_in(client, "zhang"))


def test_older_records_are_a_page_further(client: Client) -> None:
    evidence = [recorded("liu") for _ in range(PAGE_ROWS + 3)]
    first = _page(signed_in(client, "liu"))
    assert evidence[-1] in first
    assert evidence[0] not in first
    older = first.split("?before=")[1].split('"')[0]
    second = _page(client, before=older)
    assert evidence[0] in second
    assert evidence[-1] not in second
    assert evidence[-1] in _page(client, before="x' OR 1=1")


def test_a_proof_is_downloaded_once_it_is_sealed_and_stands_by_itself(client: Client) -> None:
    evidence = recorded("liu")
    phone = signed_in(client, "liu")
    address = reverse("services:proof", args=[evidence])
    early = phone.get(address, follow=True)
    assert "即将封存" in early.content.decode()
    ledger.seal_pending(now=NOW)
    assert address in _page(phone)
    file = phone.get(address)
    assert file["Content-Disposition"] == f'attachment; filename="haihe-proof-{evidence}.json"'
    assert ledger.verify_export(file.content).valid
    assert not ledger.verify_export(file.content.replace(b"MATCH", b"MATCY")).valid


def test_another_persons_record_does_not_exist(client: Client) -> None:
    theirs = recorded("zhang")
    signed_in(client, "liu")
    assert theirs not in _page(client)
    for page in ("services:proof", "services:report"):
        for evidence in (theirs, str(uuid.uuid4())):
            assert client.get(reverse(page, args=[evidence])).status_code == 404
    assert client.post(reverse("services:report", args=[theirs]), {"statement": "不是我的也要改"}).status_code == 404


def test_anothers_case_number_is_not_a_link(client: Client) -> None:
    number = asked("zhang", says(Answer.MATCH))
    recorded("liu", case=number)
    assert reverse("services:case", args=[number]) not in _page(signed_in(client, "liu"))


@pytest.mark.parametrize("who", ["clerk_gjj", "auditor", "operator", "steward_mzj", "outsider"])
def test_an_officer_has_no_way_in(client: Client, who: str) -> None:
    evidence = recorded("liu")
    signed_in(client, who)
    for page in ("services:proof", "services:report"):
        assert client.get(reverse(page, args=[evidence])).status_code == 403


def test_the_page_costs_the_same_however_many_records(client: Client, django_assert_max_num_queries: Callable) -> None:  # type: ignore[type-arg]  # pytest-django's own
    for _ in range(PAGE_ROWS):
        recorded("liu")
    signed_in(client, "liu")
    with django_assert_max_num_queries(16):
        _page(client)
