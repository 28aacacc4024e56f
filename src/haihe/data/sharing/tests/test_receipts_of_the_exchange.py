"""A delivery's receipt hands over, and a removal's receipt reports the disposal; people answer for the rest."""

from datetime import timedelta
from uuid import UUID

import pytest

from haihe.base.notices.api import notices_of, told
from haihe.base.outbox.testing import announced
from haihe.data.sharing import api as sharing
from haihe.data.sharing import operations
from haihe.data.sharing.models import Disposal, Grant
from haihe.data.sharing.testing import NOW, cast_actor, granted, to_be_handed_over

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def handed_over(grant_id: UUID, *, number: str = "a1b2c3d4-20261123-00000001") -> bool:
    return sharing.hand_over_by_receipt(grant_id=grant_id, number=number, rows=1024, now=NOW)


def ended(grant_id: UUID) -> None:
    sharing.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant_id, reason="目的已实现", now=NOW + DAY)


def removed(grant_id: UUID) -> bool:
    return sharing.report_removal(grant_id=grant_id, numbers=["r-1", "r-2"], now=NOW + DAY)


def by_hand(username: str, name: str, grant_id: UUID, *, words: str = "刻盘送达") -> None:
    operations.move_grant(actor=cast_actor(username), grant_id=grant_id, name=name, now=NOW, words=words)


def test_a_receipt_hands_over_and_the_user_confirms_as_ever() -> None:
    grant_id = to_be_handed_over()
    assert handed_over(grant_id)
    row = Grant.objects.get()
    line = row.events.last()
    assert line is not None
    assert (row.state, row.handed_over_at, line.name, line.part) == (
        *("RECEIVING", NOW),
        *("hand_over_by_receipt", "SYSTEM"),
    )
    assert "1024" in line.words
    assert "a1b2c3d4-20261123-00000001" in line.words
    assert announced("sharing.grant_changed")[-1]["state"] == "RECEIVING"
    for username in ("steward_gjj", "steward_mzj"):
        desk = cast_actor(username)
        assert any("凭回执" in notice.text for notice in told(notices_of(desk, now=NOW), actor=desk))
    by_hand("steward_gjj", "confirm_receipt", grant_id)
    assert Grant.objects.get().state == "ACTIVE"


def test_only_the_first_receipt_counts_unless_the_user_objected() -> None:
    grant_id = to_be_handed_over()
    assert [handed_over(grant_id), handed_over(grant_id)] == [True, False]
    by_hand("steward_gjj", "object_receipt", grant_id, words="少了两列")
    assert handed_over(grant_id, number="the-next")
    by_hand("steward_gjj", "confirm_receipt", grant_id)
    assert not handed_over(grant_id)


def test_what_the_gateway_serves_is_handed_over_by_nobody() -> None:
    grant_id = granted()
    assert not handed_over(grant_id)
    assert Grant.objects.get().state == "ACTIVE"


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_removal_is_reported_for_the_user_and_the_owner_accepts_or_objects(confirmed: bool) -> None:
    grant_id = to_be_handed_over()
    handed_over(grant_id)
    if confirmed:
        by_hand("steward_gjj", "confirm_receipt", grant_id)
    ended(grant_id)
    assert Disposal.objects.get().state == "DUE"
    assert removed(grant_id)
    row = Disposal.objects.get()
    assert (row.state, row.method, row.reported_at, row.due_on) == ("REPORTED", "DELETED", NOW + DAY, None)
    assert "r-1、r-2" in row.what
    owner = cast_actor("approver_mzj")
    operations.move_disposal(actor=owner, disposal_id=row.id, name="object_disposal", now=NOW + DAY, words="备份呢")
    assert Disposal.objects.get().state == "DUE"


def test_a_report_by_receipt_that_nobody_contests_counts_as_accepted() -> None:
    grant_id = to_be_handed_over()
    handed_over(grant_id)
    ended(grant_id)
    removed(grant_id)
    assert operations.watch_clocks(now=NOW + 20 * DAY).disposed == 1
    assert Disposal.objects.get().state == "DONE"


def test_what_was_handed_over_by_hand_too_is_the_users_to_report() -> None:
    grant_id = to_be_handed_over()
    handed_over(grant_id)
    by_hand("steward_gjj", "object_receipt", grant_id, words="打不开")
    by_hand("steward_mzj", "hand_over", grant_id)
    by_hand("steward_gjj", "confirm_receipt", grant_id)
    ended(grant_id)
    assert not removed(grant_id)
    assert Disposal.objects.get().state == "DUE"


def test_where_nothing_is_due_nothing_is_reported() -> None:
    grant_id = to_be_handed_over()
    assert not removed(grant_id)
    handed_over(grant_id)
    ended(grant_id)
    assert [removed(grant_id), removed(grant_id)] == [True, False]
