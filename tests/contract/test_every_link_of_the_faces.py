"""A program follows every link of every face: CKAN, DCAT, DCAT-US, OGC, schema.org, the map of the site, feeds,
OpenAPI, the older contract. Each address answers as was promised where it was found, paging ends, nothing comes
twice, nothing leads elsewhere by mistake, and every face knows every dataset and every file.
"""

import hashlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.utils import timezone
from rdflib import DCAT, RDF, Graph, Namespace

from haihe.data.open.faces.testing import BUILT, CONDITIONAL
from haihe.data.open.faces.tests.conftest import planted
from haihe.data.open.models import AccessKey, Dataset
from haihe.data.open.snippets import downloads_of
from haihe.data.open.tests.conftest import NOW
from haihe.openreads.testing import Served
from tests.contract.crawling import Document, Link, Programs, same, with_parameters
from tests.contract.test_conditional_data_from_application_to_read import hear

__all__ = ["planted"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("planted")]
HERE: Final = "http://testserver"
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
ACTIONS: Final = f"{HERE}/api/3/action"
ROOTS: Final = (
    *(f"{HERE}/api/3", f"{ACTIONS}/package_list", f"{ACTIONS}/group_list", f"{ACTIONS}/organization_list"),
    *(f"{ACTIONS}/{name}" for name in ("tag_list", "license_list", "status_show")),
    *(f"{HERE}/catalog.{form}" for form in ("ttl", "rdf", "jsonld", "n3")),
    *(f"{HERE}/{name}" for name in ("catalog", "data.json", "ogc/", "robots.txt", "open/", "open/feed.atom")),
)
MOST_DOCUMENTS: Final = 6_000
"""391 datasets, each told of in nine ways, and the pages of lists and of the rows of four of them."""
TOKEN: Final = "a token of an old program"
WITH_PLACES: Final = ("libraries", "hospitals")
ATOM: Final = "{http://www.w3.org/2005/Atom}"
RDF_NAMES: Final = f"{{{RDF}}}"


@dataclass(slots=True)
class Crawl:
    """Walks by links; keeps each document by its address, and what is wrong."""

    programs: Programs
    documents: dict[Any, Document] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    def walk(self) -> None:
        queue = deque((Link(root), "the beginning") for root in ROOTS)
        promised = dict[tuple[Any, str], str]()
        while queue:
            link, source = queue.popleft()
            if link.kind:
                promised[same(link.address), _plain(link.kind)] = source
            if same(link.address) in self.documents:
                continue
            self.documents[same(link.address)] = document = self._ask(link.address, source)
            assert len(self.documents) < MOST_DOCUMENTS, "there is no end"
            found = [*self.programs.inside(document), *map(Link, _contracts(document))]
            queue.extend((further, link.address) for further in found)
            self.troubles += [f"{link.address} leads to {stray}" for stray in self.programs.strays(document)]
        for (asked, kind), source in promised.items():
            document = self.documents[asked]
            if document.status == 200 and document.kind != kind:
                self.troubles.append(f"{document.address} is {document.kind}, {source} promised {kind}")

    def _ask(self, address: str, source: str) -> Document:
        try:
            document = self.programs.ask(address)
        except Exception as fault:  # each kind of document fails in its own way; all is told
            self.troubles.append(f"{address} (from {source}) can't be read: {fault!r}")
            return Document(address, 0, "", {}, b"")
        is_refused = document.status == 403 and CONDITIONAL in address and document.kind == "application/problem+json"
        if document.status != 200 and not is_refused:
            self.troubles.append(f"{address} (from {source}) answers {document.status}")
        return document

    def of(self, beginning: str) -> list[Document]:
        return [one for one in self.documents.values() if one.address.startswith(beginning) and one.status == 200]


def _plain(kind: str) -> str:
    return kind.partition(";")[0].strip()


def _contracts(document: Document) -> Iterator[str]:
    """Yield what isn't written as a link, but what the face's contract says comes next."""
    address, told = document.address, document.told
    if address.startswith(f"{ACTIONS}/"):
        yield from _of_action(address, told["result"])
    elif address.startswith(f"{HERE}/api/invoke/") and told.get("list"):
        yield _invocation(address.partition("?")[0].rpartition("/")[2], told["pageNum"] + 1)
    elif isinstance(told, dict) and "openapi" in told:
        yield from _of_openapi(told)


def _of_action(address: str, told: Any) -> Iterator[str]:
    match address.removeprefix(f"{ACTIONS}/").partition("?")[0]:
        case "package_list":
            yield from (with_parameters(f"{ACTIONS}/package_show", id=name) for name in told)
            yield with_parameters(f"{ACTIONS}/package_search", rows="100", start="0")
        case "group_list" | "organization_list" | "tag_list" as kind:
            show = kind.replace("_list", "_show")
            yield from (with_parameters(f"{ACTIONS}/{show}", id=name) for name in told)
        case "package_search" if told["results"]:
            start = int(dict(same(address)[1])["start"]) + len(told["results"])
            yield with_parameters(f"{ACTIONS}/package_search", rows="100", start=str(start))
        case "package_show":
            yield from _of_package(told)


def _of_package(told: dict[str, Any]) -> Iterator[str]:
    extras = {extra["key"]: extra["value"] for extra in told["extras"]}
    if "invoke_id" in extras and told["name"] != CONDITIONAL:
        yield _invocation(extras["invoke_id"], 1)
    for way in told["resources"]:
        yield with_parameters(f"{ACTIONS}/resource_show", id=way["id"])
        if way["datastore_active"] and CONDITIONAL not in way["url"]:
            yield f"{HERE}/datastore/dump/{way['id']}"
            yield with_parameters(f"{ACTIONS}/datastore_info", id=way["id"])


def _invocation(name: str, page: int) -> str:
    return with_parameters(f"{HERE}/api/invoke/{name}", authToken=TOKEN, page="100", pageNum=str(page))


def _of_openapi(told: dict[str, Any]) -> Iterator[str]:
    """Yield the addresses that an OpenAPI document names without anything to fill in, or with a choice of words."""
    for path, ways in told["paths"].items():
        if "{" not in path:
            if path != "/groups":  # has to be told what to group by
                yield f"{told['servers'][0]['url']}{path}"
            continue
        for parameter in ways["get"].get("parameters", ()):
            for choice in parameter.get("schema", {}).get("enum", ()) if parameter.get("in") == "path" else ():
                yield f"{told['servers'][0]['url']}{path}".replace(f"{{{parameter['name']}}}", choice)


@pytest.fixture(scope="module")
def crawl(planted: Path) -> Iterator[Crawl]:
    now = timezone.now()
    AccessKey.objects.create(
        key_hash=hashlib.sha256(TOKEN.encode()).digest(),
        holder="老程序",
        quota_per_day=1000,
        valid_until=now + timedelta(days=90),
        made_at=now,
    )
    with Served(planted, url=settings.HAIHE.openreads_url) as served:
        served.now = NOW.timestamp()
        hear(served)
        crawl = Crawl(Programs(HERE, settings.HAIHE.openreads_url.rstrip("/"), served))
        crawl.walk()
        yield crawl


def test_every_address_answers_as_promised(crawl: Crawl) -> None:
    assert not crawl.troubles, "\n".join(crawl.troubles[:60])
    assert len(crawl.documents) > 3000


def slug_of(address: str) -> str:
    return address.partition("/datasets/")[2].partition("/")[0].partition(".")[0]


@dataclass(frozen=True, slots=True)
class Told:
    """A dataset as it stands on a page of a face, `page` by the page's own word, with what files are told of there."""

    slug: str
    page: str
    files: tuple[str, ...]


def in_turtle(document: Document) -> Iterator[Told]:
    graph = document.told
    (page,) = graph.subjects(RDF.type, HYDRA.PartialCollectionView)
    files = tuple(map(str, graph.objects(None, DCAT.downloadURL)))
    for one in graph.subjects(RDF.type, DCAT.Dataset):
        yield Told(slug_of(str(one)), str(page), files)


def in_xml(document: Document) -> Iterator[Told]:
    things = [(one.get(f"{RDF_NAMES}about", ""), kinds_of(one)) for one in document.told]
    (page,) = [name for name, kinds in things if str(HYDRA.PartialCollectionView) in kinds]
    files = tuple(one.get(f"{RDF_NAMES}resource", "") for one in document.told.iter(f"{{{DCAT}}}downloadURL"))
    yield from (Told(slug_of(name), page, files) for name, kinds in things if str(DCAT.Dataset) in kinds)


def in_json_ld(document: Document) -> Iterator[Told]:
    nodes = document.told["@graph"]
    (page,) = [node["@id"] for node in nodes if "hydra:PartialCollectionView" in node["@type"]]
    files = tuple(place["@id"] for node in nodes for place in node.get("dcat:downloadURL", ()))
    yield from (Told(slug_of(node["@id"]), page, files) for node in nodes if "dcat:Dataset" in node["@type"])


def in_data_json(document: Document) -> Iterator[Told]:
    for one in document.told["dataset"]:
        ways = (way["downloadURL"] for way in one.get("distribution", ()) if "downloadURL" in way)
        yield Told(slug_of(one["identifier"]), document.address, tuple(ways))


def in_packages(document: Document) -> Iterator[Told]:
    result = document.told["result"]
    for package in result.get("results", [result]):
        yield Told(package["name"], document.address, tuple(way["url"] for way in package["resources"]))


def in_records(document: Document) -> Iterator[Told]:
    for record in document.told.get("features", ()):
        ways = (link["href"] for link in record["links"] if link["rel"] == "enclosure")
        yield Told(record["id"], self_of(document), tuple(ways))


def in_page(document: Document) -> Iterator[Told]:
    if document.kind == "text/html":
        (block,) = document.told
        yield Told(
            slug_of(block["@id"]), document.address, tuple(way["contentUrl"] for way in block.get("distribution", ()))
        )


FACES: Final[Mapping[str, tuple[str, Callable[[Document], Iterator[Told]]]]] = {
    "Turtle": ("catalog.ttl", in_turtle),
    "N3": ("catalog.n3", in_turtle),
    "RDF/XML": ("catalog.rdf", in_xml),
    "JSON-LD": ("catalog.jsonld", in_json_ld),
    "DCAT-US": ("data.json", in_data_json),
    "CKAN's search": ("api/3/action/package_search", in_packages),
    "CKAN's packages": ("api/3/action/package_show", in_packages),
    "records": ("ogc/collections/open_catalogue/items", in_records),
    "pages": ("open/datasets/", in_page),
}


def kinds_of(element: ET.Element) -> list[str]:
    return [kind.get(f"{RDF_NAMES}resource", "") for kind in element.iter(f"{RDF_NAMES}type")]


def self_of(document: Document) -> str:
    """Return what a document says its address is."""
    (told,) = [link["href"] for link in document.told["links"] if link["rel"] == "self"]
    return str(told)


@pytest.mark.parametrize("face", FACES)
def test_every_face_knows_every_dataset_and_every_file_once(crawl: Crawl, face: str) -> None:
    slugs = set(Dataset.objects.filter(state="PUBLISHED").values_list("slug", flat=True))
    free = [slug for slug in BUILT if slug != CONDITIONAL]
    files = {way.url for slug in free for way in downloads_of(slug, has_places=slug in WITH_PLACES)}
    assert len(slugs) == 391
    told = [one for document in crawl.of(f"{HERE}/{FACES[face][0]}") for one in FACES[face][1](document)]
    pages = defaultdict[str, set[str]](set)
    for one in told:
        pages[one.slug].add(one.page)
    assert set(pages) == slugs
    assert {place for one in told for place in one.files if CONDITIONAL not in place} == files
    assert not {slug: on for slug, on in pages.items() if len(on) > 1}


def test_every_dataset_has_its_own_description_in_every_form(crawl: Crawl) -> None:
    slugs = set(Dataset.objects.values_list("slug", flat=True))
    for form in ("ttl", "rdf", "jsonld", "n3", "feed"):
        own = [
            one for one in crawl.of(f"{HERE}/open/datasets/") if f".{form}" in one.address or f"/{form}." in one.address
        ]
        assert {slug_of(one.address) for one in own} == slugs, form


def test_what_a_document_calls_itself_is_where_it_was_found(crawl: Crawl) -> None:
    listed = [one for one in crawl.of(f"{HERE}/ogc/") if isinstance(one.told, dict) and "links" in one.told]
    assert len(listed) > 400
    for document in listed:
        assert same(self_of(document)) == same(document.address)
    for document in crawl.of(f"{HERE}/open/"):
        if document.kind == "application/atom+xml":
            ours = [link.get("href") for link in document.told.findall(f"{ATOM}link") if link.get("rel") == "self"]
            assert ours == [document.address]
            names = [entry.findtext(f"{ATOM}id") for entry in document.told.iter(f"{ATOM}entry")]
            assert len(names) == len(set(names))


def test_pages_end_and_nothing_stands_on_two_of_them(crawl: Crawl) -> None:
    chains = defaultdict[str, list[Document]](list)
    for document in crawl.of(f"{HERE}/ogc/collections/"):
        if "numberMatched" in document.told:
            chains[document.address.partition("?")[0]].append(document)
    assert len(chains) == 1 + len(WITH_PLACES)  # the catalogue, and datasets with places
    for address, pages in chains.items():
        names = [one["id"] for page in pages for one in page.told["features"]]
        assert len(names) == len(set(names)) == pages[0].told["numberMatched"], address
        last = [page for page in pages if not any(link["rel"] == "next" for link in page.told["links"])]
        assert len(last) == 1, address
    old = crawl.of(f"{HERE}/api/invoke/")
    assert {page.told["code"] for page in old} == {200}
    for name in {page.address.partition("?")[0] for page in old}:
        pages = [page for page in old if page.address.startswith(name)]
        assert sum(len(page.told["list"]) for page in pages) == pages[0].told["totalCount"]


def test_what_stands_behind_a_sign_is_told_of_there(crawl: Crawl) -> None:
    """A thing's address leads to a document in which the thing stands, in whichever form it is asked for."""
    told = [str(node) for page in crawl.of(f"{HERE}/catalog.ttl") for node in page.told.subjects()]
    things = {node for node in told if "#" in node and slug_of(node) in BUILT}
    assert len(things) > 10
    for slug in BUILT:
        here = {thing for thing in things if slug_of(thing) == slug}
        own = Graph()
        own.parse(data=crawl.programs.ask(f"{HERE}/open/datasets/{slug}/", "text/turtle").body, format="turtle")
        assert here <= {str(node) for node in own.subjects()}
