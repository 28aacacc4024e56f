"""Whoever reads English reads in English what is wrong with a model, and by which clause something was done."""

import re

import pytest
from django.utils import translation

from haihe.data.matching.definition import ModelRefused, read_definition
from haihe.data.matching.testing import MODEL
from haihe.data.matching.wording import clause_told
from haihe.data.matching.workflow import LEAD

_CHANGES = {
    "no condition": ("conditions = []\n" + MODEL[: MODEL.index("[[conditions]]")], "At least one condition."),
    "no title": (MODEL.replace("户主不在名册上的救助对象", ""), "Must be filled in, at most 100 characters."),
    "output twice": (MODEL.replace('"member.name"]', '"member.division"]'), "Each output field only once."),
    "not TOML": ("title = ", "Not valid TOML"),
}


@pytest.mark.parametrize("change", sorted(_CHANGES))
def test_what_is_wrong_with_a_model_is_told_in_both_languages(change: str) -> None:
    text, english = _CHANGES[change]
    with translation.override("en"):
        with pytest.raises(ModelRefused) as told:
            read_definition(text)
        assert told.value.sentence.startswith(english)
        assert told.value.told.endswith(f": {told.value.sentence}")
    with pytest.raises(ModelRefused) as here:
        read_definition(text)
    assert not here.value.sentence.isascii()


def test_every_clause_of_a_lead_is_told_in_both_languages() -> None:
    for clause in {move.clause for table in LEAD.values() for move in table.moves}:
        with translation.override("en"):
            assert not re.search("[一-鿿]", clause_told(clause)), clause
        assert clause_told(clause) == clause
    assert clause_told("") == ""
