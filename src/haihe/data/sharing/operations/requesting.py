"""Asking for data (art. 20), and asking again after the office sent it back."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotFound
from haihe.data.sharing.models import Service, SharingRequest
from haihe.data.sharing.models.request import LONGEST_MONTHS, PURPOSE_FORM
from haihe.data.sharing.operations.moving import check_move, check_seen, next_number, record
from haihe.data.sharing.queries.access import parts_on_request, request_for, service_for
from haihe.data.sharing.workflow import OPEN_REQUESTS, REQUEST, Part, RequestState
from haihe.kernel.text import tidy

MOST_PER_DAY = 10_000_000
_LEAST_BASIS, _LEAST_SCENARIO = 6, 10
_ITEM_FORM = re.compile(r"^[a-z0-9][a-z0-9-]{1,63}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a request says (art. 20): `claims` of a service that verifies, or `fields` of one that answers queries.

    `token` comes with the form: a form sent twice makes one request.
    """

    applicant: str
    service: str
    purpose: str
    item: str
    legal_basis: str
    scenario: str
    duration_months: int
    quota_per_day: int
    token: UUID
    claims: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    form: str = catalogue.SharingForm.SERVICE


def request_sharing(*, actor: Actor, application: Application, now: datetime) -> UUID:
    """Hand a request to one's own office head; return its id.

    Raises: NotPermitted, NotFound, InputRefused, AlreadyOpen.
    """
    require(actor, Role.STEWARD, organisation=application.applicant)
    if actor.user_id is None:
        raise InputRefused(_("共享申请须由本单位数据专员提出。"))
    service, entry = _asked(actor, application.service)
    application = check_application(application, service, entry)
    with transaction.atomic():
        if same := SharingRequest.objects.filter(created_by=actor.user_id, token=application.token).first():
            return same.id
        number = next_number("GX", SharingRequest, now)
        row = SharingRequest(
            number=number,
            token=application.token,
            applicant=application.applicant,
            owner=service.owner,
            service=service,
            created_by=actor.user_id,
            created_name=actor.name,
            created_at=now,
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
    application = check_application(application, service, entry)
    source, row.state = row.state, RequestState.OFFICE_REVIEW
    _fill(row, application, entry)
    _save_once(row)
    _record(row, actor, "resubmit", source=source, now=now)


def check_application(application: Application, service: Service, entry: catalogue.ResourceEntry) -> Application:
    """Return the application with its texts in order. Raises: InputRefused, naming the first field that is wrong."""
    if application.applicant == service.owner:
        raise InputRefused(_("本单位的数据不需要申请共享。"), field="service")
    if entry.sharing_type == catalogue.SharingType.REFUSED or application.form not in entry.sharing_forms:
        raise InputRefused(_("该资源不以这种方式共享，请查看目录中的共享属性。"), field="form")
    if application.form != catalogue.SharingForm.SERVICE:
        raise InputRefused(_("目前只开通服务接口；批量交换和文件下载开通后另行公告。"), field="form")
    _check_scope(application, service)
    _check_codes(application)
    _check_numbers(application)
    basis, scenario = tidy(application.legal_basis), tidy(application.scenario)
    if not _LEAST_BASIS <= len(basis) <= 500:
        raise InputRefused(_("请写明使用依据：法律、法规、规章或者职责规定的名称和条款。"), field="legal_basis")
    if not _LEAST_SCENARIO <= len(scenario) <= 2000:
        raise InputRefused(_("请写明使用场景：在办理什么事项的哪个环节使用，替代什么材料。"), field="scenario")
    claims = tuple(name for name in service.claims if name in application.claims)
    fields = tuple(name for name in service.fields if name in application.fields)
    return replace(application, legal_basis=basis, scenario=scenario, claims=claims, fields=fields)


def _check_scope(application: Application, service: Service) -> None:
    """Something, and nothing that the service doesn't offer: it has either claims or fields."""
    known = set(application.claims) <= set(service.claims) and set(application.fields) <= set(service.fields)
    if not known or not (application.claims or application.fields):
        told = _("请至少选择一个查询字段。") if service.is_query else _("请至少选择一项核验内容。")
        raise InputRefused(told, field="claims")


def _check_codes(application: Application) -> None:
    if not re.fullmatch(PURPOSE_FORM, application.purpose):
        raise InputRefused(_("用途代码用大写字母、数字和下划线，如 HOUSING_FUND_WITHDRAWAL。"), field="purpose")
    if not _ITEM_FORM.fullmatch(application.item):
        raise InputRefused(_("请填写所服务事项的代码，如 housing-fund-relief-withdrawal。"), field="item")


def _check_numbers(application: Application) -> None:
    if not 1 <= application.duration_months <= LONGEST_MONTHS:
        raise InputRefused(_("使用时限为 1 至 %(n)s 个月。") % {"n": LONGEST_MONTHS}, field="duration_months")
    if not 1 <= application.quota_per_day <= MOST_PER_DAY:
        raise InputRefused(_("每日限额应为 1 至 %(n)s 次。") % {"n": MOST_PER_DAY}, field="quota_per_day")


def _asked(actor: Actor, slug: str) -> tuple[Service, catalogue.ResourceEntry]:
    service = service_for(actor, slug)
    entry = catalogue.resource(service.resource)
    if entry is None or not service.enabled:
        raise NotFound
    return service, entry


def _fill(row: SharingRequest, application: Application, entry: catalogue.ResourceEntry) -> None:
    row.sharing_type, row.form = entry.sharing_type, application.form
    row.claims, row.fields = list(application.claims), list(application.fields)
    for name in ("purpose", "item", "legal_basis", "scenario", "duration_months", "quota_per_day"):
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
        if "request_one_open_per_purpose" in str(clash):
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
