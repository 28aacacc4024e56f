"""Plant what goes wrong between two departments, so that its desks, clocks and pages can be seen at work."""

from datetime import datetime, timedelta

from django.utils import timezone

from haihe.base.accounts.api import actor_for
from haihe.data.sharing import operations
from haihe.data.sharing.demo import entries_troubles as told
from haihe.data.sharing.demo.bringing import REFUSE, bring, granted
from haihe.data.sharing.demo.entries_kinds import RELIEF_CHANGES
from haihe.data.sharing.models import Dispute, DisputeAbout, Service, ServiceStop

_DAY = timedelta(days=1)
_TO_PUT_RIGHT = 12 * _DAY
_UNTIL_THE_STOP = 35 * _DAY


def plant_troubles(*, now: datetime) -> None:
    """Plant what isn't there yet; what people did with it since stays theirs."""
    _refuse_and_dispute(now)
    _suspend_for_misuse(now)
    _file_a_stop(now)


def _refuse_and_dispute(now: datetime) -> None:
    """The office asks for mediation: the data centre's clock runs."""
    request_id = bring(told.INTEREST_SUBSIDY, REFUSE, at=now - 12 * _DAY, now=now, words=told.REFUSED)
    if Dispute.objects.filter(token=told.DISPUTE_TOKEN).exists():
        return
    user, owner = actor_for("steward_gjj", now=now), actor_for("approver_mzj", now=now)
    complaint = operations.Complaint(
        about=DisputeAbout.REFUSAL,
        statement=told.COMPLAINT,
        wish=told.WISH,
        token=told.DISPUTE_TOKEN,
        request=request_id,
    )
    number = operations.open_dispute(actor=user, complaint=complaint, now=now - 9 * _DAY)
    for actor, name, words, at in (
        (owner, "reply", told.REPLY, now - 6 * _DAY),
        (user, "ask_mediation", told.ASKED_MEDIATION, now - 3 * _DAY),
    ):
        operations.move_dispute(actor=actor, number=number, name=name, words=words, now=at)


def _suspend_for_misuse(now: datetime) -> None:
    """The owner found queries without cases: the user puts it right within a term (art. 27)."""
    grant = granted(told.HOUSEHOLD_CHECK, at=now - 20 * _DAY, now=now)
    if grant.events.filter(name="suspend").exists():
        return
    owner, day = actor_for("approver_mzj", now=now), timezone.localdate(now + _TO_PUT_RIGHT)
    operations.suspend_grant(actor=owner, grant_id=grant.id, reason=told.MISUSED, put_right_by=day, now=now - 2 * _DAY)


def _file_a_stop(now: datetime) -> None:
    """The owner talked with the user and filed: the data centre may object until the day comes."""
    service = Service.objects.get(slug=RELIEF_CHANGES.slug)
    if ServiceStop.objects.filter(token=told.STOP_TOKEN).exists() or not service.enabled:
        return
    owner, user = actor_for("approver_mzj", now=now), actor_for("steward_gjj", now=now)
    number = operations.plan_stop(
        actor=owner,
        slug=service.slug,
        reason=told.STOP_REASON,
        planned_on=timezone.localdate(now + _UNTIL_THE_STOP),
        token=told.STOP_TOKEN,
        now=now - 4 * _DAY,
    )
    for actor, name, words, at in (
        (user, "reply_to_stop", told.STOP_REPLY, now - 3 * _DAY),
        (owner, "file", told.STOP_FILED, now - _DAY),
    ):
        operations.move_stop(actor=actor, number=number, name=name, words=words, now=at)
