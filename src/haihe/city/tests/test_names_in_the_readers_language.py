"""Readers of English see English names where there are any, and always the Chinese one too."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from haihe.city import outline
from haihe.city.models import Organisation
from haihe.city.testing import load_departments

pytestmark = pytest.mark.django_db


def test_a_department_goes_by_the_readers_name() -> None:
    load_departments()
    bureau = Organisation.objects.get(code="120012")
    assert (bureau.local_name, bureau.short_local_name) == ("天津市民政局", "市民政局")
    with override("en"):
        assert bureau.local_name == bureau.short_local_name == "Tianjin Civil Affairs Bureau"
        assert bureau.other_name == "天津市民政局"


def test_a_body_without_an_english_name_keeps_its_own() -> None:
    committee = Organisation(name="天津市河西区大营门街道荣华里社区居委会", short_name="荣华里社区居委会", name_en="")
    with override("en"):
        assert committee.local_name == committee.name
        assert committee.short_local_name == "荣华里社区居委会"
        assert committee.other_name == ""


def test_the_map_speaks_the_readers_language_shortly() -> None:
    binhai = next(shape for shape in outline.whole_city().shapes if shape.code == "120116000000")
    assert binhai.label == "滨海新区"
    with override("en"):
        assert (binhai.label, binhai.local_name) == ("Binhai", "Binhai New Area")


def test_a_page_read_in_english_names_departments_in_english(client: Client) -> None:
    load_departments()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("city:organisations")).content.decode()
    assert "Tianjin Housing Provident Fund Management Centre</a>" in page
    assert "天津市住房公积金管理中心" in page
