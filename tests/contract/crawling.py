"""A crawler of the faces: asks for an address, reads what comes as its kind of document, and tells where it leads.

Two programs are asked: the pages, through Django's client, and the reading side on its port.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow.parquet as pq
from django.test import Client
from rdflib import DCAT, Graph, URIRef

from haihe.openreads.testing import Served

IANA: Final = "https://www.iana.org/assignments/media-types/"
_ELSEWHERE: Final = (
    *("http://www.w3.org/", "https://www.w3.org/", "http://www.opengis.net/", "https://json-schema.org/", IANA),
    *("https://creativecommons.org/", "https://license.coscl.org.cn/", "https://spdx.org/", "http://spdx.org/"),
    *("http://publications.europa.eu/resource/authority/", "http://purl.org/", "http://xmlns.com/foaf/"),
    *("https://project-open-data.cio.gov/v1.1/", "http://www.sitemaps.org/", "https://schema.org", "urn:"),
    *("https://www.geonames.org/", "http://resources.data.gov/", "https://resources.data.gov/"),
)
"""Words and licences of others. Whatever else leads out of our programs leads out by mistake."""
_JSON: Final = re.compile(r"application/(?:[\w.-]+\+)?json")
_WEB: Final = ("http://", "https://")
_HEADER: Final = re.compile(r'<([^>]*)>((?:;\s*\w+="[^"]*")*)')
_IRI: Final = re.compile(r'(?<![\\"])<(https?://[^>\s]*)>')
_RDF: Final = tuple(f"{{http://www.w3.org/1999/02/22-rdf-syntax-ns#}}{name}" for name in ("about", "resource"))
_BLOCK: Final = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_HEAD_LINK: Final = re.compile(r"<link\s[^>]*>")
_ATTRIBUTE: Final = re.compile(r'([\w-]+)="([^"]*)"')
_TYPED: Final = (("href", "type"), ("contentUrl", "encodingFormat"), ("downloadURL", "mediaType"), ("url", "mimetype"))
"""In JSON of whichever face: the name of an address, and the one that promises what is there."""
_CKAN_WAYS: Final = ("start", "next", "prev")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a document leads, and what it promises there; empty where it doesn't say."""

    address: str
    kind: str = ""


@dataclass(slots=True)
class Document:
    """One answer. `told` is what was read from it: a graph, a tree, rows, or plain values."""

    address: str
    status: int
    kind: str
    headers: Mapping[str, str]
    body: bytes
    told: Any = None
    links: list[Link] = field(default_factory=list)


class Programs:
    """The pages at `pages` and the reading side at `reads`, whichever an address is of."""

    def __init__(self, pages: str, reads: str, served: Served) -> None:
        self.pages, self._reads, self._served, self._client = pages, reads, served, Client()

    def is_ours(self, address: str) -> bool:
        return address.startswith((f"{self.pages}/", f"{self._reads}/")) or address in (self.pages, self._reads)

    def ask(self, address: str, accept: str = "") -> Document:
        """Raises: ValueError, ET.ParseError and their like where the answer isn't what it says."""
        headers = {"accept": accept} if accept else {}
        if address.startswith(self._reads):
            answer = self._served.get(address.removeprefix(self._reads), **headers)
            status, told, body = (
                answer.status,
                {name.lower(): value for name, value in answer.headers.items()},
                answer.body,
            )
        else:
            page = self._client.get(address.removeprefix(self.pages) or "/", headers=headers)
            status, told = page.status_code, {name.lower(): value for name, value in page.items()}
            body = b"".join(page) if page.streaming else page.content
        kind = told.get("content-type", "").partition(";")[0]
        document = Document(address, status, kind, told, body)
        if status == 200:
            read(document)
            document.links += _in_header(told.get("link", ""))
        return document

    def strays(self, document: Document) -> Iterator[str]:
        """Yield where it leads that is neither ours nor a word of others."""
        for link in document.links:
            whole = urljoin(document.address, link.address)
            if not self.is_ours(whole) and not whole.startswith((*_ELSEWHERE, "mailto:")):
                yield whole

    def inside(self, document: Document) -> Iterator[Link]:
        """Yield where it leads within our programs, as whole addresses without what stands behind `#`."""
        for link in document.links:
            whole = urljoin(document.address, link.address)
            if self.is_ours(whole):
                yield Link(urldefrag(whole).url, "" if "#" in whole else link.kind)


def same(address: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return an address as what it asks: the order of its parameters means nothing."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))


def with_parameters(address: str, **parameters: str) -> str:
    return f"{address}?{urlencode(parameters)}"


def read(document: Document) -> None:
    """Read a document as the kind that it says it is, and find its links."""
    kind = document.kind
    if _JSON.fullmatch(kind) or kind == "application/vnd.oai.openapi+json":
        document.told = json.loads(document.body)
        document.links += _in_json(document.told)
    else:
        _OTHERS[kind](document)


def _read_turtle(document: Document) -> None:
    """Read a graph; of the descriptions of single datasets, which are alike, only where they lead."""
    text = document.body.decode()
    if "/datasets/" in document.address:
        found = {address for address in _IRI.findall(text) if not address.endswith(("#", "/core#"))}
        document.links += map(Link, sorted(found))
        return
    graph = Graph()
    graph.parse(data=text, format="turtle")  # N3 is told in the part of it that is Turtle
    document.told = graph
    promised = {}
    for way, place in graph.subject_objects(DCAT.downloadURL):
        kind = graph.value(way, DCAT.mediaType)
        promised[str(place)] = str(kind).removeprefix(IANA) if kind else ""
    named = {node for triple in graph for node in (triple[0], triple[2]) if isinstance(node, URIRef)}
    document.links += [Link(str(node), promised.get(str(node), "")) for node in sorted(named)]


def _read_rdf(document: Document) -> None:
    document.told = tree = ET.fromstring(document.body)  # noqa: S314 - our own
    document.links += [Link(place) for element in tree.iter() for name in _RDF if (place := element.get(name))]


def _in_json(told: object) -> Iterator[Link]:
    """Yield each text that is an address; with the kind that stands beside it."""
    match told:
        case dict():
            yield from _in_object(told)
        case list():
            for value in told:
                yield from _in_json(value)
        case str() if told.startswith(_WEB):
            yield Link(told)


def _in_object(told: dict[str, Any]) -> Iterator[Link]:
    typed = {name: str(told[beside]) for name, beside in _TYPED if name in told and told.get(beside)}
    for name, value in told.items():
        if name in ("@context", "servers"):
            continue  # beginnings of words, and of addresses
        if not isinstance(value, str):
            yield from _in_json(value)
        elif value.startswith(_WEB) or (name in _CKAN_WAYS and value.startswith("/")):
            yield Link(value, typed.get(name, ""))


def _read_page(document: Document) -> None:
    """Of a page for people only what programs read: links in its head, and blocks of linked data."""
    text = document.body.decode()
    for element in _HEAD_LINK.findall(text):
        told = {name: unescape(value) for name, value in _ATTRIBUTE.findall(element)}
        if told.get("rel") in ("alternate", "canonical"):
            document.links.append(Link(told["href"], told.get("type", "")))
    document.told = [json.loads(block) for block in _BLOCK.findall(text)]
    document.links += [link for block in document.told for link in _in_json(block)]


def _read_xml(document: Document) -> None:
    document.told = tree = ET.fromstring(document.body)  # noqa: S314 - our own
    for element in tree.iter():
        if "href" in element.attrib:
            document.links.append(Link(element.attrib["href"], element.attrib.get("type", "")))
        if (text := (element.text or "").strip()).startswith(_WEB):
            document.links.append(Link(text))


def _read_text(document: Document) -> None:
    document.told = text = document.body.decode()
    document.links += [Link(place) for place in re.findall(r"^Sitemap: (\S+)$", text, re.MULTILINE)]


def _read_table(document: Document) -> None:
    document.told = list(csv.reader(io.StringIO(document.body.decode("utf-8-sig"))))


def _read_lines(document: Document) -> None:
    document.told = [json.loads(line) for line in document.body.splitlines()]


def _read_sheet(document: Document) -> None:
    document.told = openpyxl.load_workbook(io.BytesIO(document.body), read_only=True).sheetnames


def _read_parquet(document: Document) -> None:
    document.told = pq.read_metadata(io.BytesIO(document.body))


def _read_triples(document: Document) -> None:
    graph = Graph()
    graph.parse(data=document.body, format="nt")
    document.told = graph
    document.links += [Link(node) for node in sorted({*map(str, graph.subjects()), *map(str, graph.predicates())})]


_OTHERS: Final[Mapping[str, Callable[[Document], None]]] = {
    "text/html": _read_page,
    "text/turtle": _read_turtle,
    "text/n3": _read_turtle,
    "application/rdf+xml": _read_rdf,
    "application/xml": _read_xml,
    "application/atom+xml": _read_xml,
    "text/plain": _read_text,
    "text/csv": _read_table,
    "application/jsonl": _read_lines,
    "application/n-triples": _read_triples,
    "application/vnd.apache.parquet": _read_parquet,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _read_sheet,
}


def _in_header(told: str) -> list[Link]:
    found = []
    for address, rest in _HEADER.findall(told):
        parameters = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        found.append(Link(address, parameters.get("type", "")))
    return found
