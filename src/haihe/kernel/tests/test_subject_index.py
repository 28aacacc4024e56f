"""Entries of a subject index come back from bytes as they went in."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.subject_index import (
    META_KEY,
    Entry,
    FieldValue,
    IndexMeta,
    decode_entry,
    decode_meta,
    encode_entry,
    encode_meta,
)

fields = st.dictionaries(st.text(max_size=12), st.none() | st.integers(-(2**60), 2**60) | st.text(max_size=20))
name_keys = st.just(b"") | st.binary(min_size=8, max_size=8)


@given(st.booleans(), name_keys, fields)
def test_an_entry_survives(in_doubt: bool, name_key: bytes, given_fields: dict[str, FieldValue]) -> None:
    encoded = encode_entry(in_doubt, name_key, given_fields)
    assert decode_entry(encoded) == Entry(in_doubt, name_key, given_fields)
    assert decode_entry(memoryview(encoded)) == Entry(in_doubt, name_key, given_fields)


def test_a_name_key_of_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        encode_entry(False, b"short", {})


@given(st.datetimes(timezones=st.just(UTC)), st.integers(0, 2**40), st.lists(st.text(max_size=9), max_size=5))
def test_meta_survives(as_of: datetime, rows: int, names: list[str]) -> None:
    meta = IndexMeta(resource="120012/000001", snapshot="s1", as_of=as_of, rows=rows, fields=tuple(names))
    assert decode_meta(encode_meta(meta)) == meta


def test_meta_needs_a_time_zone() -> None:
    meta = IndexMeta(resource="r", snapshot="s", as_of=datetime(2026, 1, 1), rows=0, fields=())  # noqa: DTZ001 - a time without zone is what is refused
    with pytest.raises(ValueError, match="time zone"):
        encode_meta(meta)


def test_meta_can_never_be_taken_for_a_subject() -> None:
    assert len(META_KEY) != 16


@given(st.binary(max_size=30))
def test_rubbish_is_an_error_not_an_entry(rubbish: bytes) -> None:
    try:
        entry = decode_entry(rubbish)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    assert isinstance(entry.in_doubt, bool)
