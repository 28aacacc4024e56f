"""Whoever follows something hears of it once, at their pace, by every way they chose."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, actor_for
from haihe.base.notices.models import Notice
from haihe.base.notices.words import say
from haihe.base.outbox.operations import deliver_next
from haihe.data.following import heard, operations, queries
from haihe.data.following.errors import InputRefused, NotFound
from haihe.data.following.models import Follow, FollowKind, Happening, Pace, Telling
from haihe.data.following.operations.following import MOST_SEARCHES
from haihe.data.following.targets import all_named, read_target
from haihe.data.open import operations as opening
from haihe.data.open.models import Dataset, DatasetVersion
from haihe.data.open.tests.conftest import NOW, ROWS, canteen, feed

pytestmark = pytest.mark.django_db


def person(username: str) -> Actor:
    return actor_for(username, now=NOW)


def follow(username: str, pace: str = Pace.AT_ONCE, **told: str) -> Follow:
    target = read_target(told)
    assert target is not None, told
    return operations.follow(actor=person(username), target=target, pace=pace, now=NOW)


def told(username: str) -> list[str]:
    return [say(row.kind, row.facts) for row in Notice.objects.filter(user=person(username).user_id).order_by("id")]


def new_version(code: str, number: int = 2) -> None:
    later = NOW + timedelta(days=30 * number)
    feed(code, (*ROWS[:-1], canteen("S7", "新食堂", "和平区", "周明", 20 + number)), now=later)
    assert opening.renew(code, now=later), list(DatasetVersion.objects.values_list("number", "state", "snapshot"))
    hear()


def hear() -> None:
    while deliver_next(now=NOW + timedelta(days=400)):
        pass


def answer(**changes: Any) -> dict[str, Any]:
    facts = {"name": "XQ-1", "title": "想要食堂的菜单", "state": "ANSWERED", "owner": "120012", "datasets": []}
    return facts | {"path": "/open/requests/XQ-1/", "at": NOW.isoformat()} | changes


def test_a_new_version_is_told_to_followers_of_dataset_topic_department_and_search(published: str) -> None:
    hear()
    follow("liu", dataset="canteens")
    follow("liu", topic="civil")
    follow("outsider", topic="civil")
    follow("steward_gjj", owner="120012")
    follow("auditor", q="食堂", topic="civil")
    follow("operator", topic="health")
    follow("clerk_gjj", q="公交")
    new_version(published)
    for username in ("liu", "outsider", "steward_gjj", "auditor"):
        assert told(username) == ["“社区食堂名录”有了新版本（第 2 版，6 行）。"], username
    assert told("operator") == told("clerk_gjj") == []
    with translation.override("en"):
        assert told("liu") == ["“Community canteens” has a new version (version 2, 6 rows)."]


def test_an_event_that_is_heard_twice_is_told_once(published: str) -> None:
    hear()
    follow("liu", dataset="canteens")
    payload = {"dataset": "canteens", "version": 2, "rows": 6, "as_of": NOW.isoformat()}
    heard.version_ready(payload)
    heard.version_ready(payload)
    assert len(told("liu")) == Telling.objects.count() == 1


def test_suspended_resumed_and_withdrawn_are_told(published: str) -> None:
    hear()
    follow("liu", dataset="canteens")
    approver = person("approver_mzj")
    for name in ("suspend", "resume", "withdraw"):
        opening.move(actor=approver, slug="canteens", name=name, words="核对数据", now=NOW)
    hear()
    assert told("liu") == [
        "“社区食堂名录”已暂停开放。",
        "“社区食堂名录”已恢复开放。",
        "“社区食堂名录”已撤回，不再开放。",
    ]


def test_columns_that_come_and_go_are_told_by_themselves(published: str) -> None:
    hear()
    follow("liu", dataset="canteens")
    first = DatasetVersion.objects.get(dataset__slug="canteens")
    columns = [column for column in first.columns if column["name"] != "seats"]
    columns.append(columns[0] | {"name": "phone"})
    DatasetVersion.objects.create(
        dataset=first.dataset, number=2, snapshot="later", as_of=NOW, made_at=NOW, published_at=NOW, columns=columns,
        state="READY", path="open/canteens/2", sha256="0", rows=6,
    )  # fmt: skip
    heard.version_ready({"dataset": "canteens", "version": 2, "rows": 6, "as_of": NOW.isoformat()})
    assert told("liu")[1] == "“社区食堂名录”的信息项有变化，用到它的程序请检查（增加 phone，减少 seats）。"


def test_answers_to_requests_and_questions_are_told(published: str) -> None:
    follow("liu", dataset="canteens")
    Follow.objects.create(user=queries.person(person("auditor")), kind=FollowKind.REQUEST, target="XQ-1", made_at=NOW)
    heard.request_answered(answer())
    heard.discussion_answered(answer(name="1", title="座位数怎么统计", datasets=["canteens"]))
    assert told("auditor") == ["“想要食堂的菜单”这项需求有了答复。"]
    assert told("liu") == ["“座位数怎么统计”提问有了答复。"]


def test_digests_wait_for_their_day_and_say_all_at_once(published: str) -> None:
    hear()
    follow("liu", Pace.DAILY, dataset="canteens")
    follow("auditor", Pace.WEEKLY, dataset="canteens")
    new_version(published, 2)
    new_version(published, 3)
    assert told("liu") == []
    assert operations.tell_digests(Pace.DAILY, now=NOW) == 1
    assert operations.tell_digests(Pace.DAILY, now=NOW) == 0
    assert told("liu") == ["您关注的开放数据有 2 条动态：社区食堂名录。"]
    assert told("auditor") == []
    assert operations.tell_digests(Pace.WEEKLY, now=NOW) == 1
    assert told("auditor") == ["您关注的开放数据有 2 条动态：社区食堂名录。"]


def test_a_digest_is_in_the_readers_language(published: str) -> None:
    hear()
    follow("liu", Pace.DAILY, dataset="canteens")
    new_version(published)
    operations.tell_digests(Pace.DAILY, now=NOW)
    with translation.override("en"):
        assert "Community canteens" in told("liu")[0]


def test_searches_are_few_and_short_enough_to_be_looked_through(published: str) -> None:
    with pytest.raises(InputRefused, match="太长"):
        follow("liu", q="社区食堂的餐位数和开放时间" * 4)
    for number in range(MOST_SEARCHES):
        follow("liu", q=f"食堂{number}")
    with pytest.raises(InputRefused, match="查找条件"):
        follow("liu", q="再来一个")
    follow("liu", topic="civil")
    follow("liu", Pace.DAILY, q="食堂0")


def test_what_many_follows_stand_for_is_asked_for_in_few_queries(
    published: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    wanted = [(FollowKind.DATASET, f"d{n}") for n in range(30)] + [(FollowKind.REQUEST, f"XQ-{n}") for n in range(30)]
    with django_assert_max_num_queries(2):
        assert list(all_named([*wanted, (FollowKind.DATASET, "canteens")])) == [(FollowKind.DATASET, "canteens")]


def test_the_soonest_pace_of_two_follows_counts(published: str) -> None:
    hear()
    follow("liu", Pace.WEEKLY, topic="civil")
    follow("liu", Pace.AT_ONCE, dataset="canteens")
    new_version(published)
    assert len(told("liu")) == 1


def test_drafts_are_told_to_nobody(canteens: str) -> None:
    payload = {"dataset": "canteens", "move": "publish", "state": "PUBLISHED", "at": NOW.isoformat()}
    heard.dataset_moved(payload)
    assert (Dataset.objects.count(), Happening.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "nonsense", [{}, {"dataset": "nobody"}, {"topic": "nobody"}, {"owner": "000000"}, {"request": "XQ-0"}, {"x": "y"}]
)
def test_nobody_follows_what_is_not_there(published: str, nonsense: dict[str, str]) -> None:
    assert read_target(nonsense) is None


def test_follows_are_ones_own(published: str) -> None:
    row = follow("liu", dataset="canteens")
    other = person("auditor")
    with pytest.raises(NotFound):
        operations.unfollow(actor=other, follow_id=row.pk)
    with pytest.raises(NotFound):
        operations.set_pace(actor=other, follow_id=row.pk, pace=Pace.DAILY)
    with pytest.raises(InputRefused):
        operations.set_pace(actor=person("liu"), follow_id=row.pk, pace="HOURLY")
    with pytest.raises(NotPermitted):
        queries.person(SYSTEM)
    operations.set_pace(actor=person("liu"), follow_id=row.pk, pace=Pace.DAILY)
    assert follow("liu", Pace.DAILY, dataset="canteens").pk == row.pk
    operations.unfollow(actor=person("liu"), follow_id=row.pk)
    assert Follow.objects.count() == 0
