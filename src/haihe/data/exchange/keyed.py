"""Keyed hashes of identity numbers and names, for many rows at once: what of them may stand open in lake and index."""

from collections.abc import Callable, Sequence

import pyarrow as pa

from haihe.data.exchange.rules import Personal, RegisterSchema
from haihe.kernel.keyring import SUBJECT_KEY_BYTES, Keyring
from haihe.kernel.subject_index import NAME_KEY_BYTES

SUBJECT = "subject"


def key_field(field: str) -> str:
    """Return the name of the column that holds a field's keyed hash."""
    return f"{field}_key"


def open_columns(schema: RegisterSchema) -> list[str]:
    """Return the columns that stand open in a snapshot: keyed hashes, and whatever isn't personal."""
    subject = [SUBJECT] if schema.subject else []
    keyed = [key_field(column.field) for column in schema.keyed_columns]
    return ["line", *subject, *keyed, *(column.field for column in schema.plain_columns)]


def hidden_columns(schema: RegisterSchema) -> list[str]:
    """Return the columns that stand encrypted, in a file of their own."""
    return ["line", *(column.field for column in schema.sealed_columns)]


class RowKeys:
    """Makes the keyed columns of rows. May be used by several threads at once."""

    def __init__(self, schema: RegisterSchema, keyring: Keyring) -> None:
        self._subject = schema.subject
        self._keyed = schema.keyed_columns
        self._subject_keys = keyring.subject_keys
        self._name_keys: Callable[[Sequence[str]], list[bytes]] = lambda names: [keyring.name_key(one) for one in names]

    def of(self, rows: pa.RecordBatch) -> dict[str, pa.Array]:
        """Return the subject's key and those of the other keyed columns; null where a value is."""
        made: dict[str, pa.Array] = {}
        if self._subject is not None:
            made[SUBJECT] = _hashed(rows.column(self._subject.field), self._subject_keys, SUBJECT_KEY_BYTES)
        for column in self._keyed:
            distinct = rows.column(column.field)
            if not pa.types.is_dictionary(distinct.type):
                distinct = distinct.dictionary_encode()
            if column.personal is Personal.NAME:
                keys = _hashed(distinct.dictionary, self._name_keys, NAME_KEY_BYTES)
            else:
                keys = _hashed(distinct.dictionary, self._subject_keys, SUBJECT_KEY_BYTES)
            made[key_field(column.field)] = keys.take(distinct.indices)
        return made


def _hashed(values: pa.StringArray, make: Callable[[Sequence[str]], list[bytes]], size: int) -> pa.Array:
    known = values.drop_null() if values.null_count else values
    keys = pa.py_buffer(b"".join(make(known.to_pylist())))
    hashed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(size), len(known), [None, keys])
    if not values.null_count:
        return hashed
    places = pa.compute.cumulative_sum(pa.compute.cast(values.is_valid(), pa.int64()))
    return hashed.take(pa.compute.if_else(values.is_valid(), pa.compute.subtract(places, 1), None))
