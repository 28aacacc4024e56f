"""People told apart by a few traits (k-anonymity), and counts so small that they are people.

Traits are known by what columns are called: sex, age, birth, nation, schooling, work, marriage, household, illness.
Two of them, or one beside a small place, are enough to look for combinations that fewer than k rows share.
"""

import re
from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.open.columns import NUMBERS, OpenColumn
from haihe.data.open.gate.facts import Facts
from haihe.data.open.gate.findings import Code, Finding, Severity

_TRAIT: Final = re.compile(
    "性别|年龄|出生|生日|民族|学历|文化程度|婚姻|职业|职务|政治面貌|国籍|籍贯|户籍|病种|疾病|诊断|残疾类别|残疾等级|家庭人口|月收入"
    "|(?:^|_)(?:sex|gender|age|birth|birthday|nation|education|marital|occupation)(?:$|_)"
)
_SMALL_PLACE: Final = re.compile("社区|村|街道|居委会|小区|邮编|(?:^|_)(?:community|village|street|postcode)(?:$|_)")
_COUNTED: Final = re.compile(
    "人数|户数|例数|人次|病例|死亡数|学生数|儿童数|老人数|(?:^|_)(?:persons|people|cases)(?:$|_)"
)
_NO_PEOPLE: Final = re.compile(
    "限额|定员|核定|额定|容量|客流|床位|职工总数|编制|家庭|家属|子女|同住|赡养|抚养|共同生活|(?:^|_)(?:family|household)(?:$|_)"
)
"""Counts that are no groups of rows: what a place holds, and how large a person's own household is."""


def traits(facts: Facts) -> tuple[OpenColumn, ...]:
    """Return the columns by which people could be told apart; none where the rows aren't about people."""
    if any(counts_people(column) for column in facts.columns):
        return ()  # counts of groups are looked at by `small_groups`
    named = [column for column in facts.columns if _TRAIT.search(_called(column))]
    around = [column for column in facts.columns if _SMALL_PLACE.search(_called(column))]
    return (*named, *around) if len(named) + bool(around) >= 2 and named else ()


def rare_combinations(table: pa.Table, facts: Facts) -> Iterator[Finding]:
    columns = [column.name for column in traits(facts) if column.name in table.schema.names]
    if not columns or not table.num_rows:
        return
    groups = table.group_by(columns).aggregate([([], "count_all")])
    rare = groups.filter(pc.less(groups["count_all"], facts.least_group))
    if rare.num_rows:
        yield Finding(
            code=Code.RARE_COMBINATION,
            severity=Severity.BLOCK,
            count=pc.sum(rare["count_all"]).as_py(),
            detail="、".join(facts_title(facts, name) for name in columns),
        )


def small_groups(table: pa.Table, facts: Facts) -> Iterator[Finding]:
    for column in facts.columns:
        if column.kind not in NUMBERS or not counts_people(column):
            continue
        values = table[column.name]
        small = pc.and_(pc.greater(values, 0), pc.less(values, facts.least_group))
        count = pc.sum(small).as_py() or 0
        if count:
            severity = Severity.WARN if column.name in facts.kept else Severity.BLOCK
            yield Finding(code=Code.SMALL_GROUP, severity=severity, column=column.name, count=count)


def counts_people(column: OpenColumn) -> bool:
    told = _called(column)
    return bool(_COUNTED.search(told)) and not _NO_PEOPLE.search(told)


def _called(column: OpenColumn) -> str:
    """Return title and name as one text; printed tables space titles out (性　别)."""
    return f"{''.join(column.title.split())}_{column.name.lower()}"


def facts_title(facts: Facts, name: str) -> str:
    return next((column.title for column in facts.columns if column.name == name), name)
