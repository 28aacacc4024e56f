"""A department's database restarts, is away or changes while it is read: nothing is taken for whole that isn't."""

import threading
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.departments import PASSWORD, DepartmentDatabase

from haihe.data.exchange.connectors.database.connector import DATABASE
from haihe.data.exchange.connectors.database.settings import DatabaseSecret, DatabaseSettings
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.testing import ListSink, make_site

ROWS = 200_000


@pytest.fixture
def settings(department: DepartmentDatabase) -> DatabaseSettings:
    numbers = (
        f"INSERT INTO big SELECT n, repeat('x', 200) FROM generate_series(1, {ROWS}) n"
        if department.engine == "postgresql"
        else f"INSERT INTO big SELECT seq, repeat('x', 200) FROM seq_1_to_{ROWS}"
    )
    department.execute("DROP TABLE IF EXISTS big", "CREATE TABLE big (n INT, t VARCHAR(200))", numbers)
    told: dict[str, Any] = department.settings | {"table": "big"}
    return DatabaseSettings(**told)


class Acting(ListSink):
    """Does something once, when the first rows have come."""

    def __init__(self, folder: Path, act: Any) -> None:
        super().__init__(folder)
        self._act = act

    def count(self, rows: int) -> None:
        super().count(rows)
        act, self._act = self._act, lambda: None
        act()


def fetch(settings: DatabaseSettings, sink: ListSink, tmp_path: Path) -> None:
    DATABASE.fetch(settings, DatabaseSecret(password=PASSWORD), None, sink, make_site(tmp_path))


@pytest.mark.faults
def test_a_restart_in_the_middle_is_told_and_the_next_try_is_whole(
    department: DepartmentDatabase, settings: DatabaseSettings, tmp_path: Path
) -> None:
    cut = Acting(tmp_path / "a", department.restart)
    with pytest.raises(FetchFailed) as failed:
        fetch(settings, cut, tmp_path)
    assert failed.value.fault is Fault.CONNECTION_LOST
    assert failed.value.is_transient
    assert cut.kept is None
    whole = ListSink(tmp_path / "b")
    fetch(settings, whole, tmp_path)
    assert len(whole.table()) == ROWS


@pytest.mark.faults
def test_a_database_that_is_down_for_a_while_is_tried_again(
    department: DepartmentDatabase, settings: DatabaseSettings, tmp_path: Path
) -> None:
    department.child.stop(timeout_s=30)
    try:
        with pytest.raises(FetchFailed) as failed:
            fetch(settings, ListSink(tmp_path / "a"), tmp_path)
        assert (failed.value.fault, failed.value.is_transient) == (Fault.NO_CONNECTION, True)
    finally:
        department.child.start_and_wait()


@pytest.mark.faults
def test_a_table_that_changes_in_the_middle_is_read_as_it_was(
    department: DepartmentDatabase, settings: DatabaseSettings, tmp_path: Path
) -> None:
    """Rows that come and a column that is dropped while it is read: the fetch sees one state, or says that it can't."""

    def change() -> None:
        department.execute(f"INSERT INTO big VALUES ({ROWS + 1}, 'new')", "DELETE FROM big WHERE n <= 1000")
        threading.Thread(target=department.execute, args=["ALTER TABLE big DROP COLUMN t"], daemon=True).start()

    sink = Acting(tmp_path / "a", change)
    fetch(settings, sink, tmp_path)
    rows = sink.table()
    assert len(rows) == ROWS
    assert set(rows[0]) == {"n", "t"}
