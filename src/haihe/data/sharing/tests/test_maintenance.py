"""A provider announces when it works on its systems; who uses them is told once, and it ends by itself or before."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import NotPermitted
from haihe.base.accounts.testing import make_actor
from haihe.base.notices import api as notices
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused, NotFound, NotNow
from haihe.data.sharing.models import Maintenance, Service
from haihe.data.sharing.queries.maintenance import of_service, visible_maintenance
from haihe.data.sharing.testing import (
    NOW,
    RELIEF_LIVE,
    cast_actor,
    granted,
    open_relief_details,
    to_be_maintained,
)
from haihe.data.sharing.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START, END = NOW + DAY, NOW + DAY + 2 * HOUR


@pytest.fixture(autouse=True)
def grant() -> uuid.UUID:
    return granted()


def announce(**changes: object) -> uuid.UUID:
    return to_be_maintained(now=NOW, **({"starts_at": START, "ends_at": END} | changes))  # type: ignore[arg-type]  # keywords as the caller gives them


def end(pk: uuid.UUID, *, username: str = "steward_mzj", now: object = NOW) -> None:
    actor = cast_actor(username)
    operations.end_maintenance(actor=actor, maintenance_id=pk, now=now)  # type: ignore[arg-type]  # a moment


def heard(username: str) -> list[str]:
    actor = cast_actor(username)
    rows = notices.notices_of(actor, now=NOW + 10 * DAY)
    return [notice.text for notice in notices.told(rows, actor=actor) if "维护" in notice.text]


@pytest.mark.parametrize("username", ["steward_mzj", "approver_mzj", "operator"])
def test_the_owners_office_and_the_authority_announce_and_end_it(username: str) -> None:
    pk = announce(username=username)
    row = Maintenance.objects.get(pk=pk)
    assert (row.announced_name, row.announced_at) == (cast_actor(username).name, NOW)
    end(pk, username=username)
    row.refresh_from_db()
    assert (row.ended_name, row.ended_at) == (cast_actor(username).name, NOW)


@pytest.mark.parametrize("username", ["steward_gjj", "approver_gjj", "auditor", "outsider"])
def test_nobody_else_does(username: str) -> None:
    with pytest.raises(NotPermitted):
        announce(username=username)
    pk = announce()
    with pytest.raises(NotFound if username == "outsider" else NotPermitted):
        end(pk, username=username)
    assert Maintenance.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": NOW - 2 * HOUR}, "starts_at"),
        ({"starts_at": NOW + 91 * DAY, "ends_at": NOW + 91 * DAY + HOUR}, "starts_at"),
        ({"ends_at": START}, "ends_at"),
        ({"ends_at": START + timedelta(hours=72, minutes=1)}, "ends_at"),
        ({"reason": "  "}, "reason"),
        ({"serves_on": True}, "serves_on"),
        ({"reason": "长" * 101}, "reason"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InputRefused) as refused:
        announce(**changes)
    assert refused.value.field == field
    assert refused.value.message.endswith("。")
    assert not Maintenance.objects.exists()


def test_another_departments_service_is_no_ones_to_announce() -> None:
    with pytest.raises(InputRefused):
        announce(username="operator", owner="120040")
    with pytest.raises(InputRefused):
        announce(username="operator", owner="120040", service="")


def test_the_same_time_is_announced_once() -> None:
    token = uuid.uuid4()
    assert announce(token=token) == announce(token=token)
    with pytest.raises(NotNow):
        announce(starts_at=START + HOUR, ends_at=END + HOUR)
    announce(starts_at=END, ends_at=END + HOUR)
    announce(service="", serves_on=True)
    open_relief_details()
    with pytest.raises(NotNow):
        announce(service="relief-details")


def test_users_are_told_once_before_and_once_when_it_ends_early() -> None:
    token = uuid.uuid4()
    pk = announce(token=token)
    announce(token=token)
    for username in ("steward_gjj", "approver_gjj"):
        assert heard(username) == [
            "市民政局将于 2026-11-24 10:00 至 2026-11-24 12:00 维护服务“低保状态核验”：其间不答复，请提前安排办件。"
        ]
    assert heard("outsider") == heard("steward_mzj") == []
    end(pk, now=START + HOUR)
    assert heard("steward_gjj")[0] == "市民政局提前结束了服务“低保状态核验”的维护，网关已恢复答复。"
    assert len(heard("steward_gjj")) == 2


def test_who_holds_no_grant_then_is_not_told(grant: uuid.UUID) -> None:
    operations.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant, reason="目的已实现", now=NOW)
    announce()
    assert heard("steward_gjj") == []


def test_of_all_services_and_serving_on_is_said_so_and_its_cancelling_too() -> None:
    pk = announce(service="", serves_on=True)
    assert "全部共享服务：部门接口停止答复，由名册答复的服务照常" in heard("steward_gjj")[0]
    end(pk)
    assert heard("steward_gjj")[0].startswith("市民政局取消了")


def test_it_is_ended_once_and_not_when_it_is_over() -> None:
    first, second = announce(), announce(starts_at=END, ends_at=END + HOUR)
    end(first)
    with pytest.raises(NotNow):
        end(first)
    with pytest.raises(NotNow):
        end(second, now=END + HOUR)


def test_whom_it_concerns_knows_of_it() -> None:
    announce()
    stranger = make_actor("steward_rsj", ("STEWARD", "120020"))
    known = [visible_maintenance(cast_actor(name)).count() for name in ("steward_gjj", "approver_mzj", "auditor")]
    assert known == [1, 1, 1]
    assert visible_maintenance(stranger).count() == 0


def test_of_what_serves_on_only_the_departments_interface_is_told() -> None:
    operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_LIVE, now=NOW)
    announce(service="", serves_on=True)
    owner, services = cast_actor("steward_mzj"), Service.objects.all()
    told = [each.slug for each in services if of_service(owner, each, now=NOW).exists()]
    assert told == [RELIEF_LIVE.slug]


def test_a_services_page_tells_of_what_comes_and_not_of_what_is_over() -> None:
    pk, now = to_be_maintained(), timezone.now()
    service = Maintenance.objects.get(pk=pk).service
    assert service is not None
    asker = cast_actor("steward_gjj")
    assert [row.pk for row in of_service(asker, service, now=now)] == [pk]
    assert list(of_service(asker, service, now=now + 2 * DAY)) == []
    assert (
        "数据库升级" in signed_in("steward_gjj").get(reverse("sharing:service", args=[service.slug])).content.decode()
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": START + timedelta(hours=73)},
        {"ends_at": START},
        {"reason": ""},
        {"owner": "120040"},
        {"starts_at": START - HOUR},
        {"ended_at": NOW},
    ],
)
def test_the_database_keeps_what_was_announced(changes: dict[str, object]) -> None:
    pk = announce()
    with pytest.raises(IntegrityError), transaction.atomic():
        Maintenance.objects.filter(pk=pk).update(**changes)


def test_nothing_announced_is_deleted_or_begun_anew() -> None:
    pk = announce()
    with pytest.raises(IntegrityError), transaction.atomic():
        Maintenance.objects.all().delete()
    end(pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Maintenance.objects.filter(pk=pk).update(ended_at=None, ended_by=None, ended_name="")


def test_the_page_announces_says_what_is_wrong_and_ends() -> None:
    operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_LIVE, now=NOW)
    browser, address = signed_in("steward_mzj"), reverse("sharing:maintenance")
    page = browser.get(address).content.decode()
    assert "没有正在进行或者将要进行的维护" in page
    assert 'value="120012/relief-live"' in page
    start = timezone.localtime() + DAY
    filled = {
        "what": "120012",
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{start + 80 * HOUR:%Y-%m-%dT%H:%M}",
        "reason": "系统升级",
        "serves_on": "1",
        "token": str(uuid.uuid4()),
    }
    wrong = browser.post(address, filled)
    assert (wrong.status_code, "一次维护不超过 72 小时" in wrong.content.decode()) == (422, True)
    assert browser.post(address, filled | {"ends_at": f"{start + HOUR:%Y-%m-%dT%H:%M}"}).status_code == 302
    row = Maintenance.objects.get()
    assert (row.service, row.serves_on, row.starts_at.minute) == (None, True, start.minute)
    asker = signed_in("steward_gjj").get(address).content.decode()
    assert "将要维护" in asker
    assert "提前结束" not in asker
    assert browser.post(reverse("sharing:end-maintenance", args=[row.pk])).status_code == 302
    told = browser.get(address).content.decode()
    assert "已取消" in told
    assert row.ends_at.isoformat() in told
    assert browser.post(reverse("sharing:end-maintenance", args=[row.pk])).status_code == 422
