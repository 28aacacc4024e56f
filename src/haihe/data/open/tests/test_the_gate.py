"""The opening gate finds planted personal data of any kind in any column, and lets clean tables pass."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, BNode, Graph, Literal, Namespace, URIRef

from haihe.data.open.columns import OpenColumn
from haihe.data.open.gate import looking, metadata, texts
from haihe.data.open.gate.facts import Facts
from haihe.data.open.gate.findings import Code, Finding, Severity
from haihe.data.open.masking import Mask, columns_after, masked
from haihe.data.open.tests.corpus import HARMLESS, PEOPLE, PERSONAL, PLACES, THINGS
from haihe.kernel.identifiers import id_number_check_character

COLUMNS = tuple(
    OpenColumn(name=name, title=title, title_en=name)
    for name, title in (("name", "名称"), ("district", "所在区"), ("note", "备注"), ("kind", "类别"))
)
FACTS = Facts(
    title="公园名录",
    title_en="Parks",
    summary="全市公园的名称、所在区和类别，可以按区查询和在地图上查看。",
    publisher="120018",
    topic="urban",
    keywords=("公园",),
    update_cycle="MONTHLY",
    opening_type="UNCONDITIONAL",
    grade="GENERAL",
    licence="CC-BY-4.0",
    columns=COLUMNS,
)
CLEAN = {
    "name": ["水上公园", "北宁公园", "人民公园", "梅江公园", "堆山公园", "柳林公园"] * 5,
    "district": ["南开区", "河北区", "河西区", "西青区", "红桥区", "津南区"] * 5,
    "note": ["全天开放", "免费", "有停车场", "地铁直达", "022-23456789", "正常"] * 5,
    "kind": ["综合公园", "专类公园", "社区公园", "综合公园", "游园", "游园"] * 5,
}


def findings(values: Sequence[object], title: str = "备注", *, facts: Facts = FACTS) -> tuple[Finding, ...]:
    columns = (OpenColumn(name="it", title=title, title_en="It"),)
    return looking.check(pa.table({"it": list(values)}), replace(facts, columns=columns)).findings


def codes(found: Sequence[Finding], severity: Severity = Severity.BLOCK) -> set[Code]:
    return {finding.code for finding in found if finding.severity is severity}


def is_taken_for_personal(value: str) -> bool:
    return bool({finding.code for finding in findings([value])} - {Code.LANDLINE})


def test_a_clean_table_passes() -> None:
    report = looking.check(pa.table(CLEAN), FACTS)
    assert report.passed
    assert codes(report.findings, Severity.WARN) == {Code.LANDLINE}


@pytest.mark.parametrize(("code", "value"), PERSONAL)
def test_each_tricky_personal_thing_is_found(code: Code, value: str) -> None:
    assert code in codes(findings([value]))


def test_recall_and_precision_over_the_corpus(record_property: Callable[[str, object], None]) -> None:
    found = sum(code in codes(findings([value])) for code, value in PERSONAL)
    wrong = [value for value in HARMLESS if is_taken_for_personal(value)]
    recall, precision = found / len(PERSONAL), found / (found + len(wrong))
    record_property("recall", recall)
    record_property("precision", precision)
    assert recall == 1
    assert precision >= 0.95, wrong


@pytest.mark.parametrize(
    ("values", "title", "is_found"),
    [
        (PEOPLE, "备注", True),
        (PEOPLE, "法定代表人", True),
        (("王*军", "张*梅", "刘*远", "李*", "陈*"), "备注", False),
        (PLACES, "地名", False),
        (THINGS, "品名", False),
        (("海河教育园", "平安银行", "高新技术企业"), "法定代表人类型", False),
    ],
)
def test_names_are_known_by_title_and_by_content(values: Sequence[str], title: str, is_found: bool) -> None:
    assert (Code.NAME in codes(findings(values, title))) == is_found


def test_names_among_other_things_are_told_with_a_confidence() -> None:
    (finding,) = findings([*PEOPLE[:8], *THINGS], "备注")
    assert finding.severity is Severity.WARN
    assert 0.3 < finding.confidence < 0.6


def test_running_numbers_that_look_like_something_by_chance_are_only_told_of() -> None:
    numbers = [f"{100000000000000 + n * 7919 * 104729:015}" for n in range(400)]
    assert codes(findings(numbers, "登记号")) == set()


def test_numbers_stored_as_numbers_are_seen_too() -> None:
    assert Code.ID_NUMBER in codes(findings([120103197905121012], "编号"))
    assert Code.MOBILE in codes(findings([13812345678.0, 13912345678.0], "编号"))


def test_samples_never_repeat_what_was_found() -> None:
    (finding,) = findings(["120103197905121012"])
    assert finding.samples
    assert all("19790512" not in sample for sample in finding.samples)


@pytest.mark.parametrize("column", list(CLEAN))
@settings(max_examples=25, deadline=None)
@given(case=st.sampled_from(PERSONAL), row=st.integers(0, 29), around=st.sampled_from(("", "，", " ", "（见附件）")))
def test_planted_personal_data_of_any_kind_in_any_column_are_found(
    column: str, case: tuple[Code, str], row: int, around: str
) -> None:
    code, value = case
    rows = {name: list(values) for name, values in CLEAN.items()}
    rows[column][row] = f"{rows[column][row]}，{value}{around}"
    report = looking.check(pa.table(rows), FACTS)
    found = [finding for finding in report.findings if finding.column == column]
    assert code in codes(found)
    assert not report.passed


@settings(max_examples=60, deadline=None)
@given(
    day=st.dates(min_value=date(1920, 1, 1), max_value=date(2025, 12, 31)),
    serial=st.integers(0, 999),
    gaps=st.lists(st.sampled_from(("", "", "", " ", "-")), min_size=18, max_size=18),
)
def test_identity_numbers_are_found_however_they_are_spaced(day: date, serial: int, gaps: list[str]) -> None:
    first = f"120103{day:%Y%m%d}{serial:03}"
    number = first + id_number_check_character(first)
    spaced = "".join(sign + gap for sign, gap in zip(number, gaps, strict=True)).rstrip(" -")
    found = {detector.code for detector, _piece, is_one in texts.found_in(f"号码{spaced}。") if is_one}
    assert Code.ID_NUMBER in found


def persons(rows: int, *, ages: int) -> pa.Table:
    return pa.table(
        {
            "sex": ["男", "女"] * (rows // 2),
            "age": [20 + n % ages for n in range(rows)],
            "value": list(range(rows)),
        }
    )


PERSON_COLUMNS = (
    OpenColumn(name="sex", title="性别", title_en="Sex"),
    OpenColumn(name="age", title="年龄", title_en="Age", kind="integer"),
    OpenColumn(name="value", title="数值", title_en="Value", kind="integer"),
)


def test_combinations_that_few_people_share_stand_in_the_way() -> None:
    facts = replace(FACTS, columns=PERSON_COLUMNS)
    assert Code.RARE_COMBINATION in codes(looking.check(persons(60, ages=30), facts).findings)
    assert looking.check(persons(60, ages=4), facts).passed
    assert not looking.check(persons(60, ages=4), replace(facts, least_group=16)).passed


@pytest.mark.parametrize(
    ("sex", "further"),
    [
        ("性别", {"size": "家庭人数"}),
        ("性　别", {}),
        ("性 别", {"children": "子女人数"}),
        ("SEX", {}),
    ],
)
def test_no_column_beside_them_and_no_way_of_writing_hides_who_is_told_apart(sex: str, further: dict[str, str]) -> None:
    title, name = ("说明", sex) if sex.isascii() else (sex, "it")
    columns = [OpenColumn(name=name, title=title, title_en="Sex"), PERSON_COLUMNS[1]]
    columns += [OpenColumn(name=one, title=told, title_en=one, kind="integer") for one, told in further.items()]
    rows = {name: ["男", "女"] * 30, "age": [20 + n % 30 for n in range(60)]} | {one: [9] * 60 for one in further}
    found = looking.check(pa.table(rows), replace(FACTS, columns=tuple(columns))).findings
    assert Code.RARE_COMBINATION in codes(found)


def test_a_masked_text_shows_its_ends_alone_whatever_stands_between() -> None:
    told = pa.table({"it": ["王建军\n李四光", "a\r\nbc", "张晓梅", "南京路\n5号楼501", None]})
    partial = masked(told, [Mask("it", "PARTIAL", "why")], least_group=5)["it"].to_pylist()
    assert partial == ["王***光", "a***c", "**", "南***1", None]
    coarse = masked(told, [Mask("it", "COARSE_PLACE", "why")], least_group=5)["it"].to_pylist()
    assert coarse[3] == "南京路"


@pytest.mark.parametrize(("method", "sensitivity"), [("SUPPRESS_SMALL", "SENSITIVE"), ("BAND", "PUBLIC")])
def test_a_mask_that_leaves_values_leaves_their_grade(method: str, sensitivity: str) -> None:
    income = OpenColumn(name="it", title="收入", kind="integer", sensitivity="SENSITIVE")
    assert columns_after([income], [Mask("it", method, "why")])[0].sensitivity == sensitivity


def test_a_keep_decision_eases_names_but_never_rare_combinations() -> None:
    kept = replace(FACTS, columns=PERSON_COLUMNS, kept=frozenset({"sex", "age"}))
    assert Code.RARE_COMBINATION in codes(looking.check(persons(60, ages=30), kept).findings)
    assert codes(findings(PEOPLE, facts=replace(FACTS, kept=frozenset({"it"})))) == set()


@pytest.mark.parametrize(("counts", "is_found"), [([5, 0, 120], False), ([3, 0, 120], True)])
def test_counts_of_so_few_that_they_are_people(counts: list[int], is_found: bool) -> None:
    columns = (OpenColumn(name="n", title="残疾儿童人数", title_en="Children", kind="integer"),)
    found = looking.check(pa.table({"n": counts}), replace(FACTS, columns=columns)).findings
    assert (Code.SMALL_GROUP in codes(found)) == is_found


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"grade": "IMPORTANT"}, Code.GRADE),
        ({"grade": "CORE"}, Code.GRADE),
        ({"licence": ""}, Code.LICENCE),
        ({"licence": "AGREEMENT"}, Code.LICENCE),
        ({"opening_type": "CONDITIONAL"}, Code.LICENCE),
        ({"keywords": ()}, Code.METADATA),
        ({"columns": (OpenColumn(name="name", title="名称"),)}, Code.METADATA),
    ],
)
def test_what_is_told_must_allow_it(changed: dict[str, object], code: Code) -> None:
    told = {name: getattr(FACTS, name) for name in Facts.__dataclass_fields__} | changed
    assert code in codes(looking.check(pa.table(CLEAN), Facts(**told)).findings)


def test_columns_that_the_catalogue_calls_personal_stand_in_the_way() -> None:
    columns = (OpenColumn(name="name", title="名称", title_en="Name", sensitivity="PERSONAL"), *COLUMNS[1:])
    assert Code.COLUMN_GRADED in codes(looking.check(pa.table(CLEAN), replace(FACTS, columns=columns)).findings)


def test_no_rows_are_no_dataset() -> None:
    assert Code.EMPTY in codes(
        looking.check(pa.table({name: pa.array([], pa.string()) for name in CLEAN}), FACTS).findings
    )


HH = Namespace("urn:haihe:vocabulary:")


def graph_of(facts: Facts) -> Graph:
    graph, it = Graph(), URIRef("urn:it")
    graph.add((it, RDF.type, DCAT.Dataset))
    told = (
        (HH.titleZh, facts.title),
        (HH.titleEn, facts.title_en),
        (DCTERMS.description, facts.summary),
        (DCTERMS.publisher, facts.publisher),
        (DCAT.theme, facts.topic),
        (DCTERMS.accrualPeriodicity, facts.update_cycle),
        *((DCAT.keyword, word) for word in facts.keywords),
    )
    for predicate, value in told:
        graph.add((it, predicate, Literal(value)))
    for column in facts.columns:
        node = BNode()
        graph.add((it, HH.column, node))
        graph.add((node, HH.titleZh, Literal(column.title)))
        graph.add((node, HH.titleEn, Literal(column.title_en)))
    return graph


SHAPES = Graph().parse(metadata.__file__.replace("metadata.py", "shapes.ttl"), format="turtle")


@settings(max_examples=25, deadline=None)
@given(
    title=st.sampled_from(("公园名录", "公园", "Parks list")),
    title_en=st.sampled_from(("Parks", "", "公园")),
    summary=st.sampled_from((FACTS.summary, "太短")),
    topic=st.sampled_from(("urban", "")),
    keywords=st.sampled_from((("公园",), ())),
    cycle=st.sampled_from(("MONTHLY", "SOMETIMES")),
    columns=st.sampled_from((COLUMNS, (), (OpenColumn(name="a", title="甲"),))),
)
def test_the_plain_checks_and_the_shapes_say_the_same(
    title: str,
    title_en: str,
    summary: str,
    topic: str,
    keywords: tuple[str, ...],
    cycle: str,
    columns: tuple[OpenColumn, ...],
) -> None:
    facts = replace(
        FACTS,
        title=title,
        title_en=title_en,
        summary=summary,
        topic=topic,
        keywords=keywords,
        update_cycle=cycle,
        columns=columns,
    )
    conforms, _graph, _text = validate(graph_of(facts), shacl_graph=SHAPES)
    assert conforms == (not list(metadata.missing(facts)))
