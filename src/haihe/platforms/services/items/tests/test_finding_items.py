"""People find items by what they want done: words, pinyin, synonyms, English, whole sentences."""

import pytest

from haihe.city.testing import load_departments
from haihe.platforms.services.items.finding import Filters, entries_in_force, find_items, wanted
from haihe.platforms.services.items.operations import load_items
from haihe.platforms.services.items.testing import NOW, make_item

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
FUND = "housing-fund-relief-withdrawal"


@pytest.fixture(autouse=True)
def _items() -> None:
    load_departments()
    load_items()
    load_items(
        [
            make_item("old-age-card", "鲐背老人敬享卡", "Nonagenarians' card", topics=("retirement",)),
            make_item(
                "seal-making",
                "骑缝铭章刻制备案",
                "Filing of a paging seal",
                authority="120011",
                objects_kind=("COMPANY",),
                topics=("business-opening",),
                channels=("WINDOW",),
            ),
        ]
    )


def slugs(q: str = "", **narrowed: str) -> list[str]:
    return [row.version.slug for row in find_items(Filters(q=q, **narrowed), on=TODAY).rows]


@pytest.mark.parametrize(
    "typed",
    [
        "低保 公积金",
        "低保家庭提取公积金",
        "最低生活保障 住房公积金",
        "gongjijin dibao",
        "低保户怎么提取公积金？",
        "120040-GG-0009",
        "低保 公積金",
        "housing-fund withdrawal families relief",
    ],
)
def test_the_item_of_the_story_comes_first_however_it_is_typed(typed: str) -> None:
    assert slugs(typed)[0] == FUND


@pytest.mark.parametrize("typed", ["敬享卡", "taibei", "nonagenarian card", "tblrjxk"])
def test_an_item_is_found_by_a_part_by_sound_and_in_english(typed: str) -> None:
    assert slugs(typed)[0] == "old-age-card"


def test_what_nothing_matches_whole_is_found_in_part_and_says_so() -> None:
    found = find_items(Filters(q="骑缝铭章遗失补办"), on=TODAY)
    assert found.loosely
    assert found.rows[0].version.slug == "seal-making"


def test_lists_narrow_by_topic_department_person_and_channel() -> None:
    assert "old-age-card" in slugs(topic="retirement")
    assert "seal-making" not in slugs(topic="retirement")
    assert "seal-making" in slugs(authority="120011")
    assert "seal-making" not in slugs(who="PERSON")
    assert "old-age-card" not in slugs(who="COMPANY")
    assert "seal-making" not in slugs(channel="PHONE")
    found = find_items(Filters(authority="120011", q="铭章"), on=TODAY)
    assert found.total == found.authorities["120011"] == found.topics["business-opening"] == 1


def test_only_the_version_in_force_is_found() -> None:
    load_items([make_item("old-age-card", "鲐背卡", "Old-age card", version=2, in_force_from=TODAY.replace(year=2027))])
    (row,) = entries_in_force(on=TODAY).filter(version__slug="old-age-card")
    assert row.title == "鲐背老人敬享卡"
    (row,) = entries_in_force(on=TODAY.replace(year=2028)).filter(version__slug="old-age-card")
    assert row.title == "鲐背卡"


@pytest.mark.parametrize("typed", ["\x00", "''", "&|!", "<->", "％", "\\", " ", "的", "办"])
def test_nothing_that_is_typed_breaks_the_search(typed: str) -> None:
    find_items(Filters(q=typed), on=TODAY).rows.count()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("怎么办理身份证", "身份证"),
        ("我想办理护照需要什么材料", "护照"),
        ("办理", "办理"),
        ("居住证在哪里办", "居住证"),
    ],
)
def test_words_around_the_wish_are_left_out_unless_nothing_else_was_typed(typed: str, meant: str) -> None:
    assert wanted(typed) == meant
