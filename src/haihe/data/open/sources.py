"""Where the rows of a dataset come from: the current snapshot of its entry in the exchange, or what a demo makes up."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from haihe.data.exchange import api as exchange
from haihe.data.open.columns import OpenColumn
from haihe.data.open.errors import NoTable

ARROW: Final[Mapping[str, pa.DataType]] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("ms"),
    "boolean": pa.bool_(),
    "longitude": pa.float64(),
    "latitude": pa.float64(),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A state of the rows that never changes: `read` gives the columns asked for, in order."""

    snapshot: str
    as_of: datetime
    rows: int
    read: Callable[[Collection[str]], pa.Table]


type Provider = Callable[[str, str], Source | None]
_PROVIDERS: Final[list[Provider]] = []


def register_source(provider: Provider) -> None:
    """Let a provider answer for entries that were never fed; it is given (code, snapshot or "")."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)


def source_of(code: str, *, snapshot: str = "") -> Source:
    """Return the current rows of an entry, or of that snapshot where a provider still makes it.

    Raises: NoTable.
    """
    fed = exchange.latest_snapshot(code)
    if fed is not None and snapshot in ("", fed.id):
        return Source(fed.id, fed.as_of, fed.row_count, lambda names: _rows_of(fed, names))
    for provider in _PROVIDERS:
        if (found := provider(code, snapshot)) is not None:
            return found
    raise NoTable(_("这个资源还没有可用的数据，请先在“数据汇集”中报送。"))


def has_source(code: str) -> bool:
    with suppress(NoTable):
        return bool(source_of(code).snapshot)
    return False


def typed(table: pa.Table, columns: Collection[OpenColumn]) -> pa.Table:
    """Return the columns in order, each as its kind is kept; what isn't there is empty, and no text holds NUL.

    Raises: NoTable where values can't be read as what the column is said to be.
    """
    arrays = []
    for column in columns:
        wanted = ARROW[column.kind]
        values = table[column.name] if column.name in table.schema.names else pa.nulls(table.num_rows, wanted)
        try:
            arrays.append(_without_nul(values.cast(wanted)))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise NoTable(
                _("“%(column)s”中的值和登记的类型不符，请先改正目录或者数据。") % {"column": column.title}
            ) from None
    return pa.table(arrays, names=[column.name for column in columns])


def _without_nul(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take out what many programs take for the end of a text: they would each see another one."""
    if not pa.types.is_string(values.type) or not pc.any(pc.match_substring(values, "\x00")).as_py():
        return values
    return pc.replace_substring(values, "\x00", "")


def _rows_of(snapshot: exchange.SnapshotInfo, names: Collection[str]) -> pa.Table:
    try:
        batches = list(exchange.read_rows(snapshot, tuple(names)))
    except (exchange.UnknownField, exchange.SnapshotDamaged):
        raise NoTable(_("数据快照缺少登记的信息项，或者没有通过校验；请重新报送。")) from None
    table = pa.Table.from_batches(batches) if batches else pa.table({name: pa.nulls(0) for name in names})
    return table.select(list(names))
