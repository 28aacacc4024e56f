"""Stewards upload and see what became of their files; nobody else learns that the files exist."""

import csv
import io
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.exchange import api, places
from haihe.data.exchange.formats.testing import xlsx
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.operations.moving import move_run
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, relief_lines, row, small_dirty_file

pytestmark = pytest.mark.django_db
UPLOAD, FEEDS = reverse("exchange:upload"), reverse("exchange:feeds")
STRANGERS = ("outsider", "steward_gjj", "approver_gjj")
NEVER = ("liu", "clerk_gjj", "auditor")


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(make_user(username, *cast.person(username).memberships))
    return client


def csv_file(content: bytes, name: str = "救助对象.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/csv")


def fed(steward: Actor, now: datetime, content: bytes | None = None) -> FeedRun:
    info = api.receive_file(steward, RELIEF, "救助对象.csv", io.BytesIO(content or small_dirty_file()), now=now)
    return FeedRun.objects.get(pk=info.id)


def addresses(run_id: object) -> list[str]:
    return [reverse(f"exchange:{name}", args=[run_id]) for name in ("run", "run-live", "rejects")]


def test_a_steward_uploads_and_sees_the_account() -> None:
    client = signed_in("steward_mzj")
    answer = client.post(UPLOAD, {"resource": RELIEF, "file": csv_file(small_dirty_file())}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer.resolver_match.view_name == "exchange:run"
    for told in ("收到 125 行", "121", "3.20%", "GB18030", "与第 6 行完全相同", "身份证号码"):
        assert told in page
    feeds = client.get(FEEDS).content.decode()
    assert "社会救助对象信息" in feeds
    assert "救助对象.csv" in feeds


def test_a_replaced_run_says_so(steward: Actor, now: datetime) -> None:
    first, second = fed(steward, now), fed(steward, now + timedelta(hours=1))
    client = signed_in("approver_mzj")
    told = [client.get(reverse("exchange:run", args=[run.pk])).content.decode() for run in (first, second)]
    assert ["后来已被更新的一份替换" in page for page in told] == [True, False]
    assert ["正在提供服务" in page for page in told] == [False, True]


def test_values_of_rejects_are_masked(steward: Actor, now: datetime) -> None:
    slipped = ",".join(row(id_number(7), name="赵钱孙", relief_type=id_number(8)))
    lines = [*relief_lines(20), slipped]
    run = fed(steward, now, "\n".join(lines).encode())
    page = signed_in("steward_mzj").get(reverse("exchange:run", args=[run.pk])).content.decode()
    assert "赵*孙" in page
    for number in (id_number(7), id_number(8)):
        assert number not in page
        assert f"{number[:3]}***********{number[-4:]}" in page
    assert "赵钱孙" not in page


def test_rejects_can_be_read_by_reason(steward: Actor, now: datetime) -> None:
    run = fed(steward, now)
    client = signed_in("steward_mzj")
    url = reverse("exchange:run", args=[run.pk])
    only = client.get(url, {"code": "BAD_DATE"}).content.decode()
    assert only.count("exchange-line") == 1
    for odd in ({"code": "'; DROP TABLE x"}, {"page": "999"}, {"page": "-1"}, {"page": "x"}):
        assert client.get(url, odd).content.decode().count("exchange-line") == 4


@pytest.mark.parametrize("username", STRANGERS)
def test_strangers_with_the_same_role_elsewhere_find_nothing(username: str, steward: Actor, now: datetime) -> None:
    run = fed(steward, now)
    client = signed_in(username)
    feeds = client.get(FEEDS)
    assert feeds.status_code == 200
    assert "没有由您的单位报送的数据资源" in feeds.content.decode()
    assert run.filename not in feeds.content.decode()
    for real, made_up in zip(addresses(run.pk), addresses(uuid4()), strict=True):
        assert client.get(real).status_code == client.get(made_up).status_code in (403, 404)


@pytest.mark.parametrize("username", ["outsider", "steward_gjj"])
def test_a_stranger_cannot_upload_or_run_again(username: str, steward: Actor, now: datetime) -> None:
    run = fed(steward, now)
    FeedRun.objects.filter(pk=run.pk).update(state=RunState.FAILED)
    client = signed_in(username)
    answer = client.post(UPLOAD, {"resource": RELIEF, "file": csv_file(small_dirty_file())})
    assert answer.status_code == 422
    assert client.post(reverse("exchange:rerun", args=[run.pk])).status_code == 404
    assert FeedRun.objects.count() == 1


@pytest.mark.parametrize("username", NEVER)
def test_other_roles_are_refused(username: str, steward: Actor, now: datetime) -> None:
    run = fed(steward, now)
    client = signed_in(username)
    for url in (FEEDS, UPLOAD, *addresses(run.pk)):
        assert client.get(url).status_code == 403
    assert client.post(UPLOAD, {"resource": RELIEF, "file": csv_file(b"x")}).status_code == 403


def test_who_is_not_signed_in_is_sent_to_sign_in(steward: Actor, now: datetime) -> None:
    run = fed(steward, now)
    for url in (FEEDS, UPLOAD, *addresses(run.pk)):
        answer = Client().get(url)
        assert answer.status_code == 302
        assert "sign-in" in answer["Location"]


def test_an_operator_sees_masked_rows_but_takes_none_and_uploads_nothing(steward: Actor, now: datetime) -> None:
    run = fed(steward, now)
    client = signed_in("operator")
    page = client.get(reverse("exchange:run", args=[run.pk])).content.decode()
    assert "退回的行" in page
    assert "下载退回行" not in page
    assert client.get(reverse("exchange:rejects", args=[run.pk])).status_code == 403
    assert client.get(UPLOAD).status_code == 403


@pytest.mark.parametrize("username", ["steward_mzj", "approver_mzj"])
@pytest.mark.parametrize(("asked", "codec"), [("gb18030", "gb18030"), ("utf-8", "utf-8-sig")])
def test_the_owner_takes_rejects_whole_and_it_is_written_down(
    username: str, asked: str, codec: str, steward: Actor, now: datetime
) -> None:
    evil = ",".join(row(id_number(7), name="=HYPERLINK(1)", certificate_no="＠x", householder="+1"))
    run = fed(steward, now, "\n".join([*relief_lines(30), evil, evil + ",x"]).encode())
    client = signed_in(username)
    answer = client.get(reverse("exchange:rejects", args=[run.pk]), {"encoding": asked})
    assert answer["Cache-Control"] == "no-store"
    text = b"".join(answer.streaming_content).decode(codec)  # type: ignore[attr-defined]  # Django's stubs tell one answer of two
    header, first, second = list(csv.reader(io.StringIO(text)))
    found = dict(zip(header, first, strict=True))
    assert found["行号"] == "32"
    assert found["理由代码"].startswith("FORMULA_TEXT；")
    assert found["证件号码"] == "120103194001010076\t"
    assert (found["姓名"], found["救助证号"], found["户主证件号码"]) == ("'=HYPERLINK(1)", "'＠x", "'+1")
    assert second[-1] == "'" + evil + ",x"
    assert run.moves.get(name="take_rejects").by == cast.person(username).username


def test_an_unknown_encoding_is_not_found(steward: Actor, now: datetime) -> None:
    url = reverse("exchange:rejects", args=[fed(steward, now).pk])
    assert signed_in("steward_mzj").get(url, {"encoding": "cp1252"}).status_code == 404


def test_rejects_that_were_tampered_with_are_not_shown(steward: Actor, now: datetime) -> None:
    run = fed(steward, now)
    file = places.data_dir() / run.folder / "rejects.parquet"
    file.chmod(0o600)
    file.write_bytes(file.read_bytes() + b"x")
    client = signed_in("steward_mzj")
    assert "已损坏或被移走" in client.get(reverse("exchange:run", args=[run.pk])).content.decode()
    answer = client.get(reverse("exchange:rejects", args=[run.pk]), follow=True)
    assert answer.resolver_match.view_name == "exchange:run"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "请选择要上传的文件"),
        ({"file": b""}, "文件是空的"),
        ({"file": b"x", "as_of": "yesterday"}, "请写成"),
        ({"file": b"x", "as_of": "2999-01-01T00:00"}, "不能晚于现在"),
        ({"file": b"x", "resource": "120040/000001"}, "选择一个有效的选项"),
    ],
)
def test_a_bad_upload_says_what_to_do(data: dict[str, object], told: str) -> None:
    fields = {"resource": RELIEF} | data
    if isinstance(content := fields.get("file"), bytes):
        fields["file"] = csv_file(content)
    answer = signed_in("steward_mzj").post(UPLOAD, fields)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert FeedRun.objects.count() == 0


def test_a_damaged_workbook_ends_in_a_page_that_says_so() -> None:
    client = signed_in("steward_mzj")
    answer = client.post(UPLOAD, {"resource": RELIEF, "file": csv_file(b"PK\x03\x04x", "a.xlsx")}, follow=True)
    assert "文件已损坏或不完整" in answer.content.decode()


def test_a_workbook_is_read_and_the_page_names_the_sheet() -> None:
    content = xlsx([TITLES, *(row(id_number(serial)) for serial in range(12))], sheets={"说明": [["填表说明"]]})
    client = signed_in("steward_mzj")
    answer = client.post(UPLOAD, {"resource": RELIEF, "file": csv_file(content, "名单.csv")}, follow=True)
    page = answer.content.decode()
    for told in ("收到 12 行", "数据已采用", "Excel 工作簿（XLSX）", "名单（共 2 张工作表，只读这一张）"):
        assert told in page


def test_a_waiting_run_polls_and_an_ended_one_asks_to_reload(steward: Actor, now: datetime) -> None:
    content = io.BytesIO(small_dirty_file())
    run = api.receive_file(steward, RELIEF, "a.csv", content, now=now, inline=False)
    client = signed_in("steward_mzj")
    page = client.get(reverse("exchange:run", args=[run.id])).content.decode()
    assert "正在排队" in page
    assert 'hx-trigger="every 1s"' in page
    assert "htmx.min.js" in page
    live = reverse("exchange:run-live", args=[run.id])
    move_run(run.id, "begin", now=now)
    FeedRun.objects.filter(pk=run.id).update(rows_in=3, rows_accepted=3, bytes_read=1)
    answer = client.get(live)
    assert "已检查 3 行" in answer.content.decode()
    assert "HX-Refresh" not in answer
    move_run(run.id, "fail", now=now, outcome_code="INTERRUPTED", outcome="中断。")
    assert client.get(live)["HX-Refresh"] == "true"
    page = client.get(reverse("exchange:run", args=[run.id])).content.decode()
    assert "hx-trigger" not in page
    assert "重新处理" in page
    again = client.post(reverse("exchange:rerun", args=[run.id]), follow=True).content.decode()
    assert "数据已采用，正在提供服务" in again


def test_the_feeds_page_needs_few_queries_however_many_runs(
    steward: Actor, now: datetime, django_assert_max_num_queries: object
) -> None:
    for day in range(3):
        fed(steward, now + timedelta(days=day))
    client = signed_in("steward_mzj")
    client.get(FEEDS)
    with django_assert_max_num_queries(12):  # type: ignore[operator]  # the fixture's type isn't told
        assert client.get(FEEDS).status_code == 200
