"""Asking for data (art. 20), and asking again after the office sent it back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.numbering.api import next_number
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotFound
from haihe.data.sharing.models import Dispute, Grant, Service, SharingRequest
from haihe.data.sharing.operations.moving import check_move, check_seen, record
from haihe.data.sharing.operations.prechecking import MOST_PER_DAY, MOST_PER_SECOND, Application, check_application
from haihe.data.sharing.queries.access import parts_on_request, request_for, service_for
from haihe.data.sharing.workflow import OPEN_REQUESTS, REQUEST, Part, RequestState

__all__ = ["MOST_PER_DAY", "MOST_PER_SECOND", "Application", "hand_in", "request_sharing", "resubmit_request"]


_TOLD_AS_IT_IS = (
    *("purpose", "item", "legal_basis", "scenario"),
    *("duration_months", "quota_per_day", "rate_per_s", "last_good_s"),
)
_ONE_OPEN = ("request_one_open_per_purpose", "request_renews_a_grant_once", "request_reopened_once")


def request_sharing(*, actor: Actor, application: Application, now: datetime) -> UUID:
    """Hand a request to one's own office head; return its id.

    Raises: NotPermitted, NotFound, AlreadyOpen, InputRefused (PrecheckFailed, with all faults).
    """
    require(actor, Role.STEWARD, organisation=application.applicant)
    return hand_in(actor, application, now=now)


def hand_in(
    actor: Actor,
    application: Application,
    *,
    now: datetime,
    renews: Grant | None = None,
    after: Dispute | None = None,
) -> UUID:
    """Hand in what the caller may ask for: of its own, to renew a grant, or anew `after` a dispute about a refusal."""
    if actor.user_id is None:
        raise InputRefused(_("共享申请须由本单位数据专员提出。"))
    service, entry = _asked(actor, application.service)
    application = check_application(application, service, entry, renews=renews)
    with transaction.atomic():
        if same := SharingRequest.objects.filter(created_by=actor.user_id, token=application.token).first():
            return same.id
        number = next_number("GX", SharingRequest.objects.all(), now)
        row = SharingRequest(
            number=number,
            token=application.token,
            applicant=application.applicant,
            owner=service.owner,
            service=service,
            created_by=actor.user_id,
            created_name=actor.name,
            created_at=now,
            renews=renews,
            after_dispute=after,
        )
        _fill(row, application, entry)
        _save_once(row)
        _record(row, actor, "request", source="", now=now)
        return row.id


@transaction.atomic
def resubmit_request(
    *, actor: Actor, request_id: UUID, application: Application, now: datetime, seen: int | None = None
) -> None:
    """Put a returned request right and hand it in again. Raises: as `request_sharing`, and NotNow."""
    row = SharingRequest.objects.select_for_update().get(pk=request_for(actor, request_id).pk)
    check_move(REQUEST, row, "resubmit", parts_on_request(actor, row))
    check_seen(row, seen)
    if (application.applicant, application.service) != (row.applicant, row.service.slug):
        raise InputRefused(_("申请单位和服务不能更换；请另行提出申请。"), field="service")
    service, entry = _asked(actor, application.service)
    application = check_application(application, service, entry, renews=row.renews)
    source, row.state = row.state, RequestState.OFFICE_REVIEW
    _fill(row, application, entry)
    _save_once(row)
    _record(row, actor, "resubmit", source=source, now=now)


def same_again(row: SharingRequest, *, token: UUID) -> Application:
    """Return an application that says what the request said."""
    told: dict[str, Any] = {name: getattr(row, name) for name in ("applicant", "form", *_TOLD_AS_IT_IS)}
    return Application(
        **told, service=row.service.slug, claims=tuple(row.claims), fields=tuple(row.fields), token=token
    )


def _asked(actor: Actor, slug: str) -> tuple[Service, catalogue.ResourceEntry]:
    service = service_for(actor, slug)
    entry = catalogue.resource(service.resource)
    if entry is None or not service.enabled:
        raise NotFound
    return service, entry


def _fill(row: SharingRequest, application: Application, entry: catalogue.ResourceEntry) -> None:
    row.sharing_type, row.form = entry.sharing_type, application.form
    row.claims, row.fields = list(application.claims), list(application.fields)
    for name in _TOLD_AS_IT_IS:
        setattr(row, name, getattr(application, name))


def _save_once(row: SharingRequest) -> None:
    others = SharingRequest.objects.filter(
        applicant=row.applicant, service=row.service, purpose=row.purpose, state__in=OPEN_REQUESTS
    ).exclude(pk=row.pk)
    if other := others.first():
        raise _already_open(other.number)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as clash:
        if any(name in str(clash) for name in _ONE_OPEN):
            raise _already_open("") from None
        raise


def _already_open(number: str) -> AlreadyOpen:
    message = _("同一服务、同一用途已有正在办理的申请 %(number)s，请在那一件上继续办理。") % {"number": number}
    return AlreadyOpen(message, number=number)


def _record(row: SharingRequest, actor: Actor, name: str, *, source: str, now: datetime) -> None:
    record(
        row,
        actor,
        name=name,
        part=Part.APPLICANT_STEWARD,
        clause="政务数据共享条例 第20条",
        now=now,
        source=source,
        target=row.state,
        organisation=row.applicant,
    )
