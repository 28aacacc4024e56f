"""What everybody sees of cases under public notice, and what an objector reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services import operations
from haihe.platforms.services.items.api import ItemDefinition
from haihe.platforms.services.models import Case, NoticeObjection, PublicNotice, SubjectKind
from haihe.platforms.services.queries import roles_on
from haihe.platforms.services.wording import in_english, organisation_name, organisation_names

PAGE_ROWS: Final = 30


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice in the list that everybody may read."""

    number: str
    title: str
    item: str
    authority: str
    applicant: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One notice. `item` and `row` are None once it is over: then nothing about anybody is left to read."""

    number: str
    row: NoticeRow | None
    item: ItemDefinition | None


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """The notice of a case, for its applicant and its desk."""

    title: str
    begins_at: datetime
    ends_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Objected:
    """One objection as those who examine it read it."""

    row: NoticeObjection
    said: operations.Said


@dataclass(frozen=True, slots=True)
class ObjectionPage:
    """One objection for whoever made it. What they said isn't repeated: the address alone opens this page."""

    row: NoticeObjection
    notice: str
    authority: str


def running(*, now: datetime, authority: str = "") -> QuerySet[PublicNotice]:
    """Return the notices that run now, the newest first."""
    rows = (
        PublicNotice.objects.filter(ended_at=None, ends_at__gt=now)
        .select_related("case")
        .prefetch_related("case__item")
    )
    return rows.filter(organisation=authority) if authority else rows


def authorities(*, now: datetime) -> list[tuple[str, str]]:
    """Return the bodies that have notices now, by code and name."""
    codes = running(now=now).order_by().values_list("organisation", flat=True).distinct()
    return sorted(organisation_names(codes).items())


def rows_of(notices: list[PublicNotice]) -> list[NoticeRow]:
    names = organisation_names([one.organisation for one in notices])
    return [_row(one, names[one.organisation]) for one in notices]


def page_of(number: str, *, now: datetime) -> NoticePage | None:
    """Return a notice for everybody; None where there never was one of this number."""
    found = running(now=now).filter(number=number).first()
    if found is not None:
        row = _row(found, organisation_name(found.organisation))
        return NoticePage(number, row, found.case.item.definition)
    return NoticePage(number, None, None) if PublicNotice.objects.filter(number=number).exists() else None


def card_of(case: Case) -> NoticeCard | None:
    """Return under which notice a case is."""
    found = operations.running_notice(case)
    if found is None:
        return None
    url = reverse("services:notice", args=[found.number])
    return NoticeCard(_title(found), found.begins_at, found.ends_at, url)


def objections_to(case: Case, actor: Actor) -> list[Objected]:
    """Return what was objected, for clerks of the body that handles the case, and for nobody else."""
    if Role.CLERK not in roles_on(actor, case):
        return []
    rows = NoticeObjection.objects.filter(notice__case=case)
    return [Objected(row, operations.said_in(row)) for row in rows]


def objection_page(key: UUID) -> ObjectionPage | None:
    row = NoticeObjection.objects.filter(key=key).select_related("notice").first()
    return ObjectionPage(row, row.notice.number, organisation_name(row.notice.organisation)) if row else None


def _row(notice: PublicNotice, authority: str) -> NoticeRow:
    case = notice.case
    return NoticeRow(
        number=notice.number,
        title=_title(notice),
        item=str(case.item.definition.name),
        authority=authority,
        applicant=_shown(case),
        begins_at=notice.begins_at,
        ends_at=notice.ends_at,
    )


def _title(notice: PublicNotice) -> str:
    return notice.title_en if in_english() else notice.title_zh


def _shown(case: Case) -> str:
    """A company by its name; of a person no more than what tells neighbours of whom it is."""
    return case.on_behalf_of if case.subject_kind == SubjectKind.ORGANISATION else case.masked_name
