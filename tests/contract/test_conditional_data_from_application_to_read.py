"""The whole life of conditional use: asked for, answered in two working days, agreed, read, taken back, and all of it
on record. The keys are tried at a real reading side.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import connection
from django.test import Client

from haihe.base.accounts.api import SYSTEM, NotPermitted
from haihe.base.notices import api as notices
from haihe.data.open import operations
from haihe.data.open.demo import plant_some
from haihe.data.open.demo.conditional import CONDITIONS
from haihe.data.open.errors import InputRefused, NotFound, NotNow
from haihe.data.open.models import AccessKey, Dataset, Licence, OpeningType
from haihe.data.open.operations import Asked, IssuedKey
from haihe.data.open.tests.conftest import NOW, lake
from haihe.data.open.tests.test_keys import COMPANY, STUDENT
from haihe.data.open.tests.test_opening_a_dataset import open_canteens, person
from haihe.data.open.tests.test_pages import address, browser, text
from haihe.data.sharing import api as sharing
from haihe.data.sharing.duties import duties_of, late_duties_of
from haihe.data.sharing.models import OpeningApplication
from haihe.data.sharing.operations.opening import expire_applications
from haihe.data.sharing.operations.reminding import watch_clocks
from haihe.openreads.picture import DATASETS, KEYS, VERSIONS
from haihe.openreads.reads import WRITE
from haihe.openreads.testing import Served

__all__ = ["lake"]
pytestmark = pytest.mark.django_db
ROWS = "/open/v1/datasets/canteens/rows"
ASKED = Asked(
    use="RESEARCH",
    purpose="研究老年人就近用餐",
    storage="学校机房，磁盘加密",
    readers="课题组三人",
    deletion="结题后三十日内删除并报告",
    months=6,
    columns=("name", "district"),
    token=UUID(int=1),
)


@pytest.fixture(scope="module")
def conditional(lake: Path) -> None:
    """The canteens, open under conditions, and a developer; once for all of these tests."""
    open_canteens()
    condition = "用于养老服务研究和规划，不得识别个人"
    opening = {"opening_type": OpeningType.CONDITIONAL, "opening_condition": condition, "licence": Licence.AGREEMENT}
    Dataset.objects.filter(slug="canteens").update(**opening)
    operations.register(actor=person("liu"), new=STUDENT, now=NOW)


@pytest.fixture
def number(conditional: None) -> str:
    return operations.ask(actor=person("liu"), slug="canteens", asked=ASKED, now=NOW)


@pytest.fixture
def key(number: str) -> IssuedKey:
    """A key of an applicant whose agreement is accepted."""
    issued = operations.make_key(actor=person("liu"), name="研究", now=NOW)
    move("approver_mzj", number, "approve")
    operations.accept(actor=person("liu"), number=number, key_id=issued.id, now=NOW)
    return issued


@pytest.fixture
def served(lake: Path) -> Iterator[Served]:
    with Served(lake) as served:
        served.now = NOW.timestamp()
        yield served


def move(username: str, number: str, name: str, *, words: str = "", days: int = 0, **more: Any) -> None:
    now = NOW + timedelta(days=days)
    sharing.move_application(actor=person(username), number=number, name=name, now=now, words=words, **more)


def state(number: str) -> str:
    return OpeningApplication.objects.get(number=number).state


def hear(served: Served) -> None:
    """Do what the feed does each second: take over what the views say."""
    told = []
    with connection.cursor() as cursor:
        for query in (DATASETS, VERSIONS, KEYS):
            cursor.execute(query)
            names = [column.name for column in cursor.description or ()]
            told.append([dict(zip(names, row, strict=True)) for row in cursor.fetchall()])
    for row in told[2]:
        row["grants"] = json.loads(row["grants"])
    served.publish(*told)


def told_to(username: str) -> list[str]:
    actor = person(username)
    return [notice.text for notice in notices.told(notices.notices_of(actor, now=NOW), actor=actor)]


def test_from_the_application_to_the_read_and_its_end(number: str, key: IssuedKey, served: Served, lake: Path) -> None:
    hear(served)
    page = served.get(f"{ROWS}?order=name", key=key.secret).json
    assert (len(page["rows"]), set(page["rows"][0])) == (6, {"_id", "name", "district"})
    for hidden in ("select=seats", "where=manager is null", "order=seats", "where=search('食堂')"):
        assert served.get(f"{ROWS}?{hidden}", key=key.secret).status == 400, hidden
    assert served.get(ROWS).status == 403
    files = (lake / "open-reads").glob("*.jsonl")
    reads = [msgspec.json.decode(line) for file in files for line in file.read_bytes().split(b"\n") if line]
    assert [(read["grant"], read["rows"], read["columns"]) for read in reads] == [(number, 6, ["name", "district"])]
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(WRITE, [json.dumps(reads)])
    for username in ("liu", "approver_mzj", "steward_mzj", "operator", "auditor"):
        shown = text(browser(username), "reads", number)
        assert "研究" in shown
        assert shown.count("分页读取") == 1
    move("approver_mzj", number, "terminate", words="用途不符")
    hear(served)
    assert served.get(ROWS, key=key.secret).status == 403
    assert any("终止授权" in line for line in told_to("liu"))


def end(how: str, number: str, key: IssuedKey) -> None:
    match how:
        case "operator":
            move("operator", number, "terminate", words="存在泄露风险")
        case "relinquish":
            move("liu", number, "relinquish", words="课题结束")
        case "withdrawal":
            operations.move(actor=person("approver_mzj"), slug="canteens", name="withdraw", words="停办", now=NOW)
        case "key":
            operations.revoke_key(actor=person("liu"), key_id=key.id, now=NOW)
        case "choice":
            operations.choose_datasets(actor=person("liu"), key_id=key.id, slugs=(), now=NOW)


@pytest.mark.parametrize("how", ["operator", "relinquish", "withdrawal", "key", "choice"])
def test_each_way_of_taking_it_back_is_seen_at_once(number: str, key: IssuedKey, served: Served, how: str) -> None:
    hear(served)
    assert served.get(f"{ROWS}?limit=1", key=key.secret).status == 200
    end(how, number, key)
    hear(served)
    assert served.get(f"{ROWS}?limit=1", key=key.secret).status in (401, 403, 410)


def test_what_is_suspended_rests_and_what_is_over_ends_by_itself(number: str, key: IssuedKey, served: Served) -> None:
    move("operator", number, "suspend", words="核查用途")
    hear(served)
    assert served.get(f"{ROWS}?limit=1", key=key.secret).status == 403
    with pytest.raises(NotPermitted):
        move("approver_mzj", number, "resume", words="用途相符")
    move("operator", number, "resume", words="用途相符")
    hear(served)
    assert served.get(f"{ROWS}?limit=1", key=key.secret).status == 200
    operations.renew_key(actor=person("liu"), key_id=key.id, now=NOW + timedelta(days=80))
    operations.renew_key(actor=person("liu"), key_id=key.id, now=NOW + timedelta(days=160))
    hear(served)
    served.now += 200 * 86_400
    assert served.get(f"{ROWS}?limit=1", key=key.secret).status == 403
    assert expire_applications(now=NOW + timedelta(days=200)) == 1
    assert state(number) == "EXPIRED"


def test_the_owner_gives_fewer_columns_and_never_others(number: str, served: Served) -> None:
    with pytest.raises(sharing.InputRefused):
        move("approver_mzj", number, "approve", columns=("seats",))
    move("approver_mzj", number, "approve", columns=("district",), words="结果公开前送我局阅看")
    info = sharing.opening(person("liu"), number)
    assert info.columns == ("district",)
    for words in ("可以使用的信息项：所在区。", "结题后三十日内删除并报告", "九、结果公开前送我局阅看", "刘志远"):
        assert words in info.agreement
    issued = operations.make_key(actor=person("liu"), name="研究", now=NOW)
    operations.accept(actor=person("liu"), number=number, key_id=issued.id, now=NOW)
    hear(served)
    assert set(served.get(ROWS, key=issued.secret).json["rows"][0]) == {"_id", "district"}


def test_a_key_that_takes_over_reads_what_the_old_one_did(key: IssuedKey, served: Served) -> None:
    newer = operations.rotate_key(actor=person("liu"), key_id=key.id, now=NOW)
    hear(served)
    assert served.get(f"{ROWS}?limit=1", key=newer.secret).status == 200


def test_two_working_days_then_the_authority_and_no_answer_by_silence(number: str) -> None:
    row = OpeningApplication.objects.get(number=number)
    assert f"{row.due_on}" == "2026-11-30"
    watch_clocks(now=NOW)
    assert any("不足 2 个工作日" in line for line in told_to("approver_mzj"))
    watch_clocks(now=NOW + timedelta(days=4))
    assert state(number) == "OWNER_REVIEW"
    with pytest.raises(NotPermitted):
        move("operator", number, "approve", days=4)
    for _ in range(2):
        watch_clocks(now=NOW + timedelta(days=5))
    assert (state(number), row.events.filter(name="overdue").count()) == ("LATE", 1)
    for username in ("operator", "approver_mzj", "liu"):
        assert any("超过期限" in line for line in told_to(username)), username
    move("operator", number, "urge", days=5, words="请今天答复")
    move("operator", number, "approve", days=6)
    assert state(number) == "AGREEMENT"


def test_papers_are_asked_for_once_and_the_clock_rests(number: str) -> None:
    move("steward_mzj", number, "ask_supplement", words="请写明谁能看到数据", days=1)
    row = OpeningApplication.objects.get(number=number)
    assert (row.state, row.due_on, row.clock_days) == ("SUPPLEMENT", None, 1)
    watch_clocks(now=NOW + timedelta(days=10))
    move("liu", number, "supplement", words="课题组三人，名单附后", days=10)
    assert str(OpeningApplication.objects.get(number=number).due_on) == "2026-12-07"
    with pytest.raises(sharing.NotNow):
        move("steward_mzj", number, "ask_supplement", words="还缺", days=10)


def test_a_refusal_has_its_reason_and_may_be_objected_to_once(number: str) -> None:
    with pytest.raises(sharing.InputRefused):
        move("approver_mzj", number, "refuse")
    move("approver_mzj", number, "refuse", words="用途不在开放条件之内")
    move("liu", number, "object_refusal", words="研究正是开放条件写明的用途")
    with pytest.raises(NotPermitted):
        move("approver_mzj", number, "uphold_objection", words="x")
    move("operator", number, "uphold_objection", words="用途相符")
    assert OpeningApplication.objects.get(number=number).due_on is not None
    with pytest.raises(NotPermitted):
        move("approver_mzj", number, "refuse", words="仍不同意")
    watch_clocks(now=NOW + timedelta(days=5))
    move("operator", number, "refuse", words="保护措施不足", days=5)
    with pytest.raises(sharing.NotNow):
        move("liu", number, "object_refusal", words="再申诉", days=5)
    assert "申诉" not in [
        action.label for action in sharing.opening_standing(person("liu"), number, today=NOW.date()).actions
    ]


@pytest.mark.parametrize("name", ["uphold_objection", "dismiss_objection"])
def test_whoever_refused_does_not_answer_the_objection(number: str, name: str) -> None:
    watch_clocks(now=NOW + timedelta(days=5))
    move("operator", number, "refuse", words="保护措施不足", days=5)
    move("liu", number, "object_refusal", words="措施已写明", days=5)
    with pytest.raises(NotPermitted):
        move("operator", number, name, words="维持", days=6)
    assert state(number) == "OBJECTED"


def test_an_objection_is_answered_in_time_too(number: str) -> None:
    move("approver_mzj", number, "refuse", words="用途不在开放条件之内")
    move("liu", number, "object_refusal", words="研究正是开放条件写明的用途")
    watch_clocks(now=NOW + timedelta(days=8))
    assert any("超过期限" in line for line in told_to("operator"))
    move("operator", number, "dismiss_objection", words="维持原答复", days=9)
    assert state(number) == "REFUSED"


def test_one_at_a_time_and_a_newer_agreement_takes_the_older_ones_place(number: str, key: IssuedKey) -> None:
    again = operations.ask(actor=person("liu"), slug="canteens", asked=replace(ASKED, token=uuid4()), now=NOW)
    assert operations.ask(actor=person("liu"), slug="canteens", asked=ASKED, now=NOW) == number
    with pytest.raises(sharing.AlreadyOpen):
        operations.ask(actor=person("liu"), slug="canteens", asked=replace(ASKED, token=uuid4()), now=NOW)
    move("approver_mzj", number, "suspend", words="核查")
    move("approver_mzj", again, "approve")
    with pytest.raises(sharing.NotNow):
        operations.accept(actor=person("liu"), number=again, key_id=key.id, now=NOW)
    move("approver_mzj", number, "resume", words="核查完毕")
    operations.accept(actor=person("liu"), number=again, key_id=key.id, now=NOW)
    assert (state(number), state(again)) == ("TERMINATED", "ACTIVE")


def test_an_agreement_that_nobody_accepts_is_no_longer_offered(number: str) -> None:
    move("approver_mzj", number, "approve")
    assert expire_applications(now=NOW + timedelta(days=29)) == 0
    assert expire_applications(now=NOW + timedelta(days=31)) == 1
    assert state(number) == "EXPIRED"


@pytest.mark.parametrize(
    "wrong",
    [
        *({"purpose": " "}, {"storage": ""}, {"readers": "\x00"}, {"deletion": "x" * 501}),
        *({"months": 25}, {"months": 0}, {"columns": ()}, {"columns": ("manager_id",)}, {"use": "X"}),
    ],
)
def test_an_application_says_all_that_is_asked(conditional: None, wrong: dict[str, Any]) -> None:
    with pytest.raises((sharing.InputRefused, InputRefused)):
        operations.ask(actor=person("liu"), slug="canteens", asked=replace(ASKED, **wrong), now=NOW)


def test_who_is_no_developer_and_what_is_no_conditional_dataset(conditional: None) -> None:
    with pytest.raises(NotFound):
        operations.ask(actor=person("zhang"), slug="canteens", asked=ASKED, now=NOW)
    free = {"opening_type": OpeningType.UNCONDITIONAL, "opening_condition": ""}
    Dataset.objects.filter(slug="canteens").update(**free)
    assert browser("liu").get(address("apply", "canteens")).status_code == 404
    for slug in ("canteens", "nothing-there"):
        with pytest.raises(sharing.NotFound):
            operations.ask(actor=person("liu"), slug=slug, asked=ASKED, now=NOW)


def test_a_key_reads_only_what_its_holder_was_granted(key: IssuedKey) -> None:
    operations.register(actor=person("zhang"), new=COMPANY, now=NOW)
    others = operations.make_key(actor=person("zhang"), name="别人的", now=NOW)
    with pytest.raises(InputRefused):
        operations.choose_datasets(actor=person("zhang"), key_id=others.id, slugs=("canteens",), now=NOW)
    AccessKey.objects.filter(pk=others.id).update(datasets=["canteens"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT grants FROM openreads_key WHERE id = %s", [others.id])
        assert cursor.fetchone() == ("{}",)
    with pytest.raises(NotNow):
        operations.choose_datasets(actor=person("operator"), key_id=key.id, slugs=(), now=NOW)


def test_the_portal_shows_no_row_of_it_and_the_way_to_apply(conditional: None) -> None:
    for username in ("", "liu", "approver_mzj"):
        page = browser(username).get(address("dataset", "canteens")).content.decode()
        assert "水上食堂" not in page
        assert "export.csv" not in page
        assert address("apply", "canteens") in page
        assert "水上食堂" not in browser(username).get(address("embed", "canteens")).content.decode()
    assert browser("").get(address("changes", "canteens", 2)).status_code == 404


def post(client: Client, number: str, name: str, **told: Any) -> int:
    """Make a move by its button; return the answer's status."""
    return client.post(address("move-application", number, name), told).status_code


def test_both_sides_go_through_the_pages(conditional: None) -> None:
    liu, approver = browser("liu"), browser("approver_mzj")
    told = {name: getattr(ASKED, name) for name in Asked.__dataclass_fields__} | {"columns": ["name", "district"]}
    assert "提交申请" in text(liu, "apply", "canteens")
    assert liu.post(address("apply", "canteens"), told | {"storage": ""}).status_code == 422
    assert liu.post(address("apply", "canteens"), told).status_code == 302
    again = liu.post(address("apply", "canteens"), told | {"token": str(uuid4())})
    (row,) = OpeningApplication.objects.all()
    assert row.number in again.content.decode()
    assert row.number in text(liu, "my-applications")
    assert row.number in text(approver, "desk-applications")
    assert post(approver, row.number, "approve", columns=["name"], seen="0") == 422
    assert post(approver, row.number, "accept_agreement") == 404
    assert post(approver, row.number, "approve", columns=["name"], seen="1") == 302
    assert "请先新建一把密钥" in text(liu, "application", row.number)
    liu.post(address("new-key"), {"name": "研究"})
    key = AccessKey.objects.get()
    door = address("accept", row.number)
    assert liu.post(door, {"key": str(key.id)}).status_code == 422
    assert liu.post(door, {"key": "nonsense", "agreed": "1"}).status_code == 404
    assert liu.post(door, {"key": str(key.id), "agreed": "1"}).status_code == 302
    shown = text(liu, "agreement", row.number)
    assert "公共数据有条件开放使用协议（第 1 版）" in shown
    assert OpeningApplication.objects.get().agreement_sha256 in shown
    assert "还没有读取过" in text(liu, "reads", row.number)
    assert "社区食堂名录" in text(liu, "key", key.id)
    assert liu.post(address("key-datasets", key.id), {"datasets": "others"}).status_code == 422
    assert liu.post(address("key-datasets", key.id), {}).status_code == 302
    assert AccessKey.objects.get().datasets == []
    assert post(liu, row.number, "relinquish") == 422
    assert post(liu, row.number, "relinquish", words="课题结束") == 302
    assert "已终止" in text(approver, "application", row.number)


def test_an_application_is_nobody_elses(number: str, key: IssuedKey) -> None:
    doors = ("application", "agreement", "reads")
    for username in ("", "zhang", "clerk_gjj", "steward_gjj", "outsider"):
        outside = {"": 302, "clerk_gjj": 403}.get(username, 404)
        client = browser(username)
        for name in doors:
            assert client.get(address(name, number)).status_code == outside, (username, name)
        assert post(client, number, "terminate", words="x") == outside
        accept = client.post(address("accept", number), {"key": str(key.id), "agreed": "1"}).status_code
        assert accept == (403 if username in ("steward_gjj", "outsider") else outside)
    for username in ("liu", "steward_mzj", "approver_mzj", "operator", "auditor"):
        for name in doors:
            assert browser(username).get(address(name, number)).status_code == 200, (username, name)
    for username, name in (("auditor", "terminate"), ("steward_mzj", "terminate"), ("liu", "terminate")):
        assert post(browser(username), number, name, words="x") == 403, username
    assert state(number) == "ACTIVE"
    for username in ("", "liu", "clerk_gjj"):
        assert browser(username).get(address("desk-applications")).status_code == (302 if not username else 403)
    assert number not in text(browser("steward_gjj"), "desk-applications")
    assert browser("zhang").post(address("key-datasets", key.id)).status_code == 404


def test_what_people_write_is_shown_as_they_wrote_it(conditional: None) -> None:
    bad = replace(ASKED, purpose="<script>alert(1)</script> $holder ${number}")
    number = operations.ask(actor=person("liu"), slug="canteens", asked=bad, now=NOW)
    move("approver_mzj", number, "approve", words="<b>条件</b> $owner")
    for name in ("application", "agreement"):
        page = browser("approver_mzj").get(address(name, number)).content.decode()
        assert "<script>alert(1)" not in page
        assert "<b>条件" not in page
        assert re.search(r"\$holder \$\{number\}", page)


@pytest.mark.usefixtures("lake")
def test_the_demo_has_one_in_use_and_one_to_answer() -> None:
    for _again in range(2):
        plant_some(CONDITIONS, scale=0.001, now=NOW, progress=lambda what, share: None)
    asked = {(one.dataset, one.state) for one in sharing.openings(SYSTEM) if one.dataset in CONDITIONS}
    assert asked == {("social-organisations", "ACTIVE"), ("place-names", "OWNER_REVIEW")}
    assert AccessKey.objects.get().datasets == ["social-organisations"]


def duties(username: str, *, days: int = 0) -> list[tuple[str, str, str, str]]:
    """Return what waits for somebody and what others let lie: title, what to do, holder, the last day."""
    actor, today = person(username), (NOW + timedelta(days=days)).date()
    found = [*duties_of(actor, today=today), *late_duties_of(actor, today=today)]
    return [(one.title, str(one.what), one.holder, f"{one.deadline and one.deadline.due_on}") for one in found]


def test_an_application_waits_among_the_duties_of_the_office_whose_turn_it_is(number: str) -> None:
    offices = ("steward_mzj", "approver_mzj")
    answer = [("社区食堂名录", "答复开放申请", "刘志远", "2026-11-30")]
    assert {username: duties(username) for username in offices} == dict.fromkeys(offices, answer)
    for username in ("operator", "auditor", "outsider", "steward_gjj", "liu"):
        assert duties(username) == [], username
    page = browser("approver_mzj").get("/sharing/duties/").content.decode()
    assert f'href="{address("application", number)}"' in page
    assert "刘志远" in page
    watch_clocks(now=NOW + timedelta(days=5))
    late = ("社区食堂名录", "没有按期答复开放申请", "刘志远", "2026-11-30")
    assert duties("operator", days=5) == [late]
    assert duties("approver_mzj", days=5) == answer


def test_what_waits_for_the_applicant_or_is_answered_is_no_offices_duty(number: str) -> None:
    move("steward_mzj", number, "ask_supplement", words="请写明谁能看到数据")
    assert duties("approver_mzj") == []
    move("liu", number, "supplement", words="课题组三人")
    move("approver_mzj", number, "refuse", words="用途不在开放条件之内")
    assert duties("approver_mzj") == []
    move("liu", number, "object_refusal", words="研究正是开放条件写明的用途")
    assert [what for _title, what, _holder, _due in duties("operator")] == ["处理开放申请的申诉"]
    assert duties("approver_mzj") == []
    move("operator", number, "uphold_objection", words="理由成立")
    assert duties("operator") == []
    assert [what for _title, what, _holder, _due in duties("steward_mzj")] == ["答复开放申请"]
    assert duties("approver_mzj") == [], "who refused it doesn't answer it again"
