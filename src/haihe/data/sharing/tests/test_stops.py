"""No provider stops a service without a due reason, its users' word and a filing; in an emergency it files after."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices.api import notices_of, told
from haihe.base.outbox.testing import announced
from haihe.data.sharing import operations
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotFound, NotNow
from haihe.data.sharing.models import Service, ServiceStop
from haihe.data.sharing.testing import NOW, cast_actor, granted, open_relief_status, planned_stop

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def move(username: str, name: str, *, words: str = "理由", days: int = 0) -> ServiceStop:
    row = ServiceStop.objects.get()
    operations.move_stop(actor=cast_actor(username), number=row.number, name=name, now=NOW + days * DAY, words=words)
    return ServiceStop.objects.get()


def stop_now(username: str = "approver_mzj", *, reason: str = "名册泄露风险", days: int = 0) -> ServiceStop:
    operations.stop_at_once(
        actor=cast_actor(username), slug="relief-status", reason=reason, token=uuid4(), now=NOW + days * DAY
    )
    return ServiceStop.objects.get()


def start(username: str = "approver_mzj", *, days: int = 0) -> None:
    operations.start_service(actor=cast_actor(username), slug="relief-status", reason="已经排除", now=NOW + days * DAY)


def is_open() -> bool:
    return Service.objects.get(slug="relief-status").enabled


def test_users_are_asked_it_is_filed_and_stopped_on_its_day_and_not_before() -> None:
    granted()
    assert planned_stop() == "TF-20261123-0001"
    row = ServiceStop.objects.get()
    assert (row.state, row.users, row.planned_on) == ("CONSULTING", ["120040"], date(2026, 12, 23))
    user = cast_actor("steward_gjj")
    assert any("停止服务" in one.text for one in told(notices_of(user, now=NOW), actor=user))
    with pytest.raises(NotNow, match="没有答复"):
        move("approver_mzj", "file")
    move("steward_gjj", "reply_to_stop", words="请避开月末提取高峰")
    assert move("approver_mzj", "file", days=1).state == "FILED"
    with pytest.raises(NotNow, match="还没有到"):
        move("approver_mzj", "stop", days=29)
    assert is_open()
    assert move("operator", "consent", days=2).state == "CONSENTED"
    row = move("approver_mzj", "stop", days=30)
    assert (row.state, is_open()) == ("STOPPED", False)
    start(days=40)
    row = ServiceStop.objects.get()
    assert (row.state, row.closed_at, is_open()) == ("RESTORED", NOW + 40 * DAY, True)
    assert len(announced("sharing.service_started")) == 1


def test_filing_is_no_asking_for_leave_but_an_objection_stands_in_the_way() -> None:
    open_relief_status()
    planned_stop(days=10)
    move("approver_mzj", "file")
    assert move("operator", "object", words="月末提取高峰").state == "OBJECTED"
    with pytest.raises(NotNow):
        move("approver_mzj", "stop", days=10)
    move("approver_mzj", "file", words="改到下月初")
    assert move("approver_mzj", "stop", days=10).state == "STOPPED"


def test_users_who_keep_silent_hold_it_up_for_five_working_days() -> None:
    granted()
    planned_stop()
    with pytest.raises(NotNow):
        move("approver_mzj", "file", days=7)
    assert move("approver_mzj", "file", days=8).state == "FILED"


def test_in_an_emergency_it_stops_at_once_and_is_filed_within_a_working_day() -> None:
    granted()
    row = stop_now()
    assert (row.state, row.due_on, row.is_emergency, is_open()) == ("TO_FILE", date(2026, 11, 24), True, False)
    for username in ("operator", "steward_gjj"):
        actor = cast_actor(username)
        assert any("紧急停止" in one.text for one in told(notices_of(actor, now=NOW), actor=actor))
    row = move("approver_mzj", "file_afterwards", days=1)
    assert (row.state, row.due_on, is_open()) == ("STOPPED", None, False)
    assert move("operator", "demand_restoring", words="理由不充分").state == "TO_RESTORE"
    assert move("approver_mzj", "restore").state == "RESTORED"
    assert is_open()


def test_an_emergency_stop_left_unfiled_is_reminded_of_and_told_to_the_authority() -> None:
    open_relief_status()
    stop_now()
    watched = [operations.watch_clocks(now=NOW + n * DAY) for n in range(4)]
    assert [one.reminded for one in watched] == [2, 0, 0, 0]
    assert [one.overdue for one in watched] == [0, 0, 1, 0]
    with pytest.raises(NotNow):
        move("operator", "urge", days=1)
    assert move("operator", "urge", days=2).state == "TO_FILE"


def test_an_emergency_overtakes_a_plan() -> None:
    granted()
    planned_stop()
    row = stop_now()
    assert (row.state, ServiceStop.objects.count()) == ("TO_FILE", 1)
    assert stop_now().number == row.number


def test_restored_before_it_was_filed_it_says_how() -> None:
    open_relief_status()
    stop_now()
    start()
    row = ServiceStop.objects.get()
    assert (row.state, row.due_on, is_open()) == ("RESTORED", None, True)


def test_only_the_owners_head_stops_and_starts() -> None:
    granted()
    for username in ("steward_mzj", "approver_gjj", "operator", "auditor"):
        with pytest.raises(NotPermitted):
            stop_now(username)
        with pytest.raises(NotPermitted):
            start(username)
    with pytest.raises(InputRefused):
        stop_now(reason=" ")
    for planned_on in (None, NOW.date()):
        with pytest.raises(InputRefused):
            operations.plan_stop(
                actor=cast_actor("approver_mzj"),
                slug="relief-status",
                reason="改造",
                planned_on=planned_on,
                token=uuid4(),
                now=NOW,
            )
    planned_stop()
    with pytest.raises(AlreadyOpen):
        planned_stop()
    with pytest.raises(NotNow):
        start()
    with pytest.raises(NotFound):
        move("outsider", "reply_to_stop")
    for username, name in (("steward_mzj", "file"), ("operator", "reply_to_stop"), ("approver_gjj", "withdraw")):
        with pytest.raises(NotPermitted):
            move(username, name)
    with pytest.raises(NotNow):
        move("approver_mzj", "stop_at_once")


def test_a_plan_given_up_leaves_the_service_as_it_is() -> None:
    granted()
    planned_stop()
    assert move("approver_mzj", "withdraw").state == "WITHDRAWN"
    assert is_open()
    planned_stop()


def test_the_database_keeps_stops_honest() -> None:
    open_relief_status()
    planned_stop()
    wrongs: list[dict[str, Any]] = [{"state": "FILED"}, {"state": "STOPPED", "filed_at": NOW}, {"state": "RESTORED"}]
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceStop.objects.update(**wrong)
