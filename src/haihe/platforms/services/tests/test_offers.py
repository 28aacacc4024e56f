"""Forms learn from the catalogue which items there are, what they ask, and where they are taken."""

from dataclasses import dataclass
from datetime import date

import pytest
from msgspec.structs import replace

from haihe.platforms.services.items.api import ItemChannel, load_items, shipped
from haihe.platforms.services.offers import ItemOffers
from haihe.platforms.services.testing import ITEM

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 26)


@dataclass(frozen=True, slots=True)
class Kept:
    """Items that were kept for this test."""

    slugs: tuple[str, ...]


@pytest.fixture
def kept() -> Kept:
    known = next(item for item in shipped() if item.slug == ITEM)
    form = {"fields": [{"name": "why", "type": "text", "label": {"zh": "原因", "en": "Why"}}]}
    with_form = replace(known, slug="test-with-form", code="120040-GG-9001", version=1, form=form)
    phone_only = replace(with_form, slug="test-on-phone", code="120040-GG-9002", channels=(ItemChannel.PHONE,))
    without = replace(with_form, slug="test-no-form", code="120040-GG-9003", form={})
    later = replace(with_form, slug="test-later", code="120040-GG-9004", in_force_from=date(2027, 1, 1))
    load_items([with_form, phone_only, without, later])
    return Kept((with_form.slug, phone_only.slug, without.slug, later.slug))


def test_an_item_is_offered_as_its_version_says(kept: Kept) -> None:
    offer = ItemOffers().offer("test-with-form", on=DAY)
    assert offer is not None
    item = next(item for item in shipped() if item.slug == ITEM)
    assert (offer.slug, offer.version, offer.authority) == ("test-with-form", 1, "120040")
    assert (str(offer.name), offer.promised_days) == (str(item.name), item.promised_days)
    assert [field.name for field in offer.form.fields] == ["why"]
    assert [str(paper.name) for paper in offer.papers] == [str(paper.name) for paper in item.papers]
    assert [paper.is_spared for paper in offer.papers] == [paper.is_spared for paper in item.papers]


@pytest.mark.parametrize("slug", ["test-no-form", "test-later", "no-such-item"])
def test_what_has_no_form_or_isnt_in_force_is_not_offered(kept: Kept, slug: str) -> None:
    assert ItemOffers().offer(slug, on=DAY) is None


def test_a_window_is_offered_what_it_takes_of_its_own_authority(kept: Kept) -> None:
    offered = {offer.slug for offer in ItemOffers().offers("120040", on=DAY)}
    assert "test-with-form" in offered
    assert offered.isdisjoint({"test-on-phone", "test-no-form", "test-later"})
    assert {offer.slug for offer in ItemOffers().offers("120029", on=DAY)}.isdisjoint(kept.slugs)
