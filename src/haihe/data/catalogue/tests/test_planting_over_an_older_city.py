"""The demo is planted again over one that an earlier version planted, without what entries had to say only later."""

import pytest

from haihe.base.accounts import demo as people
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST
from haihe.data.catalogue.demo.entries import RELIEF_STANDARDS
from haihe.data.catalogue.demo.updates import plant_updates
from haihe.data.catalogue.models import Assessment, Resource
from haihe.data.catalogue.testing import NOW, publish_entry

pytestmark = pytest.mark.django_db


def test_entries_without_assessments_are_updated_with_them() -> None:
    people.plant(CAST, now=NOW, keyring=keyring())
    code = publish_entry(RELIEF_STANDARDS)
    Assessment.objects.all().delete()
    plant_updates(now=NOW)
    updated = Resource.objects.get(code=code)
    assert updated.assessments.exists()
    assert [revision.state for revision in updated.revisions.all()] == ["PUBLISHED"]
