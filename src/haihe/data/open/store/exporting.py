"""Whole files of any size, made while they are taken.

The engine makes each row's text, a batch of rows is one piece of memory, and that piece goes out as it is: Python never
looks at a row. What names a column or an address is a bound value here too.
"""

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from haihe.data.open.store.columns import CITY_OFFSET, NUMBERS, ROW_ID, Column, point_of
from haihe.data.open.store.engine import Engine
from haihe.data.open.store.sql import AT_ANY_TIME, Sql, column_name
from haihe.data.open.store.workbook import SheetRows, workbook

_BATCH = 4_096
"""What these rows are as text is copied in one go, while no other thread has its turn: so no more of them."""
_PARQUET_GROUP = 122_880
_XSD = "http://www.w3.org/2001/XMLSchema#"
_BOM = "\ufeff".encode()
_BLANK = r"[\t-\r\x1c-\x20\x{85}\p{Z}]*"
_FORMULA = rf"^{_BLANK}[=+\-@＝＋－＠]"
_LONG_NUMBER = rf"^{_BLANK}\p{{Nd}}{{12,}}{_BLANK}$"
_NOT_IN_XML = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_LONGEST_CELL = 32_767
_EXACT_IN_SHEETS = 10**15


@dataclass(frozen=True, slots=True)
class Form:
    """A format of files: its media type and the end of a file's name."""

    media_type: str
    ending: str


FORMS: Final = {
    "csv": Form("text/csv; charset=utf-8", "csv"),
    "json": Form("application/json", "json"),
    "jsonl": Form("application/jsonl", "jsonl"),
    "geojson": Form("application/geo+json", "geojson"),
    "nt": Form("application/n-triples", "nt"),
    "parquet": Form("application/vnd.apache.parquet", "parquet"),
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}


@dataclass(frozen=True, slots=True)
class _Source:
    engine: Engine
    table: str
    where: Sql
    columns: Sequence[Column]

    def texts(self, row: Sql) -> Iterator[pa.StringArray]:
        """Yield each row's text, many at once."""
        for batch in self._batches(row, _BATCH):
            yield batch.column(0)

    def pieces(self, row: Sql) -> Generator[bytes]:
        for texts in self.texts(row):
            yield joined(texts)

    def _batches(self, selected: Sql, rows: int) -> Iterator[pa.RecordBatch]:
        statement = f"SELECT {selected.text} FROM {self.table} WHERE {self.where.text}"
        return self.engine.stream(statement, (*selected.values, *self.where.values), rows=rows)

    def tables(self) -> Iterator[pa.RecordBatch]:
        names = ", ".join(f"{_plain(place, column)}" for place, column in enumerate(self.columns))
        return self._batches(Sql(f"id, {names}"), _PARQUET_GROUP)


def exported(
    engine: Engine, table: str, where: Sql, columns: Sequence[Column], form: str, *, base: str, guard: bool
) -> Generator[bytes]:
    """Yield the file. Raises: KeyError for an unknown form; TooCostly."""
    source = _Source(engine, table, where, columns)
    makers: dict[str, Callable[[], Generator[bytes]]] = {
        "csv": lambda: _csv(source, guard=guard),
        "json": lambda: _json(source),
        "jsonl": lambda: source.pieces(_json_row(source.columns, end="\n")),
        "geojson": lambda: _geojson(source),
        "nt": lambda: source.pieces(_triples(source.columns, base)),
        "parquet": lambda: _parquet(source),
        "xlsx": lambda: _xlsx(source),
    }
    return makers[form]()


def joined(texts: pa.StringArray) -> bytes:
    """Return the texts of an array one behind the other, which is how they lie in memory. None may be null."""
    if not len(texts):
        return b""
    _, offsets, data = texts.buffers()
    wide = pa.types.is_large_string(texts.type)
    places = memoryview(offsets).cast("q" if wide else "i")
    return bytes(memoryview(data)[places[texts.offset] : places[texts.offset + len(texts)]])


def _plain(place: int, column: Column) -> str:
    name = column_name(place)
    return f"{name}::VARCHAR" if column.kind == "text" else name


def _written(place: int, column: Column) -> str:
    """Return a cell as text that needs no quoting beyond that of texts."""
    name = column_name(place)
    if column.kind == "datetime":
        return f"strftime({AT_ANY_TIME.format(name)}, '%Y-%m-%dT%H:%M:%S{CITY_OFFSET}')"
    return f"{name}::VARCHAR"


# CSV -----------------------------------------------------------------------------------------------------------------


def _csv(source: _Source, *, guard: bool) -> Generator[bytes]:
    """RFC 4180 with line ends as most programs write them; what is missing is empty, an empty text is "" in quotes."""
    names = [ROW_ID, *(column.name for column in source.columns)]
    heading = ",".join('"' + name.replace('"', '""') + '"' if set(name) & set(',"') else name for name in names)
    yield (_BOM if guard else b"") + heading.encode() + b"\n"
    cells = ["id::VARCHAR"]
    for place, column in enumerate(source.columns):
        cells.append(_csv_text(column_name(place), guard=guard) if column.kind == "text" else _written(place, column))
    yield from source.pieces(Sql(f"concat({", ',', ".join(cells)}, chr(10))"))


def _csv_text(name: str, *, guard: bool) -> str:
    text = f"{name}::VARCHAR"
    if guard:
        text = (
            f"CASE WHEN regexp_matches({text}, '{_FORMULA}') THEN '''' || {text} "
            f"WHEN regexp_matches({text}, '{_LONG_NUMBER}') THEN {text} || chr(9) ELSE {text} END"
        )
    special = " OR ".join(f"contains({name}::VARCHAR, {sign})" for sign in ("'\"'", "','", "chr(10)", "chr(13)"))
    return f"CASE WHEN {name} = '' OR {special} THEN '\"' || replace({text}, '\"', '\"\"') || '\"' ELSE {text} END"


# JSON ----------------------------------------------------------------------------------------------------------------


def _object(columns: Sequence[Column], *, without: Collection[int] = (), with_id: bool = True) -> Sql:
    cells, names = (["?, id"], [ROW_ID]) if with_id else ([], [])
    for place, column in enumerate(columns):
        if place not in without:
            cells.append(f"?::VARCHAR, {_json_value(place, column)}")
            names.append(column.name)
    return Sql(f"json_object({', '.join(cells)})", tuple(names))


def _json_value(place: int, column: Column) -> str:
    return _written(place, column) if column.kind in ("text", "date", "datetime") else column_name(place)


def _json_row(columns: Sequence[Column], *, end: str) -> Sql:
    row = _object(columns)
    return Sql(f"concat({row.text}::VARCHAR, ?::VARCHAR)", (*row.values, end))


def _json(source: _Source) -> Generator[bytes]:
    return _as_list(source.pieces(_json_row(source.columns, end=",\n")), b"[\n", b"\n]\n")


def _as_list(pieces: Generator[bytes], beginning: bytes, end: bytes) -> Generator[bytes]:
    """Yield the pieces, each ending with a comma, as a list: the last comma goes."""
    yield beginning
    kept = b""
    for piece in pieces:
        if kept:
            yield kept
        kept = piece
    yield kept[: -len(b",\n")] + end


def _geojson(source: _Source) -> Generator[bytes]:
    """RFC 7946: points where both coordinates are known, else features without geometry."""
    point, geometry = point_of(source.columns), "'null'"
    if point:
        longitude, latitude = map(column_name, point)
        geometry = (
            f"coalesce('{{\"type\":\"Point\",\"coordinates\":[' || {longitude} || ',' || {latitude} || ']}}', 'null')"
        )
    properties = _object(source.columns, without=point, with_id=False)
    row = Sql(
        f'concat(\'{{"type":"Feature","id":\', id, \',"geometry":\', {geometry}, \',"properties":\', '
        f"{properties.text}::VARCHAR, '}},', chr(10))",
        properties.values,
    )
    return _as_list(source.pieces(row), b'{"type":"FeatureCollection","features":[\n', b"\n]}\n")


# N-Triples -----------------------------------------------------------------------------------------------------------

_TYPES = {
    "integer": "integer",
    "decimal": "double",
    "longitude": "double",
    "latitude": "double",
    "date": "date",
    "datetime": "dateTime",
    "boolean": "boolean",
}


def _triples(columns: Sequence[Column], base: str) -> Sql:
    """One line for each cell that isn't missing: the row's address, the column's address, the value.

    Both stand behind `#` of what tells of the dataset, so that following them leads there.
    """
    safe = quote(base, safe=":/?#[]@!$&'()*+,;=%~")
    lines, values = [], []
    for place, column in enumerate(columns):
        cell = _written(place, column)
        if column.kind == "text":
            for sign, escaped in (("\\", "\\\\"), ('"', '\\"')):
                cell = f"replace({cell}, '{sign}', '{escaped}')"
            cell = f"replace(replace({cell}, chr(10), '\\n'), chr(13), '\\r')"
        kind = f"^^<{_XSD}{_TYPES[column.kind]}>" if column.kind in _TYPES else ""
        lines.append(f"coalesce(?::VARCHAR || id || ?::VARCHAR || {cell} || ?::VARCHAR, '')")
        values += [f"<{safe}#row-", f'> <{safe}#column-{quote(column.name, safe="")}> "', f'"{kind} .\n']
    return Sql(f"concat({', '.join(lines)})", tuple(values))


# Parquet and XLSX ----------------------------------------------------------------------------------------------------


def _parquet(source: _Source) -> Generator[bytes]:
    kinds = {"text": pa.string(), "integer": pa.int64(), "date": pa.date32(), "datetime": pa.timestamp("ms")}
    kinds |= dict.fromkeys(NUMBERS - {"integer"}, pa.float64()) | {"boolean": pa.bool_()}
    schema = pa.schema([(ROW_ID, pa.int64()), *((column.name, kinds[column.kind]) for column in source.columns)])
    sink = _Sink()
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        for batch in source.tables():
            arrays = [array.cast(field.type) for array, field in zip(batch.columns, schema, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            yield sink.taken()
    yield sink.taken()


class _Sink(BytesIO):
    """Takes what is written, and gives it away."""

    def __init__(self) -> None:
        super().__init__()
        self._before = 0

    def taken(self) -> bytes:
        piece = self.getvalue()
        self._before += len(piece)
        self.seek(0)
        self.truncate()
        return piece

    def tell(self) -> int:
        return self._before + super().tell()


def _xlsx(source: _Source) -> Generator[bytes]:
    names = [ROW_ID, *(column.name for column in source.columns)]
    cells = ["'<row><c><v>' || id || '</v></c>'", *(_cell(place, each) for place, each in enumerate(source.columns))]
    texts = source.texts(Sql(f"concat({', '.join(cells)}, '</row>')"))
    return workbook(names, (SheetRows(len(batch), joined(batch), batch) for batch in texts))


def _cell(place: int, column: Column) -> str:
    """Return a cell in the form in which a sheet keeps it: texts are texts there, so no formula can come of one."""
    name = column_name(place)
    match column.kind:
        case "integer":
            exact, as_text = f"'<c><v>' || {name} || '</v></c>'", _inline(f"{name}::VARCHAR")
            cell = f"CASE WHEN abs({name}::HUGEINT) < {_EXACT_IN_SHEETS} THEN {exact} ELSE {as_text} END"
        case "decimal" | "longitude" | "latitude":
            cell = f"'<c><v>' || {name} || '</v></c>'"
        case "boolean":
            cell = f"'<c t=\"b\"><v>' || {name}::INT || '</v></c>'"
        case "text":
            clean = f"left(regexp_replace({name}::VARCHAR, '{_NOT_IN_XML}', '', 'g'), {_LONGEST_CELL})"
            for sign, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
                clean = f"replace({clean}, '{sign}', '{escaped}')"
            cell = _inline(clean)
        case _:
            cell = _inline(_written(place, column))
    return f"coalesce({cell}, '<c/>')"


def _inline(text: str) -> str:
    return f"'<c t=\"inlineStr\"><is><t xml:space=\"preserve\">' || {text} || '</t></is></c>'"
