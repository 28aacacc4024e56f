"""Entries packed many at once are the bytes that one entry at a time would have."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.packing import Packer
from haihe.kernel.subject_index import encode_entry

texts = st.one_of(st.none(), st.text(max_size=40), st.sampled_from(["在保", "x" * 300, "字" * 30_000]))
numbers = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.integers(-200, 70_000))
rows = st.lists(st.tuples(st.booleans(), st.one_of(st.none(), st.binary(min_size=8, max_size=8)), texts, numbers))


@given(rows, st.booleans(), st.integers(0, 20))
def test_any_rows_are_packed_like_single_ones(
    drawn: list[tuple[bool, bytes | None, str | None, int | None]], named: bool, more: int
) -> None:
    fields = ["status", "size", *(f"more_{number}" for number in range(more))]
    in_doubt, names, first, second = ([row[place] for row in drawn] for place in range(4))
    values = [pa.array(first, pa.string()), pa.array(second, pa.int64()), *([pa.array(first, pa.string())] * more)]
    keys = pa.array(names, pa.binary(8)) if named else None
    packed = Packer(fields).pack(keys, values, pa.array(in_doubt, pa.bool_()))
    expected = []
    for doubt, name, text, number in drawn:
        held = dict(zip(fields, [text, number, *[text] * more], strict=True))
        key = name or b"" if named else b""
        expected.append(encode_entry(True, b"", {}) if doubt else encode_entry(False, key, held))
    assert packed.to_pylist() == expected
