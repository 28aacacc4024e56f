"""A portal of somebody else for tests: CKAN, DCAT and data.json over real HTTP, with the faults that portals have."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from rdflib import DCAT, DCTERMS, FOAF, RDF, BNode, Graph, Literal, Namespace, URIRef

from haihe.base.outward.testing import Asked, HttpServer, Told, http_server, told

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")


@dataclass(frozen=True, slots=True)
class Offer:
    """A dataset of that portal."""

    number: int
    title: str = ""
    notes: str = "各区公共图书馆的名称、地址和开放时间。"
    licence: str = "cc-by"
    keywords: tuple[str, ...] = ("图书馆",)
    publisher: str = "滨海文旅局"

    @property
    def id(self) -> str:
        return f"{self.number:08x}-0000-4000-8000-000000000000"

    @property
    def shown_title(self) -> str:
        return self.title or f"公共图书馆名录（第 {self.number} 册）"


def offers(count: int) -> dict[int, Offer]:
    return {number: Offer(number) for number in range(1, count + 1)}


@dataclass(slots=True)
class Portal:
    """`offers` may change while it runs. `before` is called with each request and may answer in the portal's place."""

    offers: dict[int, Offer]
    before: Callable[[Asked], Told | None] = lambda asked: None
    url: str = ""
    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    token: str = "a-token-of-tests"  # noqa: S105 - of tests
    writes: list[str] = field(default_factory=list)
    server: HttpServer | None = None

    def answer(self, asked: Asked) -> Told:
        if (instead := self.before(asked)) is not None:
            return instead
        if asked.path.startswith(("/api/3/action/", "/api/action/")):
            return self._action(asked.path.rpartition("/")[2], asked)
        if asked.path.startswith("/catalog"):
            return self._dcat(asked)
        if asked.path == "/data.json":
            return told(self.data_json())
        return Told(b"nothing here", status=404)

    @property
    def in_order(self) -> list[Offer]:
        return sorted(self.offers.values(), key=lambda one: one.id)

    def _action(self, name: str, asked: Asked) -> Told:
        if name == "package_search":
            return self._search(asked)
        if name == "package_show":
            found = self.packages.get(asked.params["id"]) or self._by_id(asked.params["id"])
            return _success(found) if found else _error("Not Found Error", 404)
        if asked.headers.get("authorization") != self.token:
            return _error("Authorization Error", 403)
        self.writes.append(name)
        if name == "package_create":
            return self._create(dict(asked.params))
        found = self._by_id(asked.params["id"])
        if found is None:
            return _error("Not Found Error", 404)
        found |= dict(asked.params) if name == "package_patch" else {"state": "deleted"}
        return _success(found)

    def _by_id(self, remote_id: str) -> dict[str, Any] | None:
        return next((one for one in self.packages.values() if one["id"] == remote_id), None)

    def _create(self, package: dict[str, Any]) -> Told:
        if package["name"] in self.packages and self.packages[package["name"]].get("state") != "deleted":
            return _error("Validation Error", 409, name=["That URL is already in use."])
        package["id"] = f"id-{len(self.packages) + 1}"
        self.packages[package["name"]] = package
        return _success(package)

    def _search(self, asked: Asked) -> Told:
        start, rows = int(asked.params["start"]), int(asked.params["rows"])
        part = self.in_order[start : start + rows]
        return _success({"count": len(self.offers), "results": [self.package(one) for one in part]})

    def package(self, one: Offer) -> dict[str, Any]:
        return {
            "id": one.id,
            "name": f"libraries-{one.number}",
            "title": one.shown_title,
            "notes": one.notes,
            "license_id": one.licence,
            "state": "active",
            "private": False,
            "organization": {"name": "wenlv", "title": one.publisher},
            "groups": [],
            "tags": [{"name": word, "display_name": word} for word in one.keywords],
            "metadata_modified": "2026-11-01T08:00:00.000000",
            "resources": [{"name": "CSV", "url": f"{self.url}/files/{one.number}.csv", "format": "CSV"}],
        }

    def data_json(self) -> dict[str, Any]:
        rows = [
            {
                "@type": "dcat:Dataset",
                "identifier": f"{self.url}/dataset/{one.number}",
                "title": one.shown_title,
                "description": one.notes,
                "modified": "2026-11-01",
                "accessLevel": "public",
                "license": "https://creativecommons.org/licenses/by/4.0/",
                "publisher": {"@type": "org:Organization", "name": one.publisher},
                "keyword": list(one.keywords),
                "distribution": [{"downloadURL": f"{self.url}/files/{one.number}.csv", "mediaType": "text/csv"}],
            }
            for one in self.in_order
        ]
        return {"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": rows}

    def _dcat(self, asked: Asked) -> Told:
        """Hydra's pages of 100, in Turtle, RDF/XML, JSON-LD or N-Triples by the address's ending."""
        number = int(asked.params.get("page", "1"))
        part = self.in_order[(number - 1) * 100 : number * 100]
        graph = self.graph(part)
        here = BNode()
        graph.add((here, RDF.type, HYDRA.PartialCollectionView))
        graph.add((here, HYDRA.totalItems, Literal(len(self.offers))))
        if number * 100 < len(self.offers):
            following = f"{self.url}{asked.path}?{urlencode({'page': number + 1})}"
            graph.add((here, HYDRA.next, URIRef(following)))
        kinds = {"ttl": "text/turtle", "rdf": "application/rdf+xml", "jsonld": "application/ld+json"}
        ending = asked.path.rpartition(".")[2]
        body = graph.serialize(format={"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}.get(ending, "nt"))
        return Told(body.encode(), headers={"Content-Type": kinds.get(ending, "application/n-triples")})

    def graph(self, part: list[Offer]) -> Graph:
        graph = Graph()
        root = URIRef(f"{self.url}/catalog")
        graph.add((root, RDF.type, DCAT.Catalog))
        for one in part:
            node, file, agent = URIRef(f"{self.url}/dataset/{one.number}"), BNode(), BNode()
            graph.add((root, DCAT.dataset, node))
            graph.add((node, RDF.type, DCAT.Dataset))
            graph.add((node, DCTERMS.title, Literal(one.shown_title, lang="zh")))
            graph.add((node, DCTERMS.title, Literal(f"Libraries {one.number}", lang="en")))
            graph.add((node, DCTERMS.description, Literal(one.notes)))
            graph.add((node, DCTERMS.license, URIRef("https://creativecommons.org/licenses/by/4.0/")))
            graph.add((node, DCTERMS.publisher, agent))
            graph.add((agent, FOAF.name, Literal(one.publisher)))
            for word in one.keywords:
                graph.add((node, DCAT.keyword, Literal(word)))
            graph.add((node, DCAT.distribution, file))
            graph.add((file, DCAT.accessURL, URIRef(f"{self.url}/files/{one.number}.csv")))
            graph.add((file, DCTERMS["format"], Literal("CSV")))
        return graph


@contextmanager
def portal(count: int = 3, *, port: int = 0) -> Iterator[Portal]:
    """Serve a portal with so many datasets until the block ends, at this port or any."""
    made = Portal(offers(count))
    with http_server(made.answer, port=port) as server:
        made.url, made.server = server.url, server
        yield made


def slowly(seconds: float) -> Callable[[Asked], Told | None]:
    """Return a `before` that lets everybody wait."""

    def wait(asked: Asked) -> None:
        time.sleep(seconds)  # a slow portal, for who tests what becomes of a run meanwhile

    return wait


def _success(result: object) -> Told:
    return Told(
        json.dumps({"help": "…", "success": True, "result": result}, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json;charset=utf-8"},
    )


def _error(kind: str, status: int, **fields: object) -> Told:
    return told({"help": "…", "success": False, "error": {"__type": kind, "message": kind, **fields}}, status=status)
