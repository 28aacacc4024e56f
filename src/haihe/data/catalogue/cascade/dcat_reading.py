"""Read a DCAT page of ours back; what isn't RDF, or reaches out of the file, is refused before it is parsed."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
from django.utils.translation import gettext as _
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, Graph
from rdflib.plugins.parsers.jsonld import to_rdf
from rdflib.term import Literal, Node, URIRef

from haihe.data.catalogue.cascade.dcat import HAIHE, SERIALISED, camel
from haihe.data.catalogue.cascade.reading import Envelope, NoPage, ReadPage, check_size, read_envelope
from haihe.data.catalogue.cascade.records import Entry, Item

_MOST_TRIPLES: Final = 400_000
_DEEPEST: Final = 40
_LISTS: Final = frozenset({"keywords", "related", "sharing_forms"})
_APART: Final = {"items", "title", "abstract", "code", "owner_name"}
_FLAGS: Final = frozenset({"is_required", "is_identifying"})


def read_dcat(data: bytes, media_type: str, *, prefix: str, now: datetime) -> ReadPage:
    """Raises: NoPage."""
    check_size(data)
    return read_envelope(_envelope(_parsed(data, media_type)), prefix=prefix, now=now)


def _parsed(data: bytes, media_type: str) -> Graph:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoPage(_("请使用 UTF-8 编码。")) from None
    graph = Graph()
    quiet = logging.getLogger("rdflib.term")
    level = quiet.level
    quiet.setLevel(logging.ERROR)  # each literal that isn't what it says would be a line of somebody else's text
    try:
        _parse(graph, text, media_type)
    except NoPage:
        raise
    except Exception as broken:
        # rdflib's parsers raise whatever they stumble over; to who hands it in all of it means the same.
        raise NoPage(_("这不是能读的 %(type)s 文件。") % {"type": media_type}) from broken
    finally:
        quiet.setLevel(level)
    if len(graph) > _MOST_TRIPLES:
        raise NoPage(_("文件中的三元组超过 %(n)s 条。") % {"n": _MOST_TRIPLES})
    return graph


def _parse(graph: Graph, text: str, media_type: str) -> None:
    if media_type == "application/ld+json":
        document = json.loads(text)
        _check_contexts(document)
        to_rdf(document, graph)
        return
    if media_type == "application/rdf+xml":
        _check_xml(text)
    graph.parse(data=text, format=SERIALISED[media_type])


def _check_xml(text: str) -> None:
    """Entities can grow without end, or be other files; honest RDF needs no document type."""
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise NoPage(_("RDF/XML 中不得有 DOCTYPE 或者实体声明。"))


def _check_contexts(document: Any) -> None:
    """A context by address would make us fetch it from wherever the file says."""
    for depth, key, value in _walk(document):
        if depth > _DEEPEST:
            raise NoPage(_("JSON-LD 的层次太深。"))
        if key == "@import" or (key == "@context" and _reaches_out(value)):
            raise NoPage(_("JSON-LD 的 @context 必须写在文件里，不能引用外部地址。"))


def _walk(document: Any) -> Iterator[tuple[int, str, Any]]:
    waiting: list[tuple[int, Any]] = [(0, document)]
    while waiting:
        depth, value = waiting.pop()
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, part in parts:
            yield depth, key if isinstance(key, str) else "", part
            if isinstance(part, dict | list) and depth <= _DEEPEST:
                waiting.append((depth + 1, part))


def _reaches_out(context: Any) -> bool:
    return isinstance(context, str) or (isinstance(context, list) and any(isinstance(each, str) for each in context))


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
