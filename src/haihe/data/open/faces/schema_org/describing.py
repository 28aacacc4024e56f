"""A dataset and the catalogue in the words of schema.org, as a block of data in their pages."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from haihe.data.open.columns import OpenColumn
from haihe.data.open.faces.dcat.addresses import Site
from haihe.data.open.faces.dcat.describing import licence_address
from haihe.data.open.faces.dcat.vocabulary import FILE_TYPES
from haihe.data.open.faces.extents import Extent, axes_of, extent_of
from haihe.data.open.models import Dataset
from haihe.data.open.pages import DatasetPage
from haihe.data.open.snippets import Download
from haihe.data.open.topics import topics

LEAST: Final = 50
MOST: Final = 5000
"""So long a description may be for search engines."""
_CONTEXT: Final = "https://schema.org/"


def dataset_block(page: DatasetPage, site: Site) -> dict[str, Any] | None:
    """Return the block of a dataset's page; None while the dataset isn't open."""
    row = page.row
    if not row.is_open:
        return None
    told = {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": site.dataset(row.slug),
        "url": site.page(row.slug),
        "name": row.local_title,
        "description": description(row, page.owner, page.columns),
        "identifier": row.code,
        "keywords": list(dict.fromkeys([*row.keywords, topics()[row.topic].name])),
        "inLanguage": "zh-CN",
        "creator": _body(row, page.owner, site),
        "publisher": _body(row, page.owner, site),
        "includedInDataCatalog": {"@type": "DataCatalog", "name": _("天津市公共数据开放"), "url": site.portal},
        "isAccessibleForFree": True,
        "dateModified": row.updated_at.isoformat(timespec="seconds"),
        "variableMeasured": [_column(column) for column in page.columns],
    }
    return told | dict(_more(page, site))


def catalogue_block(site: Site) -> dict[str, Any]:
    """Return the block of the portal's front."""
    return {
        "@context": _CONTEXT,
        "@type": "DataCatalog",
        "@id": site.catalogue,
        "url": site.portal,
        "name": _("天津市公共数据开放"),
        "description": _("全市各部门开放的公共数据：可以查看、下载文件，也可以调用接口，不用注册。"),
        "inLanguage": ["zh-CN", "en"],
        "isAccessibleForFree": True,
    }


def description(row: Dataset, owner: str, columns: Sequence[OpenColumn]) -> str:
    """Return a text as long as search engines want one: what is short is told further by its columns and its body."""
    text = row.local_summary.strip()
    if len(text) < LEAST:
        titles = _("、").join(column.local_title for column in columns)
        further = _("“%(title)s”由%(owner)s开放，可以查看、下载和引用。数据项有：%(columns)s。")
        text = f"{text} {further % {'title': row.local_title, 'owner': owner, 'columns': titles}}"
    return text[:MOST]


def _more(page: DatasetPage, site: Site) -> Iterator[tuple[str, Any]]:
    row, version = page.row, page.version
    if row.title_en:
        yield "alternateName", row.title_en if row.local_title == row.title else row.title
    if row.licence:
        yield "license", licence_address(row.licence, site)
    if row.published_at:
        yield "datePublished", row.published_at.isoformat(timespec="seconds")
    if row.opening_condition:
        yield "conditionsOfAccess", row.opening_condition
    if version is None or not row.is_free:
        yield "spatialCoverage", _place(Extent())
        return
    extent = extent_of(version, axes_of(page.columns))
    yield "version", str(version.number)
    yield "spatialCoverage", _place(extent)
    if extent.begin:
        yield "temporalCoverage", f"{extent.begin}/{extent.end}"
    yield "distribution", list(_files(page.downloads))


def _files(downloads: Iterable[Download]) -> Iterator[dict[str, str]]:
    for download in downloads:
        kind = FILE_TYPES[download.name].media_type
        yield {"@type": "DataDownload", "name": download.label, "encodingFormat": kind, "contentUrl": download.url}


def _place(extent: Extent) -> dict[str, Any]:
    place: dict[str, Any] = {"@type": "Place", "name": _("天津市")}
    if extent.box is None:
        return place
    west, south, east, north = extent.box
    return place | {"geo": {"@type": "GeoShape", "box": f"{south:.6f} {west:.6f} {north:.6f} {east:.6f}"}}


def _body(row: Dataset, owner: str, site: Site) -> dict[str, str]:
    return {"@type": "GovernmentOrganization", "name": owner, "url": site.body(row.owner)}


def _column(column: OpenColumn) -> dict[str, str]:
    told = {"name": column.local_title, "alternateName": column.name, "unitText": column.unit}
    return {"@type": "PropertyValue", **{name: text for name, text in told.items() if text}}
