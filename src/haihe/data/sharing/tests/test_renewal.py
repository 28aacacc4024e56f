"""A grant is renewed in one step, by the same way and under the same clocks, and goes on without a gap."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices.api import notices_of, told
from haihe.base.notices.models import Notice
from haihe.data.catalogue.models import Resource
from haihe.data.sharing import operations
from haihe.data.sharing.errors import AlreadyOpen, NotFound, NotNow
from haihe.data.sharing.models import Disposal, Grant, SharingRequest
from haihe.data.sharing.testing import NOW, cast_actor, granted, open_relief_details

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def renew(grant_id: UUID, *, now: datetime = NOW, username: str = "steward_gjj", token: UUID | None = None) -> UUID:
    return operations.renew_grant(actor=cast_actor(username), grant_id=grant_id, token=token or uuid4(), now=now)


def approve(request_id: UUID, *, now: datetime = NOW) -> None:
    for username, name in (("approver_gjj", "approve_by_office"), ("approver_mzj", "approve")):
        operations.move_request(actor=cast_actor(username), request_id=request_id, name=name, now=now)


def test_it_says_what_the_old_one_said_and_follows_it_to_the_second() -> None:
    old = Grant.objects.get(pk=granted(duration_months=2))
    request_id = renew(old.id)
    row = SharingRequest.objects.get(pk=request_id)
    same = ("applicant", "service_id", "claims", "purpose", "item", "legal_basis", "scenario", "duration_months")
    assert [getattr(row, name) for name in same] == [getattr(old.request, name) for name in same]
    assert (row.renews, row.state) == (old, "OFFICE_REVIEW")
    approve(request_id, now=NOW + DAY)
    new = Grant.objects.get(request=row)
    assert (new.state, new.valid_from) == ("ACTIVE", old.valid_until)
    for moment in (NOW, old.valid_until - timedelta(seconds=1), old.valid_until, new.valid_until - DAY):
        assert [old.in_force(moment), new.in_force(moment)].count(True) == 1


def test_it_is_asked_for_once_and_not_too_early() -> None:
    early, soon = granted(), granted(purpose="SOON", duration_months=2)
    with pytest.raises(NotNow, match="90"):
        renew(early)
    token = uuid4()
    assert renew(soon, token=token) == renew(soon, token=token)
    with pytest.raises(AlreadyOpen) as refusal:
        renew(soon)
    assert refusal.value.number == SharingRequest.objects.get(renews=soon).number


def test_refused_or_withdrawn_it_may_be_asked_for_again() -> None:
    grant_id = granted(duration_months=2)
    first = renew(grant_id)
    operations.move_request(actor=cast_actor("steward_gjj"), request_id=first, name="withdraw", now=NOW)
    assert renew(grant_id) != first


@pytest.mark.parametrize("username", ["approver_gjj", "steward_mzj", "operator", "auditor"])
def test_only_the_holders_steward_asks(username: str) -> None:
    grant_id = granted(duration_months=2)
    with pytest.raises(NotPermitted):
        renew(grant_id, username=username)
    with pytest.raises(NotFound):
        renew(grant_id, username="outsider")


def test_what_is_to_be_put_right_is_not_walked_round() -> None:
    grant_id = granted(duration_months=2)
    request_id = renew(grant_id)
    owner, day = cast_actor("approver_mzj"), (NOW + 9 * DAY).date()
    operations.suspend_grant(actor=owner, grant_id=grant_id, reason="用途不符", put_right_by=day, now=NOW)
    with pytest.raises(NotNow, match="暂停整改"):
        approve(request_id)
    Resource.objects.update(sharing_type="UNCONDITIONAL", sharing_scope="", sharing_purpose="")
    SharingRequest.objects.filter(pk=request_id).update(sharing_type="UNCONDITIONAL")
    assert operations.watch_clocks(now=NOW).answered == 0
    operations.terminate_grant(actor=owner, grant_id=grant_id, reason="没有整改", now=NOW)
    with pytest.raises(NotNow):
        renew(grant_id)


def test_the_holder_is_reminded_at_thirty_seven_and_one_days_until_it_asks() -> None:
    grant_id = granted(duration_months=6)
    until = Grant.objects.get().valid_until
    Notice.objects.all().delete()
    reminded = {n: operations.watch_clocks(now=until - n * DAY).reminded for n in range(40, 0, -1)}
    assert {n: count for n, count in reminded.items() if count} == {30: 2, 7: 2, 1: 2}
    steward = cast_actor("steward_gjj")
    texts = [one.text for one in told(notices_of(steward, now=until), actor=steward)]
    assert sum("到期" in text for text in texts) == 3
    Notice.objects.all().delete()
    renew(grant_id, now=until - 20 * DAY)
    assert {operations.watch_clocks(now=until - n * DAY).reminded for n in (7, 1)} == {0}


def test_a_short_grant_is_not_told_of_its_end_at_its_beginning() -> None:
    granted(duration_months=1)
    assert operations.watch_clocks(now=NOW + DAY).reminded == 0


def test_data_that_goes_on_being_used_is_not_disposed_of() -> None:
    open_relief_details()
    grant_id = granted(service="relief-details", claims=(), fields=("relief_type",), duration_months=2)
    approve(renew(grant_id))
    until = Grant.objects.get(pk=grant_id).valid_until
    assert operations.expire_grants(now=until) == 1
    assert not Disposal.objects.exists()
    assert operations.expire_grants(now=until + 100 * DAY) == 1
    assert Disposal.objects.count() == 1
