"""Statements about things with addresses: what is told as linked data, before it is written in one form or another.

There are no blank nodes, so that the same catalogue is the same graph in every form. Words are told by prefix and name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple
from urllib.parse import quote

PREFIXES: Final = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "spdx": "http://spdx.org/rdf/terms#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "dcatus": "http://resources.data.gov/ontology/dcat-us#",
}
_FORBIDDEN: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML can't hold, left out in every form."""
_SAFE: Final = "/:?#[]@!$&'()*+,;=%~-._"
_PLAIN: Final = re.compile(r"[A-Za-z0-9/:?#@&+,;=%~._-]*")


class Iri(NamedTuple):
    """A thing by its address."""

    address: str


class Text(NamedTuple):
    """A value, with its language or its kind."""

    text: str
    language: str = ""
    kind: str = ""


type Value = Iri | Text
type Told = tuple[str, Value]


@dataclass(frozen=True, slots=True)
class Thing:
    """What is told of one thing; `kinds` and the first of each pair are words such as `dct:title`."""

    address: str
    kinds: tuple[str, ...]
    told: tuple[Told, ...] = ()


@dataclass(slots=True)
class Graph:
    """Things in the order they came; of one that comes again, what came first stands."""

    things: dict[str, Thing] = field(default_factory=dict)

    def add(self, address: str, kinds: Iterable[str], told: Iterable[Told] = ()) -> Iri:
        """Tell of a thing; return it, so that others can name it."""
        address = clean_address(address)
        if address not in self.things:
            self.things[address] = Thing(address, tuple(kinds), tuple(dict.fromkeys(told)))
        return Iri(address)


def iri(address: str) -> Iri:
    return Iri(clean_address(address))


def clean_address(address: str) -> str:
    """Return an address in which nothing stands that an IRI mustn't have."""
    return address if _PLAIN.fullmatch(address) else quote(address, safe=_SAFE)


def clean(text: str) -> str:
    """Return the text as each form can hold it."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def zh(text: str) -> Text:
    return Text(clean(text), "zh")


def en(text: str) -> Text:
    return Text(clean(text), "en")


def both(word: str, chinese: str, english: str) -> list[Told]:
    """Tell a text in Chinese, and in English where there is one."""
    return [(word, zh(chinese)), *([(word, en(english))] if english else [])]


def plain(text: str) -> Text:
    return Text(clean(text))


def number(value: int) -> Text:
    return Text(str(value), kind="xsd:nonNegativeInteger")


def moment(value: datetime) -> Text:
    return Text(value.isoformat(timespec="seconds"), kind="xsd:dateTime")


def day(value: date) -> Text:
    return Text(value.isoformat(), kind="xsd:date")
