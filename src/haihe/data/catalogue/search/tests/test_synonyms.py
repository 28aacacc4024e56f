"""A word is in one group; where one is part of another the longer counts; changed groups count after indexing anew."""

import pytest

from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.search.finding import find
from haihe.data.catalogue.search.indexing import index_all
from haihe.data.catalogue.search.synonyms import Synonyms, synonyms
from haihe.data.catalogue.search.terms import simple
from haihe.data.catalogue.testing import publish_entry


def test_the_longer_word_counts() -> None:
    known = Synonyms.of([["村", "村庄"], ["村委会", "村民委员会"]])
    assert [group for _, group in known.found_in("村委会和村庄")] == ["村委会", "村"]


def test_a_word_in_two_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="低保"):
        Synonyms.of([["低保", "a"], ["b", "低保"]])


def test_words_stand_as_texts_are_compared() -> None:
    assert [word for word in synonyms().group_of if simple(word) != word] == []


@pytest.mark.django_db
def test_all_entries_are_indexed_anew() -> None:
    publish_entry()
    Resource.objects.update(found="", ranked="")
    assert find(Resource.objects.all(), "低保").total == 0
    heard = list[float]()
    assert index_all(heard.append) == 1
    assert find(Resource.objects.all(), "低保").total == 1
