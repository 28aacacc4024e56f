"""Write a graph down: Turtle (and N3, of which it is a part), RDF/XML, JSON-LD.

Written by ourselves because a page of a hundred datasets is some ten thousand statements: rdflib takes more than a
second over them. Tests read each form with rdflib and hold all to one graph.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import msgspec

from haihe.data.open.faces.dcat.model import PREFIXES, Graph, Iri, Text, Thing, Value

_SIGNS: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TO_ESCAPE: Final = re.compile(r'["\\\n\r\t]')


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a graph: how it is called in addresses and by programs."""

    suffix: str
    media_type: str
    write: Callable[[Graph], bytes]


def as_turtle(graph: Graph) -> bytes:
    heads = "".join(f"@prefix {prefix}: <{address}> .\n" for prefix, address in PREFIXES.items())
    return (heads + "\n" + "\n".join(map(_turtle, graph.things.values()))).encode()


def _turtle(thing: Thing) -> str:
    told = [f"  {word} {_turtle_value(value)}" for word, value in thing.told]
    return f"<{thing.address}> a {', '.join(thing.kinds)}" + "".join(f" ;\n{line}" for line in told) + " .\n"


def _turtle_value(value: Value) -> str:
    if isinstance(value, Iri):
        return f"<{value.address}>"
    text = '"' + _TO_ESCAPE.sub(lambda found: _SIGNS[found[0]], value.text) + '"'
    if value.language:
        return f"{text}@{value.language}"
    return f"{text}^^{value.kind}" if value.kind else text


def as_xml(graph: Graph) -> bytes:
    names = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in PREFIXES.items())
    things = "".join(line for thing in graph.things.values() for line in _xml(thing))
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF {names}>\n{things}</rdf:RDF>\n'.encode()


def _xml(thing: Thing) -> Iterator[str]:
    yield f"<rdf:Description rdf:about={quoteattr(thing.address)}>\n"
    for kind in thing.kinds:
        yield f"  <rdf:type rdf:resource={quoteattr(_whole(kind))}/>\n"
    for word, value in thing.told:
        yield f"  <{word}{_xml_value(word, value)}\n"
    yield "</rdf:Description>\n"


def _xml_value(word: str, value: Value) -> str:
    if isinstance(value, Iri):
        return f" rdf:resource={quoteattr(value.address)}/>"
    way = f' xml:lang="{value.language}"' if value.language else ""
    way = f' rdf:datatype="{_whole(value.kind)}"' if value.kind else way
    return f"{way}>{escape(value.text)}</{word}>"


def as_json(graph: Graph) -> bytes:
    return msgspec.json.encode({"@context": PREFIXES, "@graph": [_json(thing) for thing in graph.things.values()]})


def _json(thing: Thing) -> dict[str, Any]:
    told: dict[str, Any] = {"@id": thing.address, "@type": list(thing.kinds)}
    for word, value in thing.told:
        told.setdefault(word, []).append(_json_value(value))
    return told


def _json_value(value: Value) -> dict[str, str]:
    match value:
        case Iri(address):
            return {"@id": address}
        case Text(text, language, kind):
            way = {"@language": language} if language else {"@type": kind} if kind else {}
            return {"@value": text, **way}


def _whole(word: str) -> str:
    prefix, _, name = word.partition(":")
    return PREFIXES[prefix] + name


FORMS: Final = (
    Form("ttl", "text/turtle", as_turtle),
    Form("rdf", "application/rdf+xml", as_xml),
    Form("jsonld", "application/ld+json", as_json),
    Form("n3", "text/n3", as_turtle),
)
