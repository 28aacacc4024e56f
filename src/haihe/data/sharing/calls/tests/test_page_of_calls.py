"""The page of calls: each department sees its own calls from both sides, the data centre sees all, nobody else any."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from haihe.base.accounts.testing import make_user
from haihe.base.watch.keeping import sum_up
from haihe.base.watch.testing import keep
from haihe.city import cast
from haihe.city.cast import HOUSING_FUND_CENTRE
from haihe.data.sharing.calls import pages
from haihe.data.sharing.calls.chosen import Chosen
from haihe.data.sharing.testing import cast_actor, granted
from haihe.kernel.problems import PROBLEMS

pytestmark = pytest.mark.django_db
CIVIL_AFFAIRS = "120012"
STRANGER = "120099"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def sign_in(client: Client, username: str) -> None:
    client.force_login(make_user(username, *cast.person(username).memberships))


def relief(now: datetime, **more: object) -> None:
    figures = {"consumer": HOUSING_FUND_CENTRE, "owner": CIVIL_AFFAIRS, "service": "relief-status"} | more
    keep(at=now - timedelta(minutes=3), **figures)  # type: ignore[arg-type]  # as told
    sum_up(now=now)


def shown(username: str, now: datetime, **chosen: str) -> dict[str, int]:
    page = pages.calls_page(cast_actor(username), Chosen.from_query({"range": "1h"} | chosen), now=now)
    return {f"{of.consumer}>{one.slug}": of.figures.calls for one in page.services for of in one.askers}


def test_a_department_sees_what_it_asked_and_what_others_asked_of_it(now: datetime) -> None:
    relief(now, answers={"MATCH": 2})
    relief(now, consumer=CIVIL_AFFAIRS, owner=HOUSING_FUND_CENTRE, service="fund-account", answers={"FOUND": 3})
    relief(now, consumer=STRANGER, owner="120098", service="school-register", answers={"FOUND": 7})
    mine = {f"{HOUSING_FUND_CENTRE}>relief-status": 2, f"{CIVIL_AFFAIRS}>fund-account": 3}
    assert shown("steward_gjj", now) == mine == shown("approver_mzj", now)
    assert shown("steward_gjj", now, side="asked") == {f"{HOUSING_FUND_CENTRE}>relief-status": 2}
    assert shown("steward_gjj", now, side="given") == {f"{CIVIL_AFFAIRS}>fund-account": 3}
    assert len(shown("operator", now)) == 3
    assert shown("operator", now, service="school-register") == {f"{STRANGER}>school-register": 7}


def test_a_service_of_others_stays_unknown_even_if_its_name_is_typed(now: datetime) -> None:
    relief(now, consumer=STRANGER, owner="120098", service="school-register", answers={"FOUND": 7})
    assert shown("steward_gjj", now, service="school-register") == {}


def test_reasons_are_told_in_words_the_most_frequent_first(now: datetime) -> None:
    told = {"quota-exceeded": 2, "SOURCE_STALE": 5, "brought-by-a-newer-gateway": 1}
    relief(now, answers={"UNKNOWN": 5}, told=told, refused=3, faults=5)
    page = pages.calls_page(cast_actor("operator"), Chosen(stretch="1h"), now=now)
    (asker,) = page.services[0].askers
    assert asker.reasons == [
        ("数据比承诺的旧", 5),
        (PROBLEMS["quota-exceeded"].title_zh, 2),
        ("brought-by-a-newer-gateway", 1),
    ]
    with translation.override("en"):
        page = pages.calls_page(cast_actor("operator"), Chosen(stretch="1h"), now=now)
        assert page.services[0].askers[0].reasons[1][0] == PROBLEMS["quota-exceeded"].title_en
    assert (page.total.calls, page.total.refused, page.total.faults, page.total.good) == (8, 3, 5, 0)


def test_the_pictures_say_the_same_as_the_table(now: datetime) -> None:
    relief(now, answers={"MATCH": 8}, refused=2, took_s=0.004)
    page = pages.calls_page(cast_actor("operator"), Chosen(stretch="1h"), now=now)
    bars = {series["name"]: sum(series["data"]) for series in page.calls_chart["series"]}  # type: ignore[attr-defined]  # a chart is any JSON
    assert bars == {"正常答复": 8, "被拒绝": 2, "故障": 0}
    (moment,) = page.moments
    lines = {series["name"]: series["data"] for series in page.times_chart["series"]}  # type: ignore[attr-defined]  # a chart is any JSON
    assert [value for value in lines["p99"] if value is not None] == [moment.p99]
    assert len(lines["p99"]) == len(page.calls_chart["xAxis"]["data"]) == 60  # type: ignore[index]  # a chart is any JSON


def test_the_page_leads_to_service_and_grant(client: Client, now: datetime) -> None:
    grant = granted(now=now - timedelta(days=1))
    relief(now, answers={"MATCH": 1})
    sign_in(client, "steward_gjj")
    for stretch in ("1h", "24h", "7d", "30d"):
        reply = client.get("/sharing/calls/", {"range": stretch})
        text = reply.content.decode()
        assert "/sharing/services/relief-status/" in text
        assert f"/sharing/grants/{grant}/" in text
        assert "Refresh" not in reply


def test_it_comes_anew_by_itself_only_if_asked_to(client: Client) -> None:
    sign_in(client, "operator")
    reply = client.get("/sharing/calls/?live=1&range=1h&service=no'such&side=x")
    assert reply["Refresh"] == "30"
    assert "这段时间没有调用" in reply.content.decode()
    assert "?range=1h" in reply.content.decode()


def test_outsiders_see_nothing_and_citizens_have_no_such_page(client: Client, now: datetime) -> None:
    assert client.get("/sharing/calls/").status_code == 302
    relief(now, answers={"MATCH": 1})
    sign_in(client, "outsider")
    assert "这段时间没有调用" in client.get("/sharing/calls/?range=1h").content.decode()
    assert shown("outsider", now) == {}
    sign_in(client, "liu")
    assert client.get("/sharing/calls/").status_code == 403
