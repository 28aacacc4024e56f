"""Rows come in clear, typed, in the fields asked for, of the area asked for, and only if nobody altered them."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api, lake, places
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.operations.renew_key import renew_key
from haihe.data.exchange.rejects import rejects_of
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row, small_dirty_file
from haihe.data.exchange.tests import format_1

pytestmark = pytest.mark.django_db
AREAS = ("120103001004", "120103002000", "120104001001")


@pytest.fixture(params=[1, 2], ids=["format-1", "format-2"])
def snapshot(steward: Actor, now: datetime, request: pytest.FixtureRequest) -> api.SnapshotInfo:
    lines = [HEADER, *(",".join(row(id_number(serial), division=AREAS[serial % 3])) for serial in range(9))]
    api.receive_file(steward, RELIEF, "a.csv", io.BytesIO("\n".join(lines).encode()), now=now)
    found = api.latest_snapshot(RELIEF)
    assert found is not None
    if request.param == 1:
        format_1.rewrite(FeedRun.objects.get(snapshot__id=found.id))
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


def test_rejects_of_both_formats_say_the_same(steward: Actor, now: datetime) -> None:
    api.receive_file(steward, RELIEF, "a.csv", io.BytesIO(small_dirty_file()), now=now)
    run = FeedRun.objects.get()
    told = list(rejects_of(run))
    assert [each.line for each in told] == sorted(each.line for each in told)
    assert len(told) == 4
    page = list(rejects_of(run, offset=1, limit=2))
    one = list(rejects_of(run, code="DUPLICATE"))
    format_1.rewrite(run)
    assert list(rejects_of(run)) == told
    assert list(rejects_of(run, offset=1, limit=2)) == page == told[1:3]
    assert list(rejects_of(run, code="DUPLICATE")) == one


def test_a_renewed_key_writes_and_the_one_before_still_opens(steward: Actor, now: datetime) -> None:
    rows = [HEADER, *(",".join(row(id_number(serial))) for serial in range(3))]
    numbers = []
    for turn in range(2):
        api.receive_file(
            steward, RELIEF, "a.csv", io.BytesIO("\n".join(rows).encode()), now=now + timedelta(hours=turn)
        )
        found = api.latest_snapshot(RELIEF)
        assert found is not None
        numbers.append((found, lake.manifest_of(places.data_dir() / found.path)["data_key"]))
        renew_key(RELIEF, now=now)
    assert [number for _, number in numbers] == [1, 2]
    for found, _ in numbers:
        (batch,) = api.read_rows(found, ["id_number"])
        assert batch.column("id_number").to_pylist() == [id_number(serial) for serial in range(3)]


def feed(steward: Actor, rows: list[list[str]], now: datetime) -> api.SnapshotInfo:
    content = "\n".join([HEADER, *(",".join(one) for one in rows)]).encode()
    api.receive_file(steward, RELIEF, "a.csv", io.BytesIO(content), now=now)
    found = api.latest_snapshot(RELIEF)
    assert found is not None
    return found


def changes(
    before: api.SnapshotInfo | None, after: api.SnapshotInfo, fields: list[str]
) -> list[tuple[str, dict[str, object]]]:
    found = api.read_changes(before, after, fields)
    return [(str(op), row) for op, batch in found for row in batch.drop_columns("line").to_pylist()]


@pytest.mark.parametrize("old", [1, 2])
def test_changes_are_what_was_deleted_and_what_is_new_or_other(steward: Actor, now: datetime, old: int) -> None:
    before = feed(steward, [row(id_number(serial)) for serial in range(6)], now)
    if old == 1:
        format_1.rewrite(FeedRun.objects.get(snapshot__id=before.id))
    mended = [row(id_number(serial)) for serial in (5, 3, 2, 1, 7)]
    mended[1][0], mended[2][-1], mended[3][3] = "陈静宜", "停保", ""
    after = feed(steward, mended, now + timedelta(hours=1))
    keys = {serial: {"id_number": id_number(serial)} for serial in range(9)}

    def told(*fields: str) -> set[tuple[str, str]]:
        return {(op, str(values["id_number"])) for op, values in changes(before, after, ["id_number", *fields])}

    gone = {("delete", keys[serial]["id_number"]) for serial in (0, 4)}
    new = {("upsert", keys[7]["id_number"])}
    assert told() == gone | new
    assert told("name") == gone | new | {("upsert", keys[3]["id_number"])}
    assert told("status") == gone | new | {("upsert", keys[2]["id_number"])}
    assert told("certificate_no") == gone | new | {("upsert", keys[1]["id_number"])}
    assert changes(after, after, ["name"]) == []
    assert len(changes(None, after, ["name"])) == 5
    assert ("upsert", {"id_number": id_number(3), "name": "陈静宜"}) in changes(before, after, ["id_number", "name"])
