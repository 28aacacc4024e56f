"""Whether a stream is read many rows at once or one by one: the same rows, the same damage, the same blank lines."""

import io
from collections.abc import Iterator

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from haihe.data.exchange.formats.arrow_stream.format import ARROW_STREAM
from haihe.data.exchange.ports import Batch, Reading, Record
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import RELIEF

SCHEMA = replace(rules_of(RELIEF), columns=rules_of(RELIEF).columns[:3], cross_rules=(), key=())
TITLES = [column.title for column in SCHEMA.columns]
ODD = ["", " ", "\u3000", "\u00a0", "\u2003 ", "王小明", "12", "a\tb", "a\nb", "\x00", "\x1f", "\x7f", "\ufffd字"]
CELLS = st.one_of(st.none(), st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=4))
TEXTS = st.lists(CELLS, min_size=7, max_size=7).map(lambda cells: pa.array(cells, pa.string()))
COLUMNS = st.lists(st.one_of(TEXTS, st.just(pa.array(range(7)))), min_size=3, max_size=3)


class Source:
    """A received file in memory."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __call__(self) -> Iterator[bytes]:
        return iter([self._content])

    def file(self) -> io.BytesIO:
        return io.BytesIO(self._content)


def opened(columns: list[pa.Array]) -> Reading:
    table = pa.Table.from_arrays(columns, TITLES)
    content = io.BytesIO()
    with pa.ipc.new_stream(content, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(table, max_chunksize=3)
    return ARROW_STREAM.open(Source(content.getvalue()), SCHEMA)


def records_of(batch: Batch) -> list[Record]:
    return [*(batch.record(place) for place in range(len(batch.lines))), *batch.damaged]


@given(COLUMNS)
def test_both_ways_give_the_same(columns: list[pa.Array]) -> None:
    one_by_one, at_once = opened(columns), opened(columns)
    assert at_once.pieces is not None

    expected = list(one_by_one.records)
    batches = [batch for piece in at_once.pieces for batch in piece()]
    found = sorted((record for batch in batches for record in records_of(batch)), key=lambda record: record.line)

    assert found == expected
    assert at_once.tally.blank_lines == one_by_one.tally.blank_lines
    for batch in batches:
        assert batch.again is not None
        wanted = {record.line for record in records_of(batch)}
        again = batch.again(wanted)
        assert sorted(again, key=lambda record: record.line) == [record for record in expected if record.line in wanted]
