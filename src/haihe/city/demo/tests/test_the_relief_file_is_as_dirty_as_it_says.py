"""The file that 民政局 hands over carries exactly the faults that its truth file counts."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from stdnum.cn import ric

from haihe.city import cast
from haihe.city.demo.relief_file import HEADER, ReliefFileTruth, read_truth, write_relief_file
from haihe.city.demo.tests.conftest import SmallCity

_FORMS = {
    "iso": r"(\d{4})-(\d\d)-(\d\d)",
    "slashed": r"(\d{4})/(\d\d?)/(\d\d?)",
    "compact": r"(\d{4})(\d\d)(\d\d)",
    "chinese": r"(\d{4})年(\d\d?)月(\d\d?)日",
}


@pytest.fixture(scope="module")
def file(small_city: SmallCity, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("files") / "relief_register.csv"
    write_relief_file(register=f"{small_city.folder}/relief_register/*.parquet", file=file, seed=5)
    return file


@pytest.fixture(scope="module")
def truth(file: Path) -> ReliefFileTruth:
    return read_truth(file)


def _lines(file: Path) -> list[str]:
    return file.read_bytes().decode("gb18030").split("\r\n")[1:-1]


def _form(text: str) -> str:
    return next(form for form, pattern in _FORMS.items() if re.fullmatch(pattern, text))


def _exists(text: str) -> bool:
    found = re.fullmatch(_FORMS[_form(text)], text)
    assert found is not None
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return False
    return True


def _kind_of_row(cells: list[str]) -> str:
    checks: dict[str, Callable[[], bool]] = {
        "stray_quote": lambda: '"' in ",".join(cells),
        "short_row": lambda: len(cells) != 11,
        "missing_field": lambda: "" in cells,
        "full_width_digits": lambda: "０" <= cells[1][0] <= "９",
        "lower_case_x": lambda: cells[1].endswith("x"),
        "trailing_spaces": lambda: any(cell != cell.strip() for cell in cells),
        "wrong_check_digit": lambda: not ric.is_valid(cells[1]),
        "impossible_date": lambda: not (_exists(cells[8]) and _exists(cells[9])),
    }
    return next((kind for kind, found in checks.items() if found()), "")


def _kinds(lines: list[str]) -> Iterator[str]:
    seen = set()
    for line in lines:
        if not line:
            yield "blank_line"
        elif not line.strip(","):
            yield "separators_only"
        elif line.startswith("合计"):
            yield "summary_row"
        elif line in seen:
            yield "duplicate_row"
        else:
            seen.add(line)
            yield _kind_of_row(line.split(","))


def test_the_file_is_gb18030_with_its_byte_order_mark_and_windows_line_ends(file: Path) -> None:
    content = file.read_bytes()
    assert content.startswith(bytes.fromhex("84319533"))
    assert content.decode("gb18030").split("\r\n")[0] == "\ufeff" + HEADER
    assert content.count(b"\n") == content.count(b"\r\n")
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_the_truth_counts_every_fault(file: Path, truth: ReliefFileTruth) -> None:
    counted = Counter(kind for kind in _kinds(_lines(file)) if kind)
    said = {kind: count for kind, count in truth.kinds.items() if kind != "copied"}
    assert counted == said
    assert truth.kinds["copied"] == truth.kinds["duplicate_row"]
    assert all(counted[kind] >= 1 for kind in said)


def test_the_truth_counts_rows(file: Path, truth: ReliefFileTruth, small_city: SmallCity) -> None:
    kinds = list(_kinds(_lines(file)))
    people = [kind for kind in kinds if kind not in ("blank_line", "separators_only", "summary_row")]
    assert truth.rows == len(people) == truth.good_rows + truth.refused_rows
    assert truth.rows == small_city.figures.rows["relief_register"] + truth.kinds["duplicate_row"]
    good = ("", "full_width_digits", "lower_case_x", "trailing_spaces")
    assert truth.good_rows == sum(kind in good for kind in people)
    assert truth.size_bytes == file.stat().st_size


def test_dates_come_in_four_forms(file: Path, truth: ReliefFileTruth) -> None:
    rows = [line.split(",") for line in _lines(file) if line.count(",") == 10 and re.search(r",\d", line)]
    forms = Counter(_form(cells[8]) for cells in rows if cells[0] not in ("", "合计"))
    assert set(truth.date_forms) == set(_FORMS) == set(forms)
    assert all(abs(truth.date_forms[form] - forms[form]) <= truth.kinds["short_row"] for form in forms)


def test_the_last_line_is_the_sum_that_departments_add(file: Path) -> None:
    last = _lines(file)[-1].split(",")
    assert last[0] == "合计"
    assert len(last) == 11


def test_the_story_finds_its_rows(file: Path) -> None:
    rows = {cells[1]: cells for cells in (line.split(",") for line in _lines(file)) if len(cells) == 11}
    liu = rows[cast.LIU.id_number or ""]
    assert (liu[0], liu[10], _kind_of_row(liu)) == ("刘志远", "在保", "")
    assert _kind_of_row(rows[cast.WANG.id_number or ""]) == "impossible_date"
    assert cast.ZHANG.id_number not in rows


def test_the_same_seed_writes_the_same_bytes(small_city: SmallCity, file: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.csv"
    write_relief_file(register=f"{small_city.folder}/relief_register/*.parquet", file=again, seed=5)
    assert again.read_bytes() == file.read_bytes()
    write_relief_file(register=f"{small_city.folder}/relief_register/*.parquet", file=again, seed=6)
    assert again.read_bytes() != file.read_bytes()


def test_no_damaged_row_bears_mr_lius_number(small_city: SmallCity, tmp_path: Path) -> None:
    few, file, number = tmp_path / "few.parquet", tmp_path / "relief_register.csv", str(cast.LIU.id_number)
    family = f"SELECT * FROM '{small_city.folder}/relief_register/*.parquet' WHERE householder_id_number"
    # So few others that nearly every row that may be struck is.
    duckdb.sql(f"COPY (({family} = '{number}') UNION ALL ({family} <> '{number}' LIMIT 20)) TO '{few}'")
    write_relief_file(register=str(few), file=file, seed=5)
    rows = [line.split(",") for line in _lines(file) if number in line]
    assert len(rows) > 1, "his family is on the register with him"
    assert {_kind_of_row(cells) for cells in rows} == {""}
