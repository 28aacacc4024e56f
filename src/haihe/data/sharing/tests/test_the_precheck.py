"""Faults are told all at once; where a policy wants it the authority looks first, while the owner's clock runs."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from haihe.base.accounts.api import NotPermitted
from haihe.data.catalogue.models import Resource
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused, NotNow, PrecheckFailed
from haihe.data.sharing.models import SharingRequest
from haihe.data.sharing.testing import NOW, application, cast_actor, granted, open_relief_status, requested

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def want_precheck(username: str = "operator", owner: str = "", days: int | None = 2) -> None:
    operations.set_clock(
        actor=cast_actor(username), clock="PRECHECK", owner=owner, working_days=days, reason="先看材料", now=NOW
    )


def move(username: str, request_id: UUID, name: str, *, words: str = "理由", days: int = 0) -> SharingRequest:
    operations.move_request(
        actor=cast_actor(username), request_id=request_id, name=name, now=NOW + days * DAY, words=words
    )
    return SharingRequest.objects.get(pk=request_id)


@pytest.fixture
def at_the_authority() -> UUID:
    want_precheck()
    return requested(until="approve_by_office")


def test_all_faults_are_listed_at_once() -> None:
    open_relief_status()
    wrong = application(claims=("income",), purpose="x", item="", legal_basis="法", scenario="短", duration_months=99)
    with pytest.raises(PrecheckFailed) as refusal:
        operations.request_sharing(actor=cast_actor("steward_gjj"), application=wrong, now=NOW)
    faults = refusal.value.faults
    assert [fault.field for fault in faults] == [
        *("claims", "purpose", "item", "duration_months", "legal_basis", "scenario")
    ]
    assert all(fault.message in refusal.value.message for fault in faults)


def test_what_one_holds_already_is_not_asked_for_again() -> None:
    granted()
    with pytest.raises(InputRefused, match="已有同样内容的授权"):
        requested()
    for more in ({"purpose": "ANOTHER"}, {"claims": ("extreme_hardship",)}, {"quota_per_day": 30_000}):
        request_id = requested(**more)
        move("steward_gjj", request_id, "withdraw")


def test_the_office_hears_that_the_resource_is_shared_no_more() -> None:
    request_id = requested()
    Resource.objects.update(sharing_forms=["BATCH"])
    with pytest.raises(NotNow, match="不以这种方式共享"):
        move("approver_gjj", request_id, "approve_by_office")
    Resource.objects.update(state="RETIRED")
    with pytest.raises(NotNow, match="不在目录中"):
        move("approver_gjj", request_id, "approve_by_office")
    assert move("approver_gjj", request_id, "return_by_office").state == "RETURNED"


def test_without_a_policy_it_goes_straight_to_the_owner() -> None:
    request_id = requested()
    with pytest.raises(NotNow):
        move("approver_gjj", request_id, "approve_to_precheck")
    assert move("approver_gjj", request_id, "approve_by_office").state == "OWNER_REVIEW"


def test_the_owners_clock_starts_on_arrival_at_the_authority(at_the_authority: UUID) -> None:
    row = SharingRequest.objects.get(pk=at_the_authority)
    assert (row.state, row.precheck_due_on, row.due_on) == ("PRE_REVIEW", date(2026, 11, 25), date(2026, 12, 7))
    with pytest.raises(NotNow):
        move("approver_mzj", at_the_authority, "approve")
    with pytest.raises(NotPermitted):
        move("approver_mzj", at_the_authority, "pass_precheck")
    row = move("operator", at_the_authority, "pass_precheck", days=1)
    assert (row.state, row.precheck_due_on, row.due_on) == ("OWNER_REVIEW", None, date(2026, 12, 7))


def test_an_authority_that_lets_its_days_pass_takes_none_of_the_owners(at_the_authority: UUID) -> None:
    assert operations.watch_clocks(now=NOW + 2 * DAY).passed == 0
    assert operations.watch_clocks(now=NOW + 3 * DAY).passed == 1
    assert operations.watch_clocks(now=NOW + 3 * DAY).passed == 0
    row = SharingRequest.objects.get(pk=at_the_authority)
    assert (row.state, row.due_on) == ("OWNER_REVIEW", date(2026, 12, 7))
    assert [event.name for event in row.events.all()] == ["request", "approve_to_precheck", "pass_by_rule"]


def test_what_is_missing_is_told_once_whoever_tells_it(at_the_authority: UUID) -> None:
    row = move("operator", at_the_authority, "ask_supplement", words="请补充条款")
    assert (row.state, row.due_on, row.precheck_due_on) == ("SUPPLEMENT", None, None)
    assert move("steward_gjj", at_the_authority, "supplement", days=2).due_on == date(2026, 12, 9)
    with pytest.raises(NotNow, match="一次性"):
        move("steward_mzj", at_the_authority, "ask_supplement", days=3)


def test_what_is_shared_freely_is_not_kept_waiting() -> None:
    want_precheck()
    open_relief_status()
    Resource.objects.update(sharing_type="UNCONDITIONAL", sharing_scope="", sharing_purpose="")
    assert move("approver_gjj", requested(token=uuid4()), "approve_by_office").state == "APPROVED"


def test_an_owner_wants_it_for_its_own_and_takes_it_back() -> None:
    open_relief_status()
    want_precheck("approver_mzj", "120012", 1)
    assert move("approver_gjj", requested(), "approve_by_office").precheck_due_on == date(2026, 11, 24)
    want_precheck("approver_mzj", "120012", None)
    assert move("approver_gjj", requested(purpose="ANOTHER"), "approve_by_office").state == "OWNER_REVIEW"
