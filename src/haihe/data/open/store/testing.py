"""Made-up rows with everything that may stand in one, and a folder to build from them."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from haihe.data.open.store.building import build
from haihe.data.open.store.columns import ROW_ID, Column
from haihe.data.open.store.manifest import ROWS, Manifest

COLUMNS = (
    Column("name", "机构名称", "Name", "text"),
    Column("district", "所在区", "District", "text", filterable=True),
    Column("beds", "床位数", "Beds", "integer", filterable=True),
    Column("area", "建筑面积", "Area", "decimal"),
    Column("opened", "批准日期", "Opened", "date", filterable=True),
    Column("changed", "更新时间", "Changed", "datetime"),
    Column("is_public", "是否公立", "Public", "boolean", filterable=True),
    Column("lon", "经度", "Longitude", "longitude"),
    Column("lat", "纬度", "Latitude", "latitude"),
    Column('代码 "x",1', "代码", "Code", "text", filterable=True),
)
NAMES = (
    "天津市第一中心医院",
    "海河诊所",
    "ＡＢＣ 口腔门诊",
    "=cmd|' /C calc'!A0",
    "-5",
    "+86 22",
    "@SUM(A1)",
    'a "quoted", name',
    "two\nlines",
    "back\\slash",
    "100%",
    "under_score",
    "<script>alert(1)</script>",
    "'; DROP TABLE rows; --",
    "",
    " ",
    "😀 乐园",
    "\u3000＝1+1",
    "abc",
    "ABC",
    "\u200b",
    "a\tb",
    "&amp;",
    "车站\r\n北",
)
DISTRICTS = ("和平区", "河东区", "南开区", "滨海新区")
CODES = ("0012", "120101", "91120000123456789X", "123456789012345678", "é", "e\u0301")
_KINDS = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "longitude": pa.float64(),
    "latitude": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "boolean": pa.bool_(),
}
type Row = tuple[Any, ...]


def made_up_rows(count: int, *, seed: int = 7) -> list[Row]:
    """Return rows of `COLUMNS`, their id in front; any cell may be missing."""
    chance = random.Random(seed)  # noqa: S311 - rows, no secrets

    def maybe(value: object) -> object:
        return None if chance.random() < 0.1 else value

    return [
        (
            n * 3 + 1,
            maybe(chance.choice(NAMES)),
            maybe(chance.choice(DISTRICTS)),
            maybe(chance.choice((0, -1, 7, 20, 20, 300, 2**53 + 1, -(2**63), 2**63 - 1))),
            maybe(chance.choice((0.0, -1.5, 0.1, 1e-9, 38.624140000000004, 1e300))),
            maybe(date(2020, 1, 1) + timedelta(days=chance.randrange(0, 900, 30))),
            maybe(datetime(2026, 1, 1) + timedelta(seconds=chance.randrange(0, 10**7, 86_399))),  # noqa: DTZ001 - local
            maybe(chance.random() < 0.5),
            maybe(116.7 + chance.randrange(100) / 64),
            maybe(38.6 + chance.randrange(100) / 64),
            maybe(chance.choice(CODES)),
        )
        for n in range(count)
    ]


def write_rows(folder: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write rows.parquet into the folder, which is made."""
    folder.mkdir(parents=True)
    schema = pa.schema([(ROW_ID, pa.int64()), *((column.name, _KINDS[column.kind]) for column in columns)])
    cells = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(each, field.type) for each, field in zip(cells, schema, strict=True)]
    pq.write_table(pa.table(arrays, schema=schema), folder / ROWS)


def made_up_version(folder: Path, count: int = 400, *, columns: Sequence[Column] = COLUMNS) -> Manifest:
    """Build a version of made-up rows, so finely indexed that full text leaves some of them out."""
    write_rows(folder, columns, made_up_rows(count))
    return build(folder, columns, origin={"snapshot": "made-up"}, block_rows=4)
