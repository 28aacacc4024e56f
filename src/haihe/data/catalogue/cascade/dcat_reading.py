"""Read a DCAT page of ours back; what isn't RDF, or reaches out of the file, is refused before it is parsed."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
from django.utils.translation import gettext as _
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, Graph
from rdflib.term import Literal, Node, URIRef

from haihe.data.catalogue.cascade.dcat import HAIHE, camel
from haihe.data.catalogue.cascade.rdf import read_graph
from haihe.data.catalogue.cascade.reading import Envelope, NoPage, ReadPage, check_size, read_envelope
from haihe.data.catalogue.cascade.records import Entry, Item

_LISTS: Final = frozenset({"keywords", "related", "sharing_forms"})
_APART: Final = {"items", "title", "abstract", "code", "owner_name"}
_FLAGS: Final = frozenset({"is_required", "is_identifying"})


def read_dcat(data: bytes, media_type: str, *, prefix: str, now: datetime) -> ReadPage:
    """Raises: NoPage."""
    check_size(data)
    return read_envelope(_envelope(read_graph(data, media_type)), prefix=prefix, now=now)


def _envelope(graph: Graph) -> Envelope:
    catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog, any=True)
    if catalogue is None:
        raise NoPage(_("文件中没有 dcat:Catalog。"))
    publisher = graph.value(catalogue, DCTERMS.publisher)
    told = {
        "format": _text(graph, catalogue, HAIHE["format"]),
        "version": _number(graph, catalogue, HAIHE.version),
        "publisher": _text(graph, publisher, HAIHE.organisationCode) if publisher else "",
        "as_of": _text(graph, catalogue, HAIHE.asOf),
        "since": _text(graph, catalogue, HAIHE.since) or None,
        "next": _text(graph, catalogue, HAIHE.next),
        "entries": [_entry(graph, dataset) for dataset in sorted(graph.objects(catalogue, DCAT.dataset), key=str)],
        "gone": list(_gone(graph, catalogue)),
        "code_lists": [_codes(graph, scheme) for scheme in graph.subjects(RDF.type, SKOS.ConceptScheme)],
    }
    try:
        return msgspec.convert(told, Envelope)
    except msgspec.ValidationError as wrong:
        raise NoPage(_("这不是目录级联的 DCAT 文件：%(reason)s") % {"reason": str(wrong)[:300]}) from wrong


def _entry(graph: Graph, dataset: Node) -> dict[str, Any]:
    publisher = graph.value(dataset, DCTERMS.publisher)
    told = _told(graph, dataset, tuple(name for name in Entry.__struct_fields__ if name not in _APART))
    told |= {
        "code": _text(graph, dataset, DCTERMS.identifier),
        "title": _text(graph, dataset, DCTERMS.title),
        "abstract": _text(graph, dataset, DCTERMS.description),
        "owner_name": _text(graph, publisher, FOAF.name) if publisher else "",
        "items": [
            _told(graph, node, Item.__struct_fields__)
            for node in sorted(graph.objects(dataset, HAIHE.item), key=lambda node: _place(graph, node))
        ],
    }
    return told


def _told(graph: Graph, subject: Node, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the elements that are said; what isn't has its default or is missed by the check."""
    told: dict[str, Any] = {}
    for name in names:
        value = graph.value(subject, HAIHE[camel(name)], any=True)
        if isinstance(value, Literal):
            told[name] = _plain(name, value)
    return told


def _plain(name: str, value: Literal) -> object:
    text = str(value)
    if name in _LISTS:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    if name in _FLAGS:
        return {"true": True, "false": False}.get(text, text)
    if name == "length":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    return text


def _gone(graph: Graph, catalogue: Node) -> Iterator[dict[str, str]]:
    for record in sorted(graph.objects(catalogue, DCAT.record), key=str):
        if code := _text(graph, record, HAIHE.withdrawn):
            yield {"code": code, "at": _text(graph, record, DCTERMS.modified)}


def _codes(graph: Graph, scheme: Node) -> dict[str, Any]:
    try:
        pairs = json.loads(_text(graph, scheme, HAIHE.codes) or "[]")
        codes = [{"code": code, "title": title} for code, title in pairs]
    except (ValueError, TypeError, RecursionError):
        codes = []
    return {
        "slug": _text(graph, scheme, DCTERMS.identifier),
        "title": _text(graph, scheme, DCTERMS.title),
        "standard": _text(graph, scheme, HAIHE.standard),
        "codes": codes,
    }


def _text(graph: Graph, subject: Node, predicate: URIRef) -> str:
    value = graph.value(subject, predicate, any=True)
    return str(value) if isinstance(value, Literal) else ""


def _number(graph: Graph, subject: Node, predicate: URIRef) -> int:
    text = _text(graph, subject, predicate)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _place(graph: Graph, node: Node) -> int:
    return _number(graph, node, HAIHE.position)
