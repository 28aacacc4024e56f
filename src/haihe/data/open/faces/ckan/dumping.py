"""All rows of a resource, or some, in one stream, in the formats of CKAN's dump."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import msgspec

from haihe.data.open.faces.ckan.asking import Asked
from haihe.data.open.faces.ckan.rows import Field, Wanted, fields_of, page_of, pages_of, wanted_of, written
from haihe.data.open.faces.conditional import Rows
from haihe.data.open.models.reads import ReadKind

PLAIN: Final = ("resource_id", "id", "format", "bom")
_AT_ONCE: Final = 2000
_ALL: Final = 2**62
_BOM: Final = "\ufeff".encode()
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
type Pages = Iterator[list[tuple[Any, ...]]]
type Write = Callable[[Sequence[Field], Pages], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class DumpFormat:
    """A format with its media type; the end of a file's name is the format's own."""

    media_type: str
    write: Write


def dumped(asked: Asked, rows: Rows, form: str, *, now: datetime) -> Iterator[bytes]:
    """Return the pieces of the file. Raises: ValidationError, SearchError."""
    store = rows.store
    begins = _BOM if asked.flag("bom") and form in ("csv", "tsv") else b""
    if form == "csv" and not set(asked.values) - set(PLAIN):
        rows.keep(ReadKind.EXPORT, [column.name for column in store.columns], store.manifest.rows, now=now)
        return _behind(begins, store.export(None, "csv"))
    wanted = wanted_of(asked, store, usual=_ALL, most=_ALL)
    limit = asked.integer("limit", _ALL, most=_ALL)
    whole = Wanted(wanted.where, wanted.chosen, wanted.order, limit, wanted.offset)
    if rows.grant is not None:
        count = page_of(store, replace(whole, limit=0), counts=True).total or 0
        rows.keep(ReadKind.EXPORT, [column.name for column in store.columns], min(limit, count), now=now)
    fields = fields_of(rows.version, store, whole.chosen)
    return _behind(begins, FORMATS[form].write(fields, pages_of(store, whole, rows=_AT_ONCE)))


def _behind(begins: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if begins:
        yield begins
    yield from pieces


def _separated(separator: str) -> Write:
    def write(fields: Sequence[Field], rows: Pages) -> Iterator[bytes]:
        yield written([[field["id"] for field in fields]], separator=separator).encode()
        for part in rows:
            yield written(part, separator=separator).encode()

    return write


def _json(fields: Sequence[Field], rows: Pages) -> Iterator[bytes]:
    yield b'{\n  "fields": ' + msgspec.json.encode(list(fields)) + b',\n  "records": ['
    is_first = True
    for part in rows:
        for row in part:
            yield (b"\n    " if is_first else b",\n    ") + msgspec.json.encode(row)
            is_first = False
    yield b"\n]}\n"


def _xml(fields: Sequence[Field], rows: Pages) -> Iterator[bytes]:
    """A row's cells stand in elements named by their field, where it can be an element's name."""
    names = [field["id"] for field in fields]
    yield b'<data xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
    for part in rows:
        yield "".join(_row(names, row) for row in part).encode()
    yield b"</data>\n"


def _row(names: Sequence[str], row: Sequence[Any]) -> str:
    told = dict(zip(names, row, strict=True))
    begin = f'<row _id="{told["_id"]}">' if "_id" in told else "<row>"
    cells = "".join(_cell(name, value) for name, value in told.items() if name != "_id")
    return f"{begin}{cells}</row>\n"


def _cell(name: str, value: Any) -> str:
    element, told = (name, "") if re.fullmatch(r"[A-Za-z_][\w.-]*", name) else ("value", f" name={quoteattr(name)}")
    if value is None:
        return f'<{element}{told} xsi:nil="true" />'
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{element}{told}>{escape(_NOT_IN_XML.sub('', text))}</{element}>"


FORMATS: Final = {
    "csv": DumpFormat("text/csv; charset=utf-8", _separated(",")),
    "tsv": DumpFormat("text/tab-separated-values; charset=utf-8", _separated("\t")),
    "json": DumpFormat("application/json; charset=utf-8", _json),
    "xml": DumpFormat("text/xml; charset=utf-8", _xml),
}
