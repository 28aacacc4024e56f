"""Files as departments hand them over, made up: businesses (nobody's data) and persons on relief, a little dirty."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality.models import RuleBasis, RuleState, RuleVersion
from haihe.data.exchange.quality.rulebook import written
from haihe.data.exchange.quality.ruleset import RuleSet, default_checks
from haihe.data.exchange.rules import Column, Kind, RegisterSchema

_AT_A_TIME = 500_000
_DIRTY_A_PART, _GOOD_A_PART = 4, 1
_CREDIT_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_CREDIT_WEIGHTS = np.array([pow(3, place, 31) for place in range(17)])
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_TYPES, _STATES = ("有限责任公司", "股份有限公司", "个人独资企业", "个体工商户"), ("存续", "吊销", "注销")

type Digits = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A file, how many rows it has, and how many of them are to be refused."""

    path: Path
    rows: int
    dirty: int


def _column(field: str, title: str, kind: Kind, **rules: object) -> Column:
    return Column(field=field, title=title, kind=kind, **rules)  # type: ignore[arg-type] # by name, as data


BUSINESSES = RegisterSchema(
    resource="120025/900001",
    title="企业登记信息（测速）",
    columns=(
        _column("credit_code", "统一社会信用代码", Kind.CREDIT_CODE),
        _column("name", "企业名称", Kind.TEXT),
        _column("kind", "企业类型", Kind.CODE, options=_TYPES),
        _column("capital", "注册资本", Kind.DECIMAL, low=0),
        _column("founded_on", "成立日期", Kind.DATE),
        _column("division", "区划代码", Kind.DIVISION),
        _column("address", "住所", Kind.TEXT),
        _column("staff", "从业人数", Kind.INTEGER, low=0),
        _column("state", "登记状态", Kind.CODE, options=_STATES),
    ),
)
# Where a word stands in the list is the remainder of a number that is mixed well.
_BUSINESS = """
SELECT key AS "统一社会信用代码",
    ['天津', '滨海', '津门', '渤海', '海河'][1 + i % 5] || ['瑞', '丰', '恒', '安', '和', '盛'][1 + i // 5 % 6]
        || ['达', '源', '泰', '信', '通', '宏', '嘉'][1 + i // 30 % 7] || (i % 9973)
        || ['科技', '商贸', '物流', '建筑工程', '餐饮管理', '环保设备'][1 + r % 6]
        || CASE WHEN r % 10 = 0 THEN '（天津）' ELSE '' END || '有限公司' AS "企业名称",
    ['有限责任公司', '股份有限公司', '个人独资企业', '个体工商户'][1 + r // 7 % 4] AS "企业类型",
    (r % 1000000 + 0.50)::DECIMAL(17, 2)::VARCHAR AS "注册资本",
    (DATE '1990-01-01' + (r // 11 % 13000)::INTEGER)::VARCHAR AS "成立日期",
    '1201' || lpad((1 + r // 13 % 16)::VARCHAR, 2, '0') || lpad((1 + r // 17 % 20)::VARCHAR, 3, '0') || '000'
        AS "区划代码",
    '天津市' || ['南开区', '和平区', '河西区', '河东区', '滨海新区'][1 + r // 19 % 5]
        || ['长江', '黄河', '卫津', '复康', '解放', '新华'][1 + r // 23 % 6] || '道' || (r // 29 % 900) || '号'
        AS "住所",
    (r // 31 % 500)::VARCHAR AS "从业人数", ['存续', '吊销', '注销'][1 + r // 37 % 3] AS "登记状态"
FROM (SELECT *, (hash(i) >> 1)::BIGINT AS r FROM made) ORDER BY i
"""
_PERSON = """
SELECT ['王', '李', '张', '刘', '陈', '杨', '赵', '孙'][1 + r % 8]
        || ['静', '志', '建', '丽', '海', '春', '秀', '文'][1 + r // 8 % 8]
        || ['怡', '远', '军', '华', '燕', '梅', '兰', '博'][1 + r // 64 % 8] AS "姓名",
    key AS "证件号码", ['最低生活保障', '特困供养', '低收入家庭'][1 + r // 7 % 3] AS "救助类型",
    '津低保' || lpad(i::VARCHAR, 8, '0') AS "救助证号",
    first_value(key) OVER (PARTITION BY i // 3 ORDER BY i) AS "户主证件号码",
    '1201' || lpad((1 + r // 13 % 16)::VARCHAR, 2, '0') || lpad((1 + r // 17 % 20)::VARCHAR, 3, '0') || '001'
        AS "区划代码",
    (1 + r // 19 % 6)::VARCHAR AS "家庭人口", (r // 23 % 90000 / 100 + 100)::DECIMAL(17, 2)::VARCHAR AS "月保障金额",
    (DATE '2026-01-01' + (r // 29 % 300)::INTEGER)::VARCHAR AS "开始日期",
    (DATE '2027-01-01' + (r // 31 % 300)::INTEGER)::VARCHAR AS "截止日期", ['在保', '停保'][1 + r // 37 % 2] AS "状态"
FROM (SELECT *, (hash(i) >> 1)::BIGINT AS r FROM made) ORDER BY i
"""


def confirm_rules(*, now: datetime) -> None:
    """Let the rules of the businesses count, as if their steward had confirmed them."""
    RuleVersion.objects.create(
        resource=BUSINESSES.resource,
        owner=owner_of(BUSINESSES.resource),
        number=1,
        state=RuleState.CONFIRMED,
        basis=RuleBasis.CATALOGUE,
        contents=written(RuleSet(schema=BUSINESSES, checks=default_checks(BUSINESSES))),
        made_at=now,
        made_by="bench",
        confirmed_at=now,
        confirmed_by="bench",
    )


def write_businesses(path: Path, rows: int) -> MadeUp:
    return _write(path, rows, _credit_codes, _BUSINESS)


def write_persons(path: Path, rows: int) -> MadeUp:
    return _write(path, rows, id_numbers, _PERSON)


def _write(path: Path, rows: int, keys: Callable[[Digits], pa.Array], query: str) -> MadeUp:
    """Write about so many rows; each part of them ends with a few that are spoilt, and one whose name is quoted."""
    parts = list(_parts(rows))
    with path.open("wb") as file, duckdb.connect(":memory:") as connection:
        for number, (first, count) in enumerate(parts):
            serials = np.arange(first, first + count, dtype=np.int64)
            connection.register("made", pa.table({"i": serials, "key": keys(serials)}))
            table = connection.sql(query).to_arrow_table()
            options = pa_csv.WriteOptions(include_header=number == 0, quoting_style="none", quoting_header="none")
            pa_csv.write_csv(table, file, options)
            file.write(_dirt(table.slice(0, 2).to_pylist(), keys(np.array([rows + number]))[0].as_py()))
    return MadeUp(path, rows + len(parts) * (_DIRTY_A_PART + _GOOD_A_PART), len(parts) * _DIRTY_A_PART)


def _parts(rows: int) -> Iterator[tuple[int, int]]:
    for first in range(0, rows, _AT_A_TIME):
        yield first, min(_AT_A_TIME, rows - first)


def _dirt(rows: list[dict[str, str]], key: str) -> bytes:
    """Return dirt that a bare copy swallows: a repeat, a wrong check character, an unknown state, a formula.

    Behind it stands a good row whose name is quoted.
    """
    first, second = ([*row.values()] for row in rows)
    key_place = next(place for place, cell in enumerate(first) if len(cell) == len(key))
    name_place = 1 - key_place
    wrong = _with(second, {key_place: key[:-1] + ("0" if key[-1] != "0" else "1")})
    unknown = _with(second, {key_place: "?", len(second) - 1: "不明"})
    formula = _with(second, {key_place: "?", name_place: "=SUM(A1)"})
    quoted = _with(second, {key_place: key, name_place: f'"{second[name_place]}"'})
    return "".join(",".join(line) + "\n" for line in (first, wrong, unknown, formula, quoted)).encode()


def _with(row: list[str], cells: dict[int, str]) -> list[str]:
    return [cells.get(place, cell) for place, cell in enumerate(row)]


def _credit_codes(serials: Digits) -> pa.Array:
    digits = np.zeros((len(serials), 18), np.int64)
    digits[:, :8] = (9, 1, 1, 2, 0, 1, 0, 3)
    rest = serials.copy()
    for place in range(16, 7, -1):
        digits[:, place] = rest % 31
        rest //= 31
    digits[:, 17] = (31 - (digits[:, :17] * _CREDIT_WEIGHTS).sum(axis=1) % 31) % 31
    return _texts(_CREDIT_ALPHABET[digits])


def id_numbers(serials: Digits) -> pa.Array:
    """Return valid, synthetic identity numbers, another for each serial below 28 million."""
    day, order = np.divmod(serials, 999)
    year, rest = np.divmod(day, 336)
    month, dom = np.divmod(rest, 28)
    digits = np.zeros((len(serials), 18), np.uint8)
    digits[:, :6] = (1, 2, 0, 1, 0, 3)
    for value, places in (
        (1935 + year, (6, 7, 8, 9)),
        (month + 1, (10, 11)),
        (dom + 1, (12, 13)),
        (order, (14, 15, 16)),
    ):
        for place in reversed(places):
            value, digits[:, place] = np.divmod(value, 10)  # noqa: PLW2901 - digit after digit
    signs = digits + ord("0")
    signs[:, 17] = _ID_CHECKS[(digits[:, :17].astype(np.int64) * _ID_WEIGHTS).sum(axis=1) % 11]
    return _texts(signs)


def _texts(signs: npt.NDArray[np.uint8]) -> pa.Array:
    offsets = (np.arange(len(signs) + 1) * signs.shape[1]).astype(np.int32)
    return pa.StringArray.from_buffers(len(signs), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(signs)))
