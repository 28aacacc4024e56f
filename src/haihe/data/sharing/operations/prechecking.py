"""The rules' part of the pre-check (预审): is an application complete, may it be asked at all? All faults at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.errors import InputRefused, NotNow, PrecheckFailed
from haihe.data.sharing.models import Grant, Service, SharingRequest
from haihe.data.sharing.models.request import LONGEST_MONTHS, PURPOSE_FORM, USUAL_RATE
from haihe.data.sharing.workflow import LIVE_GRANTS
from haihe.kernel.text import tidy

MOST_PER_DAY: Final = 10_000_000
MOST_PER_SECOND: Final = 1000
_LEAST_BASIS, _LEAST_SCENARIO = 6, 10
_ITEM_FORM = re.compile(r"^[a-z0-9][a-z0-9-]{1,63}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a request says (art. 20): `claims` of a service that verifies, or `fields` of one that answers queries.

    `last_good_s` is how old an answer may be that is taken while the service's source is away; 0 for never.
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
    last_good_s: int = 0
    form: str = catalogue.SharingForm.SERVICE
    rate_per_s: int = USUAL_RATE


def check_application(
    application: Application, service: Service, entry: catalogue.ResourceEntry, *, renews: Grant | None = None
) -> Application:
    """Return the application with its texts in order. Raises: PrecheckFailed, with every fault there is.

    `renews` is the grant that it may ask for again.
    """
    asked = replace(
        application,
        legal_basis=tidy(application.legal_basis),
        scenario=tidy(application.scenario),
        claims=tuple(name for name in service.claims if name in application.claims),
        fields=tuple(name for name in service.fields if name in application.fields),
    )
    found = [*_faults_of_scope(application, service), *_faults(asked, service, entry, renews)]
    if found:
        raise PrecheckFailed(tuple(found))
    return asked


def check_still_shared(row: SharingRequest) -> None:
    """Raise NotNow if the resource can't be shared like this any more since the request was written."""
    entry = catalogue.resource(row.service.resource)
    if entry is None:
        raise NotNow(_("该资源已不在目录中公布，请退回修改或者撤回申请。"))
    if not _is_offered(row.form, entry):
        raise NotNow(_("该资源已不以这种方式共享，请退回修改。"))


def _faults(
    asked: Application, service: Service, entry: catalogue.ResourceEntry, renews: Grant | None
) -> Iterator[InputRefused]:
    if asked.applicant == service.owner:
        yield InputRefused(_("本单位的数据不需要申请共享。"), field="service")
    if not _is_offered(asked.form, entry):
        yield InputRefused(_("该资源不以这种方式共享，请查看目录中的共享属性。"), field="form")
    elif asked.form != catalogue.SharingForm.SERVICE and not service.is_query:
        yield InputRefused(_("批量交换和文件下载按字段提供；核验服务只用服务接口。"), field="form")
    yield from _faults_of_codes(asked)
    yield from _faults_of_numbers(asked, service)
    if not _LEAST_BASIS <= len(asked.legal_basis) <= 500:
        yield InputRefused(_("请写明使用依据：法律、法规、规章或者职责规定的名称和条款。"), field="legal_basis")
    if not _LEAST_SCENARIO <= len(asked.scenario) <= 2000:
        yield InputRefused(_("请写明使用场景：在办理什么事项的哪个环节使用，替代什么材料。"), field="scenario")
    if held := _held_already(asked, service, renews):
        said = {"number": held.request.number}
        yield InputRefused(
            _("本单位已有同样内容的授权（申请 %(number)s），可直接使用或者申请续期。") % said, field="claims"
        )


def _is_offered(form: str, entry: catalogue.ResourceEntry) -> bool:
    return entry.sharing_type != catalogue.SharingType.REFUSED and form in entry.sharing_forms


def _faults_of_scope(application: Application, service: Service) -> Iterator[InputRefused]:
    """Something, and nothing that the service doesn't offer: it has either claims or fields."""
    known = set(application.claims) <= set(service.claims) and set(application.fields) <= set(service.fields)
    if not known or not (application.claims or application.fields):
        told = _("请至少选择一个查询字段。") if service.gives_fields else _("请至少选择一项核验内容。")
        yield InputRefused(told, field="claims")


def _faults_of_codes(asked: Application) -> Iterator[InputRefused]:
    if not re.fullmatch(PURPOSE_FORM, asked.purpose):
        yield InputRefused(_("用途代码用大写字母、数字和下划线，如 HOUSING_FUND_WITHDRAWAL。"), field="purpose")
    if not _ITEM_FORM.fullmatch(asked.item):
        yield InputRefused(_("请填写所服务事项的代码，如 housing-fund-relief-withdrawal。"), field="item")


def _faults_of_numbers(asked: Application, service: Service) -> Iterator[InputRefused]:
    if not 1 <= asked.duration_months <= LONGEST_MONTHS:
        yield InputRefused(_("使用时限为 1 至 %(n)s 个月。") % {"n": LONGEST_MONTHS}, field="duration_months")
    if not 1 <= asked.quota_per_day <= MOST_PER_DAY:
        yield InputRefused(_("每日限额应为 1 至 %(n)s 次。") % {"n": MOST_PER_DAY}, field="quota_per_day")
    if not 0 <= asked.last_good_s <= service.last_good_s:
        yield InputRefused(_("提供部门不允许使用这么旧的答复。"), field="last_good_s")
    if not 1 <= asked.rate_per_s <= MOST_PER_SECOND:
        yield InputRefused(_("每秒调用应为 1 至 %(n)s 次。") % {"n": MOST_PER_SECOND}, field="rate_per_s")


def _held_already(asked: Application, service: Service, renews: Grant | None) -> Grant | None:
    """Return a grant of one's own that gives all of this for the same purpose already."""
    rows = Grant.objects.select_related("request").filter(
        organisation=asked.applicant,
        service=service,
        state__in=LIVE_GRANTS,
        request__form=asked.form,
        purposes__contains=[asked.purpose],
        claims__contains=list(asked.claims),
        fields__contains=list(asked.fields),
        quota_per_day__gte=asked.quota_per_day,
        last_good_s__gte=asked.last_good_s,
        rate_per_s__gte=asked.rate_per_s,
    )
    if renews is not None:
        rows = rows.exclude(pk=renews.pk)
    return rows.first() if asked.claims or asked.fields else None
