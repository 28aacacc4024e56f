"""The other side as a run sees it: a page at a time, each by the cursor that the one before gave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol
from urllib.parse import urljoin

from haihe.base.outward import api as outward
from haihe.data.catalogue import api as catalogue
from haihe.data.harvest.asking import Asker
from haihe.data.harvest.models import Kind, RemoteCatalogue
from haihe.data.harvest.reading import ckan, data_json, dcat
from haihe.data.harvest.reading.records import Page, Record
from haihe.data.harvest.reading.trouble import Problem, Stopped

LONGEST_CURSOR: Final = 1000
_RDF: Final = (
    "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, application/n-triples;q=0.7, text/n3;q=0.6"
)
_BY_ENDING: Final = {
    ".ttl": "text/turtle",
    ".rdf": "application/rdf+xml",
    ".xml": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".n3": "text/n3",
}


class Remote(Protocol):
    """Raises: Stopped."""

    def page(self, cursor: str) -> Page: ...


@dataclass(frozen=True, slots=True)
class CkanRemote:
    """A CKAN; what is wanted is told in the question."""

    asker: Asker
    url: str
    organisations: Sequence[str] = ()
    tags: Sequence[str] = ()

    def page(self, cursor: str) -> Page:
        told = self.asker.get_json(ckan.address(self.url, cursor, self.organisations, self.tags))
        return ckan.read_page(told, cursor, base=self.url)


@dataclass(slots=True)
class DataJsonRemote:
    """One document, asked for once in a run and cut into slices."""

    read: Callable[[], Any]
    _rows: list[Any] | None = field(default=None)

    def page(self, cursor: str) -> Page:
        if self._rows is None:
            self._rows = data_json.rows_of(self.read())
        return data_json.read_slice(self._rows, int(cursor or 0))


@dataclass(frozen=True, slots=True)
class DcatRemote:
    """RDF, page after page of the same server."""

    asker: Asker
    url: str

    def page(self, cursor: str) -> Page:
        where = cursor or self.url
        answer = self.asker.get(where, accept=_RDF)
        try:
            graph = catalogue.read_graph(answer.body, media_type_of(answer))
        except catalogue.NoPage:
            raise Stopped(Problem.NOT_RDF, answer.media_type) from None
        found = dcat.read_page(graph, following=_linked(answer))
        return replace(found, next=self._following(answer.url, found.next)) if found.next else found

    def _following(self, here: str, told: str) -> str:
        """Only to the same server: a page must not make us ask whomever it names."""
        try:
            following = urljoin(here, told)
            is_here = outward.origin_of(following) == outward.origin_of(self.url)
        except (outward.OutwardFailed, ValueError):
            raise Stopped(Problem.NEXT_ELSEWHERE) from None
        if not is_here or len(following) > LONGEST_CURSOR:
            raise Stopped(Problem.NEXT_ELSEWHERE)
        return "" if following == here else following


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A remote of which only some records are wanted, by publisher or keyword."""

    inner: Remote
    organisations: frozenset[str]
    tags: frozenset[str]

    def page(self, cursor: str) -> Page:
        found = self.inner.page(cursor)
        wanted = tuple(one for one in found.records if self._wants(one))
        return replace(found, records=wanted, left_out=len(found.records) - len(wanted))

    def _wants(self, one: Record) -> bool:
        by_publisher = not self.organisations or one.publisher in self.organisations
        return by_publisher and (not self.tags or not self.tags.isdisjoint((*one.keywords, *one.themes)))


def remote_of(row: RemoteCatalogue, asker: Asker) -> Remote:
    """Return the other side of a catalogue that is harvested."""
    if row.kind == Kind.CKAN:
        return CkanRemote(asker, row.url, tuple(row.organisations), tuple(row.tags))
    plain: Remote = DcatRemote(asker, row.url)
    if row.kind == Kind.DATA_JSON:
        plain = DataJsonRemote(lambda: asker.get_json(row.url))
    if row.organisations or row.tags:
        return Narrowed(plain, frozenset(row.organisations), frozenset(row.tags))
    return plain


def media_type_of(answer: outward.Answer) -> str:
    """Return what the answer says it is; by the address's ending where it says nothing that could be RDF."""
    if answer.media_type in catalogue.READABLE:
        return answer.media_type
    path = answer.url.partition("?")[0]
    return next((kind for ending, kind in _BY_ENDING.items() if path.endswith(ending)), answer.media_type)


def _linked(answer: outward.Answer) -> str:
    """Return what the `Link` header calls the next page."""
    for part in answer.headers.get("link", "").split(","):
        target, _, parameters = part.partition(";")
        if 'rel="next"' in parameters or "rel=next" in parameters:
            return target.strip().removeprefix("<").removesuffix(">")
    return ""
