"""Look into versions for their pages: what there is to see of one, what changed from one to the next.

Versions never change, so what was read once of a path holds; each read is bounded in memory.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import msgspec

from haihe.data.open import insight, places
from haihe.data.open.columns import OpenColumn, quoted
from haihe.data.open.insight import MEMORY, Cell, Seen
from haihe.data.open.models import DatasetVersion


@dataclass(frozen=True, slots=True)
class Changed:
    """One row that differs between two versions: "added", "removed", or "changed" with both states."""

    how: str
    row_id: int
    before: tuple[Cell, ...]
    after: tuple[Cell, ...]

    @property
    def old(self) -> tuple[tuple[Cell, bool], ...]:
        """The cells before, each with whether it is another one now."""
        return tuple((cell, self._differs(place)) for place, cell in enumerate(self.before))

    @property
    def new(self) -> tuple[tuple[Cell, bool], ...]:
        """The cells now, each with whether it was another one before."""
        return tuple((cell, self._differs(place)) for place, cell in enumerate(self.after))

    def _differs(self, place: int) -> bool:
        return self.how != "changed" or self.before[place] != self.after[place]


def seen(version: DatasetVersion) -> Seen | None:
    """Return what there is to see; None where the version's file isn't here (yet)."""
    with suppress(duckdb.IOException):
        return _seen(places.data_dir() / version.path, version.sha256, version.open_columns)
    return None


def changes(version: DatasetVersion, before: DatasetVersion, *, limit: int) -> list[Changed] | None:
    """Return the first rows that differ, by row id; None where the file of one of them isn't here."""
    with suppress(duckdb.IOException):
        return _changes(version, before, limit)
    return None


def _changes(version: DatasetVersion, before: DatasetVersion, limit: int) -> list[Changed]:
    names = [one.name for one in version.open_columns if one.name in {old.name for old in before.open_columns}]
    new, old = (str(places.data_dir() / each.path / places.ROWS) for each in (version, before))
    told = ", ".join(f"{side}.{quoted(name)}" for side in "op" for name in names)
    differ = " OR ".join(f"o.{quoted(name)} IS DISTINCT FROM p.{quoted(name)}" for name in names) or "false"
    with duckdb.connect(":memory:", config=MEMORY) as connection:
        rows = connection.execute(
            f"SELECT coalesce(o._id, p._id), o._id IS NULL, p._id IS NULL, {told} "  # noqa: S608 - our own names, quoted
            f"FROM read_parquet(?) AS o FULL JOIN read_parquet(?) AS p ON o._id = p._id "
            f"WHERE o._id IS NULL OR p._id IS NULL OR {differ} ORDER BY 1 LIMIT ?",
            [old, new, limit],
        ).fetchall()
    return [_changed(row, len(names)) for row in rows]


def shared_columns(version: DatasetVersion, before: DatasetVersion) -> tuple[OpenColumn, ...]:
    known = {one.name for one in before.open_columns}
    return tuple(one for one in version.open_columns if one.name in known)


def _changed(row: Sequence[Cell], width: int) -> Changed:
    row_id, is_new, is_gone, *cells = row
    how = "added" if is_new else "removed" if is_gone else "changed"
    return Changed(how, row_id, tuple(cells[:width]), tuple(cells[width:]))


@lru_cache(maxsize=512)
def _seen(folder: Path, _sha256: str, columns: tuple[OpenColumn, ...]) -> Seen:
    """Read what was kept beside the rows; versions made by a program that didn't keep it are looked through."""
    with suppress(OSError, msgspec.MsgspecError):
        return insight.decoded((folder / places.SEEN).read_bytes())
    return insight.look(folder / places.ROWS, columns)
