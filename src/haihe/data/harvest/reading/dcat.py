"""Datasets of a DCAT catalogue in any serialisation of RDF, page by page as Hydra or a `Link` header leads."""

from collections.abc import Iterable, Iterator
from typing import Final

from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from haihe.data.harvest.reading.hostile import plain
from haihe.data.harvest.reading.records import (
    LONGEST_ID,
    Page,
    Record,
    Refused,
    Reject,
    Resource,
    record,
    resource,
)
from haihe.data.harvest.reading.trouble import Problem, Stopped

_HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
_VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
_NEXT: Final = (_HYDRA.next, _HYDRA.nextPage)
_LANGUAGES: Final = ("zh", "zh-cn", "zh-hans", None, "en")
"""Which of several texts is taken: Chinese, one without a language, English, any other."""


def read_page(graph: Graph, *, following: str = "") -> Page:
    """Read what the graph says; `following` is what the answer's `Link` header called the next page.

    Raises: Stopped.
    """
    datasets = sorted(set(graph.subjects(RDF.type, DCAT.Dataset)), key=str)
    if not datasets and (None, RDF.type, DCAT.Catalog) not in graph:
        raise Stopped(Problem.NO_CATALOGUE)
    records: list[Record] = []
    rejects: list[Reject] = []
    for place, node in enumerate(datasets, 1):
        try:
            records.append(_record(graph, node))
        except Refused as refused:
            remote_id = plain(str(node), LONGEST_ID) if isinstance(node, URIRef) else f"#{place}"
            rejects.append(Reject(remote_id, _text(graph, node, DCTERMS.title), refused.reason, refused.detail))
    return Page(tuple(records), tuple(rejects), _next(graph) or following, _total(graph))


def _record(graph: Graph, node: Node) -> Record:
    publisher = graph.value(node, DCTERMS.publisher, any=True)
    landing = graph.value(node, DCAT.landingPage, any=True)
    resources = [_resource(graph, one) for one in sorted(graph.objects(node, DCAT.distribution), key=str)]
    identifier = _text(graph, node, DCTERMS.identifier)
    return record(
        remote_id=str(node) if isinstance(node, URIRef) else identifier,
        title=_text(graph, node, DCTERMS.title),
        summary=_text(graph, node, DCTERMS.description),
        publisher=_name(graph, publisher),
        licence=_said(graph, node, DCTERMS.license) or _of_distributions(graph, node),
        themes=sorted(_concept(graph, theme) for theme in graph.objects(node, DCAT.theme)),
        keywords=sorted({str(word) for word in graph.objects(node, DCAT.keyword)}),
        landing=str(landing) if landing else str(node),
        modified=_text(graph, node, DCTERMS.modified),
        cycle=_last(_said(graph, node, DCTERMS.accrualPeriodicity)),
        resources=resources,
    )


def _resource(graph: Graph, node: Node) -> Resource:
    url = graph.value(node, DCAT.downloadURL, any=True) or graph.value(node, DCAT.accessURL, any=True)
    form = _said(graph, node, DCTERMS["format"]) or _said(graph, node, DCAT.mediaType)
    return resource(title=_text(graph, node, DCTERMS.title), url=str(url) if url else "", format=_last(form))


def _of_distributions(graph: Graph, node: Node) -> str:
    told = sorted({_said(graph, one, DCTERMS.license) for one in graph.objects(node, DCAT.distribution)})
    return next((one for one in told if one), "")


def _name(graph: Graph, agent: Node | None) -> str:
    if agent is None or isinstance(agent, Literal):
        return str(agent or "")
    names = (FOAF.name, _VCARD.fn, SKOS.prefLabel, RDFS.label)
    return next((name for one in names if (name := _text(graph, agent, one))), "")


def _concept(graph: Graph, theme: Node) -> str:
    return _text(graph, theme, SKOS.prefLabel) or _last(str(theme))


def _said(graph: Graph, subject: Node, predicate: URIRef) -> str:
    """Return what is said, as text or as the address of a thing; careless catalogues do either."""
    values = sorted(str(value) for value in graph.objects(subject, predicate))
    return values[0] if values else ""


def _last(text: str) -> str:
    """Return the last part of an address, as in …/file-type/CSV; other text as it is."""
    return text.rstrip("/").rpartition("/")[2].rpartition("#")[2] if text.startswith(("http:", "https:")) else text


def _text(graph: Graph, subject: Node, predicate: URIRef) -> str:
    values = [value for value in graph.objects(subject, predicate) if isinstance(value, Literal)]
    return str(min(values, key=_rank)) if values else ""


def _rank(value: Literal) -> tuple[int, str]:
    language = value.language.lower() if value.language else None
    return (_LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES)), str(value)


def _next(graph: Graph) -> str:
    return next((str(value) for value in _objects(graph, _NEXT) if isinstance(value, URIRef)), "")


def _total(graph: Graph) -> int | None:
    told = next((str(value) for value in _objects(graph, (_HYDRA.totalItems,))), "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


def _objects(graph: Graph, predicates: Iterable[URIRef]) -> Iterator[Node]:
    for predicate in predicates:
        yield from sorted(graph.objects(None, predicate), key=str)
