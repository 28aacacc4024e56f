"""The footer of a Parquet file, taken apart so that row groups can move from one file to another.

It is one struct in Thrift's compact protocol, written by our own Parquet library. Everything in it is kept as it
stands, known to us or not; only what says where pages lie is changed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

MAGIC: Final = b"PAR1"
_LENGTH_BYTES: Final = 4
_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 12
_NUMBERS: Final = (4, 5, 6)
_DOUBLE_BYTES: Final = 8
_SHORT: Final = 15
# Fields of FileMetaData, RowGroup, ColumnChunk and ColumnMetaData (parquet.thrift).
_NUM_ROWS, _ROW_GROUPS = 3, 4
_COLUMNS, _GROUP_ROWS, _GROUP_OFFSET, _ORDINAL = 1, 3, 5, 7
_CHUNK_OFFSETS: Final = (2, 4, 6)
_COLUMN_META: Final = 3
_PAGE_OFFSETS: Final = (9, 10, 11, 14)

type Struct = dict[int, tuple[int, Any]]
"""Fields by number, each with its type: numbers, bytes, structs, or lists as a pair of element type and elements."""


class FooterError(ValueError):
    """The bytes are no footer that we know how to move."""


@dataclass(frozen=True, slots=True)
class TakenApart:
    """A Parquet file in memory: its pages, which began at the place of the first one, and its footer."""

    pages: memoryview
    footer: Struct

    @property
    def groups(self) -> list[Struct]:
        groups: list[Struct] = self.footer[_ROW_GROUPS][1][1]
        return groups


def take_apart(file: bytes) -> TakenApart:
    """Return the pages and the footer of a whole file. Raises: FooterError."""
    behind = len(file) - _LENGTH_BYTES - len(MAGIC)
    size = int.from_bytes(file[behind : behind + _LENGTH_BYTES], "little")
    if not file.startswith(MAGIC) or not file.endswith(MAGIC) or not 0 < size <= behind - len(MAGIC):
        raise FooterError("no Parquet file")
    start = behind - size
    try:
        footer = _Reader(file[start:behind]).struct()
    except (IndexError, KeyError) as damage:
        raise FooterError("no footer") from damage
    return TakenApart(memoryview(file)[len(MAGIC) : start], footer)


def rows_of(group: Struct) -> int:
    """Return how many rows a row group has."""
    return int(group[_GROUP_ROWS][1])


def moved(group: Struct, by: int, ordinal: int) -> bytes:
    """Return a row group whose pages lie so many bytes further on, as the one of this number in its file.

    As it will be written, since hundreds of them taken apart would be looked through by every collection of garbage.
    """
    chunks = [_moved_chunk(chunk, by) for chunk in group[_COLUMNS][1][1]]
    there = _shifted(group, (_GROUP_OFFSET,), by)
    out = bytearray()
    _write_struct(out, there | {_COLUMNS: (_LIST, (_STRUCT, chunks)), _ORDINAL: (_NUMBERS[0], ordinal)})
    return bytes(out)


def with_groups(footer: Struct, groups: list[bytes], rows: int) -> bytes:
    """Return the end of a file with these row groups and otherwise this footer, its length and mark behind it."""
    whole = footer | {_NUM_ROWS: (_NUMBERS[2], rows), _ROW_GROUPS: (_LIST, (_STRUCT, groups))}
    out = bytearray()
    _write_struct(out, whole)
    return bytes(out) + len(out).to_bytes(_LENGTH_BYTES, "little") + MAGIC


def _moved_chunk(chunk: Struct, by: int) -> Struct:
    kind, meta = chunk[_COLUMN_META]
    return _shifted(chunk, _CHUNK_OFFSETS, by) | {_COLUMN_META: (kind, _shifted(meta, _PAGE_OFFSETS, by))}


def _shifted(struct: Struct, fields: tuple[int, ...], by: int) -> Struct:
    """Move the offsets that are there; 0 says that there is no such page."""
    there = {field: struct[field] for field in fields if field in struct and struct[field][1]}
    return struct | {field: (kind, value + by) for field, (kind, value) in there.items()}


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._read: dict[int, Callable[[], Any]] = {
            _TRUE: lambda: True,
            _FALSE: lambda: False,
            _BYTE: lambda: self._bytes(1),
            **dict.fromkeys(_NUMBERS, self._number),
            _DOUBLE: lambda: self._bytes(_DOUBLE_BYTES),
            _BINARY: lambda: self._bytes(self._varint()),
            _LIST: self._list,
            _SET: self._list,
            _STRUCT: self.struct,
        }

    def struct(self) -> Struct:
        found: Struct = {}
        field = 0
        while (head := self._byte()) != _STOP:
            field = field + (head >> 4) if head >> 4 else self._number()
            found[field] = head & 0x0F, self._read[head & 0x0F]()
        return found

    def _list(self) -> tuple[int, list[Any]]:
        head = self._byte()
        size = head >> 4
        count = self._varint() if size == _SHORT else size
        kind = head & 0x0F
        # Flags in a list are bytes of their own.
        read = self._byte if kind in (_TRUE, _FALSE) else self._read[kind]
        return kind, [read() for _ in range(count)]

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, count: int) -> bytes:
        self._at += count
        if self._at > len(self._data):
            raise IndexError
        return self._data[self._at - count : self._at]

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def _number(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)


def _write_struct(out: bytearray, struct: Struct | bytes) -> None:
    if isinstance(struct, bytes):
        out += struct
        return
    before = 0
    for field, (kind, value) in sorted(struct.items()):
        step = field - before
        if 0 < step <= _SHORT:
            out.append(step << 4 | kind)
        else:
            out.append(kind)
            out += _number(field)
        _WRITE[kind](out, value)
        before = field
    out.append(_STOP)


def _write_list(out: bytearray, value: tuple[int, list[Any]]) -> None:
    kind, elements = value
    out.append(min(len(elements), _SHORT) << 4 | kind)
    if len(elements) >= _SHORT:
        out += _varint(len(elements))
    write = _write_flag if kind in (_TRUE, _FALSE) else _WRITE[kind]
    for element in elements:
        write(out, element)


def _write_flag(out: bytearray, value: int) -> None:
    out.append(value)


def _write_nothing(_out: bytearray, _value: bool) -> None:
    """A flag's value is its type."""


def _write_bytes(out: bytearray, value: bytes) -> None:
    out += value


def _write_text(out: bytearray, value: bytes) -> None:
    out += _varint(len(value))
    out += value


def _write_number(out: bytearray, value: int) -> None:
    out += _number(value)


_WRITE: Final[dict[int, Callable[[bytearray, Any], None]]] = {
    _TRUE: _write_nothing,
    _FALSE: _write_nothing,
    _BYTE: _write_bytes,
    **dict.fromkeys(_NUMBERS, _write_number),
    _DOUBLE: _write_bytes,
    _BINARY: _write_text,
    _LIST: _write_list,
    _SET: _write_list,
    _STRUCT: _write_struct,
}


def _number(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    return bytes(_sevens(value))


def _sevens(value: int) -> Iterator[int]:
    while value > 0x7F:
        yield value & 0x7F | 0x80
        value >>= 7
    yield value
