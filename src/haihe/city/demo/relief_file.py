"""Writes the relief register as its department hands it over: CSV in GB18030 with dirt in known amounts."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import msgspec

from haihe.city import cast
from haihe.city.demo import engine

HEADER = "姓名,证件号码,救助类型,救助证号,户主证件号码,区划代码,家庭人口,月保障金额,开始日期,截止日期,状态"
ENCODING = "gb18030"
BYTE_ORDER_MARK = "\ufeff"  # 84 31 95 33 in GB18030
LINE_END = "\r\n"

REFUSED = frozenset(
    {"duplicate_row", "impossible_date", "missing_field", "short_row", "stray_quote", "wrong_check_digit"}
)
"""Kinds of rows that a reader can't accept; the other kinds it can put right."""
_SHARES = {
    "copied": 0.003,
    "full_width_digits": 0.005,
    "impossible_date": 0.001,
    "lower_case_x": 0.05,  # strikes only numbers that end with X: one in eleven
    "missing_field": 0.0005,
    "short_row": 0.0003,
    "stray_quote": 0.0003,
    "trailing_spaces": 0.01,
    "wrong_check_digit": 0.002,
}
_NOT_A_PERSON = frozenset({"blank_line", "separators_only", "summary_row"})
_LINES_AT_A_TIME = 20_000


class ReliefFileTruth(msgspec.Struct, frozen=True, kw_only=True):
    """What a relief file really holds, counted as it was made.

    `rows` are rows about people: faulty ones and second copies included, header, blank lines and the summary row not.
    So rows = good_rows + refused_rows. `kinds` counts the lines of each fault, `date_forms` the people's rows by how
    they write dates.
    """

    rows: int
    good_rows: int
    refused_rows: int
    kinds: dict[str, int]
    date_forms: dict[str, int]
    size_bytes: int


def truth_path(file: Path) -> Path:
    """Return where the truth about a relief file lies: beside it."""
    return file.with_suffix(".truth.json")


def read_truth(file: Path) -> ReliefFileTruth:
    """Return what is known of a relief file that `write_relief_file` made."""
    return msgspec.json.decode(truth_path(file).read_bytes(), type=ReliefFileTruth)


def write_relief_file(*, register: str, file: Path, seed: int) -> ReliefFileTruth:
    """Write the register (a glob of Parquet files) with dirt to `file`, and the truth beside it.

    刘志远's row stays clean; 王建军's carries a date that doesn't exist, so that a reader must refuse it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as connection:
        _make_lines(connection, register, seed)
        with file.open("wb") as target:
            target.write((BYTE_ORDER_MARK + HEADER + LINE_END).encode(ENCODING))
            for texts in _lines(connection):
                target.write("".join(text + LINE_END for text in texts).encode(ENCODING))
        truth = _count(connection, file.stat().st_size)
    truth_path(file).write_bytes(msgspec.json.format(msgspec.json.encode(truth)))
    return truth


def _make_lines(connection: duckdb.DuckDBPyConnection, register: str, seed: int) -> None:
    connection.execute(engine.sql("macros.sql"))
    chosen = [person.id_number for person in cast.CAST if person.id_number]
    spoilt = [cast.WANG.id_number]
    engine.set_variables(connection, seed=seed, register=register, chosen=chosen, spoilt=spoilt)
    connection.execute("CREATE TABLE fault (kind VARCHAR, share DOUBLE)")
    connection.executemany("INSERT INTO fault VALUES ($1, $2)", [list(item) for item in _SHARES.items()])
    connection.execute(engine.sql("relief_file.sql"))


def _lines(connection: duckdb.DuckDBPyConnection) -> Iterator[list[str]]:
    found = connection.execute("SELECT text FROM line ORDER BY position, part, text")
    while rows := found.fetchmany(_LINES_AT_A_TIME):
        yield [text for (text,) in rows]


def _count(connection: duckdb.DuckDBPyConnection, size_bytes: int) -> ReliefFileTruth:
    kinds = dict(connection.execute("SELECT kind, count(*) FROM line WHERE kind IS NOT NULL GROUP BY ALL").fetchall())
    forms = connection.execute("SELECT date_form, count(*) FROM line WHERE date_form IS NOT NULL GROUP BY ALL")
    date_forms = dict(forms.fetchall())
    rows = sum(date_forms.values())
    refused = sum(count for kind, count in kinds.items() if kind in REFUSED)
    return ReliefFileTruth(
        rows=rows,
        good_rows=rows - refused,
        refused_rows=refused,
        kinds=kinds,
        date_forms=date_forms,
        size_bytes=size_bytes,
    )
