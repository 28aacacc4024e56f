"""Reasons are stored in Chinese with the day's figures; who reads English gets the general sentence of the code."""

import re

import pytest
from django.utils import translation

from haihe.data.exchange.checking import Problem
from haihe.data.exchange.reasons import FAILURES, SENTENCES, Refusal
from haihe.data.exchange.rules import Column, Kind, RegisterSchema
from haihe.data.exchange.sentences import outcome_told, problem_told, sentence_of

CHINESE = re.compile("[\u4e00-\u9fff]")
STORED = "退回的行占 33.3%，超过 20% 的上限。"


@pytest.fixture
def schema() -> RegisterSchema:
    return RegisterSchema(
        resource="120012/000001",
        title="社会救助对象信息",
        columns=(Column(field="name", title="姓名", kind=Kind.TEXT),),
    )


def test_chinese_readers_see_what_was_stored(schema: RegisterSchema) -> None:
    with translation.override("zh-hans"):
        assert outcome_told(Refusal.TOO_MANY_REJECTS, STORED) == STORED
        assert problem_told(Problem("姓名", "MISSING", "姓名是空的。"), schema) == "姓名是空的。"


def test_english_readers_see_the_sentence_of_the_code(schema: RegisterSchema) -> None:
    with translation.override("en"):
        assert outcome_told(Refusal.TOO_MANY_REJECTS, STORED).startswith("More rows were rejected")
        assert problem_told(Problem("姓名", "MISSING", "姓名是空的。"), schema) == "A required cell is empty."
        assert sentence_of("ID_NUMBER_CHECK_DIGIT", schema).startswith("The identity number")


def test_an_unknown_code_keeps_what_was_stored(schema: RegisterSchema) -> None:
    with translation.override("en"):
        assert outcome_told("SOMETHING_ELSE", STORED) == STORED
        assert sentence_of("SOMETHING_ELSE", schema) == "SOMETHING_ELSE"


@pytest.mark.parametrize("code", [*Refusal, *FAILURES])
def test_every_outcome_has_its_english(code: str) -> None:
    with translation.override("en"):
        assert not CHINESE.search(outcome_told(code, STORED))


@pytest.mark.parametrize("code", SENTENCES)
def test_every_reason_has_its_english(code: str, schema: RegisterSchema) -> None:
    with translation.override("en"):
        assert sentence_of(code, schema).replace("’", "'").isascii()
