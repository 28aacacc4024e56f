"""Lists of datasets, and parts of a dataset's page that are drawn once, show what is so now to whoever reads."""

import pytest

from haihe.data.open.models import Dataset
from haihe.data.open.tests.test_opening_a_dataset import published
from haihe.data.open.tests.test_pages import browser, text

__all__ = ["published"]
pytestmark = pytest.mark.django_db
CHANGES: list[dict[str, object]] = [
    {"title": "食堂一览", "title_en": "All canteens"},
    {"summary": "在哪里吃饭", "summary_en": "Where to eat"},
    {"rows": 4321},
    {"has_api": False},
    {"opening_type": "CONDITIONAL", "opening_condition": "实名申请"},
]


def both(name: str, *args: object) -> tuple[str, str]:
    """Return a page in Chinese and in English."""
    english = browser("")
    english.cookies["haihe_language"] = "en"
    return text(browser(""), name, *args), text(english, name, *args)


@pytest.mark.parametrize("told", CHANGES, ids=lambda told: next(iter(told)))
def test_a_line_shows_each_change(told: dict[str, object], published: str) -> None:
    before = both("topic", "civil")
    assert "社区食堂名录" in before[0]
    assert "Community canteens" in before[1]
    Dataset.objects.filter(slug="canteens").update(**told)
    assert all(old != new for old, new in zip(before, both("topic", "civil"), strict=True))


def test_the_owner_is_told_only_where_it_is_not_on_top(published: str) -> None:
    assert "市民政局" in text(browser(""), "topic", "civil")
    assert "市民政局" not in text(browser(""), "front").partition("最近开放")[2].partition("按部门找")[0]


def test_parts_of_a_version_are_drawn_for_each_language_and_gone_when_it_is_given_on_conditions(published: str) -> None:
    for _again in range(2):
        chinese, english = both("dataset", "canteens")
        assert "前几行" in chinese
        assert "First rows" in english
        assert "水上食堂" in chinese
    Dataset.objects.filter(slug="canteens").update(opening_type="CONDITIONAL", opening_condition="实名申请")
    assert "水上食堂" not in "".join(both("dataset", "canteens"))


@pytest.mark.parametrize("code", ["%00", "x" * 3000, "'"], ids=["nul", "long", "quote"])
def test_odd_departments_are_not_found(code: str, published: str) -> None:
    assert browser("").get(f"/open/departments/{code}/").status_code == 404
