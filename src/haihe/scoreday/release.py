"""What is released, when, and how fast it may be asked for; one immutable picture of the database's view."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from haihe.kernel.result_release import Content, read_content

RELEASES = "SELECT slug, opens_at, closes_at, capacity_per_s, content FROM scoreday_release"


class Release(msgspec.Struct, frozen=True, gc=False):
    """Times are Unix seconds: open from `opens_at` until just before `closes_at`."""

    slug: str
    opens_at: float
    closes_at: float
    capacity_per_s: int
    content: Content

    def is_early(self, now: float) -> bool:
        return now < self.opens_at

    def is_over(self, now: float) -> bool:
        return now >= self.closes_at


class Releases:
    """The releases in use. Until the database was heard there are none, so nothing can be seen early by a restart."""

    def __init__(self) -> None:
        self._by_slug: Mapping[str, Release] = {}

    def get(self, slug: str) -> Release | None:
        return self._by_slug.get(slug)

    def put(self, release: Release) -> None:
        """Add or replace one; for tests and rehearsals."""
        self._by_slug = {**self._by_slug, release.slug: release}

    def take_over(self, rows: Iterable[Mapping[str, Any]]) -> bool:
        """Replace all of them; True if anything changed. Raises: msgspec.ValidationError for an impossible row."""
        read = {str(row["slug"]): _release(row) for row in rows}
        changed, self._by_slug = read != self._by_slug, read
        return changed


def _release(row: Mapping[str, Any]) -> Release:
    return Release(
        row["slug"],
        _seconds(row["opens_at"]),
        _seconds(row["closes_at"]),
        row["capacity_per_s"],
        read_content(row["content"]),
    )


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
