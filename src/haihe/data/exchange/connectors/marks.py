"""How far a source has been read: the highest value of its watermark column, and which rows near it are known already.

A row may be committed later than its watermark value says, and several rows may share the highest value. So each fetch
looks back by the overlap, and leaves out what the last one has seen: the rows of that stretch are remembered as keyed
hashes, as often as they stood there. None is lost and none comes twice.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import uuid4

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.ports import Memory
from haihe.data.exchange.connectors.rows import Row

_HASH_BYTES: Final = 16
_SEPARATOR: Final = b"\x1f"
_DAY_S: Final = 86_400

type Value = datetime | date | Decimal | str


@dataclass(frozen=True, slots=True)
class Mark:
    """`seen` names the file that holds the hashes of the stretch before `value`."""

    value: Value
    seen: str

    def written(self) -> str:
        return json.dumps({"kind": _kind_of(self.value), "value": _text_of(self.value), "seen": self.seen})

    @classmethod
    def read(cls, text: str) -> "Mark":
        """Raises: FetchFailed where the settings have changed their kind since."""
        try:
            told = json.loads(text)
            return cls(_READERS[told["kind"]](told["value"]), told["seen"])
        except (ValueError, KeyError, TypeError, InvalidOperation):
            raise FetchFailed(Fault.SETTINGS_WRONG, "watermark") from None


def value_of(found: object) -> Value:
    """Return a column's highest value as a mark can hold it. Raises: FetchFailed where the column can't be one."""
    if isinstance(found, datetime | date | str):
        return found
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        return Decimal(found)
    raise FetchFailed(Fault.SETTINGS_WRONG, "watermark")


def back(value: Value, overlap: int) -> datetime | date | Decimal | int | str:
    """Return where a fetch begins, as the database is asked: a whole number as one, or no index would serve."""
    if isinstance(value, datetime):
        return value - timedelta(seconds=overlap)
    if isinstance(value, date):
        return value - timedelta(days=-(-overlap // _DAY_S))
    if isinstance(value, str):
        return value
    begin = value - overlap
    return int(begin) if begin == begin.to_integral_value() else begin


class Seen:
    """The rows of a stretch, each as often as it stood there."""

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self._left = Counter(hashes)

    @classmethod
    def kept(cls, memory: Memory, name: str) -> "Seen":
        """Read what was kept; nothing where the file is gone, and then rows of the stretch come once more."""
        file = memory.folder / name
        content = file.read_bytes() if name and file.is_file() else b""
        return cls(content[at : at + _HASH_BYTES] for at in range(0, len(content), _HASH_BYTES))

    def __bool__(self) -> bool:
        return bool(self._left)

    def new(self, rows: Sequence[Row], memory: Memory) -> list[Row]:
        """Return the rows that weren't there before."""
        return [row for row in rows if not self.take(row, memory)]

    def take(self, row: Row, memory: Memory) -> bool:
        """Say whether the row was there before, as often as it stood there."""
        key = hash_of(row, memory)
        if self._left[key] <= 0:
            return False
        self._left[key] -= 1
        return True


def keep_seen(batches: Iterable[Sequence[Row]], memory: Memory) -> str:
    """Write the hashes of a stretch; returns the file's name."""
    name = f"seen-{uuid4().hex}"
    with (memory.folder / name).open("wb") as file:
        for rows in batches:
            file.write(b"".join(hash_of(row, memory) for row in rows))
    return name


def hash_of(row: Row, memory: Memory) -> bytes:
    return memory.keyed(_SEPARATOR.join(b"\x00" if cell is None else b"\x01" + cell.encode() for cell in row))


def _kind_of(value: Value) -> str:
    return next(name for name, kind in _KINDS if isinstance(value, kind))


def _text_of(value: Value) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_KINDS: Final[tuple[tuple[str, type], ...]] = (
    ("moment", datetime),
    ("day", date),
    ("number", Decimal),
    ("text", str),
)
_READERS: Final[dict[str, Any]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "number": Decimal,
    "text": str,
}
