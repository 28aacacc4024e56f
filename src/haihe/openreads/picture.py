"""What is published, and who has a key: one immutable picture of the database's views."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from datetime import time as time_of_day
from typing import Any

import msgspec

DATASETS = "SELECT * FROM openreads_dataset"
VERSIONS = "SELECT dataset, version, path, published_at, rows FROM openreads_version"
KEYS = "SELECT key_hash, holder, quota_per_day, valid_until, id, grants FROM openreads_key"
PUBLISHED, SUSPENDED, WITHDRAWN = "PUBLISHED", "SUSPENDED", "WITHDRAWN"
UNCONDITIONAL = "UNCONDITIONAL"
"""Whatever else stands there, rows go to grants alone."""
_CITY = timezone(timedelta(hours=8))


class Version(msgspec.Struct, frozen=True, gc=False):
    """`published_at` in Unix seconds; `path` relative to the data directory."""

    name: str
    path: str
    published_at: float
    rows: int


class Dataset(msgspec.Struct, frozen=True):
    """`versions` stand in the order in which they were published."""

    code: str
    slug: str
    title: str
    title_en: str
    owner: str
    state: str
    is_api: bool
    licence: str
    is_conditional: bool
    current: Version | None
    versions: tuple[Version, ...]

    def as_of(self, text: str) -> Version | None:
        """Return the version of that name, or the one that was current at the end of that day (2026-01-31)."""
        for version in self.versions:
            if version.name == text:
                return version
        try:
            ends = datetime.combine(date.fromisoformat(text), time_of_day.max, _CITY).timestamp()
        except ValueError:
            return None
        return next((each for each in reversed(self.versions) if each.published_at <= ends), None)


class Grant(msgspec.Struct, frozen=True):
    """What a key may read of one conditional dataset: these columns, until then (Unix seconds)."""

    grant: str
    columns: tuple[str, ...]
    until: float


class Key(msgspec.Struct, frozen=True):
    """`grants` are of conditional datasets, by slug."""

    hash: bytes
    holder: str
    quota_per_day: int
    valid_until: float | None
    id: str
    grants: Mapping[str, Grant]

    def grant_for(self, dataset: Dataset, now: float) -> Grant | None:
        """Return what lets the key read a conditional dataset now; None where nothing does."""
        grant = self.grants.get(dataset.slug)
        return grant if grant is not None and now < grant.until else None


@dataclass(slots=True)
class Picture:
    """The picture in use. Until the database was heard it shows nothing."""

    _datasets: Mapping[str, Dataset] = field(default_factory=dict)
    _keys: Mapping[bytes, Key] = field(default_factory=dict)
    is_known: bool = False
    heard_at: float = 0.0
    """By the monotonic clock: what a grant allows isn't given on an old picture."""

    def dataset(self, code: str) -> Dataset | None:
        """Find a dataset by its slug or its code."""
        return self._datasets.get(code)

    def key(self, key_hash: bytes) -> Key | None:
        return self._keys.get(key_hash)

    def take_over(
        self,
        datasets: Iterable[Mapping[str, Any]],
        versions: Iterable[Mapping[str, Any]],
        keys: Iterable[Mapping[str, Any]],
    ) -> None:
        by_dataset: dict[str, list[Version]] = {}
        for row in versions:
            version = Version(str(row["version"]), row["path"], row["published_at"].timestamp(), row["rows"])
            by_dataset.setdefault(row["dataset"], []).append(version)
        read = [_dataset(row, by_dataset) for row in datasets]
        self._datasets = {each.code: each for each in read} | {each.slug: each for each in read}
        self._keys = {key.hash: key for key in map(_key, keys)}
        self.is_known, self.heard_at = True, time.monotonic()


def _dataset(row: Mapping[str, Any], versions: Mapping[str, list[Version]]) -> Dataset:
    own = sorted(versions.get(row["slug"], []) or versions.get(row["code"], []), key=lambda each: each.published_at)
    return Dataset(
        code=row["code"],
        slug=row["slug"],
        title=row["title"],
        title_en=row["title_en"],
        owner=row["owner"],
        state=row["state"],
        is_api=row["is_api"],
        licence=row["licence"],
        is_conditional=row["opening"] != UNCONDITIONAL,
        current=next((each for each in own if each.name == row["current_version"]), None),
        versions=tuple(own),
    )


def _key(row: Mapping[str, Any]) -> Key:
    until = row["valid_until"]
    return Key(
        hash=bytes(row["key_hash"]),
        holder=row["holder"],
        quota_per_day=row["quota_per_day"],
        valid_until=until.timestamp() if until is not None else None,
        id=str(row["id"]),
        grants=msgspec.convert(row["grants"], dict[str, Grant]),
    )
