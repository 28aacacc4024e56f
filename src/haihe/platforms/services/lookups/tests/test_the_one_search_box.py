"""One box finds items, lookups, guides and open data, in Chinese, pinyin and English; scripts only make it quicker."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from haihe.city import api as city
from haihe.data.catalogue.demo.bulk import publish_many
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER, RELIEF_STANDARDS
from haihe.data.catalogue.operations.code_lists import load_standard_lists
from haihe.platforms.services.items.api import load_items
from haihe.platforms.services.lookups import helping
from haihe.platforms.services.lookups.matching import best, spoken_guides, spoken_help, spoken_lookups
from haihe.platforms.services.lookups.testing import NOW, plain

LOOKUPS = [
    ("公积金余额", "housing-fund-balance"),
    ("驾照扣分", "driving-points"),
    ("医保还有多少钱", "medical-balance"),
    ("年检", "vehicle-inspection"),
    ("学区", "school-district"),
    ("退税", "income-tax-refund"),
    ("gongjijin", "housing-fund-balance"),
    ("gjj", "housing-fund-balance"),
    ("driving licence", "driving-points"),
    ("passport", "travel-documents"),
    ("低保", "relief-status"),
]


@pytest.mark.parametrize(("typed", "slug"), LOOKUPS)
def test_a_lookup_is_found_among_the_first_by_what_people_call_it(typed: str, slug: str) -> None:
    found, _loosely = best(typed, spoken_lookups(), limit=4)
    assert slug in [lookup.slug for lookup in found]


@pytest.mark.parametrize("typed", ["", " ", "！？", "龘龘龘", "x", "'; DROP TABLE", "%_%", "\\"])
def test_nonsense_finds_no_lookup(typed: str) -> None:
    assert best(typed, spoken_lookups(), limit=4)[0] == []


def test_guides_are_found_by_their_steps() -> None:
    assert best("出生", spoken_guides(), limit=2)[0][0].slug == "birth"


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("字太小", "large-type"),
        ("怎么登陆", "sign-in"),
        ("谁看过我的信息", "who-used-my-data"),
        ("帮父母办", "for-somebody-else"),
        ("large type", "large-type"),
        ("态度不好", "not-satisfied"),
    ],
)
def test_help_is_found_by_what_people_ask(typed: str, slug: str) -> None:
    assert slug in [one.slug for one in best(typed, spoken_help(), limit=3)[0]]


def page(typed: str, name: str = "services:search") -> str:
    answer = Client().get(reverse(name), {"q": typed})
    assert answer.status_code == 200
    return plain(answer.content)


@pytest.mark.django_db
def test_the_page_mixes_what_each_finder_found() -> None:
    city.load_reference_data()
    load_items()
    load_standard_lists(now=NOW)
    publish_many([RELIEF_REGISTER, RELIEF_STANDARDS], now=NOW)
    found = page("公积金余额")
    assert reverse("services:lookup", args=["housing-fund-balance"]) in found
    found = page("低保标准")
    assert reverse("catalogue:resource", args=["120012/000002"]) in found
    assert reverse("catalogue:resource", args=["120012/000001"]) not in found
    found = page("民政局")
    assert "天津市民政局" in found
    assert "天津市南开区" in page("南开")
    found = page("公积金")
    assert "/services/items/" in found
    assert found.index('id="found-lookups"') < found.index('id="found-items"')


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "龘龘", "x" * 500, "<script>alert(1)</script>", "\x00", "'; --", "公积金%'"])
def test_whatever_is_typed_is_answered_and_never_markup(typed: str) -> None:
    assert "<script>alert" not in page(typed)
    assert "<script>alert" not in page(typed, "services:search-suggest")


@pytest.mark.django_db
def test_suggestions_are_links_and_the_box_works_without_them() -> None:
    assert reverse("services:lookup", args=["driving-points"]) in page("记分", "services:search-suggest")
    front = plain(Client().get(reverse("services:home")).content)
    assert f'action="{reverse("services:search")}"' in front


@pytest.mark.django_db
def test_questions_that_items_answer_are_found_and_lead_to_the_answer() -> None:
    city.load_reference_data()
    load_items()
    found = page("复议期间要执行吗")
    address = reverse("services:item", args=["administrative-reconsideration"])
    (number,) = re.findall(rf'href="{address}#(faq-[0-9])"', found)
    assert f'id="{number}"' in plain(Client().get(address).content)


@pytest.mark.django_db
def test_a_misspelt_word_is_taken_for_the_nearest_and_the_page_says_so() -> None:
    city.load_reference_data()
    load_items()
    found = page("passprot")
    assert "按“<strong>passport</strong>”查找的" in found
    assert reverse("services:item", args=["passport-first"]) in found


@pytest.mark.django_db
def test_where_nothing_fits_the_page_offers_what_many_want_and_a_person_to_call() -> None:
    load_items()
    found = page("龘龘")
    assert "没有找到" in found
    assert 'href="tel:12345"' in found
    assert reverse("services:help") in found
    assert f"{reverse('services:items')}?topic=housing" in found


@pytest.mark.django_db
def test_the_page_of_help_leads_on() -> None:
    found = plain(Client().get(reverse("services:help")).content)
    for one in helping.shipped():
        assert f'id="{one.slug}"' in found
        if one.leads:
            assert f'href="{reverse(one.leads)}"' in found
