"""A withdrawn dataset answers in every face that it is gone: 410, since when, and why; harvesters hear of it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from ckanapi import NotFound, RemoteCKAN
from django.test import Client
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, URIRef

from haihe.data.open import operations
from haihe.data.open.faces.tests.speaking import session
from haihe.data.open.models import Dataset, DatasetEvent
from haihe.data.open.tests.conftest import NOW
from haihe.data.open.workflow import DatasetState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gone")]
SITE = "http://testserver"
LATER = NOW + timedelta(days=3)
STATUS = URIRef("http://www.w3.org/ns/adms#status")
DELETED = URIRef("http://purl.org/adms/changetype/deleted")
SAID = "No longer open since 2026-11-29: its catalogue entry was retired."


@pytest.fixture
def gone(few: Path) -> Dataset:
    """The hospitals, whose catalogue entry was retired, and the clinics, which their department withdrew."""
    operations.lapse(Dataset.objects.get(slug="hospitals").code, now=LATER)
    clinics = Dataset.objects.get(slug="clinics")
    Dataset.objects.filter(pk=clinics.pk).update(state=DatasetState.WITHDRAWN)
    DatasetEvent.objects.create(dataset=clinics, name="withdraw", at=NOW + timedelta(days=1), target="WITHDRAWN")
    return Dataset.objects.get(slug="hospitals")


def graph_at(path: str, status: int) -> Graph:
    answer = Client().get(path)
    assert answer.status_code == status, path
    return Graph().parse(data=answer.content, format="turtle")


def test_people_and_programs_of_each_face_are_told_that_it_is_gone() -> None:
    page = Client().get("/open/datasets/hospitals/")
    assert page.status_code == 410
    for path in ("/ogc/collections/hospitals", "/ogc/collections/open_catalogue/items/hospitals"):
        told = Client().get(path)
        assert (told.status_code, told["Content-Type"]) == (410, "application/problem+json"), path
        assert json.loads(told.content)["detail_en"] == SAID
    for suffix in ("ttl", "rdf", "jsonld", "n3"):
        assert Client().get(f"/open/datasets/hospitals.{suffix}").status_code == 410
        assert Client().get(f"/open/datasets/never-there.{suffix}").status_code == 404
    negotiated = Client().get("/open/datasets/hospitals/", headers={"Accept": "text/turtle"})
    assert (negotiated.status_code, negotiated["Content-Type"]) == (410, "text/turtle; charset=utf-8")
    assert Client().get("/ogc/collections/never-there").status_code == 404


def test_what_is_left_of_it_is_a_record_and_no_dataset() -> None:
    graph = graph_at("/open/datasets/hospitals.ttl", 410)
    record, dataset = (URIRef(f"{SITE}/open/datasets/hospitals/#{name}") for name in ("record", "dataset"))
    assert (record, STATUS, DELETED) in graph
    assert (record, FOAF.primaryTopic, dataset) in graph
    assert str(graph.value(dataset, STATUS)).endswith("/dataset-status/WITHDRAWN")
    assert not set(graph.subjects(RDF.type, DCAT.Dataset))
    assert not set(graph.subjects(DCAT.accessURL))
    assert str(graph.value(record, DCTERMS.modified)).startswith("2026-11-29")


def test_harvesters_of_dcat_find_the_record_at_the_end_of_the_catalogue() -> None:
    catalogue = URIRef(f"{SITE}/open/#catalogue")

    def deleted(query: str = "") -> set[str]:
        graph = graph_at(f"/catalog.ttl{query}", 200)
        listed = set(graph.objects(catalogue, DCAT.record))
        gone = {record for record in graph.subjects(STATUS, DELETED) if record in listed}
        datasets = {graph.value(record, FOAF.primaryTopic) for record in gone}
        assert datasets.isdisjoint(graph.objects(catalogue, DCAT.dataset))
        return {str(record).split("/")[-2] for record in gone}

    assert deleted() == {"hospitals", "clinics"}
    assert deleted("?modified_since=2026-11-29T00:00:00Z") == {"hospitals"}
    assert deleted("?topic=health") == set(), "a part of the catalogue tells of its part"


def test_ckans_client_finds_nothing_and_learns_why(gone: Dataset) -> None:
    with RemoteCKAN(SITE, session=session()) as city:
        for name in ("hospitals", str(gone.pk)):
            with pytest.raises(NotFound) as refused:
                city.action.package_show(id=name)
            assert SAID in str(refused.value)
        activities = city.action.recently_changed_packages_activity_list()
        assert "hospitals" not in city.action.package_list()
    deleted = [one for one in activities if one["activity_type"] == "deleted package"]
    assert [one["data"]["package"]["name"] for one in deleted] == ["hospitals", "clinics"]
    told = Client().get("/api/3/action/package_show?id=clinics")
    error = json.loads(told.content)["error"]
    assert (told.status_code, error["state"], error["reason"]) == (410, "deleted", "WITHDRAWN_BY_OWNER")
    assert error["withdrawn_at"].startswith("2026-11-27")
    assert Client().get("/api/3/action/package_show?id=never-there").status_code == 404
