"""A page as DCAT: the mandatory properties of DCAT-AP 3 with typed IRIs, and every element of ours beside them.

Elements that DCAT has no word for stand under `urn:haihe:catalogue:`, so that the page read back is the same.
"""

import json
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

import msgspec
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from haihe.data.catalogue.cascade.records import FORMAT, VERSION, CataloguePage, Codes, Entry, Tombstone, plain

HAIHE: Final = Namespace("urn:haihe:catalogue:")
ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
EU: Final = "http://publications.europa.eu/resource/authority/"
SERIALISED: Final = {
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}
"""Media types with the names that rdflib has for them."""
_CYCLES: Final = {
    "REALTIME": "UPDATE_CONT",
    "DAILY": "DAILY",
    "WEEKLY": "WEEKLY",
    "MONTHLY": "MONTHLY",
    "QUARTERLY": "QUARTERLY",
    "YEARLY": "ANNUAL",
}
_RIGHTS: Final = {"UNCONDITIONAL": "PUBLIC", "CONDITIONAL": "RESTRICTED", "CLOSED": "NON_PUBLIC"}


def graph_of(page: CataloguePage, *, site: str) -> Graph:
    """Return the page as a graph; `site` is the address of this installation, without a slash at its end."""
    graph = Graph()
    for prefix, namespace in (("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("skos", SKOS), ("adms", ADMS)):
        graph.bind(prefix, namespace)
    graph.bind("hh", HAIHE)
    catalogue = URIRef(f"{site}/catalogue/")
    _catalogue(graph, catalogue, page, site)
    for entry in page.entries:
        _dataset(graph, catalogue, entry, site)
    for gone in page.gone:
        _tombstone(graph, catalogue, gone, site)
    for codes in page.code_lists:
        _code_list(graph, codes, site)
    return graph


def serialised(graph: Graph, media_type: str) -> bytes:
    """Return the graph as text of one of the media types of `SERIALISED`."""
    return bytes(graph.serialize(format=SERIALISED[media_type], encoding="utf-8"))


def _catalogue(graph: Graph, catalogue: URIRef, page: CataloguePage, site: str) -> None:
    publisher = _agent(graph, site, page.publisher, page.publisher_name)
    told: list[tuple[Node, Node]] = [
        (RDF.type, DCAT.Catalog),
        (DCTERMS.title, Literal(f"{page.publisher_name}政务数据目录", lang="zh")),
        (DCTERMS.description, Literal("本级政务数据共享目录中已发布的信息资源。", lang="zh")),
        (DCTERMS.publisher, publisher),
        (DCTERMS.language, _typed(graph, f"{EU}language/ZHO", DCTERMS.LinguisticSystem)),
        (HAIHE["format"], Literal(FORMAT)),
        (HAIHE.version, Literal(VERSION)),
        (HAIHE.asOf, _moment(page.as_of)),
    ]
    if page.since is not None:
        told.append((HAIHE.since, _moment(page.since)))
    if page.next:
        told.append((HAIHE.next, Literal(page.next)))
    _say(graph, catalogue, told)


def _dataset(graph: Graph, catalogue: URIRef, entry: Entry, site: str) -> None:
    dataset = URIRef(f"{site}/catalogue/entries/{quote(entry.code)}/")
    graph.add((catalogue, DCAT.dataset, dataset))
    right = _RIGHTS.get(entry.opening_type, "NON_PUBLIC")
    told: list[tuple[Node, Node]] = [
        (RDF.type, DCAT.Dataset),
        (DCTERMS.identifier, Literal(entry.code)),
        (DCTERMS.title, Literal(entry.title, lang="zh")),
        (DCTERMS.description, Literal(entry.abstract, lang="zh")),
        (DCTERMS.publisher, _agent(graph, site, entry.owner, entry.owner_name)),
        (DCTERMS.issued, _moment(entry.published_at)),
        (DCTERMS.modified, _moment(entry.modified_at)),
        (DCTERMS.language, _typed(graph, f"{EU}language/ZHO", DCTERMS.LinguisticSystem)),
        (DCTERMS.accessRights, _typed(graph, f"{EU}access-right/{right}", DCTERMS.RightsStatement)),
        (DCAT.theme, _theme(graph, site, entry)),
        (DCAT.landingPage, _typed(graph, str(dataset), FOAF.Document)),
    ]
    if cycle := _CYCLES.get(entry.update_cycle):
        told.append((DCTERMS.accrualPeriodicity, _typed(graph, f"{EU}frequency/{cycle}", DCTERMS.Frequency)))
    told += [(DCAT.keyword, Literal(word, lang="zh")) for word in entry.keywords]
    told += [(DCTERMS.relation, URIRef(f"{site}/catalogue/entries/{quote(code)}/")) for code in entry.related]
    _say(graph, dataset, told)
    _elements(graph, dataset, entry)
    _record(graph, catalogue, f"{site}/catalogue/records/{quote(entry.code)}", dataset, entry.modified_at.isoformat())


def _elements(graph: Graph, dataset: URIRef, entry: Entry) -> None:
    """Say every element in our own words, which DCAT's only resemble; lists and items keep their order in JSON."""
    content = plain(entry)
    for name, value in content.items():
        if name not in {"code", "title", "abstract", "owner_name", "items"}:
            graph.add((dataset, HAIHE[camel(name)], _literal(value)))
    for position, item in enumerate(content["items"], 1):
        node = BNode()
        _say(graph, node, [(RDF.type, HAIHE.DataItem), (HAIHE.position, Literal(position))])
        for name, value in item.items():
            graph.add((node, HAIHE[camel(name)], _literal(value)))
        graph.add((dataset, HAIHE.item, node))


def _tombstone(graph: Graph, catalogue: URIRef, gone: Tombstone, site: str) -> None:
    dataset = URIRef(f"{site}/catalogue/entries/{quote(gone.code)}/")
    record = _record(graph, catalogue, f"{site}/catalogue/records/{quote(gone.code)}", dataset, gone.at.isoformat())
    status = _typed(graph, f"{EU}distribution-status/WITHDRAWN", SKOS.Concept)
    graph.add((status, SKOS.prefLabel, Literal("withdrawn", lang="en")))
    _say(graph, record, [(ADMS.status, status), (HAIHE.withdrawn, Literal(gone.code))])


def _record(graph: Graph, catalogue: URIRef, address: str, dataset: URIRef, modified: str) -> URIRef:
    record = URIRef(address)
    graph.add((catalogue, DCAT.record, record))
    _say(
        graph,
        record,
        [
            (RDF.type, DCAT.CatalogRecord),
            (DCTERMS.modified, Literal(modified, datatype=XSD.dateTime)),
            (FOAF.primaryTopic, dataset),
        ],
    )
    return record


def _code_list(graph: Graph, codes: Codes, site: str) -> None:
    scheme = URIRef(f"{site}/catalogue/code-lists/{codes.slug}")
    told = [
        (RDF.type, SKOS.ConceptScheme),
        (DCTERMS.title, Literal(codes.title, lang="zh")),
        (SKOS.prefLabel, Literal(codes.title, lang="zh")),
        (DCTERMS.identifier, Literal(codes.slug)),
        (HAIHE.codes, _literal([[pair.code, pair.title] for pair in codes.codes])),
    ]
    if codes.standard:
        told.append((HAIHE.standard, Literal(codes.standard)))
    _say(graph, scheme, told)


def _theme(graph: Graph, site: str, entry: Entry) -> URIRef:
    theme = URIRef(f"{site}/catalogue/themes/{entry.category}/{quote(entry.subject_area, safe='')}")
    _say(graph, theme, [(RDF.type, SKOS.Concept), (SKOS.prefLabel, Literal(entry.subject_area, lang="zh"))])
    return theme


def _agent(graph: Graph, site: str, code: str, name: str) -> URIRef:
    agent = URIRef(f"{site}/city/organisations/{code}/")
    _say(graph, agent, [(RDF.type, FOAF.Organization), (RDF.type, FOAF.Agent), (FOAF.name, Literal(name, lang="zh"))])
    graph.add((agent, HAIHE.organisationCode, Literal(code)))
    return agent


def _typed(graph: Graph, iri: str, kind: URIRef) -> URIRef:
    graph.add((URIRef(iri), RDF.type, kind))
    return URIRef(iri)


def _say(graph: Graph, subject: Node, told: Iterable[tuple[Node, Node]]) -> None:
    for predicate, value in told:
        graph.add((subject, predicate, value))


def _moment(value: object) -> Literal:
    return Literal(msgspec.to_builtins(value), datatype=XSD.dateTime)


def _literal(value: object) -> Literal:
    if isinstance(value, bool | int):
        return Literal(value)
    return Literal(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
