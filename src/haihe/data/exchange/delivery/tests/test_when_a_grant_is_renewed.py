"""A renewed grant takes over its plan: alike, by itself and without a gap; otherwise once a steward accepts it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.testing import make_user
from haihe.city import cast
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryKind, DeliveryPlan, DeliveryState
from haihe.data.exchange.delivery.operations.delivering import deliver_due
from haihe.data.exchange.delivery.operations.planning import end_plans, follow_renewal, plan_for_snapshot
from haihe.data.exchange.delivery.receipts import read
from haihe.data.exchange.delivery.targets.reaching import drop_root
from haihe.data.exchange.delivery.testing import FIELDS, feed, planned
from haihe.data.exchange.delivery.tests.test_changes_alone_at_targets import files_of
from haihe.data.exchange.testing import RELIEF
from haihe.data.sharing import api as sharing
from haihe.data.sharing import operations
from haihe.data.sharing.models import Disposal, Grant, SharingRequest
from haihe.data.sharing.testing import cast_actor, to_be_handed_over

pytestmark = pytest.mark.django_db(transaction=True)
LIST = reverse("exchange:delivery-list")
DAY = timedelta(days=1)


@pytest.fixture
def plan(now: datetime) -> DeliveryPlan:
    """A plan of a grant in force for two months, delivered once."""
    feed(5, now)
    grant = to_be_handed_over(now=now, fields=FIELDS, duration_months=2)
    made = planned("folder", {"path": f"renewed/{uuid4().hex}"}, grant=grant, now=now)
    deliver_due(now=now)
    received(grant, now)
    return made


def received(grant: UUID, now: datetime) -> None:
    operations.move_grant(actor=cast_actor("steward_gjj"), grant_id=grant, name="confirm_receipt", now=now)


def renewed(plan: DeliveryPlan, *, now: datetime, fields: Sequence[str] = FIELDS) -> UUID:
    """Return the grant that renews the plan's, just agreed."""
    request = operations.renew_grant(actor=cast_actor("steward_gjj"), grant_id=plan.grant, token=uuid4(), now=now)
    SharingRequest.objects.filter(pk=request).update(fields=list(fields))
    for username, name in (("approver_gjj", "approve_by_office"), ("approver_mzj", "approve")):
        operations.move_request(actor=cast_actor(username), request_id=request, name=name, now=now)
    return Grant.objects.get(request=request).pk


def expired(plan: DeliveryPlan) -> datetime:
    """Let the plan's grant come to its end; return when that is."""
    until = Grant.objects.get(pk=plan.grant).valid_until
    old = plan.grant
    operations.expire_grants(now=until)
    end_plans(old, now=until)
    plan.refresh_from_db()
    return until


def keys_in(row: DataDelivery) -> set[str]:
    [lines] = files_of(drop_root() / str(row.plan.target.settings["path"])).values()
    return {line[0] for line in lines[1:]}


def told_under(row: DataDelivery) -> str:
    return str(read(row.receipt)["grant"])


def test_a_renewal_that_lets_out_the_same_goes_on_without_a_gap(plan: DeliveryPlan, now: datetime) -> None:
    old, before = plan.grant, keys_in(plan.deliveries.get())
    new = renewed(plan, now=now + DAY)
    assert follow_renewal(new, now=now + DAY) == 1
    deliver_due(now=now + DAY)
    handed_over = plan.deliveries.get(grant=new)
    assert (handed_over.state, told_under(handed_over)) == (DeliveryState.DONE, str(new))
    assert handed_over.number in Grant.objects.get(pk=new).events.get(name="hand_over_by_receipt").words
    received(new, now + DAY)
    assert keys_in(handed_over) == before, "whose row it is stays known to the consumer"

    # Until the old one ends it goes on by that.
    feed(6, now + 2 * DAY)
    plan_for_snapshot(RELIEF, now=now + 2 * DAY)
    deliver_due(now=now + 2 * DAY)
    assert told_under(plan.deliveries.first()) == str(old)  # type: ignore[arg-type]  # it is there

    until = expired(plan)
    assert (plan.grant, plan.held, plan.ended_at) == (new, "", None)
    deliver_due(now=until)
    feed(7, until + DAY)
    plan_for_snapshot(RELIEF, now=until + DAY)
    deliver_due(now=until + DAY)
    under = [(str(row.grant), row.rows) for row in plan.deliveries.order_by("created_at")]
    assert under == [(str(old), 5), (str(new), 5), (str(old), 6), (str(new), 6), (str(new), 7)]
    assert all(row.state == DeliveryState.DONE for row in plan.deliveries.all())
    assert not plan.deliveries.filter(kind=DeliveryKind.REMOVE).exists()
    assert not Disposal.objects.exists()


def test_nothing_leaves_by_a_grant_that_is_over_and_the_renewal_brings_it(plan: DeliveryPlan, now: datetime) -> None:
    new = renewed(plan, now=now + DAY)
    follow_renewal(new, now=now + DAY)
    deliver_due(now=now + DAY)
    received(new, now + DAY)
    # The old one is over, and nobody has noted that yet.
    until = Grant.objects.get(pk=plan.grant).valid_until
    feed(6, until)
    plan_for_snapshot(RELIEF, now=until)
    deliver_due(now=until)
    late = plan.deliveries.first()
    assert late is not None
    assert (late.state, late.rows) == (DeliveryState.CANCELLED, None)
    expired(plan)
    deliver_due(now=until)
    caught_up = plan.deliveries.exclude(pk=late.pk).first()
    assert caught_up is not None
    assert (caught_up.state, caught_up.rows, caught_up.grant) == (DeliveryState.DONE, 6, new)


def without_size(plan: DeliveryPlan, now: datetime) -> UUID:
    """Return a renewal by which a column less is let out."""
    new = renewed(plan, now=now, fields=[name for name in FIELDS if name != "household_size"])
    follow_renewal(new, now=now)
    return new


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(make_user(username, *cast.person(username).memberships))
    return client


def test_a_renewal_with_other_columns_waits_until_a_steward_accepts_it(plan: DeliveryPlan, now: datetime) -> None:
    new = without_size(plan, now + DAY)
    assert plan.deliveries.count() == 1
    until = expired(plan)
    assert (plan.held, plan.ended_at) == ("COLUMNS", None)
    feed(6, until)
    assert plan_for_snapshot(RELIEF, now=until) == 0
    steward = signed_in("steward_gjj")
    page = steward.get(LIST).content.decode()
    assert "授权已续期，等待确认" in page
    assert "不再有的列：" in page
    accept = reverse("exchange:delivery-accept", args=[plan.pk])
    for username in ("steward_mzj", "outsider", "approver_gjj"):
        assert signed_in(username).post(accept).status_code in (403, 404)
    assert "已按新授权继续" in steward.post(accept, follow=True).content.decode()
    plan.refresh_from_db()
    assert (plan.grant, plan.held) == (new, "")
    deliver_due(now=DataDelivery.objects.latest("created_at").created_at)
    row = plan.deliveries.first()
    assert row is not None
    assert (row.state, row.rows, told_under(row)) == (DeliveryState.DONE, 6, str(new))
    assert "household_size" not in row.columns


def test_a_renewal_that_ends_before_it_is_accepted_has_the_rows_taken_away(plan: DeliveryPlan, now: datetime) -> None:
    new = without_size(plan, now + DAY)
    until = expired(plan)
    sharing.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=new, reason="目的已实现", now=until)
    assert follow_renewal(new, now=until) == 1
    deliver_due(now=until)
    assert plan.deliveries.get(kind=DeliveryKind.REMOVE).state == DeliveryState.DONE
    assert files_of(drop_root() / str(plan.target.settings["path"])) == {}
