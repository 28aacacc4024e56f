"""Records of use are kept by the user department, read by owner and authority, and by everybody in sums (art. 29)."""

import csv
import io
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from haihe.base.accounts.api import NotPermitted
from haihe.base.accounts.testing import make_user
from haihe.city import api as city
from haihe.city import cast
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused, NotFound
from haihe.data.sharing.models import Grant, UsageRecord
from haihe.data.sharing.operations.noting import UsageNote
from haihe.data.sharing.queries import usage
from haihe.data.sharing.testing import NOW, cast_actor, granted

pytestmark = pytest.mark.django_db
PUBLIC = reverse("accountability:usage")
MONTH = date(2026, 11, 1)
NOTE = UsageNote("受理低保家庭提取时核验", "只存答复和凭证号", "NOTHING_KEPT")


def used(grant: UUID, *, month: date = MONTH, calls: int = 6, cases: int = 6, **counts: int) -> UsageRecord:
    moment = datetime(month.year, month.month, 3, tzinfo=UTC)
    told = counts or {"matched": calls}
    return UsageRecord.objects.create(
        grant_id=grant, month=month, calls=calls, cases=cases, first_at=moment, last_at=moment, **told
    )


def signed_in(username: str) -> Browser:
    browser = Browser()
    browser.force_login(make_user(username, *cast.person(username).memberships))
    return browser


def note(username: str, grant: UUID, *, month: date = MONTH, told: UsageNote = NOTE) -> None:
    operations.note_usage(actor=cast_actor(username), grant_id=grant, month=month, note=told, now=NOW)


def test_the_user_department_writes_what_the_ledger_cannot_know_and_history_keeps_it() -> None:
    grant = granted()
    used(grant)
    note("steward_gjj", grant)
    note("steward_gjj", grant, told=UsageNote("改写", "不存", "DESTROYED", "11月30日覆写删除"))
    row = UsageRecord.objects.get()
    assert (row.process, row.destruction, row.noted_name) == ("改写", "DESTROYED", cast_actor("steward_gjj").name)
    events = Grant.objects.get().events.filter(name="note_usage").order_by("id")
    assert [event.facts["before"]["process"] for event in events] == ["", "受理低保家庭提取时核验"]


@pytest.mark.parametrize("username", ["steward_mzj", "approver_gjj", "operator"])
def test_nobody_else_writes_it(username: str) -> None:
    grant = granted()
    used(grant)
    with pytest.raises(NotPermitted):
        note(username, grant)


@pytest.mark.parametrize("username", ["outsider", "auditor", "liu", "clerk_gjj"])
def test_who_is_neither_user_nor_owner_nor_authority_may_not_know_of_it(username: str) -> None:
    grant = granted()
    used(grant)
    with pytest.raises(NotFound):
        note(username, grant)
    assert signed_in(username).get(reverse("sharing:usage", args=[grant])).status_code in {403, 404}


def test_a_month_without_use_has_no_record() -> None:
    with pytest.raises(NotFound):
        note("steward_gjj", granted())


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (UsageNote(" ", "x", "KEPT"), "process"),
        (UsageNote("x", "", "KEPT"), "storage"),
        (UsageNote("x", "x", ""), "destruction"),
        (UsageNote("x", "x", "DESTROYED", " "), "destruction_note"),
    ],
)
def test_what_is_missing_is_asked_for(told: UsageNote, field: str) -> None:
    grant = granted()
    used(grant)
    with pytest.raises(InputRefused) as refused:
        note("steward_gjj", grant, told=told)
    assert refused.value.field == field


def test_the_steward_notes_a_month_by_its_page() -> None:
    grant = granted()
    used(grant)
    steward = signed_in("steward_gjj")
    page = reverse("sharing:usage", args=[grant])
    assert page in steward.get(reverse("sharing:grant", args=[grant])).text
    assert "有 1 个月还没有登记" in steward.get(page).text
    form = reverse("sharing:note-usage", args=[grant, "2026-11"])
    wrong = steward.post(form, {"process": "x", "storage": "x", "destruction": "DESTROYED"})
    assert (wrong.status_code, "请写明销毁的时间和方式" in wrong.text) == (422, True)
    told = {"process": "窗口核验", "storage": "不留存", "destruction": "NOTHING_KEPT"}
    assert steward.post(form, told)["Location"] == page
    assert "窗口核验" in signed_in("steward_mzj").get(page).text
    for month in ("2026-12", "2026-13", "x", "2026-11-01"):
        assert steward.get(reverse("sharing:note-usage", args=[grant, month])).status_code == 404


def test_the_file_does_nothing_in_a_spreadsheet() -> None:
    grant = granted()
    used(grant, calls=9, matched=5, unknown=4)
    note("steward_gjj", grant, told=UsageNote("=HYPERLINK(1)", "@x", "KEPT"))
    answer = signed_in("operator").get(reverse("sharing:usage-file", args=[grant]))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]  # the view streams
    told = dict(zip(rows[2], rows[3], strict=True))
    assert (told["月份"], told["调用次数"], told["核验一致"], told["无法确认"]) == ("2026-11", "9", "5", "4")
    assert (told["使用过程和结果"], told["存储情况"]) == ("'=HYPERLINK(1)", "'@x")


def test_everybody_reads_sums_and_no_small_one(client: Browser) -> None:
    city.load_reference_data()
    used(granted(), calls=7, cases=4)
    used(granted(purpose="A_RARE_PURPOSE"), calls=4, cases=4)
    used(granted(purpose="A_REFUSED_PURPOSE"), calls=0, cases=0, refused=8)
    page = client.get(PUBLIC).text
    assert "市公积金中心" in page
    assert "HOUSING_FUND_WITHDRAWAL" in page
    assert "A_RARE_PURPOSE" in page
    assert "A_REFUSED_PURPOSE" not in page
    # Three cells, and the sentence below that says why.
    assert page.count("少于 5") == 4
    assert ">4<" not in page
    assert PUBLIC in client.get(reverse("accountability:scoreboard")).text


def test_the_place_of_a_small_count_tells_nothing_of_it() -> None:
    for calls, purpose in ((1, "P_ONE"), (4, "P_FOUR"), (3, "P_THREE")):
        used(granted(purpose=purpose), calls=calls)
    period = usage.used_periods()[0]
    rows = [usage.public_use(row) for row in usage.public_uses(period)]
    assert [row.answers for row in rows] == [None, None, None]
    assert {row["shown"] for row in usage.public_uses(period)} == {0}


def test_periods_and_departments_narrow_it(client: Browser) -> None:
    grant = granted()
    used(grant, month=date(2026, 9, 1), calls=20)
    used(grant, calls=30)
    period = {one.key: one for one in usage.used_periods()}
    assert [usage.public_use(row).answers for row in usage.public_uses(period["2026"])] == [50]
    assert [usage.public_use(row).answers for row in usage.public_uses(period["2026-Q3"])] == [20]
    assert not usage.public_uses(period["2026-10"])
    assert not usage.public_uses(period["all"], user="120012")
    assert "这个期间没有使用记录" in client.get(PUBLIC, {"period": "2026-10"}).text


@pytest.mark.parametrize(
    "told",
    [{"period": "\x00"}, {"user": "' OR 1=1"}, {"page": "-5"}, {"page": "x"}, {"period": "2026-99", "page": "9"}],
)
def test_whatever_stands_in_the_address_the_page_comes(client: Browser, told: dict[str, str]) -> None:
    used(granted())
    answer = client.get(PUBLIC, told)
    assert (answer.status_code, "HOUSING_FUND_WITHDRAWAL" in answer.text) == (200, True)


def test_before_anything_was_used_it_says_so(client: Browser) -> None:
    assert "还没有使用记录" in client.get(PUBLIC).text


@pytest.mark.parametrize("grants", [1, 6])
def test_the_public_page_asks_the_database_as_often_for_one_as_for_many(
    client: Browser, django_assert_num_queries: DjangoAssertNumQueries, grants: int
) -> None:
    city.load_reference_data()
    for number in range(grants):
        used(granted(purpose=f"PURPOSE_{number}"))
    with django_assert_num_queries(6):
        assert client.get(PUBLIC).text.count("PURPOSE_") == grants
