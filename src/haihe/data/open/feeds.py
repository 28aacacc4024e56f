"""Atom feeds: what is new, of the whole platform, a topic, a department or one dataset."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from haihe.data.open.models import Dataset, DatasetVersion

type Address = Callable[[str], str]


def of_datasets(title: str, rows: Iterable[Dataset], *, address: Address, here: str) -> str:
    """Return the feed of datasets, the last published first; `address` makes a whole address of a dataset's slug."""
    feed = _feed(title, here)
    for row in rows:
        feed.add_item(
            row.local_title,
            address(row.slug),
            row.local_summary,
            pubdate=row.published_at,
            updateddate=row.updated_at,
            unique_id=address(row.slug),
        )
    return str(feed.writeString("utf-8"))


def of_versions(row: Dataset, versions: Iterable[DatasetVersion], *, address: Address, here: str) -> str:
    """Return the feed of one dataset's versions."""
    feed = _feed(row.local_title, here)
    for version in versions:
        title = _("%(title)s：第 %(n)s 版") % {"title": row.local_title, "n": version.number}
        day = timezone.localdate(version.as_of).isoformat()
        told = _("%(rows)s 行，数据截至 %(day)s。") % {"rows": version.rows, "day": day}
        where = address(row.slug)
        at: datetime | None = version.published_at
        feed.add_item(title, where, told, pubdate=at, updateddate=at, unique_id=f"{where}#v{version.number}")
    return str(feed.writeString("utf-8"))


def _feed(title: str, here: str) -> Atom1Feed:
    return Atom1Feed(title=title, link=here, description=title, feed_url=here)
