"""An item's file is checked when read; what contradicts itself doesn't start."""

import pytest

from haihe.platforms.services import definition
from haihe.platforms.services.definition import DefinitionError

TEXT = (definition.FOLDER / "housing-fund-relief-withdrawal.toml").read_text(encoding="utf-8")


def test_every_item_that_ships_reads_and_survives_the_database() -> None:
    for item in definition.shipped():
        assert definition.from_json(definition.to_json(item)) == item


def test_the_item_of_the_story_needs_an_id_card_only() -> None:
    item = definition.parse(TEXT)
    assert [paper.slug for paper in item.papers if paper.proof != "VERIFY"] == ["id-card"]
    assert item.promised_days <= item.statutory_days == 3


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("promised_days = 1", "promised_days = 4", "longer than the law"),
        ('case_prefix = "GJJ"', 'case_prefix = "gjj"', "malformed"),
        ("window = 1", "window = 3", "more than before"),
        ("saves_papers = 1", "saves_papers = 2", "one paper at most"),
        ('proof = "VERIFY"', 'proof = "SHOW"', "papers.verify"),
        ('slug = "relief-certificate"', 'slug = "id-card"', "share a slug"),
        ("min_yuan = 1", "min_yuan = 900000", "crossed"),
        ('hotline = "12329"', 'hotline = "12329"\ncolour = "red"', "colour"),
        ("version = 1", "version = ", "value"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(old: str, new: str, complaint: str) -> None:
    assert old in TEXT
    with pytest.raises(DefinitionError, match=complaint):
        definition.parse(TEXT.replace(old, new, 1))


def test_texts_speak_the_readers_language() -> None:
    from django.utils import translation

    name = definition.parse(TEXT).name
    with translation.override("en"):
        assert str(name) == "Housing-fund withdrawal for families on relief"
    with translation.override("zh-hans"):
        assert str(name) == "低保家庭提取住房公积金"
