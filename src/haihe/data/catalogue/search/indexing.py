"""Keep the vectors of entries in step with what they say."""

from collections.abc import Callable, Iterable

from haihe.city import api as city
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.search.document import document

_AT_ONCE = 500


def index(row: Resource, items: Iterable[str]) -> None:
    """Put the vectors into the row; the caller saves. `items` are the items' titles."""
    owner = city.organisation(row.owner)
    row.found, row.ranked = document(
        codes=(row.code, row.guide_code),
        title=row.title,
        subject=row.subject_area,
        items=items,
        abstract=row.abstract,
        owner=(owner.name, owner.short_name) if owner else (),
        keywords=row.keywords,
    )


def index_all(report: Callable[[float], None] = lambda share: None) -> int:
    """Index every entry anew, after a change of synonyms or of this code; `report` hears the share done. Return how
    many there were.
    """
    rows, done, changed = Resource.objects.order_by("pk").prefetch_related("items"), 0, list[Resource]()
    total = rows.count()
    for row in rows.iterator(chunk_size=_AT_ONCE):
        index(row, [item.title for item in row.items.all()])
        changed.append(row)
        if len(changed) == _AT_ONCE:
            done += _save(changed)
            report(done / total)
    return done + _save(changed)


def _save(rows: list[Resource]) -> int:
    count = len(rows)
    Resource.objects.bulk_update(rows, ["found", "ranked"])
    rows.clear()
    return count
