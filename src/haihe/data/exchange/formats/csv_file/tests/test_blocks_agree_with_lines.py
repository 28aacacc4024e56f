"""Cut by blocks or read line by line: the same rows, the same damage, the same numbers, whatever the file holds."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.data.exchange.batches import in_batches
from haihe.data.exchange.formats.csv_file.blocks import Shape
from haihe.data.exchange.formats.csv_file.records import rows
from haihe.data.exchange.formats.csv_file.stream import Stream
from haihe.data.exchange.formats.encoding import Encoding
from haihe.data.exchange.formats.lines import numbered_lines
from haihe.data.exchange.ports import Batch, Record, Tally
from haihe.data.exchange.testing import source_of

WIDTH = 3


def told(batches: list[Batch]) -> list[Record]:
    found = [batch.record(place) for batch in batches for place in range(len(batch.lines))]
    return sorted([*found, *(record for batch in batches for record in batch.damaged)], key=lambda one: one.line)


def by_lines(content: bytes, shape: Shape, bom: int) -> tuple[list[Record], int]:
    tally = Tally()
    lines = numbered_lines(source_of(content)(), Encoding(shape.encoding, 1, bom), tally)
    next(lines, None)
    found = rows(lines, delimiter=shape.delimiter, width=shape.width, tally=tally)
    return told(list(in_batches(found, shape.width))), tally.blank_lines


def by_blocks(
    content: bytes, shape: Shape, bom: int, *, block: int, piece: int
) -> tuple[list[Record], int, list[Batch]]:
    tally = Tally()
    source = source_of(content, piece_bytes=piece)
    pieces = Stream(source, Encoding(shape.encoding, 1, bom), shape, 1, tally, block_bytes=block).pieces()
    # Pieces may be cut by any thread, and so in any order.
    cut = [piece() for piece in reversed(list(pieces))]
    batches = [batch for found in reversed(cut) for batch in found]
    return told(batches), tally.blank_lines, batches


SHAPE = Shape("utf-8", ",", WIDTH, WIDTH)
dirt = ["", " ", "\t", '"', '""', '"a,b"', '"a\nb"', '="01"', "甲", "\ufffd", "\x00", "\x1a", "x\r", "é", "\ufeff"]
cells = st.one_of(st.sampled_from(dirt), st.text(max_size=4))
lines = st.one_of(
    st.lists(cells, min_size=WIDTH, max_size=WIDTH).map(",".join),
    st.lists(cells, max_size=5).map(",".join),
    st.just("甲,乙,丙"),
    st.sampled_from(["", ",,", ",,,", "　,,", "甲,乙,丙,", '"甲', "丙"]),
)
ends = st.sampled_from(["\n", "\r\n", "\n", "\r"])
files = st.lists(st.tuples(lines, ends).map("".join), max_size=40).map("".join)


@given(
    files,
    st.sampled_from(["utf-8", "gb18030"]),
    st.binary(max_size=3),
    st.integers(0, 400),
    st.integers(WIDTH, WIDTH + 1),
    st.integers(1, 200),
    st.integers(1, 50),
)
@settings(max_examples=300, deadline=None)
def test_any_file_is_read_alike(
    body: str, encoding: str, noise: bytes, at: int, full_width: int, block: int, piece: int
) -> None:
    shape = replace(SHAPE, encoding=encoding, full_width=full_width)
    written = body.encode(encoding, "replace")
    content = b"a,b,c\n" + written[:at] + noise + written[at:]
    expected, blank = by_lines(content, shape, 0)
    found, blank_found, batches = by_blocks(content, shape, 0, block=block, piece=piece)
    assert found == expected
    assert blank_found == blank
    for batch in batches:
        if batch.again is not None:
            rows_there = told([batch])
            assert batch.again([record.line for record in rows_there]) == rows_there


def test_a_mark_of_byte_order_at_the_start_of_a_block_is_part_of_its_cell() -> None:
    content = b"a,b,c\n1,x,y\n" + "\ufeff2,x,y\n".encode()
    expected, _ = by_lines(content, SHAPE, 0)
    assert by_blocks(content, SHAPE, 0, block=6, piece=6)[0] == expected


def test_rows_without_doubt_are_cut_at_once() -> None:
    content = b"a,b,c\n" + b"".join(b"%d,x,y\n" % number for number in range(1000))
    found, _, batches = by_blocks(content, SHAPE, 0, block=2000, piece=700)
    assert [record.line for record in found] == list(range(2, 1002))
    assert {batch.again is not None for batch in batches} == {True}


def test_one_quote_sends_no_more_than_its_neighbours_to_the_reader_of_lines() -> None:
    body = [b"%d,x,y\n" % number for number in range(1000)]
    body[500] = b'500,"x, y",y\n'
    _, _, batches = by_blocks(b"a,b,c\n" + b"".join(body), SHAPE, 0, block=1 << 20, piece=700)
    assert [len(batch.lines) for batch in batches] == [994, 6]


@pytest.mark.parametrize("length", [65_535, 65_536, 65_537, 70_000, 3_000_000])
def test_long_lines_are_damaged_alike(length: int) -> None:
    content = b"a,b,c\n1,x,y\n" + b"2," + b"x" * (length - 4) + b",y\n3,x,y\n"
    expected, _ = by_lines(content, SHAPE, 0)
    for block in (1000, 1 << 20, 1 << 23):
        assert by_blocks(content, SHAPE, 0, block=block, piece=1 << 16)[0] == expected
