"""A consumer's table holds just what its grant gives of the last snapshot, however often a delivery was tried."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from haihe.data.exchange.delivery.digests import RowsDigest
from haihe.data.exchange.delivery.kinds import DATABASE
from haihe.data.exchange.delivery.models import DeliveryState
from haihe.data.exchange.delivery.operations.delivering import deliver, deliver_due
from haihe.data.exchange.delivery.operations.planning import plan_for_snapshot
from haihe.data.exchange.delivery.ports import Content, DeliveryFailed, Fault
from haihe.data.exchange.delivery.targets.database import DatabaseSecret, DatabaseSettings
from haihe.data.exchange.delivery.testing import FIELDS, SHOWN, feed, only, planned
from haihe.data.exchange.testing import RELIEF, id_number

pytestmark = pytest.mark.django_db(transaction=True)


class Consumer:
    """The consumer's own look at its table."""

    def __init__(self, table: dict[str, Any], secret: dict[str, Any]) -> None:
        driver = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}[table["engine"]]
        self.url = sa.URL.create(
            driver, table["user"], secret["password"], table["host"], table["port"], table["database"]
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        engine = sa.create_engine(self.url)
        try:
            with engine.begin() as connection:
                result = connection.execute(sa.text(query))
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()


@pytest.fixture
def database(table: dict[str, Any], secret: dict[str, Any]) -> Consumer:
    return Consumer(table, secret)


ALL = f"SELECT {', '.join(FIELDS)} FROM relief"


@pytest.mark.parametrize("how", ["swap", "upsert"])
def test_a_table_follows_the_register(
    how: str, table: dict[str, Any], secret: dict[str, Any], database: Consumer, now: datetime
) -> None:
    feed(40, now)
    plan = planned("database", table | {"how": how}, secret=secret, now=now)
    assert deliver_due(now=now) == 1
    first = only(plan)
    assert (first.state, first.rows) == (DeliveryState.DONE, 40)
    assert database.rows(ALL) == [SHOWN] * 40
    keys = {key for (key,) in database.rows("SELECT haihe_key FROM relief")}
    assert len(keys) == 40

    later = now + timedelta(days=1)
    feed(30, later, status="停保", size="5")
    assert plan_for_snapshot(RELIEF, now=later) == 1
    deliver_due(now=later)
    found = database.rows(ALL)
    assert len(found) == 30
    assert {row[2] for row in found} == {"5"}
    assert {key for (key,) in database.rows("SELECT haihe_key FROM relief")} < keys


def test_nothing_but_granted_fields_leaves(
    table: dict[str, Any], secret: dict[str, Any], database: Consumer, now: datetime
) -> None:
    feed(5, now)
    plan = planned("database", table, secret=secret, now=now)
    deliver_due(now=now)
    columns = only(plan).columns
    assert columns == ["haihe_key", *FIELDS]
    whole = str(database.rows("SELECT * FROM relief"))
    for serial in range(5):
        assert id_number(serial) not in whole
    assert "陈静怡" not in whole
    assert "1010" not in whole


@pytest.mark.parametrize("how", ["swap", "upsert"])
def test_rows_of_somebody_else_stay(
    how: str, table: dict[str, Any], secret: dict[str, Any], database: Consumer, now: datetime
) -> None:
    columns = ", ".join(f"{field} text" for field in FIELDS)
    database.rows(f"CREATE TABLE relief (haihe_key varchar(64) PRIMARY KEY, {columns}, haihe_delivery varchar(64))")
    database.rows("INSERT INTO relief (haihe_key, relief_type) VALUES ('mine', '自有')")
    feed(5, now)
    plan = planned("database", table | {"how": how}, secret=secret, now=now)
    deliver_due(now=now)
    assert only(plan).state == DeliveryState.DONE
    assert len(database.rows(ALL)) == 6
    assert database.rows("SELECT relief_type FROM relief WHERE haihe_key = 'mine'") == [("自有",)]


COLUMNS = ("haihe_key", "a")


def content_of(number: str, rows: list[tuple[str | None, ...]]) -> Content:
    digest = RowsDigest()
    digest.add(rows)
    return Content(number, "p", COLUMNS, digest.rows, digest.value, lambda: iter([batch_of(rows)]))


def batch_of(rows: list[tuple[str | None, ...]]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)], list(COLUMNS))


@pytest.mark.parametrize("how", ["swap", "upsert"])
def test_a_number_has_its_effect_once(
    how: str, table: dict[str, Any], secret: dict[str, Any], database: Consumer
) -> None:
    settings, password = DatabaseSettings(**(table | {"how": how})), DatabaseSecret(**secret)
    first = content_of("p-1", [("k1", "x"), ("k2", None), ("k3", "津'\"\\\n%s")])
    for _ in range(3):
        found = DATABASE.put(settings, password, first)
        assert (found.rows, found.digest) == (first.rows, first.digest)
    database.rows("DELETE FROM relief WHERE haihe_key = 'k1'")
    again = DATABASE.put(settings, password, first)
    # The number is there: nothing is written a second time, and what was read back shows that somebody changed it.
    assert again.rows == 2
    assert again.digest != first.digest
    assert database.rows("SELECT number, rows_delivered FROM haihe_deliveries") == [("p-1", 3)]


def test_a_delivery_cut_off_in_the_middle_leaves_the_rows_of_before(
    table: dict[str, Any], secret: dict[str, Any], database: Consumer
) -> None:
    settings, password = DatabaseSettings(**table), DatabaseSecret(**secret)
    DATABASE.put(settings, password, content_of("p-1", [("k1", "old")]))

    def cut_off() -> Any:
        yield batch_of([("k1", "new")])
        raise OSError("the line went dead")

    with pytest.raises(OSError, match="dead"):
        DATABASE.put(settings, password, replace(content_of("p-2", [("k1", "new")]), batches=cut_off))
    assert database.rows("SELECT a, haihe_delivery FROM relief") == [("old", "p-1")]
    DATABASE.put(settings, password, content_of("p-2", [("k1", "new")]))
    assert database.rows("SELECT a, haihe_delivery FROM relief") == [("new", "p-2")]


def test_a_wrong_password_and_a_missing_column_are_told_apart_from_a_line_that_is_down(
    table: dict[str, Any], secret: dict[str, Any], database: Consumer
) -> None:
    def fault_of(settings: dict[str, Any], password: str) -> Fault:
        with pytest.raises(DeliveryFailed) as caught:
            DATABASE.put(
                DatabaseSettings(**settings), DatabaseSecret(password=password), content_of("p-1", [("k1", "x")])
            )
        return caught.value.fault

    assert fault_of(table, "wrong") == Fault.REFUSED
    assert fault_of(table | {"port": 1}, secret["password"]) == Fault.NO_CONNECTION
    assert fault_of(table | {"host": "192.0.2.1"}, secret["password"]) == Fault.ADDRESS
    database.rows("CREATE TABLE relief (haihe_key varchar(64) PRIMARY KEY)")
    assert fault_of(table, secret["password"]) == Fault.SETTINGS_WRONG


def test_rows_are_taken_away_and_others_stay(table: dict[str, Any], secret: dict[str, Any], database: Consumer) -> None:
    settings, password = DatabaseSettings(**table), DatabaseSecret(**secret)
    assert DATABASE.remove(settings, password, "p", ["p-1"], "p-9").rows == 0
    DATABASE.put(settings, password, content_of("p-1", [("k1", "x"), ("k2", "y")]))
    database.rows("INSERT INTO relief (haihe_key, a) VALUES ('mine', 'z')")
    for _ in range(2):
        assert DATABASE.remove(settings, password, "p", ["p-1"], "p-10").rows == 0
    assert database.rows("SELECT haihe_key FROM relief") == [("mine",)]


def test_two_processes_at_once_deliver_once(
    table: dict[str, Any], secret: dict[str, Any], database: Consumer, now: datetime
) -> None:
    feed(20, now)
    plan = planned("database", table, secret=secret, now=now)
    row = only(plan)
    assert deliver(row.pk, now=now)
    assert not deliver(row.pk, now=now)
    assert database.rows("SELECT count(*) FROM haihe_deliveries") == [(1,)]
