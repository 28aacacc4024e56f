"""The first receipt hands the grant over; once nothing is left at any target, the disposal is reported by itself."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from haihe.data.exchange.delivery.models import DeliveryKind, DeliveryPlan, DeliveryState
from haihe.data.exchange.delivery.operations.delivering import deliver_due, try_again
from haihe.data.exchange.delivery.operations.planning import end_plans, plan_for_snapshot
from haihe.data.exchange.delivery.testing import feed, file_grant, only, planned
from haihe.data.exchange.testing import RELIEF
from haihe.data.sharing import api as sharing
from haihe.data.sharing.models import Disposal, Grant
from haihe.data.sharing.testing import cast_actor

pytestmark = pytest.mark.django_db(transaction=True)


def into_a_folder(grant: UUID, now: datetime) -> DeliveryPlan:
    return planned("folder", {"path": f"heard/{uuid4().hex}"}, grant=grant, now=now)


def folder_of(plan: DeliveryPlan) -> Path:
    return Path(settings.HAIHE.data_dir) / "delivered" / str(plan.target.settings["path"])


def ended(grant: UUID, now: datetime) -> None:
    sharing.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant, reason="目的已实现", now=now)
    end_plans(grant, now=now)


def lines(grant: UUID) -> list[str]:
    return [event.name for event in Grant.objects.get(pk=grant).events.order_by("pk")]


def test_the_first_receipt_hands_over_and_later_ones_do_not(now: datetime) -> None:
    feed(3, now)
    grant = file_grant(now)
    plan = into_a_folder(grant, now)
    assert lines(grant) == ["grant"]
    deliver_due(now=now)
    assert lines(grant) == ["grant", "hand_over_by_receipt"]
    line = Grant.objects.get(pk=grant).events.get(name="hand_over_by_receipt")
    assert only(plan).number in line.words
    later = now + timedelta(days=1)
    feed(4, later)
    plan_for_snapshot(RELIEF, now=later)
    deliver_due(now=later)
    assert lines(grant) == ["grant", "hand_over_by_receipt"]


def test_a_delivery_that_fails_hands_nothing_over(now: datetime) -> None:
    feed(3, now)
    grant = file_grant(now)
    plan = into_a_folder(grant, now)
    folder_of(plan).parent.mkdir(parents=True, exist_ok=True)
    folder_of(plan).write_text("in the way")
    deliver_due(now=now)
    assert only(plan).receipt == ""
    assert lines(grant) == ["grant"]


def test_the_disposal_is_reported_when_the_last_target_is_empty(now: datetime) -> None:
    feed(3, now)
    grant = file_grant(now)
    plans = [into_a_folder(grant, now) for _ in range(2)]
    deliver_due(now=now)
    ended(grant, now)
    # One of the two can't be reached for a while.
    hidden = folder_of(plans[1]).rename(folder_of(plans[1]).with_suffix(".away"))
    folder_of(plans[1]).write_text("in the way")
    deliver_due(now=now)
    assert only(plans[0], kind=DeliveryKind.REMOVE).state == DeliveryState.DONE
    assert Disposal.objects.get().state == "DUE"
    folder_of(plans[1]).unlink()
    hidden.rename(folder_of(plans[1]))
    deliver_due(now=now + timedelta(minutes=1))
    row = Disposal.objects.get()
    assert (row.state, row.method) == ("REPORTED", "DELETED")
    for plan in plans:
        assert only(plan, kind=DeliveryKind.REMOVE).number in row.what


def test_where_the_removal_fails_the_user_answers_until_it_succeeds(now: datetime) -> None:
    feed(3, now)
    grant = file_grant(now)
    plan = into_a_folder(grant, now)
    deliver_due(now=now)
    path = plan.target.settings
    plan.target.settings = {"path": "../out"}
    plan.target.save()
    ended(grant, now)
    deliver_due(now=now)
    removal = only(plan, kind=DeliveryKind.REMOVE)
    assert removal.state == DeliveryState.GIVEN_UP
    assert Disposal.objects.get().state == "DUE"
    plan.target.settings = path
    plan.target.save()
    try_again(cast_actor("steward_gjj"), removal.pk, now=now)
    deliver_due(now=now)
    assert Disposal.objects.get().state == "REPORTED"
