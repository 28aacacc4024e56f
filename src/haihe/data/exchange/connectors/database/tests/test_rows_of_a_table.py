"""A department's table comes whole, by watermark or by difference, and each code keeps all its characters."""

from pathlib import Path
from typing import Any

import pytest
from tests.plugins.departments import PASSWORD, DepartmentDatabase

from haihe.data.exchange.connectors.database.connector import DATABASE
from haihe.data.exchange.connectors.database.settings import DatabaseSecret, DatabaseSettings
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.ports import Fetched
from haihe.data.exchange.connectors.testing import ListSink, make_site, walked

SECRET = DatabaseSecret(password=PASSWORD)
ID_NUMBER, CREDIT_CODE = 120103199001010013, "91120103MA05X0000B"


class Source:
    """One source of a department's database, fetched again and again."""

    def __init__(self, department: DepartmentDatabase, tmp_path: Path, **settings: Any) -> None:
        self.settings = DatabaseSettings(**(department.settings | settings))
        self.since: str | None = None
        self._folder = tmp_path
        self.last: Fetched | None = None

    def fetch(self, *, publish: bool = True) -> list[dict[str, Any]] | None:
        sink = ListSink(self._folder / "memory")
        self.last = DATABASE.fetch(self.settings, SECRET, self.since, sink, make_site(self._folder))
        if self.last is None:
            return None
        if publish:
            self.since = self.last.watermark
        return sink.table()


def relief(department: DepartmentDatabase, *rows: str) -> None:
    moment = "timestamp(6)"
    department.execute(
        "DROP TABLE IF EXISTS relief",
        f"CREATE TABLE relief (sfzh BIGINT, xydm VARCHAR(18), je NUMERIC(30,2), gxsj {moment} NULL)",
        *(f"INSERT INTO relief VALUES {row}" for row in rows),
    )


def at(minute: int) -> str:
    return f"'2026-11-25 08:{minute:02}:00'"


def test_codes_stay_text_whatever_type_their_column_has(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, f"({ID_NUMBER}, '{CREDIT_CODE}', 12345678901234567890.10, {at(0)})", "(NULL, '', NULL, NULL)")
    rows = Source(department, tmp_path, table="relief").fetch()
    assert rows is not None
    assert rows[0] | {"gxsj": ""} == {
        "sfzh": str(ID_NUMBER),
        "xydm": CREDIT_CODE,
        "je": "12345678901234567890.10",
        "gxsj": "",
    }
    assert str(rows[0]["gxsj"]).startswith("2026-11-25 08:00:00")
    assert rows[1] == {"sfzh": None, "xydm": "", "je": None, "gxsj": None}


def test_only_chosen_columns_come_in_their_order(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, f"(1, 'a', 1, {at(0)})")
    assert Source(department, tmp_path, table="relief", columns=("xydm", "sfzh")).fetch() == [
        {"xydm": "a", "sfzh": "1"}
    ]


def test_a_query_gives_its_columns_the_names_of_the_register(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, f"({ID_NUMBER}, 'a:b', 1, {at(0)})")
    quote = '"' if department.engine == "postgresql" else "`"
    query = f"SELECT sfzh AS {quote}证件号码{quote}, xydm AS {quote}名称{quote} FROM relief WHERE xydm LIKE '%a:b%';"
    assert Source(department, tmp_path, query=query).fetch() == [{"证件号码": str(ID_NUMBER), "名称": "a:b"}]


def test_names_are_quoted(department: DepartmentDatabase, tmp_path: Path) -> None:
    quote = '"' if department.engine == "postgresql" else "`"
    department.execute(
        f"DROP TABLE IF EXISTS {quote}救助 对象;{quote}",
        f"CREATE TABLE {quote}救助 对象;{quote} ({quote}select{quote} INT, {quote}a:b%c{quote} INT)",
        f"INSERT INTO {quote}救助 对象;{quote} VALUES (1, 2)",
    )
    assert Source(department, tmp_path, table="救助 对象;").fetch() == [{"select": "1", "a:b%c": "2"}]


def test_more_rows_than_a_batch_keep_their_number(department: DepartmentDatabase, tmp_path: Path) -> None:
    department.execute("DROP TABLE IF EXISTS many", "CREATE TABLE many (n INT)")
    department.execute("INSERT INTO many VALUES " + ",".join(f"({n})" for n in range(25_001)))
    rows = Source(department, tmp_path, table="many", key=("n",)).fetch()
    assert [row["n"] for row in rows or []] == [str(n) for n in range(25_001)]


def test_the_same_rows_in_key_order_are_the_same_bytes(department: DepartmentDatabase, tmp_path: Path) -> None:
    contents = []
    for rows in (("(2, 'b', 1, NULL)", "(1, 'a', 1, NULL)"), ("(1, 'a', 1, NULL)", "(2, 'b', 1, NULL)")):
        relief(department, *rows)
        sink = ListSink(tmp_path / "memory")
        settings = DatabaseSettings(**(department.settings | {"table": "relief", "key": ("sfzh",)}))
        DATABASE.fetch(settings, SECRET, None, sink, make_site(tmp_path))
        contents.append(sink.content)
    assert contents[0] == contents[1]


def test_by_watermark_only_later_rows_come(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, f"(1, 'a', 1, {at(0)})", f"(2, 'b', 1, {at(1)})", "(3, 'c', 1, NULL)")
    source = Source(department, tmp_path, table="relief", how="watermark", watermark="gxsj", key=("sfzh",), overlap=0)
    assert len(source.fetch() or []) == 3
    assert source.fetch() is None
    department.execute(f"INSERT INTO relief VALUES (4, 'd', 1, {at(2)})")
    assert [(row["_op"], row["sfzh"]) for row in source.fetch() or []] == [("upsert", "4")]
    assert source.last is not None
    assert source.last.mode == "delta"


def test_rows_of_one_watermark_value_are_neither_lost_nor_doubled(
    department: DepartmentDatabase, tmp_path: Path
) -> None:
    relief(department, f"(1, 'a', 1, {at(1)})", f"(2, 'b', 1, {at(1)})")
    source = Source(department, tmp_path, table="relief", how="watermark", watermark="gxsj", key=("sfzh",), overlap=0)
    source.fetch()
    department.execute(f"INSERT INTO relief VALUES (3, 'c', 1, {at(1)}), (2, 'b', 1, {at(1)})")
    assert [row["sfzh"] for row in source.fetch() or []] == ["3", "2"]
    assert source.fetch() is None


def test_a_row_committed_late_is_found_within_the_overlap(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, f"(1, 'a', 1, {at(5)})")
    source = Source(department, tmp_path, table="relief", how="watermark", watermark="gxsj", key=("sfzh",), overlap=120)
    source.fetch()
    department.execute(f"INSERT INTO relief VALUES (2, 'late', 1, {at(4)}), (3, 'too late', 1, {at(2)})")
    assert [row["sfzh"] for row in source.fetch() or []] == ["2"]


def test_a_fetch_that_was_not_published_is_made_again(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, f"(1, 'a', 1, {at(1)})")
    source = Source(department, tmp_path, table="relief", how="watermark", watermark="gxsj", key=("sfzh",))
    source.fetch()
    department.execute(f"INSERT INTO relief VALUES (2, 'b', 1, {at(2)})")
    first = source.fetch(publish=False)
    assert source.fetch() == first
    assert source.fetch() is None


def test_a_number_may_be_the_watermark(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, f"({ID_NUMBER}, 'a', 1, NULL)")
    source = Source(department, tmp_path, table="relief", how="watermark", watermark="sfzh", key=("sfzh",), overlap=10)
    source.fetch()
    department.execute(f"INSERT INTO relief VALUES ({ID_NUMBER + 1}, 'b', 1, NULL), ({ID_NUMBER - 5}, 'c', 1, NULL)")
    assert sorted(row["xydm"] for row in source.fetch() or []) == ["b", "c"]


def test_by_difference_changes_and_deletes_come(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, "(1, 'a', 1, NULL)", "(2, 'b', 1, NULL)", "(3, 'c', 1, NULL)")
    source = Source(department, tmp_path, table="relief", how="difference", key=("sfzh",))
    assert len(source.fetch() or []) == 3
    assert source.fetch() is None
    department.execute(
        "UPDATE relief SET je = 2 WHERE sfzh = 2",
        "DELETE FROM relief WHERE sfzh = 3",
        "INSERT INTO relief VALUES (4, '', NULL, NULL)",
    )
    found = {(row["_op"], row["sfzh"], row["je"]) for row in source.fetch() or []}
    assert found == {("upsert", "2", "2.00"), ("upsert", "4", None), ("delete", "3", None)}
    assert source.fetch() is None


def test_a_difference_that_was_not_published_comes_again(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, "(1, 'a', 1, NULL)", "(2, 'b', 1, NULL)")
    source = Source(department, tmp_path, table="relief", how="difference", key=("sfzh",))
    source.fetch()
    department.execute("DELETE FROM relief WHERE sfzh = 2")
    first = source.fetch(publish=False)
    assert first is not None
    assert source.fetch() == first
    assert len(list((tmp_path / "memory").glob("rows-*"))) == 2  # the published one, and the one before until the next
    assert source.fetch() is None
    assert len(list((tmp_path / "memory").glob("rows-*"))) == 1


@pytest.mark.parametrize("row", ["(1, 'twice', 1, NULL)", "(NULL, 'none', 1, NULL)"])
def test_a_key_that_is_none_is_refused(department: DepartmentDatabase, tmp_path: Path, row: str) -> None:
    relief(department, "(1, 'a', 1, NULL)", row)
    with pytest.raises(FetchFailed) as failed:
        Source(department, tmp_path, table="relief", how="difference", key=("sfzh",)).fetch()
    assert failed.value.fault is Fault.REPEATED_KEY
    assert list((tmp_path / "memory").iterdir()) == []


def test_what_is_remembered_shows_nothing_of_the_rows(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, f"({ID_NUMBER}, 'a', 1, {at(1)})")
    for how in ("watermark", "difference"):
        Source(department, tmp_path / how, table="relief", how=how, watermark="gxsj", key=("sfzh",)).fetch()
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert kept
    assert not [file for file in kept if str(ID_NUMBER).encode() in file.read_bytes()]


def test_the_transaction_only_reads(department: DepartmentDatabase, tmp_path: Path) -> None:
    from haihe.data.exchange.connectors.database.session import reading, target_of

    relief(department)
    department.execute(
        "GRANT ALL ON relief TO haihe_reader"
        if department.engine == "postgresql"
        else "GRANT ALL ON minzheng.* TO haihe_reader@'127.0.0.1'"
    )
    settings = DatabaseSettings(**(department.settings | {"table": "relief"}))
    with pytest.raises(FetchFailed), reading(target_of(settings, SECRET, make_site(tmp_path)), settings) as connection:
        connection.exec_driver_sql("INSERT INTO relief VALUES (1, 'a', 1, NULL)")
    if department.engine == "mysql":
        department.execute(
            "REVOKE ALL ON minzheng.* FROM haihe_reader@'127.0.0.1'",
            "GRANT SELECT ON minzheng.* TO haihe_reader@'127.0.0.1'",
        )
    assert Source(department, tmp_path, table="relief").fetch() == []


def test_the_test_of_a_source_shows_its_first_rows(department: DepartmentDatabase, tmp_path: Path) -> None:
    relief(department, f"({ID_NUMBER}, 'a', 1, NULL)")
    legs = walked(DATABASE, Source(department, tmp_path, table="relief").settings, SECRET, make_site(tmp_path))
    assert [leg.leg.value for leg in legs] == ["name", "connect", "login", "place", "rows"]
    assert legs[-1].preview is not None
    assert legs[-1].preview.rows[0][0] == str(ID_NUMBER)


@pytest.mark.parametrize(
    ("wrong", "leg", "fault"),
    [
        ({"host": "no-such-host.invalid"}, "name", Fault.NAME_UNKNOWN),
        ({"host": "169.254.169.254"}, "name", Fault.ADDRESS_NOT_ALLOWED),
        ({"port": 1}, "connect", Fault.NO_CONNECTION),
        ({"user": "nobody"}, "login", Fault.LOGIN_REFUSED),
        ({"table": "nowhere"}, "place", Fault.NO_SUCH_PLACE),
        ({"columns": ("nothing",)}, "place", Fault.NO_SUCH_COLUMN),
        ({"how": "difference", "key": ("nothing",)}, "place", Fault.NO_SUCH_COLUMN),
        ({"table": "", "query": "SELECT nothing FROM relief"}, "place", Fault.NO_SUCH_COLUMN),
    ],
)
def test_the_test_of_a_source_names_the_leg_that_fails(
    department: DepartmentDatabase, tmp_path: Path, wrong: dict[str, Any], leg: str, fault: Fault
) -> None:
    relief(department)
    settings = Source(department, tmp_path, **({"table": "relief"} | wrong)).settings
    with pytest.raises(FetchFailed) as failed:
        walked(DATABASE, settings, SECRET, make_site(tmp_path))
    assert (failed.value.fault, failed.value.leg.value) == (fault, leg)


def test_a_wrong_password_is_told_as_one(department: DepartmentDatabase, tmp_path: Path) -> None:
    settings = Source(department, tmp_path, table="relief").settings
    with pytest.raises(FetchFailed) as failed:
        walked(DATABASE, settings, DatabaseSecret(password="wrong"), make_site(tmp_path))
    assert failed.value.fault is Fault.LOGIN_REFUSED
    assert "wrong" not in str(failed.value)
