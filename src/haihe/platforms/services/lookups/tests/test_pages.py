"""The grid, a lookup before and after it is asked, favourites, and what people see when there is no answer."""

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.models import User
from haihe.kernel.answers import UnknownReason
from haihe.platforms.services.lookups import adapters, reading
from haihe.platforms.services.lookups.models import LookupTry, OwnLookup
from haihe.platforms.services.lookups.testing import (
    EVIDENCE,
    ScriptedQuerier,
    doubts,
    is_away,
    knows_nobody,
    plain,
    refuses,
    tells,
)

pytestmark = pytest.mark.django_db
BALANCE, INSPECTION = "housing-fund-balance", "vehicle-inspection"
VALUES = {"balance_yuan": "38416.72", "fund_status": "正常", "branch": "河西管理部", "opened_on": "2011"}


@pytest.fixture(autouse=True)
def register() -> object:
    adapters.use_querier(tells(**VALUES))
    yield
    adapters.use_querier(None)


@pytest.fixture
def phone(liu: User) -> Client:
    client = Client()
    client.force_login(liu)
    return client


def page_of(slug: str) -> str:
    return reverse("services:lookup", args=[slug])


def asked(phone: Client, slug: str = BALANCE, **typed: str) -> tuple[int, str]:
    answer = phone.post(page_of(slug), typed)
    return answer.status_code, plain(answer.content)


def test_anybody_sees_what_can_be_looked_up() -> None:
    page = plain(Client().get(reverse("services:lookups")).content)
    for lookup in reading.shipped():
        assert page_of(lookup.slug) in page
    assert "大家常查" in page
    by_topic = plain(Client().get(reverse("services:lookups"), {"by": "topic"}).content)
    assert all(page_of(lookup.slug) in by_topic for lookup in reading.shipped())


def test_looking_at_a_page_asks_nobody(phone: Client) -> None:
    silent = tells(**VALUES)
    adapters.use_querier(silent)
    assert phone.get(page_of(BALANCE)).status_code == 200
    assert phone.head(page_of(BALANCE)).status_code == 200
    assert silent.asked == []


def test_who_isnt_signed_in_is_shown_the_way_and_asks_nothing() -> None:
    silent = tells(**VALUES)
    adapters.use_querier(silent)
    page = plain(Client().get(page_of(BALANCE)).content)
    assert "登录后查询" in page
    assert 'name="csrfmiddlewaretoken"' not in page[page.index('id="main"') :]
    assert Client().post(page_of(BALANCE)).status_code == 302
    assert silent.asked == []


def test_the_answer_says_what_of_when_from_whom_and_where_the_look_is_recorded(phone: Client) -> None:
    status, page = asked(phone)
    assert status == 200
    for words in ("38,416.72 元", "正常", "2011 年", EVIDENCE, "谁用了我的数据", "个人信息保护法第四十五条"):
        assert words in page


def test_it_speaks_english(phone: Client) -> None:
    phone.cookies["haihe_language"] = "en"
    _, page = asked(phone)
    for words in ("Housing fund balance", "38,416.72", "Active", "Balance"):
        assert words in page
    assert '<dd lang="zh-Hans"> 河西管理部' in page


@pytest.mark.parametrize(
    ("querier", "status", "told"),
    [
        (knows_nobody(), 200, "没有您名下的缴存账户"),
        (doubts(UnknownReason.SOURCE_STALE), 200, "没有按时更新"),
        (doubts(UnknownReason.RECORD_IN_DOUBT), 200, "登记有疑问"),
        (is_away(), 503, "暂时连接不上"),
        (refuses("grant-suspended"), 503, "这项查询暂时停止"),
        (refuses("grant-expired"), 503, "这项查询暂时停止"),
        (refuses("quota-exceeded"), 429, "现在查询的人太多"),
    ],
)
def test_without_an_answer_the_page_says_why_and_what_to_do(
    phone: Client, querier: ScriptedQuerier, status: int, told: str
) -> None:
    adapters.use_querier(querier)
    got, page = asked(phone)
    assert (got, told in page, "38,416" in page) == (status, True, False)
    assert "立即查询" in page


def test_a_wrong_plate_and_too_many_of_them(phone: Client) -> None:
    adapters.use_querier(tells(plate_number="津A12345", inspected_until="2027-01-01"))
    assert asked(phone, INSPECTION, typed="12")[0] == 422
    for number in range(5):
        status, page = asked(phone, INSPECTION, typed=f"津B0000{number}")
        assert (status, "2027" in page, "没有查到与您和这个号码相符的登记" in page) == (422, False, True)
    answer = phone.post(page_of(INSPECTION), {"typed": "津A12345"})
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
    assert "暂停 15 分钟" in plain(answer.content)


def test_nothing_typed_is_ever_markup(phone: Client) -> None:
    page = phone.post(page_of(INSPECTION), {"typed": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


def test_no_request_can_name_somebody_else(phone: Client) -> None:
    register = tells(**VALUES)
    adapters.use_querier(register)
    others = {"id_number": "120106198509233067", "subject": "x", "owner": "y", "name": "张晓梅", "fields": "all"}
    phone.post(page_of(BALANCE) + "?id_number=120106198509233067", others)
    (said,) = register.asked
    assert (said["id_number"], said["name"]) == ("120103197905121012", "刘志远")
    assert said["fields"] == reading.lookup(BALANCE).asked


def test_pages_with_an_answer_stay_in_no_cache(phone: Client) -> None:
    assert "no-store" in phone.post(page_of(BALANCE))["Cache-Control"]


def test_favourites_stand_on_top_and_what_was_asked_last_follows(phone: Client, liu: User) -> None:
    like = reverse("services:lookup-favourite", args=[INSPECTION])
    assert phone.post(like, {"on": "1"}).status_code == 302
    asked(phone)
    page = plain(phone.get(reverse("services:lookups")).content)
    assert page.index("我的收藏") < page.index("最近查过") < page.index("按部门")
    assert OwnLookup.objects.get(owner=liu.pk, slug=INSPECTION).is_favourite
    phone.post(like, {"on": "0"})
    assert "我的收藏" not in plain(phone.get(reverse("services:lookups")).content)


def test_favourites_are_for_citizens_by_post_and_of_lookups_that_exist(phone: Client) -> None:
    like = reverse("services:lookup-favourite", args=[BALANCE])
    assert phone.get(like).status_code == 405
    assert Client().post(like, {"on": "1"}).status_code == 302
    assert not OwnLookup.objects.exists()
    assert phone.post(reverse("services:lookup-favourite", args=["nothing"]), {"on": "1"}).status_code == 404
    assert phone.get(page_of("nothing")).status_code == 404


def test_what_one_tried_lately_is_nobody_elses(phone: Client, liu: User) -> None:
    asked(phone)
    other = User.objects.create_user("other", None, name="外人", is_synthetic=True)
    stranger = Client()
    stranger.force_login(other)
    assert "最近查过" not in plain(stranger.get(reverse("services:lookups")).content)
    assert [row.owner for row in LookupTry.objects.all()] == [liu.pk]
