"""Read RDF of others: what reaches out of the file, or would grow without end, is refused before it is parsed."""

import json
import logging
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from rdflib import Graph
from rdflib.plugins.parsers.jsonld import to_rdf

from haihe.data.catalogue.cascade.dcat import SERIALISED
from haihe.data.catalogue.cascade.reading import NoPage

_MOST_TRIPLES: Final = 400_000
_DEEPEST: Final = 40
READABLE: Final = SERIALISED | {
    "text/n3": "turtle",
    "application/n-triples": "nt",
    "application/xml": "xml",
    "application/json": "json-ld",
}
"""Media types with the names that rdflib has for them; of N3 what is Turtle. Careless servers say the last two."""


def read_graph(data: bytes, media_type: str) -> Graph:
    """Return what the document says; nothing else is fetched for it. Raises: NoPage."""
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
    language = READABLE.get(media_type)
    if language is None:
        raise NoPage(_("不认识的 RDF 类型：%(type)s。") % {"type": media_type[:100] or "?"})
    if language == "json-ld":
        document = json.loads(text)
        _check_contexts(document)
        to_rdf(document, graph)
        return
    if language == "xml":
        _check_xml(text)
    graph.parse(data=text, format=language)


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
