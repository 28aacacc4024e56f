"""Entries of a subject index, many at once: byte for byte what `encode_entry` makes of each.

Each distinct value of a field is encoded once, and the pieces are joined column by column.
"""

from collections.abc import Sequence

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from haihe.kernel.subject_index import NAME_KEY_BYTES, encode_entry

_encode = msgspec.msgpack.Encoder().encode
_NO_NAME = _encode(b"")
_NAME_HEAD = _encode(bytes(NAME_KEY_BYTES))[:-NAME_KEY_BYTES]
_FEW_FIELDS = 16
IN_DOUBT = encode_entry(True, b"", {})


class Packer:
    """Packs rows of a name key (or none) and the values of the fields, texts or whole numbers, in their order."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._names = [_encode(field) for field in fields]
        head = _encode(dict.fromkeys(map(str, range(len(fields)))))[: 1 if len(fields) < _FEW_FIELDS else 3]
        self._head = encode_entry(False, b"", {})[: -len(_NO_NAME) - 1]
        self._map = head

    def pack(self, names: pa.Array | None, values: Sequence[pa.Array], in_doubt: pa.BooleanArray) -> pa.BinaryArray:
        """Return the entries; those in doubt carry nothing."""
        count = len(in_doubt)
        pieces = [_repeated(self._head, count), _named(names, count), _repeated(self._map, count)]
        for name, column in zip(self._names, values, strict=True):
            pieces += [_repeated(name, count), _packed(column)]
        entries = pc.binary_join_element_wise(*pieces, pa.scalar(b"", pa.binary()))
        return pc.if_else(in_doubt, pa.scalar(IN_DOUBT, pa.binary()), entries)


def _repeated(piece: bytes, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(piece, pa.binary()), count)


def _named(names: pa.Array | None, count: int) -> pa.Array:
    if names is None:
        return _repeated(_NO_NAME, count)
    head, empty = pa.scalar(_NAME_HEAD, pa.binary()), pa.scalar(b"", pa.binary())
    keyed = pc.binary_join_element_wise(head, pc.cast(names, pa.binary()), empty)
    return pc.fill_null(keyed, pa.scalar(_NO_NAME, pa.binary()))


def _packed(column: pa.Array) -> pa.Array:
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode(null_encoding="encode")
    packed = pa.array([_encode(value) for value in encoded.dictionary.to_pylist()], pa.binary())
    return pc.fill_null(packed.take(encoded.indices), pa.scalar(_encode(None), pa.binary()))
