"""What CKAN's own client, harvesters and map programs read of packages, departments and topics."""

from datetime import timedelta
from typing import Any

import pytest
from ckanapi import NotAuthorized, NotFound, RemoteCKAN, SearchQueryError, ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from haihe.data.open.models import Dataset, DatasetVersion
from haihe.data.open.tests.conftest import NOW

pytestmark = pytest.mark.django_db


def more(count: int) -> None:
    """Open so many datasets more, without rows of their own; one in three changed later."""
    first = Dataset.objects.get(slug="canteens")
    for n in range(count):
        row = Dataset.objects.create(
            **{
                field.attname: getattr(first, field.attname)
                for field in Dataset._meta.concrete_fields
                if field.attname not in ("id", "slug", "code")
            },
            slug=f"more-{n:03}",
            code=f"120012/9{n:05}",
        )
        Dataset.objects.filter(pk=row.pk).update(
            topic="health" if n % 2 else "civil",
            keywords=["食堂", "医院 床位"] if n % 2 else ["学校"],
            licence="CC0-1.0",
            updated_at=NOW + timedelta(days=n % 3),
        )


def test_a_package_has_what_clients_look_for(ckan: RemoteCKAN) -> None:
    package = ckan.action.package_show(id="canteens")
    assert package == ckan.action.package_show(id=package["id"])
    assert (package["title"], package["type"], package["private"], package["state"]) == (
        "社区食堂名录",
        "dataset",
        False,
        "active",
    )
    assert (package["license_id"], package["isopen"]) == ("CC-BY-4.0", True)
    assert package["license_url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert (package["organization"]["id"], package["owner_org"]) == ("120012", "120012")
    assert package["organization"]["title"] == "天津市民政局"
    assert [group["name"] for group in package["groups"]] == ["civil"]
    assert [tag["name"] for tag in package["tags"]] == ["食堂"]
    assert package["metadata_created"] == "2026-11-26T03:00:00.000000"
    assert package["num_resources"] == len(package["resources"]) == 6
    extras = {extra["key"]: extra["value"] for extra in package["extras"]}
    assert (extras["rows"], extras["update_cycle"]) == ("6", "MONTHLY")


def test_a_resource_leads_to_its_file_and_is_found_again(ckan: RemoteCKAN, csv_id: str) -> None:
    first = ckan.action.package_show(id="canteens")["resources"][0]
    assert (first["id"], first["format"], first["datastore_active"]) == (csv_id, "CSV", True)
    assert first["url"].endswith("/open/v1/datasets/canteens/export.csv")
    assert ckan.action.resource_show(id=csv_id) == first
    assert ckan.action.resource_view_list(id=csv_id) == []
    assert [one["format"] for one in ckan.action.resource_search(query="format:parquet")["results"]] == ["Parquet"]


def test_its_errors_become_the_clients_own(ckan: RemoteCKAN) -> None:
    with pytest.raises(NotFound):
        ckan.action.package_show(id="nothing")
    with pytest.raises(NotAuthorized):
        ckan.action.user_show(id="liu")
    with pytest.raises(ValidationError) as wrong:
        ckan.action.package_search(rows="many")
    assert "rows" in wrong.value.error_dict
    with pytest.raises(SearchQueryError):
        ckan.action.package_search(fq="nothing:here")
    with pytest.raises(NotAuthorized):
        RemoteCKAN("http://testserver", apikey="wrong", session=ckan.session).action.package_list()


def found(ckan: RemoteCKAN, **told: Any) -> set[str]:
    return {package["name"] for package in ckan.action.package_search(rows=100, **told)["results"]}


def test_words_and_fields_narrow_a_search(ckan: RemoteCKAN) -> None:
    more(4)
    everything = {"canteens", "more-000", "more-001", "more-002", "more-003"}
    odd, even = {"more-001", "more-003"}, {"more-000", "more-002"}
    for fq, expected in {
        "": everything,
        "*:*": everything,
        "organization:120012": everything,
        "organization:120007 OR organization:120012": everything,
        "organization:(120007 120012)": set(),
        "organization:120007": set(),
        "groups:health": odd,
        "-groups:health": everything - odd,
        "NOT groups:health AND license_id:CC0-1.0": even,
        'tags:"医院 床位"': odd,
        "tags:(学校 OR 食堂)": everything,
        "+license_id:cc-by-4.0 +state:active -private:true": {"canteens"},
        "res_format:CSV": {"canteens"},
        "res_format:PDF": set(),
        "res_format:GeoJSON": set(),
        "name:more-00*": odd | even,
        "title:食堂 AND name:canteens": {"canteens"},
        "metadata_modified:[2026-11-27T00:00:00Z TO *]": {"more-001", "more-002"},
        "metadata_modified:{* TO 2026-11-27T03:00:00Z}": {"canteens", "more-000", "more-003"},
        "metadata_modified:[NOW-10YEARS TO NOW+20YEARS]": everything,
        "has_api:true update_cycle:MONTHLY": everything,
        "(groups:civil OR groups:health) AND (tags:学校)": even,
    }.items():
        assert found(ckan, fq=fq) == expected, fq
    assert found(ckan, q="食堂") == everything
    assert found(ckan, q="shitang") == everything
    assert found(ckan, q="groups:health") == odd
    assert found(ckan, q="没有这种东西") == set()
    assert found(ckan, fq_list=["groups:health", "name:more-001"]) == {"more-001"}


def test_facets_count_what_was_found(ckan: RemoteCKAN) -> None:
    more(3)
    told = ckan.action.package_search(
        rows=0, **{"facet.field": ["organization", "groups", "tags", "res_format"], "facet.mincount": 2}
    )
    assert told["count"] == 4
    assert told["results"] == []
    assert told["facets"]["groups"] == {"civil": 3}
    assert told["search_facets"]["organization"]["items"] == [
        {"name": "120012", "display_name": "天津市民政局", "count": 4}
    ]
    assert told["search_facets"]["tags"]["items"][0] == {"name": "食堂", "display_name": "食堂", "count": 2}


def test_pages_of_a_harvester_never_repeat(ckan: RemoteCKAN) -> None:
    more(25)
    names: list[str] = []
    while page := ckan.action.package_search(rows=10, start=len(names), sort="id asc")["results"]:
        names += [package["name"] for package in page]
    assert len(names) == len(set(names)) == 26
    by_title = ckan.action.package_search(rows=1000, sort="title asc, metadata_modified desc")
    assert len(by_title["results"]) == by_title["count"] == 26
    narrow = ckan.action.package_search(fl=["id", "name"], rows=1)["results"][0]
    assert set(narrow) == {"id", "name"}


def test_a_page_of_a_hundred_takes_a_handful_of_queries(
    published: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    more(120)
    told = {"rows": "100", "q": "食堂", "fq": "organization:120012", "facet.field": '["groups"]'}
    with django_assert_max_num_queries(6):
        answer = Client().get("/api/3/action/package_search", told).json()
    assert len(answer["result"]["results"]) == 100


def test_lists_of_departments_topics_and_keywords(ckan: RemoteCKAN) -> None:
    assert ckan.action.package_list() == ["canteens"]
    assert ckan.action.organization_list() == ["120012"]
    assert ckan.action.organization_list(all_fields=True)[0]["package_count"] == 1
    told = ckan.action.organization_show(id="120012", include_datasets=True)
    assert [package["name"] for package in told["packages"]] == ["canteens"]
    with pytest.raises(NotFound):
        ckan.action.organization_show(id="120007")
    assert len(ckan.action.group_list()) == 21
    groups = ckan.action.group_list(all_fields=True, sort="package_count desc", limit=1)
    assert (groups[0]["name"], groups[0]["package_count"]) == ("civil", 1)
    assert ckan.action.group_show(id="civil")["title"]
    assert ckan.action.tag_list() == ["食堂"]
    assert ckan.action.tag_autocomplete(query="食") == ["食堂"]
    assert ckan.action.tag_show(id="食堂", include_datasets=True)["packages"][0]["name"] == "canteens"
    assert {one["id"] for one in ckan.action.license_list()} >= {"CC-BY-4.0", "CC0-1.0"}
    assert ckan.action.user_list() == []
    assert ckan.action.package_autocomplete(q="食堂")[0]["name"] == "canteens"
    assert ckan.action.current_package_list_with_resources(limit=5)[0]["name"] == "canteens"
    assert [one["activity_type"] for one in ckan.action.recently_changed_packages_activity_list()] == ["new package"]
    assert ckan.action.status_show()["extensions"] == ["datastore"]
    assert "resource_id" in ckan.action.help_show(name="datastore_search")


def test_what_is_not_open_is_not_there(ckan: RemoteCKAN) -> None:
    for state in ("SUSPENDED", "WITHDRAWN"):
        Dataset.objects.update(state=state)
        with pytest.raises(NotFound):
            ckan.action.package_show(id="canteens")
        assert ckan.action.package_search()["count"] == 0
        assert ckan.action.package_search(include_private=True)["count"] == 0
        assert ckan.action.organization_list() == []
        assert ckan.action.tag_list() == []
    Dataset.objects.update(state="PUBLISHED")
    DatasetVersion.objects.all().delete()
    assert ckan.action.package_show(id="canteens")["resources"] == []
