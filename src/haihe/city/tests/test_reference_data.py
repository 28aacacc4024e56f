"""Divisions and organisations are loaded whole, and loading again changes nothing."""

from collections import Counter

import pytest
from django.db import IntegrityError

from haihe.city import api as city
from haihe.city import cast
from haihe.city.loading import departments, load_reference_data, units
from haihe.city.models import Division, Organisation
from haihe.city.places import tianjin
from haihe.city.testing import load_departments

pytestmark = pytest.mark.django_db


def test_tianjin_has_its_districts_streets_and_communities() -> None:
    assert Counter(place.level for place in tianjin()) == {1: 1, 2: 1, 3: 16, 4: 299, 5: 5617}


def test_loading_twice_leaves_the_same_rows() -> None:
    first = load_reference_data()
    assert first.divisions == 1 + 1 + 16 + 299 + 5617
    assert first.organisations == len(departments()) + len(units()) + 16 + 299 + 5617
    assert load_reference_data() == first


def test_a_division_knows_its_way_up() -> None:
    load_reference_data()
    row = Division.objects.get(code="120103001004")
    assert row.full_name.startswith("天津市河西区")
    assert row.path == "000000000000/120000000000/120103000000/120103001000/120103001004"
    assert city.divisions(parent="120000000000")[0].name_en == "Heping District"
    assert Division.objects.get(code="120116000000").name_en == "Binhai New Area"


def test_every_community_has_a_committee_under_its_street_and_district() -> None:
    load_reference_data()
    committee = Organisation.objects.get(division="120103001004")
    assert committee.parent is not None
    assert committee.parent.parent is not None
    assert committee.parent.parent.name == "天津市河西区人民政府"
    assert committee.code.startswith(committee.parent.code)


def test_the_casts_organisations_are_among_the_48_departments() -> None:
    load_departments()
    codes = [organisation.code for organisation in city.organisations(level=2)]
    assert len(codes) == 48
    assert {org for person in cast.CAST for _, org in person.memberships if org} <= set(codes)
    centre = city.organisation(cast.HOUSING_FUND_CENTRE)
    assert centre is not None
    assert centre.name == "天津市住房公积金管理中心"


def test_each_department_of_the_cast_has_units() -> None:
    parents = Counter(unit.parent_id for unit in units())
    assert all(parents[code] >= 4 for code in ("120001", "120012", "120020", "120030", "120040"))


def test_an_unknown_code_is_nobody_and_its_own_name() -> None:
    load_departments()
    assert city.organisation("120999") is None
    assert city.division("999999999999") is None
    assert city.organisation_names(["120012", "120999"]) == {"120012": "市民政局", "120999": "120999"}


def test_the_database_refuses_an_organisation_without_a_proper_code() -> None:
    load_departments()
    with pytest.raises(IntegrityError):
        Organisation.objects.create(
            code="12I001", name="x", short_name="x", kind="DEPARTMENT", level=2, division_id="120000000000"
        )
