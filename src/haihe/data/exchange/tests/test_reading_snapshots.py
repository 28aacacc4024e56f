"""Rows come in clear, typed, in the fields asked for, of the area asked for, and only if nobody altered them."""

import io
from datetime import date, datetime
from decimal import Decimal

import pytest

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api, lake, places
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row

pytestmark = pytest.mark.django_db
AREAS = ("120103001004", "120103002000", "120104001001")


@pytest.fixture
def snapshot(steward: Actor, now: datetime) -> api.SnapshotInfo:
    lines = [HEADER, *(",".join(row(id_number(serial), division=AREAS[serial % 3])) for serial in range(9))]
    api.receive_file(steward, RELIEF, "a.csv", io.BytesIO("\n".join(lines).encode()), now=now)
    found = api.latest_snapshot(RELIEF)
    assert found is not None
    return found


def test_fields_come_in_the_order_asked_for_typed_and_in_clear(snapshot: api.SnapshotInfo) -> None:
    fields = ["monthly_amount_yuan", "id_number", "valid_from", "name", "household_size"]
    (batch,) = api.read_rows(snapshot, fields)
    assert batch.schema.names == ["line", *fields]
    first = next(each for each in batch.to_pylist() if each["line"] == 2)
    assert first == {
        "line": 2,
        "monthly_amount_yuan": Decimal("1010.00"),
        "id_number": id_number(0),
        "valid_from": date(2026, 3, 1),
        "name": "陈静怡",
        "household_size": 3,
    }


def test_rows_come_in_batches(snapshot: api.SnapshotInfo) -> None:
    sizes = [batch.num_rows for batch in api.read_rows(snapshot, ["status"], batch_rows=4)]
    assert sizes == [4, 4, 1]


@pytest.mark.parametrize(("within", "rows"), [("1201", 9), ("120103", 6), ("120103001", 3), ("120105", 0)])
def test_only_rows_of_the_area_are_given(snapshot: api.SnapshotInfo, within: str, rows: int) -> None:
    found = [each for batch in api.read_rows(snapshot, ["id_number"], within=within) for each in batch.to_pylist()]
    assert len(found) == rows
    expected = {id_number(serial) for serial in range(9) if AREAS[serial % 3].startswith(within)}
    assert {each["id_number"] for each in found} == expected


def test_a_field_that_is_not_there_is_an_error(snapshot: api.SnapshotInfo) -> None:
    with pytest.raises(api.UnknownField):
        api.read_rows(snapshot, ["income"])


def test_altered_rows_are_not_given(snapshot: api.SnapshotInfo) -> None:
    file = places.data_dir() / snapshot.path / lake.DATA
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-9] + b"a" * 9)
    with pytest.raises(lake.SnapshotDamaged):
        api.read_rows(snapshot, ["status"])
