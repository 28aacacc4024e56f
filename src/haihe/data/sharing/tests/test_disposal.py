"""What a user holds is disposed of when its grant ends, as the owner asks; who only verifies holds nothing."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices.api import notices_of, told
from haihe.base.notices.models import Notice
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused, NotFound, NotNow
from haihe.data.sharing.models import Disposal, Grant
from haihe.data.sharing.testing import NOW, cast_actor, granted, to_be_disposed_of, to_be_handed_over

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)


def move(
    username: str,
    name: str,
    *,
    words: str = "已删除库表和备份",
    days: int = 0,
    on: date | None = TODAY,
    how: str = "DELETED",
) -> Disposal:
    operations.move_disposal(
        actor=cast_actor(username),
        disposal_id=Disposal.objects.get().id,
        name=name,
        now=NOW + days * DAY,
        words=words,
        method=how,
        disposed_on=on,
    )
    return Disposal.objects.get()


def test_it_is_reported_with_how_when_and_what_and_accepted() -> None:
    to_be_disposed_of()
    row = Disposal.objects.get()
    assert (row.state, row.due_on, row.organisation, row.owner) == ("DUE", date(2026, 12, 7), "120040", "120012")
    assert move("steward_mzj", "instruct", words="请连同派生的宽表一并删除").instructions
    row = move("steward_gjj", "report_disposal", days=2, how="DESTROYED")
    assert (row.state, row.method, row.disposed_on, row.what) == ("REPORTED", "DESTROYED", TODAY, "已删除库表和备份")
    row = move("approver_mzj", "accept_disposal", days=3)
    assert (row.state, row.closed_at) == ("DONE", NOW + 3 * DAY)
    assert [event.name for event in row.events.all()] == [
        *("open_disposal", "instruct", "report_disposal", "accept_disposal")
    ]


def test_verification_leaves_nothing_to_dispose_of() -> None:
    grant_id = granted()
    operations.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant_id, reason="目的已实现", now=NOW)
    assert not Disposal.objects.exists()


def test_what_was_never_delivered_leaves_nothing_either() -> None:
    grant_id = to_be_handed_over()
    operations.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant_id, reason="不再需要", now=NOW)
    assert not Disposal.objects.exists()


@pytest.mark.parametrize("ending", ["relinquish", "terminate", "expire"])
def test_each_end_of_a_grant_of_fields_starts_it(ending: str) -> None:
    grant_id = to_be_handed_over()
    actors = {"relinquish": "steward_gjj", "terminate": "approver_mzj"}
    for username, name in (("steward_mzj", "hand_over"), ("steward_gjj", "confirm_receipt")):
        operations.move_grant(actor=cast_actor(username), grant_id=grant_id, name=name, now=NOW, words="文件")
    if ending == "expire":
        assert operations.expire_grants(now=Grant.objects.get().valid_until) == 1
    else:
        actor = cast_actor(actors[ending])
        operations.move_grant(actor=actor, grant_id=grant_id, name=ending, now=NOW, words="完成")
    assert Disposal.objects.get().state == "DUE"


def test_a_report_that_does_not_do_is_sent_back_with_a_new_term() -> None:
    to_be_disposed_of()
    move("approver_gjj", "report_disposal")
    with pytest.raises(InputRefused):
        move("steward_mzj", "object_disposal", words="")
    row = move("steward_mzj", "object_disposal", words="备份还在", days=7)
    assert (row.state, row.due_on) == ("DUE", date(2026, 12, 14))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"how": ""}, "method"), ({"how": "BURIED"}, "method"), ({"on": None}, "disposed_on"), ({"words": " "}, "words")],
)
def test_a_report_says_all_of_it(changes: dict[str, object], field: str) -> None:
    to_be_disposed_of()
    with pytest.raises(InputRefused) as refusal:
        move("steward_gjj", "report_disposal", **changes)  # type: ignore[arg-type]  # a table of changes
    assert refusal.value.field == field
    for day in (TODAY + DAY, TODAY - DAY):
        with pytest.raises(InputRefused):
            move("steward_gjj", "report_disposal", on=day)


def test_nobody_reports_or_accepts_for_others() -> None:
    to_be_disposed_of()
    for username in ("steward_mzj", "operator", "auditor"):
        with pytest.raises(NotPermitted):
            move(username, "report_disposal")
    with pytest.raises(NotFound):
        move("outsider", "report_disposal")
    move("steward_gjj", "report_disposal")
    for username in ("steward_gjj", "operator"):
        with pytest.raises(NotPermitted):
            move(username, "accept_disposal")
    with pytest.raises(NotNow):
        move("steward_gjj", "report_disposal")


def test_the_user_is_reminded_and_past_the_term_the_authority_hears_and_urges() -> None:
    to_be_disposed_of()
    Notice.objects.all().delete()
    watched = [operations.watch_clocks(now=NOW + n * DAY) for n in range(20)]
    assert {n: one.reminded for n, one in enumerate(watched) if one.reminded} == {10: 2, 11: 2}
    assert {n: one.overdue for n, one in enumerate(watched) if one.overdue} == {15: 1}
    operator = cast_actor("operator")
    assert any("数据处置" in one.text for one in told(notices_of(operator, now=NOW + 20 * DAY), actor=operator))
    with pytest.raises(NotNow):
        move("operator", "urge", days=14)
    assert move("operator", "urge", words="请立即处置", days=15).state == "DUE"


def test_a_report_nobody_contests_counts_as_accepted() -> None:
    to_be_disposed_of()
    move("steward_gjj", "report_disposal")
    assert [operations.watch_clocks(now=NOW + n * DAY).disposed for n in (14, 15, 16)] == [0, 1, 0]
    assert Disposal.objects.get().state == "DONE"


def test_the_database_takes_no_report_without_how_when_and_what() -> None:
    to_be_disposed_of()
    with pytest.raises(IntegrityError, match="how_when_and_what"), transaction.atomic():
        Disposal.objects.update(state="REPORTED")
