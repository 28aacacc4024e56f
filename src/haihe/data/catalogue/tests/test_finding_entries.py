"""Search finds by words of title, abstract and items, narrowed by filters, within what one may see."""

import pytest

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
    return [row.code for row in find_resources(SIGNED_OUT, Filters(search=search, **narrowed))]


@pytest.mark.parametrize("search", ["社会救助", "低保证明", "救助 类型", "户主证件", "120012", " ", "社会救助对象信息"])
def test_words_of_title_abstract_and_items_find_it(search: str) -> None:
    assert found(search) == [RELIEF]


@pytest.mark.parametrize("search", ["渔船", "?", "社会渔船", "'; DROP TABLE", "%"])
def test_other_words_do_not(search: str) -> None:
    assert found(search) == []


def test_filters_narrow() -> None:
    assert found(sharing_type="CONDITIONAL", owner="120012") == [RELIEF]
    assert found(sharing_type="REFUSED") == []


def test_the_owner_sees_its_unpublished_entries_too() -> None:
    assert len(find_resources(cast_actor("steward_mzj"), Filters())) == 2
    assert len(find_resources(cast_actor("operator"), Filters(state="REGISTERED"))) == 1
    assert [entry.code for entry in published_resources(form="SERVICE")] == [RELIEF]
