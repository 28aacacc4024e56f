"""What the portal's pages show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Page
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.city import api as city
from haihe.data.open import chart_words, column_words, queries, reading
from haihe.data.open.beside import Beside, Wanted, beside
from haihe.data.open.column_words import ColumnTold
from haihe.data.open.columns import OpenColumn
from haihe.data.open.extensions import DatasetPart, Door, dataset_parts, front_doors
from haihe.data.open.insight import Seen
from haihe.data.open.licences import IN_PLAIN_WORDS
from haihe.data.open.models import Dataset, DatasetVersion, Licence, MaskMethod, OpeningType
from haihe.data.open.models.dataset import LICENCE_ADDRESSES
from haihe.data.open.punctuality import Punctuality, punctuality
from haihe.data.open.quality import Quality, quality_of
from haihe.data.open.queries import Filters, Found, SixFigures
from haihe.data.open.snippets import Download, Snippet, base_url, downloads_of, snippets_of
from haihe.data.open.topics import Topic, topics
from haihe.data.open.wording import CYCLES, either
from haihe.data.open.workflow import WITHDRAWALS, DatasetState

NEWEST: Final = 8
NEAR: Final = 5
_FEW_BARS: Final = 8

type Text = str | Promise
type Choice = tuple[str, Text, int]


@dataclass(frozen=True, slots=True)
class Department:
    """A body that opens data, and how many datasets."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The front of the portal."""

    at: datetime
    figures: SixFigures
    topics: tuple[tuple[Topic, int], ...]
    departments: tuple[Department, ...]
    newest: tuple[Dataset, ...]
    doors: tuple[Door, ...]


def front_page(*, now: datetime) -> FrontPage:
    counts = queries.counts_by("topic")
    return FrontPage(
        at=now,
        figures=queries.six_figures(),
        topics=tuple((topic, counts.get(slug, 0)) for slug, topic in topics().items()),
        departments=departments(),
        newest=tuple(queries.newest(NEWEST)),
        doors=front_doors(),
    )


def departments() -> tuple[Department, ...]:
    counts = queries.counts_by("owner")
    names = body_names(counts)
    return tuple(Department(code, names.get(code, code), n) for code, n in counts.items())


def body_names(codes: Iterable[str] = ()) -> Mapping[str, str]:
    """Return the short names of these bodies in the reader's language; without codes, of all that own datasets."""
    bodies = city.organisations_of(codes or queries.owners())
    return {code: either(one.short_name or one.name, one.name_en) for code, one in bodies.items()}


@dataclass(frozen=True, slots=True)
class ListPage:
    """What was found, and how it can be narrowed."""

    rows: Page[Dataset]
    filters: Filters
    loosely: bool
    topics: tuple[Choice, ...]
    owners: tuple[Choice, ...]
    openings: tuple[Choice, ...]
    cycles: tuple[Choice, ...]
    licences: tuple[Choice, ...]
    interfaces: int
    names: Mapping[str, str]
    doors: tuple[Door, ...]
    beside: Beside

    @property
    def is_narrowed(self) -> bool:
        """True where something besides words is asked for."""
        return any(getattr(self.filters, name) for name in Filters.__dataclass_fields__ if name != "q")

    @property
    def without_narrowing(self) -> str:
        """Return the address of the same search by words alone."""
        return "?" + urlencode({"q": self.filters.q})


def list_page(rows: Page[Dataset], filters: Filters, found: Found) -> ListPage:
    names = body_names(found.facets["owner"])
    told: dict[str, Text] = {slug: topic.name for slug, topic in topics().items()}
    return ListPage(
        rows=rows,
        filters=filters,
        loosely=found.loosely,
        topics=_choices(told, found.facets["topic"], filters.topic),
        owners=_choices(names, found.facets["owner"], filters.owner),
        openings=_choices(_labels(OpeningType.choices), found.facets["opening_type"], filters.opening_type),
        cycles=_choices(CYCLES, found.facets["update_cycle"], filters.update_cycle),
        licences=_choices(_labels(Licence.choices), found.facets["licence"], filters.licence),
        interfaces=found.facets["has_api"].get("True", 0),
        names=names,
        doors=() if found.total else front_doors(),
        beside=beside(Wanted(filters.q, filters.topic, filters.owner)),
    )


def _labels(choices: Iterable[tuple[Any, Any]]) -> dict[str, Text]:
    return {str(value): label for value, label in choices}


def _choices(told: Mapping[str, Text], counts: Mapping[str, int], chosen: str) -> tuple[Choice, ...]:
    values = dict.fromkeys((*counts, *([chosen] if chosen else [])))
    return tuple((value, told.get(value, value), counts.get(value, 0)) for value in values)


@dataclass(frozen=True, slots=True)
class MaskTold:
    """What was masked, how and why, in the reader's language."""

    title: str
    method: Text
    reason: str


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """One dataset. `version` None: its first files aren't made yet."""

    row: Dataset
    owner: str
    topic: Topic
    cycle: Text
    version: DatasetVersion | None
    columns: tuple[OpenColumn, ...]
    columns_told: tuple[ColumnTold, ...]
    seen: Seen | None
    chart: dict[str, object] | None
    chart_label: str
    masked: tuple[MaskTold, ...]
    versions: tuple[DatasetVersion, ...]
    kept: Punctuality | None
    quality: Quality
    downloads: tuple[Download, ...]
    snippets: tuple[Snippet, ...]
    snippets_base: str
    licence_address: str
    licence_says: Text
    usage: Mapping[str, int]
    suspended: str
    is_inside: bool
    address: str
    map: city.Map | None
    parts: tuple[DatasetPart, ...] = ()

    @property
    def is_applied_for(self) -> bool:
        """True where the data are given by an agreement, and may be asked for now."""
        return self.row.is_open and not self.row.is_free

    @property
    def citation(self) -> str:
        """How to name the data where they are used."""
        number = self.version.number if self.version else 1
        on = timezone.localdate(self.version.published_at if self.version else self.row.published_at)
        return _("%(owner)s：%(title)s [数据集]，第 %(n)s 版，%(day)s。%(address)s") % {
            "owner": self.owner,
            "title": self.row.local_title,
            "n": number,
            "day": on.isoformat(),
            "address": self.address,
        }

    @property
    def has_many_bars(self) -> bool:
        """True where the chart needs more height than usual for its labels."""
        return bool(self.seen and self.seen.drawing and self.seen.drawing.kind == "bar" and len(self.table) > _FEW_BARS)

    @property
    def table(self) -> tuple[tuple[str, float], ...]:
        """The chart's numbers, for those who don't see it."""
        drawing = self.seen.drawing if self.seen else None
        return tuple(zip(drawing.labels, drawing.values, strict=True)) if drawing else ()


def dataset_page(actor: Actor, row: Dataset, *, address: str, now: datetime) -> DatasetPage:
    versions = queries.versions_of(row)
    version = next((one for one in versions if one.is_current), None) if row.is_open else None
    columns = version.open_columns if version else row.open_columns
    looked = reading.seen(version) if version else None
    seen = looked if row.is_free else None
    drawing = seen.drawing if seen else None
    kept = punctuality(row.update_cycle, [one.as_of for one in versions], now=now)
    has_places = {"longitude", "latitude"} <= {column.kind for column in columns}
    return DatasetPage(
        row=row,
        owner=body_names([row.owner]).get(row.owner, row.owner),
        topic=topics()[row.topic],
        cycle=CYCLES.get(row.update_cycle, row.update_cycle),
        version=version,
        columns=columns,
        columns_told=column_words.told(columns, seen),
        seen=seen,
        chart=chart_words.option(drawing) if drawing else None,
        chart_label=chart_words.label(drawing, columns) if drawing else "",
        masked=masks_told(version.masked if version else ()),
        versions=tuple(versions),
        kept=kept,
        quality=quality_of(row, columns, looked, kept),
        downloads=downloads_of(row.slug, has_places=has_places) if version and row.is_free else (),
        snippets=snippets_of(row.slug) if row.has_api and row.is_free else (),
        snippets_base=base_url(row.slug),
        licence_address=LICENCE_ADDRESSES.get(Licence(row.licence), "") if row.licence else "",
        licence_says=IN_PLAIN_WORDS.get(row.licence, ""),
        usage=queries.usage_of(row),
        suspended=_why_suspended(row),
        is_inside=queries.knows_inside(actor, row),
        address=address,
        map=city.whole_city() if seen and seen.points else None,
        parts=dataset_parts(actor, row.slug, now=now),
    )


def masks_told(masked: Iterable[Mapping[str, str]]) -> tuple[MaskTold, ...]:
    """Return what a version's files say of its masks."""
    return tuple(
        MaskTold(
            either(one["title"], one["title_en"]),
            MaskMethod(one["method"]).label,
            either(one["reason"], one["reason_en"]),
        )
        for one in masked
    )


def _why_suspended(row: Dataset) -> str:
    if row.state != DatasetState.SUSPENDED:
        return ""
    return next((event.words for event in queries.events_of(row, ["suspend"])), "")


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What changed from one version to the next; `changes` None where a version's file isn't here."""

    row: Dataset
    version: DatasetVersion
    before: DatasetVersion
    columns: tuple[OpenColumn, ...]
    changes: tuple[reading.Changed, ...] | None
    limit: int


@dataclass(frozen=True, slots=True)
class MissingPage:
    """Where no dataset is: what was there and why it went, what is near."""

    gone: Dataset | None
    why: str
    at: datetime | None
    owner: str
    near: tuple[Dataset, ...]
    names: Mapping[str, str]

    @property
    def title(self) -> str:
        return self.gone.local_title if self.gone else _("没有这个数据集")


def missing_page(slug: str) -> MissingPage:
    gone = queries.withdrawn_dataset(slug)
    near = tuple(queries.near(gone.title if gone else slug.replace("-", " "), NEAR))
    names = body_names({row.owner for row in (*near, *([gone] if gone else []))})
    last = next(iter(queries.events_of(gone, WITHDRAWALS)), None) if gone else None
    return MissingPage(
        gone=gone,
        why=last.words if last else "",
        at=last.at if last else None,
        owner=names.get(gone.owner, gone.owner) if gone else "",
        near=near,
        names=names,
    )


@dataclass(frozen=True, slots=True)
class GroupPage:
    """The datasets of one topic or one department."""

    title: str
    icon: str
    rows: tuple[Dataset, ...]
    records: int
    interfaces: int
    names: Mapping[str, str]
    feed: str


def group_page(title: str, icon: str, rows: Iterable[Dataset], feed: str = "") -> GroupPage:
    listed = tuple(rows)
    return GroupPage(
        title,
        icon,
        listed,
        sum(row.rows for row in listed),
        sum(row.has_api for row in listed),
        body_names({row.owner for row in listed}),
        feed,
    )
