"""What is under public notice everybody may see and object to; nobody decides before, and after it nothing stays."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from haihe.base.accounts.api import SIGNED_OUT
from haihe.base.notices.models import Notice
from haihe.base.processes.sweeping import sweep
from haihe.city import cast
from haihe.platforms.services import operations
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.models import Case, NoticeObjection, PublicNotice
from haihe.platforms.services.notices import objections_to, running
from haihe.platforms.services.testing import actor, officer, opened_by, signed_in, steps_of, take
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db

TEXT = "申请人名下还有一处出租的房子，没有算进家庭收入。"


def under_notice() -> PublicNotice:
    """Return the notice of a case of Liu's that was examined just now."""
    now = timezone.now()
    number = opened_by("public-notice", now=now)
    take(number, "accept", "accept", now=now)
    take(number, "examine", now=now)
    return PublicNotice.objects.select_related("case").get(case__number=number)


def address(notice: PublicNotice) -> str:
    return f"/services/notices/{notice.number}/"


def objected(client: Client, notice: PublicNotice, text: str = TEXT, **more: str) -> str:
    """Object as everybody may, and return where the answer will stand."""
    answer = client.post(address(notice), {"text": text, **more})
    assert answer.status_code == 302
    return answer["Location"]


def test_the_applicant_sees_that_it_is_under_notice_and_until_when() -> None:
    liu = signed_in(Client(), "liu")
    notice = under_notice()
    page = liu.get(f"/services/cases/{notice.case.number}/").text
    assert "公示中" in page
    assert address(notice) in page
    assert f"{timezone.localtime(notice.ends_at):%Y年}" in page
    assert "公示中" in liu.get("/services/cases/").text
    told = Notice.objects.filter(kind="services.case_changed").order_by("-id").values_list("facts__event", flat=True)
    assert "under_notice" in told


def test_everybody_sees_it_without_what_nobody_needs_to_know(client: Client) -> None:
    notice = under_notice()
    for page in (client.get("/services/notices/"), client.get(address(notice))):
        assert notice.case.item.definition.name.zh in page.text
        assert notice.case.masked_name in page.text
        assert cast.LIU.name not in page.text
        assert notice.case.number not in page.text
        assert str(cast.LIU.id_number) not in page.text
        assert page["X-Robots-Tag"] == "noindex"


def test_a_neighbour_objects_without_signing_in_and_reads_the_answer(client: Client) -> None:
    notice = under_notice()
    answer_at = objected(client, notice, name="王先生", contact="13800000000")
    assert "正在审查" in client.get(answer_at).text
    number, clerk = notice.case.number, officer("CLERK", notice.organisation)
    later = notice.ends_at + timedelta(minutes=1)
    with pytest.raises(InputRefused, match="审查结论"):
        operations.take_step(actor=clerk, number=number, step=steps_of(number)["objection"], note="", now=later)
    take(number, "objection", note="出租收入已经计入，异议不成立", now=later)
    page = client.get(answer_at)
    assert "出租收入已经计入，异议不成立" in page.text
    assert TEXT not in page.text
    assert page["Referrer-Policy"] == "no-referrer"
    assert Case.objects.get().state == CaseState.AWAITING_DECISION


def test_who_examines_reads_what_was_said_and_the_applicant_does_not(client: Client) -> None:
    notice = under_notice()
    objected(client, notice, name="王先生")
    row = NoticeObjection.objects.get()
    assert TEXT.encode() not in bytes(row.sealed)
    number = notice.case.number
    mine = signed_in(Client(), "liu").get(f"/services/cases/{number}/").text
    assert "有人提出异议" in mine
    assert TEXT not in mine
    assert "王先生" not in mine
    (found,) = objections_to(notice.case, officer("CLERK", notice.organisation))
    assert (found.said.text, found.said.name) == (TEXT, "王先生")
    assert objections_to(notice.case, officer("CLERK", "120048")) == []
    assert objections_to(notice.case, actor("liu")) == []


def test_nothing_is_concluded_while_others_may_still_object(client: Client) -> None:
    notice = under_notice()
    objected(client, notice)
    with pytest.raises(NotNow, match="公示到"):
        take(notice.case.number, "objection", note="异议不成立，已经核实", now=timezone.now())
    objected(client, notice, "第二个人也认为收入没有如实申报。")
    assert NoticeObjection.objects.filter(notice=notice).count() == 2
    assert running(now=timezone.now()).get() == notice


def test_when_it_is_over_nothing_of_anybody_is_left_to_read(client: Client) -> None:
    notice = under_notice()
    sweep(now=notice.ends_at + timedelta(minutes=1))
    page = client.get(address(notice))
    assert page.status_code == 200
    assert "已经结束" in page.text
    assert notice.case.masked_name not in page.text
    assert not Case.objects.get().is_under_notice
    assert client.post(address(notice), {"text": TEXT}).status_code == 422
    assert "现在没有正在公示的申请" in client.get("/services/notices/").text


def test_a_withdrawn_application_leaves_the_notice_at_once(client: Client) -> None:
    notice = under_notice()
    operations.withdraw(actor=actor("liu"), number=notice.case.number, now=timezone.now())
    assert not running(now=timezone.now()).exists()
    assert notice.case.masked_name not in client.get(address(notice)).text


def test_of_a_company_its_name_is_shown(client: Client) -> None:
    notice = under_notice()
    Case.objects.update(subject_kind="ORGANISATION", on_behalf_of="海河测试有限公司")
    assert "海河测试有限公司" in client.get(address(notice)).text


@pytest.mark.parametrize("text", ["", "不同意", "x" * 1001, "\x00" * 12])
def test_an_objection_without_words_is_refused_and_keeps_what_was_typed(client: Client, text: str) -> None:
    notice = under_notice()
    answer = client.post(address(notice), {"text": text, "name": "王先生"})
    assert answer.status_code == 422
    assert "10 到 1000 个字" in answer.text
    assert 'value="王先生"' in answer.text
    assert not NoticeObjection.objects.exists()


def test_nobody_objects_without_end_nor_to_their_own_application(client: Client) -> None:
    notice = under_notice()
    for _ in range(5):
        objected(client, notice)
    assert client.post(address(notice), {"text": TEXT}).status_code == 422
    own = signed_in(Client(REMOTE_ADDR="192.0.2.9"), "liu").post(address(notice), {"text": TEXT})
    assert "您自己的申请" in own.text


def test_a_notice_or_objection_that_is_not_there_is_not_there(client: Client) -> None:
    assert client.get("/services/notices/GS-20261126-0001/").status_code == 404
    assert client.post("/services/notices/GS-20261126-0001/", {"text": TEXT}).status_code == 404
    assert client.get("/services/notices/objections/01900000-0000-7000-8000-000000000000/").status_code == 404


def test_what_a_clerk_writes_down_of_an_objection_is_answered_like_others() -> None:
    notice = under_notice()
    number = notice.case.number
    operations.hear_of(
        actor=officer("CLERK", notice.organisation),
        number=number,
        event="objection",
        note="李女士到窗口反映收入不实",
        now=timezone.now(),
    )
    take(number, "objection", note="已经核实，异议不成立", now=notice.ends_at + timedelta(minutes=1))
    assert NoticeObjection.objects.get().answer == "已经核实，异议不成立"


def test_numbers_count_within_a_day_and_are_no_case_numbers() -> None:
    notice = under_notice()
    assert re.fullmatch(r"GS-\d{8}-0001", notice.number)
    with pytest.raises(NotNow):
        operations.object_to(
            actor=SIGNED_OUT,
            number=notice.number,
            said=operations.Said(TEXT),
            address="192.0.2.1",
            now=notice.ends_at,
        )
