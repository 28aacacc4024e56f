"""Search finds by words of title, abstract and items, narrowed by filters, within what one may see."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.base.accounts.api import SIGNED_OUT
from haihe.data.catalogue.demo.entries import RELIEF_STANDARDS
from haihe.data.catalogue.queries import Filters, find_resources, published_resources
from haihe.data.catalogue.testing import RELIEF, cast_actor, publish_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _entries() -> None:
    publish_entry()
    publish_entry(RELIEF_STANDARDS, until="approve")


def found(search: str = "", **narrowed: str) -> list[str]:
    return [row.code for row in find_resources(SIGNED_OUT, Filters(search=search, **narrowed)).rows]


@pytest.mark.parametrize("search", ["社会救助", "低保证明", "救助 类型", "户主证件", "120012", " ", "社会救助对象信息"])
def test_words_of_title_abstract_and_items_find_it(search: str) -> None:
    assert found(search) == [RELIEF]


@pytest.mark.parametrize("search", ["渔船", "?", "'; DROP TABLE", "%"])
def test_other_words_do_not(search: str) -> None:
    assert found(search) == []


def test_filters_narrow() -> None:
    assert found(sharing_type="CONDITIONAL", owner="120012") == [RELIEF]
    assert found(sharing_type="REFUSED") == []


def test_the_owner_sees_its_unpublished_entries_too() -> None:
    assert find_resources(cast_actor("steward_mzj"), Filters()).total == 2
    assert find_resources(cast_actor("operator"), Filters(state="REGISTERED")).total == 1
    assert [entry.code for entry in published_resources(form="SERVICE")] == [RELIEF]


@pytest.mark.parametrize(
    "search", ["社會救助", "shehuijiuzhu", "SHJZ", "jiuzhu", "救", "低保", "最低生活", "民政局 救助"]
)
def test_it_is_found_as_people_type_it(search: str) -> None:
    """In traditional characters, by pinyin and initials, by one character, by a synonym, with the department's name."""
    assert found(search) == [RELIEF]


@pytest.mark.parametrize("search", ["社会渔船", "蛇会", "蛇会渔船"])
def test_what_only_partly_matches_or_sounds_alike_is_found_and_told_apart(search: str) -> None:
    loose = find_resources(SIGNED_OUT, Filters(search=search))
    assert (loose.total, loose.loosely) == (1, True)
    assert not find_resources(SIGNED_OUT, Filters(search="社会救助")).loosely


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_a_question(search: str) -> None:
    find_resources(SIGNED_OUT, Filters(search=search))


def test_facets_count_what_each_choice_would_show() -> None:
    chosen = find_resources(cast_actor("operator"), Filters(sharing_type="CONDITIONAL"))
    assert chosen.total == 1
    assert chosen.facets["sharing_type"] == {"CONDITIONAL": 1, "UNCONDITIONAL": 1}
    assert chosen.facets["owner"] == {"120012": 1}
    for sharing_type, count in chosen.facets["sharing_type"].items():
        assert find_resources(cast_actor("operator"), Filters(sharing_type=sharing_type)).total == count
