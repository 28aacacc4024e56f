"""The whole catalogue as programs read it: linked data by rdflib and pySHACL, DCAT-US's data.json, search engines."""

import json
import re
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import to_isomorphic

from haihe.data.open import queries
from haihe.data.open.demo import plant
from haihe.data.open.faces.dcat.model import Graph as Told
from haihe.data.open.faces.dcat.model import iri, plain, zh
from haihe.data.open.faces.dcat.views import accepted
from haihe.data.open.faces.dcat.writing import FORMS
from haihe.data.open.faces.schema_org.describing import LEAST, MOST, description
from haihe.data.open.faces.testing import CONDITION, CONDITIONAL
from haihe.data.open.models import Dataset, DatasetUsage
from haihe.data.open.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("planted")]
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
DCAT3 = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SITE = "http://testserver"
PARSERS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "n3": "n3"}
SHAPES = Path(__file__).with_name("shapes.ttl")


def read(address: str, suffix: str) -> Graph:
    response = Client().get(address)
    assert response.status_code == 200, address
    return parsed(response.content, suffix)


def parsed(content: bytes, suffix: str) -> Graph:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's parsers of JSON-LD and N3 warn of themselves
        return Graph().parse(data=content, format=PARSERS[suffix])


def page_of(graph: Graph) -> URIRef:
    (page,) = graph.subjects(RDF.type, HYDRA.PartialCollectionView)
    return URIRef(str(page))


def dataset(slug: str) -> URIRef:
    return URIRef(f"{SITE}/open/datasets/{slug}/#dataset")


def path_of(address: object) -> str:
    parts = urlsplit(str(address))
    return f"{parts.path}?{parts.query}"


def test_planting_again_leaves_what_is_there() -> None:
    plant(scale=0.001, now=NOW, progress=lambda what, share: None)
    assert Dataset.objects.count() == 391
    figures = queries.six_figures()
    assert (figures.departments, figures.datasets, figures.interfaces, figures.topics) == (43, 391, 134, 21)
    row = Dataset.objects.get(slug="air-quality-hourly")
    version = row.versions.get()
    assert (version.state, version.rows, version.is_current) == ("READY", row.rows, True)


def test_all_forms_of_a_page_are_one_graph_and_it_has_the_shapes() -> None:
    graphs = {suffix: read(f"/catalog.{suffix}?q=图书馆", suffix) for suffix in PARSERS}
    for graph in graphs.values():
        page = page_of(graph)
        assert (page, HYDRA.totalItems, None) in graph
        graph.remove((page, None, None))
    whole = to_isomorphic(graphs["ttl"])
    assert len(whole) > 100
    for suffix, graph in graphs.items():
        assert to_isomorphic(graph) == whole, suffix


def test_a_page_of_a_hundred_has_the_mandatory_properties() -> None:
    graph = read("/catalog.ttl", "ttl")
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 100
    graph += read(f"/open/datasets/{CONDITIONAL}.ttl", "ttl")
    graph += read("/open/datasets/hospitals.ttl", "ttl")
    conforms, _, text = validate(graph, shacl_graph=Graph().parse(SHAPES), advanced=False)
    assert conforms, text


def test_the_shapes_see_words_where_things_belong() -> None:
    graph = read("/open/datasets/hospitals.ttl", "ttl")
    way = URIRef(f"{SITE}/open/datasets/hospitals/#csv")
    graph.set((way, DCTERMS.format, Literal("CSV")))
    graph.remove((way, DCAT.accessURL, None))
    conforms, _, text = validate(graph, shacl_graph=Graph().parse(SHAPES), advanced=False)
    assert not conforms
    assert "accessURL" in text
    assert "format" in text


def test_following_next_covers_each_dataset_once_in_any_form() -> None:
    for suffix in ("ttl", "rdf"):
        seen: list[str] = []
        address: str | None = f"/catalog.{suffix}"
        while address:
            graph = read(address, suffix)
            page = page_of(graph)
            seen += [str(found) for found in graph.objects(URIRef(f"{SITE}/open/#catalogue"), DCAT.dataset)]
            following = graph.value(page, HYDRA.next)
            address = path_of(following) if following else None
        assert len(seen) == len(set(seen)) == 391
        assert graph.value(page, HYDRA.last) == page
        assert int(str(graph.value(page, HYDRA.totalItems))) == 391


def test_a_page_takes_a_handful_of_questions_to_the_database() -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        Client().get("/catalog.jsonld")
    assert len(asked) <= 5


def test_what_is_known_of_files_is_told(planted: Path) -> None:
    graph = read("/open/datasets/hospitals.jsonld", "jsonld")
    parquet = URIRef(f"{SITE}/open/datasets/hospitals/#parquet")
    version = Dataset.objects.get(slug="hospitals").versions.get()
    file = planted / version.path / "rows.parquet"
    assert int(str(graph.value(parquet, DCAT.byteSize))) == file.stat().st_size
    checksum = graph.value(parquet, SPDX.checksum)
    assert str(graph.value(checksum, SPDX.checksumValue)) == version.sha256
    one = dataset("hospitals")
    assert str(graph.value(one, DCAT3.version)) == "1"
    period = graph.value(one, DCTERMS.temporal)
    assert str(graph.value(period, DCAT.startDate)) < str(graph.value(period, DCAT.endDate)) < "2026-11-26"
    assert str(graph.value(graph.value(one, DCTERMS.spatial), DCAT.bbox)).startswith("POLYGON((11")
    record = next(graph.subjects(FOAF.primaryTopic, one))
    assert (record, RDF.type, DCAT.CatalogRecord) in graph
    assert (None, DCAT.servesDataset, one) in graph


def test_what_is_conditional_is_told_of_but_not_given() -> None:
    graph = read(f"/open/datasets/{CONDITIONAL}.rdf", "rdf")
    right = graph.value(dataset(CONDITIONAL), DCTERMS.accessRights)
    assert str(right).endswith("access-right/RESTRICTED")
    assert Literal(CONDITION, lang="zh") in set(graph.objects())
    assert not set(graph.subjects(RDF.type, DCAT.Distribution))
    assert "export." not in graph.serialize()


def test_drafts_and_what_is_suspended_are_not_told_of() -> None:
    for state in ("SUSPENDED", "WITHDRAWN"):
        Dataset.objects.filter(slug="libraries").update(state=state)
        assert Client().get("/open/datasets/libraries.ttl").status_code == 404
        assert "datasets/libraries/" not in Client().get("/catalog.ttl?q=图书馆").content.decode()
        assert Client().get("/open/datasets/libraries/", headers={"Accept": "text/turtle"}).status_code == 404


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/n3", "text/n3"),
        ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("application/json", "text/html"),
        ("", "text/html"),
        ("text/html;q=0.3, text/turtle;q=0.9", "text/turtle"),
    ],
)
def test_what_is_accepted_decides_the_form(accept: str, kind: str) -> None:
    request = RequestFactory().get("/open/", headers={"Accept": accept} if accept else {})
    form = accepted(request)
    assert (form.media_type if form else "text/html") == kind


def test_pages_for_people_answer_programs_and_say_so() -> None:
    for address in ("/open/", "/open/datasets/libraries/"):
        for kind in ("text/html", "text/n3"):
            response = Client().get(address, headers={"Accept": kind})
            assert response["Content-Type"].partition(";")[0] == kind
            assert "Accept" in re.split(r",\s*", response["Vary"])
            for form in FORMS:
                assert (f'rel="alternate"; type="{form.media_type}"' in response["Link"]) == (form.media_type != kind)
    assert DatasetUsage.objects.filter(dataset__slug="libraries", kind="VIEW").get().count == 1  # programs don't visit


def test_links_in_heads_lead_somewhere() -> None:
    for address in ("/open/", "/open/datasets/libraries/", "/catalog.n3?page=2"):
        for target in re.findall(r"<([^>]+)>", Client().get(address)["Link"]):
            assert Client().get(path_of(target)).status_code == 200, target


def test_who_has_a_page_already_is_not_sent_it_again() -> None:
    first = Client().get("/catalog.ttl")
    again = Client().get("/catalog.ttl", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().head("/catalog.ttl")["ETag"] == first["ETag"]


def test_only_what_changed_since_is_given() -> None:
    Dataset.objects.filter(slug="clinics").update(updated_at=NOW + timedelta(days=2))
    since = (NOW + timedelta(days=1)).isoformat()
    graph = read(f"/catalog.ttl?modified_since={since}", "ttl")
    assert set(graph.subjects(RDF.type, DCAT.Dataset)) == {dataset("clinics")}
    narrowed = read("/catalog.ttl?topic=health&owner=120034", "ttl")
    assert {str(title) for title in narrowed.objects(None, DCTERMS.identifier)} >= {"120034"}
    assert 0 < len(set(narrowed.subjects(RDF.type, DCAT.Dataset))) < 20


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99999999", "page=-1", "page=７", "modified_since=yesterday", "page=5"]
)
def test_what_means_nothing_is_refused_with_a_problem(query: str) -> None:
    response = Client().get(f"/catalog.ttl?{query}")
    assert response.status_code == (404 if query == "page=5" else 400)
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail_en"]


def test_hostile_words_stay_words_in_every_form() -> None:
    evil = 'a"b\\c\n</rdf:RDF><x>&amp; \'\'\' """ \x00\x07\ufffe😀 ]]> \r\n@en .'
    graph = Told()
    graph.add(
        f'urn:x:<{evil}>" .', ("skos:Concept",), [("dct:title", zh(evil)), ("dct:relation", iri(f"urn:z:{evil}"))]
    )
    graph.add("urn:y", ("skos:Concept",), [("dct:title", plain(evil)), ("dct:title", plain(evil))])
    graphs = [parsed(form.write(graph), form.suffix) for form in FORMS]
    assert len(graphs[0]) == 5
    for other in graphs[1:]:
        assert to_isomorphic(other) == to_isomorphic(graphs[0])
    assert Client().get("/catalog.ttl", {"q": evil, "topic": evil, "owner": evil}).status_code == 200


REQUIRED_US = ("title", "description", "keyword", "modified", "publisher", "contactPoint", "identifier", "accessLevel")
LEVELS_US = ("public", "restricted public", "non-public")
INTERVAL_US = re.compile(r"R/P(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T\d+S)?|irregular")
MOMENT_US = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?")


def faults(one: dict[str, object]) -> list[str]:
    """Return what the Project Open Data schema 1.1 would find; what only federal agencies have is left out."""
    missing = [name for name in REQUIRED_US if not one.get(name)]
    contact, publisher = one["contactPoint"], one["publisher"]
    checks = {
        "accessLevel": one["accessLevel"] in LEVELS_US,
        "rights": one["accessLevel"] == "public" or 0 < len(str(one.get("rights", ""))) <= 255,
        "contactPoint": isinstance(contact, dict) and contact["fn"] and contact["hasEmail"].startswith("mailto:"),
        "publisher": isinstance(publisher, dict) and bool(publisher["name"]),
        "keyword": isinstance(one["keyword"], list) and all(one["keyword"]),
        "accrualPeriodicity": bool(INTERVAL_US.fullmatch(str(one.get("accrualPeriodicity", "irregular")))),
        "modified": bool(MOMENT_US.fullmatch(str(one["modified"]))),
        "issued": bool(MOMENT_US.fullmatch(str(one["issued"]))),
        "license": str(one.get("license", "http")).startswith("http"),
        "distribution": all(
            ("downloadURL" in way and way.get("mediaType")) or "accessURL" in way
            for way in one.get("distribution", [])  # type: ignore[attr-defined]  # a list, if it is there
        ),
    }
    return missing + [name for name, holds in checks.items() if not holds]


def test_data_json_has_what_project_open_data_wants() -> None:
    response = Client().get("/data.json")
    assert response.streaming
    told = json.loads(response.getvalue())
    assert told["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    assert len({one["identifier"] for one in told["dataset"]}) == len(told["dataset"]) == 391
    assert {name for one in told["dataset"] for name in faults(one)} == set()
    by_page = {one["landingPage"].split("/")[-2]: one for one in told["dataset"]}
    assert by_page[CONDITIONAL]["accessLevel"] == "restricted public"
    assert "distribution" not in by_page[CONDITIONAL]
    assert {way["format"] for way in by_page["hospitals"]["distribution"]} >= {"CSV", "GeoJSON", "API"}
    assert faults(by_page["hospitals"] | {"accessLevel": "open", "title": ""}) == ["title", "accessLevel", "rights"]


BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def block(address: str, **cookies: str) -> dict[str, Any]:
    client = Client()
    client.cookies.load(cookies)
    (text,) = BLOCK.findall(client.get(address).content.decode())
    told: dict[str, Any] = json.loads(text)
    return told


def test_a_page_says_in_schema_org_what_it_shows() -> None:
    told = block("/open/datasets/hospitals/")
    assert (told["@type"], told["name"], told["isAccessibleForFree"]) == ("Dataset", "医院名录", True)
    assert LEAST <= len(told["description"]) <= MOST
    assert told["license"].startswith("https://creativecommons.org/")
    files = {one["encodingFormat"]: one["contentUrl"] for one in told["distribution"]}
    assert files["text/csv"].endswith("/hospitals/export.csv")
    assert "application/geo+json" in files
    south, west, north, east = map(float, told["spatialCoverage"]["geo"]["box"].split())
    assert 38 < south < north < 41
    assert 116 < west < east < 119
    assert re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", told["temporalCoverage"])
    assert {"name": "床位数", "alternateName": "beds", "unitText": "张"}.items() <= told["variableMeasured"][5].items()
    english = block("/open/datasets/hospitals/", haihe_language="en")
    assert (english["name"], english["alternateName"]) == ("Hospitals", "医院名录")
    assert LEAST <= len(english["description"]) <= MOST


def test_texts_of_strangers_do_not_leave_their_block() -> None:
    told = block(f"/open/datasets/{CONDITIONAL}/")
    assert told["conditionsOfAccess"] == CONDITION
    assert "distribution" not in told
    evil = "</script><script>alert(1)</script>"
    Dataset.objects.filter(slug="libraries").update(title=f"{evil}&", summary=evil)
    page = Client().get("/open/datasets/libraries/").content.decode()
    assert evil not in page
    assert block("/open/datasets/libraries/")["name"] == f"{evil}&"


def test_what_is_not_open_has_no_block() -> None:
    Dataset.objects.filter(slug="libraries").update(state="SUSPENDED")
    assert not BLOCK.findall(Client().get("/open/datasets/libraries/").content.decode())


def test_all_descriptions_are_as_long_as_search_engines_want() -> None:
    rows = list(Dataset.objects.all())
    lengths = [len(description(row, row.owner, row.open_columns)) for row in rows]
    assert len(lengths) == 391
    assert min(lengths) >= LEAST
    row = rows[0]
    row.summary = "长" * 9000
    assert len(description(row, row.owner, ())) == MOST


def test_the_front_is_the_catalogue_of_them() -> None:
    told = block("/open/")
    assert (told["@type"], told["url"]) == ("DataCatalog", "http://testserver/open/")


def test_robots_find_a_map_of_every_dataset() -> None:
    robots = Client().get("/robots.txt").content.decode()
    (where,) = re.findall(r"^Sitemap: (\S+)$", robots, re.MULTILINE)
    assert where == "http://testserver/sitemap.xml"
    assert "Disallow: /open/\n" not in robots
    tree = ET.fromstring(Client().get("/sitemap.xml").getvalue())  # noqa: S314 - our own
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    places = [str(one.findtext(f"{space}loc")) for one in tree]
    datasets = {place for place in places if "/open/datasets/" in place}
    assert len(datasets) == 391
    assert len(places) == len(set(places)) == 1 + 21 + 43 + 391
    assert all(one.findtext(f"{space}lastmod") for one in tree if "/datasets/" in str(one.findtext(f"{space}loc")))
    for place in ("/open/", "/open/topics/health/", "/open/departments/120025/"):
        assert f"http://testserver{place}" in places
        assert Client().get(place).status_code == 200
