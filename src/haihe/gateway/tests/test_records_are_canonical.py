"""What the journal keeps is RFC 8785 to the byte, so the ledger's hashes can be made again by anybody."""

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from haihe.gateway.record import Record, encode_record, timestamp

texts = st.none() | st.text(st.characters(codec="utf-8"), max_size=20)
NAMES = [name for name in Record.__struct_fields__ if name not in ("fields", "v")]


@given(st.fixed_dictionaries(dict.fromkeys(NAMES, texts)), st.lists(st.text(max_size=5), max_size=3))
def test_the_bytes_are_canonical(values: dict[str, str | None], claims: list[str]) -> None:
    record = Record(**values, fields=tuple(claims))  # type: ignore[arg-type]  # any text may stand anywhere
    expected = {**values, "fields": claims, "v": 1}
    assert encode_record(record) == rfc8785.dumps(expected)


@given(st.integers(0, 4_000_000_000_000))
def test_times_are_utc_with_milliseconds(milliseconds: int) -> None:
    from datetime import UTC, datetime, timedelta

    text = timestamp((milliseconds + 0.5) / 1000)
    assert datetime.fromisoformat(text) == datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
    assert len(text) == 24
    assert text.endswith("Z")
