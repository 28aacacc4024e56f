"""After "agreed" the data flows within twenty working days; a grant begins when it does, and not before."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import NotPermitted
from haihe.base.accounts.testing import make_user
from haihe.base.notices.api import notices_of, told
from haihe.base.notices.models import Notice
from haihe.base.outbox.testing import announced
from haihe.city import cast
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused, NotNow
from haihe.data.sharing.models import Grant, Service
from haihe.data.sharing.testing import NOW, cast_actor, granted, requested, to_be_handed_over

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def move(username: str, name: str, *, words: str = "刻盘送达，共 1,024 条", days: int = 0) -> Grant:
    grant_id, now = Grant.objects.get().id, NOW + days * DAY
    operations.move_grant(actor=cast_actor(username), grant_id=grant_id, name=name, now=now, words=words)
    return Grant.objects.get()


def at_the_gateway() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM gateway_grant")
        return [row[0] for row in cursor.fetchall()]


def test_an_open_service_serves_in_the_moment_of_the_approval() -> None:
    granted()
    row = Grant.objects.get()
    assert (row.state, row.due_on, row.valid_from) == ("ACTIVE", None, NOW)
    assert [(e.name, e.part, e.target) for e in row.events.all()] == [
        ("grant", "OWNER_APPROVER", "PREPARING"),
        ("deliver_at_once", "SYSTEM", "ACTIVE"),
    ]
    assert at_the_gateway() == ["ACTIVE"]


def test_a_resting_service_delivers_when_it_starts_and_the_term_begins_then() -> None:
    request_id = requested(until="approve_by_office")
    Service.objects.update(enabled=False)
    operations.move_request(actor=cast_actor("approver_mzj"), request_id=request_id, name="approve", now=NOW)
    row = Grant.objects.get()
    assert (row.state, row.due_on, at_the_gateway()) == ("PREPARING", date(2026, 12, 21), [])
    with pytest.raises(NotNow, match="自动生效"):
        move("steward_mzj", "hand_over")
    later = NOW + 9 * DAY
    operations.start_service(actor=cast_actor("approver_mzj"), slug="relief-status", reason="改造完成", now=later)
    row = Grant.objects.get()
    assert (row.state, row.valid_from, row.due_on) == ("ACTIVE", later, None)
    assert row.valid_until == datetime(2027, 12, 2, 2, tzinfo=UTC)
    assert [payload["state"] for payload in announced("sharing.grant_changed")] == ["PREPARING", "ACTIVE"]
    assert announced("sharing.service_started") == [{"service": "relief-status", "owner": "120012"}]


@pytest.mark.parametrize("form", ["FILE", "BATCH"])
def test_a_file_is_handed_over_and_its_receipt_confirmed(form: str) -> None:
    to_be_handed_over(form=form)
    row = Grant.objects.get()
    assert (row.state, row.due_on, row.in_force(NOW)) == ("PREPARING", date(2026, 12, 21), False)
    for username in ("steward_gjj", "operator", "outsider"):
        with pytest.raises((NotPermitted, operations_not_found())):
            move(username, "hand_over")
    with pytest.raises(InputRefused):
        move("steward_mzj", "hand_over", words="")
    assert move("steward_mzj", "hand_over", days=3).state == "RECEIVING"
    row = move("steward_gjj", "confirm_receipt", days=4)
    assert (row.state, row.valid_from, row.due_on) == ("ACTIVE", NOW + 4 * DAY, None)
    assert at_the_gateway() == []


def operations_not_found() -> type[Exception]:
    from haihe.data.sharing.errors import NotFound

    return NotFound


def test_an_objection_sends_it_back_under_the_same_clock() -> None:
    to_be_handed_over()
    move("steward_mzj", "hand_over", days=3)
    with pytest.raises(InputRefused):
        move("steward_gjj", "object_receipt", words=" ")
    row = move("steward_gjj", "object_receipt", words="文件打不开", days=4)
    assert (row.state, row.due_on) == ("PREPARING", date(2026, 12, 21))
    assert move("approver_mzj", "hand_over", days=5).state == "RECEIVING"


def test_a_receipt_nobody_gives_or_contests_in_five_working_days_counts_as_given() -> None:
    to_be_handed_over()
    move("steward_mzj", "hand_over")
    assert operations.watch_clocks(now=NOW + 7 * DAY).delivered == 0
    assert operations.watch_clocks(now=NOW + 8 * DAY).delivered == 1
    assert Grant.objects.get().state == "ACTIVE"
    assert Grant.objects.get().events.last().part == "SYSTEM"  # type: ignore[union-attr]  # there is one


def test_the_owner_is_reminded_and_past_twenty_days_the_authority_hears_and_urges() -> None:
    to_be_handed_over()
    Notice.objects.all().delete()
    watched = [operations.watch_clocks(now=NOW + n * DAY) for n in range(31)]
    assert {n: one.reminded for n, one in enumerate(watched) if one.reminded} == {24: 2, 25: 2}
    assert {n: one.overdue for n, one in enumerate(watched) if one.overdue} == {29: 1}
    operator = cast_actor("operator")
    assert any("超过期限" in one.text for one in told(notices_of(operator, now=NOW + 31 * DAY), actor=operator))
    with pytest.raises(NotNow):
        move("operator", "urge", days=28)
    assert move("operator", "urge", words="请今天提供", days=29).state == "PREPARING"


def test_what_is_not_delivered_can_be_given_up_and_ended_and_is_not_suspended() -> None:
    to_be_handed_over()
    with pytest.raises(NotNow):
        move("approver_mzj", "suspend")
    row = move("steward_gjj", "relinquish", words="不再需要")
    assert (row.state, row.due_on) == ("TERMINATED", None)


def test_the_database_lets_no_term_grow_and_no_grant_return_to_preparing() -> None:
    granted()
    changes: list[dict[str, object]] = [
        {"valid_from": NOW + DAY},
        {"state": "PREPARING", "clock_started_on": date(2026, 11, 23)},
    ]
    for change in changes:
        with pytest.raises(IntegrityError, match="is settled"), transaction.atomic():
            Grant.objects.update(**change)


def test_verification_goes_by_the_interface_only() -> None:
    to_be_handed_over()
    with pytest.raises(InputRefused, match="按字段提供"):
        requested(form="FILE", purpose="ANOTHER")


def test_the_page_asks_for_a_form_only_where_there_is_a_choice() -> None:
    from haihe.data.sharing.forms import RequestForm

    to_be_handed_over()
    services = {row.slug: row for row in Service.objects.all()}
    assert "form" not in RequestForm(service=services["relief-status"], applicants=["120040"]).fields
    form = RequestForm(service=services["relief-details"], applicants=["120040"])
    assert list(dict(form.fields["form"].choices)) == ["SERVICE", "BATCH", "FILE"]  # type: ignore[attr-defined]  # Django's stubs don't tell


def test_a_promise_makes_the_delivery_faster() -> None:
    operations.set_clock(
        actor=cast_actor("operator"), clock="DELIVERY", owner="", working_days=5, reason="提速", now=NOW
    )
    made: UUID = to_be_handed_over()
    assert Grant.objects.get(pk=made).due_on == date(2026, 11, 30)


@pytest.mark.parametrize("username", ["steward_mzj", "steward_gjj"])
def test_the_pages_say_who_delivers_by_when_and_how_it_is_confirmed(username: str) -> None:
    at = timezone.now()
    to_be_handed_over(now=at)
    grant = Grant.objects.get()
    browser = Browser()
    browser.force_login(make_user(username, *cast.person(username).memberships))
    pages = [reverse("sharing:grant", args=[grant.pk]), reverse("sharing:workbench")]
    page, bench = (browser.get(address).content.decode() for address in pages)
    assert "从提供之日起算 12 个月" in page
    assert "已过天数" not in page
    assert ("/moves/hand_over/" in page) == ("待提供" in bench and "提供数据" in bench) == (username == "steward_mzj")
    operations.move_grant(
        actor=cast_actor("steward_mzj"), grant_id=grant.pk, name="hand_over", now=at, words="加密光盘"
    )
    page = browser.get(pages[0]).content.decode()
    assert ("/moves/confirm_receipt/" in page) == (username == "steward_gjj")
    operations.move_grant(actor=cast_actor("steward_gjj"), grant_id=grant.pk, name="confirm_receipt", now=at)
    assert "以文件下载提供的" in browser.get(pages[0]).content.decode()
