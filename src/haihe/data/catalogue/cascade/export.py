"""Our own catalogue as pages for others: what is published, and tombstones for what was and is no longer.

Pages follow the moment of change and then the row, so that an entry that changes while somebody reads comes again later
and none is missed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from haihe.city import api as city
from haihe.data.catalogue.cascade.records import (
    FORMAT,
    MOST_ENTRIES,
    VERSION,
    CataloguePage,
    CodePair,
    Codes,
    Entry,
    Item,
    Tombstone,
    plain,
)
from haihe.data.catalogue.models import CodeListVersion, Resource
from haihe.data.catalogue.workflow import ResourceState

PUBLISHER: Final = "120001"
"""大数据中心, who publishes the catalogue of this level."""
_SETTLED: Final = timedelta(minutes=5)
"""A change may be stamped this long before others can see it: its transaction was still open."""


class WrongCursor(ValueError):
    """`after` isn't one of ours."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the catalogue: changes since a moment or all, after which place, how many."""

    since: datetime | None = None
    after: str = ""
    limit: int = 500


def page_of(asked: Asked, *, now: datetime) -> CataloguePage:
    """Return the page. Raises: WrongCursor."""
    limit = max(1, min(asked.limit, MOST_ENTRIES))
    rows = list(_rows(asked)[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    shown = [row for row in rows if row.state == ResourceState.PUBLISHED]
    names = city.organisation_names({row.owner for row in shown} | {PUBLISHER})
    entries = tuple(_entry(row, names) for row in shown)
    return CataloguePage(
        publisher=PUBLISHER,
        publisher_name=names[PUBLISHER],
        as_of=now - _SETTLED,
        since=asked.since,
        entries=entries,
        gone=tuple(Tombstone(row.code, row.updated_at) for row in rows if row.state != ResourceState.PUBLISHED),
        code_lists=_codes({item.code_list for entry in entries for item in entry.items} - {""}),
        next=_cursor(rows[-1]) if more else "",
    )


def as_json(page: CataloguePage) -> dict[str, object]:
    """Return the document, as docs/catalogue-cascade.md tells it."""
    return {"format": FORMAT, "version": VERSION, **plain(page)}


def _rows(asked: Asked) -> "QuerySet[Resource]":
    """All that was ever published: drafts that never were are nobody's business."""
    rows = Resource.objects.filter(published_at__isnull=False)
    if asked.since is None:
        rows = rows.filter(state=ResourceState.PUBLISHED)
    else:
        rows = rows.filter(updated_at__gte=asked.since)
    if asked.after:
        at, key = _read_cursor(asked.after)
        rows = rows.filter(Q(updated_at__gt=at) | Q(updated_at=at, pk__gt=key))
    return rows.order_by("updated_at", "pk").defer("found", "ranked").prefetch_related("items")


def _cursor(row: Resource) -> str:
    return f"{row.updated_at.isoformat()}_{row.pk}"


def _read_cursor(text: str) -> tuple[datetime, int]:
    at, _, key = text.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not key.isascii() or not key.isdigit() or len(key) > 18:
            raise ValueError(text)
        return moment, int(key)
    except ValueError:
        raise WrongCursor(text[:100]) from None


def _entry(row: Resource, names: dict[str, str]) -> Entry:
    told = {name: getattr(row, name) for name in _PLAIN}
    assert row.published_at is not None  # noqa: S101 - asked for in `_rows`
    return Entry(
        **told,
        owner_name=names[row.owner],
        keywords=tuple(row.keywords),
        related=tuple(row.related),
        sharing_forms=tuple(row.sharing_forms),
        items=tuple(
            Item(**{name: getattr(item, name) for name in _ITEM}, code_list=item.code_list_id or "")
            for item in row.items.all()
        ),
        published_at=row.published_at,
        modified_at=row.updated_at,
    )


_APART: Final = {"owner_name", "keywords", "related", "sharing_forms", "items", "published_at", "modified_at"}
_PLAIN: Final = tuple(name for name in Entry.__struct_fields__ if name not in _APART)
_ITEM: Final = tuple(name for name in Item.__struct_fields__ if name != "code_list")


def _codes(slugs: Iterable[str]) -> tuple[Codes, ...]:
    """Return the newest version of each list."""
    newest: dict[str, CodeListVersion] = {}
    for version in CodeListVersion.objects.filter(code_list__slug__in=slugs).select_related("code_list"):
        newest[version.code_list.slug] = version
    return tuple(
        Codes(
            slug=slug,
            title=version.code_list.title,
            standard=version.code_list.standard,
            codes=tuple(CodePair(str(code), str(title)) for code, title in version.codes),
        )
        for slug, version in sorted(newest.items())
    )
