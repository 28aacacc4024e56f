"""What every face tells of datasets: those that are published, each with its body, its version and its extent.

A page of a hundred takes three questions to the database, however many there are in all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.data.open.columns import OpenColumn
from haihe.data.open.faces.extents import Axes, Extent, axes_of, extent_of
from haihe.data.open.models import Dataset, DatasetVersion, OpeningType
from haihe.data.open.queries import open_datasets
from haihe.data.open.snippets import Download, base_url, downloads_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

DATA_CENTRE: Final = "120001"
"""The body that keeps the catalogue of all."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body that opens data."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One dataset as the faces tell of it. `version` is None until its files stand, and for what is conditional."""

    row: Dataset
    body: Body
    version: DatasetVersion | None
    columns: tuple[OpenColumn, ...]
    axes: Axes
    extent: Extent

    @property
    def is_conditional(self) -> bool:
        return self.row.opening_type == OpeningType.CONDITIONAL

    @property
    def downloads(self) -> tuple[Download, ...]:
        return downloads_of(self.row.slug, has_places=self.axes.has_place) if self.version else ()

    @property
    def has_api(self) -> bool:
        return self.row.has_api and self.version is not None

    @property
    def api_url(self) -> str:
        return base_url(self.row.slug)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which datasets are asked for; what is empty narrows nothing."""

    q: str = ""
    topic: str = ""
    owner: str = ""
    modified_since: datetime | None = None


def published(wanted: Wanted | None = None) -> "QuerySet[Dataset]":
    """Return the published datasets that were asked for, by code: an order that stays while others come and go."""
    wanted = wanted or Wanted()
    told = {"topic": wanted.topic, "owner": wanted.owner}
    rows = open_datasets(**{name: value for name, value in told.items() if value})
    if wanted.modified_since is not None:
        rows = rows.filter(updated_at__gte=wanted.modified_since)
    if wanted.q:
        rows = catalogue.closest(rows, wanted.q)[0]
    return rows.order_by("code")


def bodies(codes: Iterable[str]) -> dict[str, Body]:
    """Return these bodies by code; within a request that is two questions to the database, however many they are."""
    found = {code: city.organisation(code) for code in sorted(set(codes))}
    return {
        code: Body(code, told.name, told.name_en or told.name) if told else Body(code, code, code)
        for code, told in found.items()
    }


def shown(rows: Iterable[Dataset]) -> list[Shown]:
    """Return the rows with all that is told of them."""
    listed = list(rows)
    versions, known = _versions(listed), bodies(row.owner for row in listed)
    return [_shown(row, versions, known) for row in listed]


def find_one(slug: str) -> Shown | None:
    """Return a published dataset, or None."""
    return next(iter(shown(published().filter(slug=slug))), None)


def _versions(rows: Iterable[Dataset]) -> dict[object, DatasetVersion]:
    free = [row.pk for row in rows if row.opening_type == OpeningType.UNCONDITIONAL]
    found = DatasetVersion.objects.filter(dataset__in=free, is_current=True).order_by()
    return {version.dataset_id: version for version in found}


def _shown(row: Dataset, versions: Mapping[object, DatasetVersion], known: Mapping[str, Body]) -> Shown:
    version = versions.get(row.pk)
    columns = version.open_columns if version else row.open_columns
    axes = axes_of(columns)
    extent = extent_of(version, axes) if version else Extent()
    return Shown(row, known[row.owner], version, columns, axes, extent)
