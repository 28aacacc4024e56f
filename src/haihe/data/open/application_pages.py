"""Applications for conditional data as applicants and owners see them: the form, one of them, lists, what was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.functional import Promise

from haihe.base.accounts.api import Actor
from haihe.data.open import queries_keys
from haihe.data.open.columns import OpenColumn
from haihe.data.open.models import AccessKey, ConditionalRead, Dataset, Developer, UseKind
from haihe.data.open.operations import Asked
from haihe.data.open.pages import body_names
from haihe.data.open.snippets import with_key
from haihe.data.sharing import api as sharing

type Text = str | Promise
MONTHS: Final = (3, 6, 12, 24)
READS_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class ApplyPage:
    """The form. `developer` None: registration comes first."""

    row: Dataset
    owner: str
    developer: Developer | None
    columns: tuple[OpenColumn, ...]
    told: Asked
    uses: tuple[tuple[str, Text], ...]
    months: tuple[int, ...]
    complaint: str
    number: str


def apply_page(
    row: Dataset, developer: Developer | None, *, told: Asked | None = None, complaint: str = "", number: str = ""
) -> ApplyPage:
    """`number`: the application that is under way already."""
    return ApplyPage(
        row=row,
        owner=body_names().get(row.owner, row.owner),
        developer=developer,
        columns=offered_columns(row),
        told=told or Asked(token=uuid4(), use=developer.use if developer else ""),
        uses=tuple(UseKind.choices),
        months=MONTHS,
        complaint=complaint,
        number=number,
    )


def offered_columns(row: Dataset) -> tuple[OpenColumn, ...]:
    """Return the columns of the version that serves, which are masked already; before the first, the dataset's."""
    version = row.versions.filter(is_current=True).first()
    return version.open_columns if version else row.open_columns


@dataclass(frozen=True, slots=True)
class ColumnAsked:
    """One column of an application: wanted, and granted or not yet."""

    name: str
    title: str
    is_granted: bool


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """One application for whoever may know of it."""

    standing: sharing.OpeningStanding
    owner: str
    use: Text
    columns: tuple[ColumnAsked, ...]
    keys: tuple[AccessKey, ...]
    complaint: str

    @property
    def info(self) -> sharing.OpeningInfo:
        return self.standing.info

    @property
    def plain_actions(self) -> tuple[object, ...]:
        """The moves that need no form of their own."""
        return tuple(one for one in self.standing.actions if one.name not in ("approve", "accept_agreement"))

    @property
    def snippet(self) -> str:
        """The line that reads by the grant, for the applicant while it is in use."""
        is_used = self.standing.is_applicant and self.info.state == sharing.OpeningState.ACTIVE
        return with_key(self.info.dataset) if is_used else ""

    @property
    def may_approve(self) -> bool:
        return any(one.name == "approve" for one in self.standing.actions)

    @property
    def may_accept(self) -> bool:
        return any(one.name == "accept_agreement" for one in self.standing.actions)


def application_page(actor: Actor, number: str, *, now: datetime, complaint: str = "") -> ApplicationPage:
    """Raises: sharing's NotFound."""
    standing = sharing.opening_standing(actor, number, today=timezone.localdate(now))
    info = standing.info
    row = Dataset.objects.filter(slug=info.dataset).first()
    titles = {column.name: column.local_title for column in offered_columns(row)} if row else {}
    keys = queries_keys.visible_keys(actor).filter(owner=info.created_by) if standing.is_applicant else ()
    return ApplicationPage(
        standing=standing,
        owner=body_names().get(info.owner, info.owner),
        use=UseKind(info.use).label,
        columns=tuple(
            ColumnAsked(name, titles.get(name, name), name in (info.columns or info.asked)) for name in info.asked
        ),
        keys=tuple(key for key in keys if key.serves(now) and key.replaced_at is None),
        complaint=complaint,
    )


@dataclass(frozen=True, slots=True)
class ApplicationsPage:
    """A list of applications: one's own, or those at a desk."""

    rows: tuple[sharing.OpeningInfo, ...]
    names: Mapping[str, str]
    is_desk: bool


def applications_page(actor: Actor, *, is_desk: bool) -> ApplicationsPage:
    rows = sharing.openings(actor, own=not is_desk)
    first = sorted(rows, key=lambda info: (info.due_on is None, info.due_on or timezone.localdate(info.created_at)))
    return ApplicationsPage(tuple(first), body_names(), is_desk)


@dataclass(frozen=True, slots=True)
class ReadsPage:
    """What was read by one application's grant."""

    info: sharing.OpeningInfo
    rows: tuple[ConditionalRead, ...]
    keys: Mapping[UUID, str]
    titles: Mapping[str, str]
    limit: int


def reads_page(actor: Actor, number: str) -> ReadsPage:
    """Raises: sharing's NotFound."""
    info = sharing.opening(actor, number)
    rows = tuple(queries_keys.reads_of(number=number, limit=READS_SHOWN))
    names = dict(AccessKey.objects.filter(pk__in={row.key for row in rows}).values_list("id", "name"))
    row = Dataset.objects.filter(slug=info.dataset).first()
    titles = {column.name: column.local_title for column in offered_columns(row)} if row else {}
    return ReadsPage(info, rows, names, titles, READS_SHOWN)
