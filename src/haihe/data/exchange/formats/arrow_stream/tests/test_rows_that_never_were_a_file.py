"""A connector's stream is read as it was written, and refused where it was cut off anywhere."""

import pytest

from haihe.data.exchange.formats.arrow_stream.format import ARROW_STREAM
from haihe.data.exchange.formats.testing import arrow_stream
from haihe.data.exchange.ports import Batch, Record
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import rules_of
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row, source_of

ROWS = [row(id_number(serial)) for serial in range(10)]
CONTENT = arrow_stream([["_op", *TITLES], *(["upsert", *one] for one in ROWS)])


def read(content: bytes) -> list[Record]:
    return list(ARROW_STREAM.open(source_of(content), rules_of(RELIEF)).records)


def read_at_once(content: bytes) -> list[Batch]:
    pieces = ARROW_STREAM.open(source_of(content), rules_of(RELIEF)).pieces
    assert pieces is not None
    return [batch for piece in pieces for batch in piece()]


def test_batches_follow_one_another_and_what_to_do_comes_with_the_row() -> None:
    reading = ARROW_STREAM.open(source_of(CONTENT), rules_of(RELIEF))
    assert [record.cells for record in reading.records] == [["upsert", *one] for one in ROWS]
    assert (reading.facts.header[0], reading.facts.ignored) == ("_op", ())


@pytest.mark.parametrize("left", [*range(0, len(CONTENT), 97), len(CONTENT) - 8, len(CONTENT) - 1])
def test_a_stream_cut_off_anywhere_is_refused(left: int) -> None:
    with pytest.raises(FileRefused) as caught:
        read(CONTENT[:left])
    assert caught.value.code == Refusal.DAMAGED
    with pytest.raises(FileRefused) as caught:
        read_at_once(CONTENT[:left])
    assert caught.value.code == Refusal.DAMAGED
