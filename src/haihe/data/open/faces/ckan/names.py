"""How CKAN's clients name what is here: resources by ids that lead back to their dataset, times, licences, formats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from haihe.data.open.models import Licence
from haihe.data.open.models.dataset import LICENCE_ADDRESSES

PLACES: Final = frozenset({"longitude", "latitude"})


@dataclass(frozen=True, slots=True)
class Format:
    """A format in which a dataset's rows are given. `number` is part of ids and never changes."""

    number: int
    form: str
    name: str
    media_type: str
    zh: str
    en: str


FORMATS: Final = (
    Format(1, "csv", "CSV", "text/csv", "全部数据（CSV）", "all rows as CSV"),
    Format(2, "xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
           "全部数据（Excel）", "all rows as a workbook"),
    Format(3, "json", "JSON", "application/json", "全部数据（JSON）", "all rows as JSON"),
    Format(4, "jsonl", "JSONL", "application/jsonl", "全部数据（JSON Lines）", "all rows as JSON Lines"),
    Format(5, "parquet", "Parquet", "application/vnd.apache.parquet", "全部数据（Parquet）", "all rows as Parquet"),
    Format(6, "nt", "NT", "application/n-triples", "全部数据（N-Triples）", "all rows as N-Triples"),
    Format(7, "geojson", "GeoJSON", "application/geo+json", "全部数据（GeoJSON）", "all rows as GeoJSON"),
)  # fmt: skip
GEOJSON: Final = "geojson"
CSV: Final = FORMATS[0]
_BY_NUMBER: Final = {one.number: one for one in FORMATS}


def formats_of(kinds: Sequence[str]) -> tuple[Format, ...]:
    """Return the formats of a dataset whose columns are of these kinds."""
    has_places = set(kinds) >= PLACES
    return tuple(one for one in FORMATS if has_places or one.form != GEOJSON)


def resource_id(dataset: UUID, form: Format) -> str:
    """Return the id of a resource: its dataset's with the format's number in the last sign."""
    return str(UUID(int=dataset.int ^ form.number))


def datasets_named(text: str) -> dict[UUID, Format]:
    """Return which datasets a resource's id may belong to, and the format it then is."""
    try:
        told = UUID(text) if len(text) <= 45 else None
    except ValueError:
        return {}
    return {UUID(int=told.int ^ number): form for number, form in _BY_NUMBER.items()} if told else {}


def dataset_id(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) <= 45 else None
    except ValueError:
        return None


def moment(at: datetime | None) -> str | None:
    """Return a time as CKAN writes it: of UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") if at else None


@dataclass(frozen=True, slots=True)
class LicenceTold:
    id: str
    title: str
    url: str
    is_open: bool


LICENCES: Final = {
    one.value: LicenceTold(one.value, title, LICENCE_ADDRESSES.get(one, ""), one is not Licence.AGREEMENT)
    for one, title in (
        (Licence.CC_BY, "Creative Commons Attribution 4.0 International (知识共享 署名 4.0)"),
        (Licence.CC0, "CC0 1.0 Universal (知识共享 公共领域贡献)"),
        (Licence.MULAN, "Mulan Open Works License, Attribution, v1 (木兰开放作品许可协议 署名)"),
        (Licence.AGREEMENT, "By agreement with the publisher (按开放协议使用)"),
    )
}
