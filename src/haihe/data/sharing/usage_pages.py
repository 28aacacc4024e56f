"""What the pages and files of usage records show."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing import wording
from haihe.data.sharing.models import Grant, UsageRecord
from haihe.data.sharing.periods import ALL, Period
from haihe.data.sharing.queries import usage

_PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class UsagePage:
    """The records of one grant. `unnoted` counts the months of which the department has written nothing yet."""

    row: Grant
    records: "Page[UsageRecord]"
    may_note: bool
    retention_months: int
    unnoted: int


@dataclass(frozen=True, slots=True)
class UseLine:
    """One line of the public list, in names."""

    user: str
    owner: str
    resource: str
    resource_code: str
    service: str
    purpose: str
    legal_basis: str
    answers: int | None
    cases: int | None


@dataclass(frozen=True, slots=True)
class PublicUsagePage:
    """`page` is the list's part that is shown; without a period nothing was ever used."""

    period: Period | None
    periods: list[Period]
    user: str
    users: list[tuple[str, str]]
    page: "Page[dict[str, object]] | None"
    lines: list[UseLine]
    fewest_shown: int = usage.FEWEST_SHOWN


def usage_page(actor: Actor, row: Grant, number: str | None) -> UsagePage:
    records = usage.usage_of(row)
    return UsagePage(
        row=row,
        records=Paginator(records, 12).get_page(number),
        may_note=usage.may_note(actor, row),
        retention_months=usage.retention_months(),
        unnoted=records.filter(noted_at=None).count(),
    )


def usage_rows(row: Grant) -> Iterator[Sequence[str]]:
    """Yield the file's rows: the grant, the head, a month each."""
    yield [_("使用部门"), row.organisation, _("提供部门"), row.owner, _("服务"), row.service.title]
    yield [_("使用依据"), row.legal_basis, _("使用场景"), row.request.scenario]
    yield [
        *(_("月份"), _("调用次数"), _("答复"), _("核验一致"), _("不在名册"), _("查到"), _("未查到"), _("无法确认")),
        *(_("其他答复"), _("拒绝"), _("办件"), _("首次"), _("末次"), _("使用过程和结果"), _("存储情况")),
        *(_("销毁情况"), _("销毁的时间和方式"), _("登记人")),
    ]
    for one in usage.usage_of(row).iterator():
        counts = (one.calls, one.answers, one.matched, one.not_matched, one.found, one.not_found, one.unknown)
        yield [
            f"{one.month:%Y-%m}",
            *map(str, (*counts, one.other, one.refused, one.cases)),
            *(one.first_at.isoformat(timespec="seconds"), one.last_at.isoformat(timespec="seconds")),
            *(one.process, one.storage, str(one.get_destruction_display()), one.destruction_note, one.noted_name),
        ]


def public_usage_page(*, period: str, user: str, number: str | None) -> PublicUsagePage:
    periods, departments = usage.used_periods(), wording.city_departments()
    users = [(code, departments.get(code, code)) for code in usage.users()]
    user = user if user in dict(users) else ""
    if not periods:
        return PublicUsagePage(None, [], "", [], None, [])
    chosen = {one.key: one for one in periods}.get(period) or next(one for one in periods if one.key != ALL)
    page = Paginator(usage.public_uses(chosen, user=user), _PAGE_ROWS).get_page(number)
    lines = _lines([usage.public_use(row) for row in page.object_list], departments)
    return PublicUsagePage(chosen, periods, user, users, page, lines)


def _lines(uses: Iterable[usage.PublicUse], departments: dict[str, str]) -> list[UseLine]:
    uses = list(uses)
    titles = catalogue.resource_titles({one.resource for one in uses})
    return [
        UseLine(
            user=departments.get(one.user, one.user),
            owner=departments.get(one.owner, one.owner),
            resource=titles[one.resource],
            resource_code=one.resource,
            service=one.service,
            purpose=one.purpose,
            legal_basis=one.legal_basis,
            answers=one.answers,
            cases=one.cases,
        )
        for one in uses
    ]
