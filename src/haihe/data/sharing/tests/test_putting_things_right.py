"""Suspended for misuse, with a term: the user reports, who suspended accepts or sets another term, a person ends it."""

from datetime import date, timedelta

import pytest

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices.api import notices_of, told
from haihe.base.notices.models import Notice
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused, NotNow
from haihe.data.sharing.models import Grant
from haihe.data.sharing.testing import NOW, cast_actor, granted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TERM = date(2026, 12, 7)


def move(username: str, name: str, *, words: str = "理由", days: int = 0, by: date | None = TERM) -> Grant:
    row = Grant.objects.get()
    operations.move_grant(
        actor=cast_actor(username), grant_id=row.id, name=name, now=NOW + days * DAY, words=words, put_right_by=by
    )
    return Grant.objects.get()


@pytest.fixture(params=["approver_mzj", "operator"])
def judge(request: pytest.FixtureRequest) -> str:
    granted()
    move(request.param, "suspend")
    return str(request.param)


def test_reported_and_accepted_it_goes_on(judge: str) -> None:
    with pytest.raises(InputRefused):
        move("steward_gjj", "report_put_right", words="")
    row = move("steward_gjj", "report_put_right", days=2)
    assert (row.state, row.put_right_reported_at) == ("SUSPENDED", NOW + 2 * DAY)
    row = move(judge, "resume", days=3)
    assert (row.state, row.put_right_by, row.put_right_reported_at) == ("ACTIVE", None, None)


def test_what_does_not_do_is_sent_back_with_another_term(judge: str) -> None:
    move("approver_gjj", "report_put_right")
    with pytest.raises(InputRefused):
        move(judge, "reject_put_right", by=None)
    row = move(judge, "reject_put_right", by=date(2026, 12, 14))
    assert (row.state, row.put_right_by, row.put_right_reported_at) == ("SUSPENDED", date(2026, 12, 14), None)


def test_what_the_authority_suspended_it_alone_judges() -> None:
    granted()
    move("operator", "suspend")
    move("steward_gjj", "report_put_right")
    for name in ("resume", "reject_put_right"):
        with pytest.raises(NotPermitted):
            move("approver_mzj", name)


def test_the_user_is_reminded_and_at_the_end_the_desks_hear_and_a_person_ends_it(judge: str) -> None:
    Notice.objects.all().delete()
    watched = [operations.watch_clocks(now=NOW + n * DAY) for n in range(20)]
    assert {n: one.reminded for n, one in enumerate(watched) if one.reminded} == {10: 2, 11: 2}
    assert {n: one.overdue for n, one in enumerate(watched) if one.overdue} == {15: 1}
    assert Grant.objects.get().state == "SUSPENDED"
    for username in ("operator", "approver_mzj", "steward_gjj"):
        actor = cast_actor(username)
        assert any("超过期限" in one.text for one in told(notices_of(actor, now=NOW + 20 * DAY), actor=actor))
    assert move(judge, "terminate", days=15).state == "TERMINATED"


def test_what_is_reported_in_time_is_not_overdue(judge: str) -> None:
    move("steward_gjj", "report_put_right", days=5)
    assert [operations.watch_clocks(now=NOW + n * DAY).overdue for n in (14, 15, 20)] == [0, 0, 0]


def test_only_what_is_suspended_is_put_right() -> None:
    granted()
    for username, name in (("steward_gjj", "report_put_right"), ("approver_mzj", "reject_put_right")):
        with pytest.raises(NotNow):
            move(username, name)
