"""A version of an item can't be rewritten, not even by SQL; a changed file says what to do."""

import msgspec
import pytest
from django.db import IntegrityError, transaction

from haihe.platforms.services.items import operations, reading
from haihe.platforms.services.items.errors import DefinitionError, ItemNotFound
from haihe.platforms.services.items.models import ItemVersion
from haihe.platforms.services.items.operations.loading import load_items, version_of
from haihe.platforms.services.items.queries import version_in_force
from haihe.platforms.services.items.testing import ITEM, NOW

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing_and_every_item_is_there() -> None:
    load_items()
    assert operations.load_items() == 0
    kept = {row.slug: row.definition for row in ItemVersion.objects.all()}
    assert kept == {item.slug: item for item in reading.shipped()}


def test_a_version_cannot_be_edited() -> None:
    load_items()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ItemVersion.objects.filter(slug=ITEM).update(digest="0")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ItemVersion.objects.filter(slug=ITEM).delete()


def test_a_file_that_changed_under_the_same_version_says_so() -> None:
    item = next(one for one in reading.shipped() if one.slug == ITEM)
    row = version_of(msgspec.structs.replace(item, slug="changed-later", hotline="12345"))
    row.save()
    with pytest.raises(DefinitionError, match="raise `version`"):
        load_items([msgspec.structs.replace(item, slug="changed-later")])


def test_the_version_in_force_is_the_newest_whose_day_has_come() -> None:
    item = next(one for one in reading.shipped() if one.slug == ITEM)
    later = msgspec.structs.replace(item, slug="two-versions", version=1)
    today = NOW.date()
    load_items([later, msgspec.structs.replace(later, version=2, in_force_from=today.replace(year=2027))])
    assert version_in_force("two-versions", on=today).version == 1
    assert version_in_force("two-versions", on=today.replace(year=2028)).version == 2
    with pytest.raises(ItemNotFound):
        version_in_force("two-versions", on=item.in_force_from.replace(year=2020))
