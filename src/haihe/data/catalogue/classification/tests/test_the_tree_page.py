"""The page of the classification counts what one may know of, and leads to it."""

import pytest
from django.test import Client
from django.urls import reverse

from haihe.data.catalogue.demo.entries import RELIEF_STANDARDS
from haihe.data.catalogue.testing import RELIEF, publish_entry

pytestmark = pytest.mark.django_db


def test_it_counts_what_is_published_and_leads_to_it(django_assert_max_num_queries: object) -> None:
    publish_entry()
    publish_entry(RELIEF_STANDARDS, until="approve")
    with django_assert_max_num_queries(4):  # type: ignore[operator]  # pytest-django's fixture is untyped here
        page = Client().get(reverse("catalogue:classes")).content.decode()
    for code in ("2", "203", "203002"):
        assert f'?place={code}"' in page
    assert '?place=204"' not in page
    assert "还没有部门信息资源" in page
    listed = Client().get(reverse("catalogue:list"), {"place": "203"}).content.decode()
    assert RELIEF in listed
    assert "只看分类" in listed
    for strange in ("x", "9" * 50, "²", "' OR 1=1"):
        assert Client().get(reverse("catalogue:list"), {"place": strange}).status_code == 200
