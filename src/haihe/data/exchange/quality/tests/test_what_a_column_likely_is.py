"""Suggestions: by title, by content, with a score and reasons; never sure where the content says otherwise."""

import pytest

from haihe.data.exchange.quality.looking import Look
from haihe.data.exchange.quality.samples import masked_samples
from haihe.data.exchange.quality.suggesting import Why, suggested, weigh
from haihe.data.exchange.rules import Column, Kind, Personal, RegisterSchema, rules_of
from haihe.data.exchange.testing import RELIEF, id_number

SCHEMA = rules_of(RELIEF)
NUMBERS = tuple(id_number(serial) for serial in range(20))
DATES = ("2026-03-01",) * 20


def column(field: str) -> Column:
    return next(each for each in SCHEMA.columns if each.field == field)


@pytest.mark.parametrize(
    ("title", "field", "why"),
    [
        ("证件号码", "id_number", Why.SAME_NAME),
        ("公民身份号码", "id_number", Why.SAME_NAME),
        ("ID_NUMBER", "id_number", Why.ITEM_NAME),
        ("sfzhm", "id_number", Why.SYNONYM),
        ("xingming", "name", Why.SYNONYM),
        ("ksrq", "valid_from", Why.SYNONYM),
        ("jiulei", "name", None),
        ("jiuzhuleixing", "relief_type", Why.PINYIN),
        ("jzlx", "relief_type", Why.PINYIN),
        ("救助类型名称", "relief_type", Why.LIKE_NAME),
    ],
)
def test_titles_speak_in_many_ways(title: str, field: str, why: Why | None) -> None:
    found = weigh(title, (), column(field))
    assert found.why == ((why,) if why else ())
    assert (found.score > 0) is (why is not None)


def test_content_speaks_for_itself_where_the_title_says_nothing() -> None:
    found = weigh("字段3", NUMBERS, column("id_number"))
    assert (found.score, found.why, found.share) == (0.6, (Why.CONTENT,), 1.0)
    assert weigh("字段3", DATES, column("id_number")).score == 0


def test_content_that_says_otherwise_takes_the_title_back() -> None:
    sure, doubtful = (weigh("开始日期", cells, column("valid_from")) for cells in (DATES, ("张三",) * 20))
    assert sure.score == 1.0
    assert doubtful.score == 0
    assert doubtful.why == (Why.SAME_NAME, Why.NOT_CONTENT)


def test_each_column_is_suggested_once_to_the_title_that_fits_best() -> None:
    cells = (("张三",) * 20, NUMBERS, NUMBERS, DATES)
    look = Look(("xm", "身份证", "户主身份证", "开始时间"), cells)
    found = {title: each.field for title, each in suggested(look, SCHEMA).items()}
    assert found["xm"] == "name"
    assert found["身份证"] == "id_number"
    assert found["户主身份证"] == "householder_id_number"
    assert found["开始时间"] == "valid_from"


def test_too_few_cells_prove_nothing() -> None:
    assert weigh("字段3", NUMBERS[:4], column("id_number")).score == 0


def test_a_column_of_nothing_but_blanks_has_no_share() -> None:
    assert weigh("开始日期", ("", " ", "　") * 10, column("valid_from")).share is None


@pytest.mark.parametrize(
    ("text", "personal", "shown"),
    [
        (NUMBERS[0], None, f"{NUMBERS[0][:3]}***********{NUMBERS[0][-4:]}"),
        ("刘志远", None, "刘*远"),
        ("13812345678", None, "138****5678"),
        ("刘志远", Personal.NAME, "刘*远"),
        ("在保", Personal.NONE, "在保"),
        ("在保", None, "在*"),
        ("津低保0001", Personal.SEALED, "津低保****"),
    ],
)
def test_samples_are_masked_while_nobody_knows_what_they_are(text: str, personal: Personal | None, shown: str) -> None:
    about = Column(field="f", title="t", kind=Kind.TEXT, personal=personal) if personal else None
    found = masked_samples([text, text, ""], about)
    assert len(found) == 1
    if shown.endswith("****"):
        assert text not in found[0]
    else:
        assert found == [shown]


def test_an_empty_file_suggests_nothing() -> None:
    assert suggested(Look((), ()), RegisterSchema(resource="r", title="t", columns=())) == {}
