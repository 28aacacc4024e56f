"""Walk through the pages inside this process, as one person by links, and count what each costs the server.

For `haihe bench pages` and for the baselines of queries: what a browser would see is the journeys' part.
"""

import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

STARTS = (
    "/",
    "/workbench/",
    "/me/",
    "/services/",
    "/catalogue/",
    "/sharing/",
    "/city/divisions/",
    "/services/search/?q=民政",
)
STATEFUL = {
    "harvest:catalogue": 4,
    "harvest:run": 8,
    "open:application": 14,
    "open:dataset": 6,
    "open:desk-dataset": 4,
    "open:key": 4,
}
"""Views whose pages differ by the state of their thing: so many of each are taken, if that is more than of others."""
_NO_PAGE = re.compile(r"/static/|/ui/|sign-out|\.(?:csv|json|geojson|xlsx|xml|ttl|jsonld|rdf)$")


@dataclass(frozen=True, slots=True)
class Visit:
    """One page as one person got it: `view` is the name of its address, `ms` server time, `queries` of the database."""

    person: str
    view: str
    path: str
    status: int
    queries: int
    ms: float


class _Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


def walk(client: Client, person: str, *, starts: Iterable[str] = STARTS, each: int = 1) -> Iterator[Visit]:
    """Yield the pages that are reached from `starts` by links, at most `each` of one view, or what `STATEFUL` says.

    A page is asked for twice and the second counts: what is remembered from then on is nobody's cost.
    """
    queue, asked, taken = deque(starts), set[str](), dict[str, int]()
    while queue:
        path = queue.popleft()
        view = _view_of(path)
        if view is None or path in asked or taken.get(view, 0) >= max(each, STATEFUL.get(view, 0)):
            continue
        asked.add(path)
        taken[view] = taken.get(view, 0) + 1
        client.get(path)
        answer, queries, ms = _measured(client, path)
        if answer.status_code in (301, 302):
            queue.append(urljoin(path, answer.headers["Location"]))
        elif "html" in answer.headers.get("Content-Type", "") and not answer.streaming:
            queue.extend(_links(path, answer))
            yield Visit(person, view, path, answer.status_code, queries, ms)


def _measured(client: Client, path: str) -> tuple[HttpResponseBase, int, float]:
    queries = 0

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # the hook's own form
        nonlocal queries
        queries += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        started = time.perf_counter()
        answer = client.get(path)
        took = (time.perf_counter() - started) * 1000
    return answer, queries, took


def _view_of(path: str) -> str | None:
    if _NO_PAGE.search(path.partition("?")[0]):
        return None
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def _links(path: str, answer: HttpResponseBase) -> Iterator[str]:
    for link in _Links(answer.text).found:  # type: ignore[attr-defined]  # an HttpResponse: it isn't streaming
        parts = urlsplit(urljoin(path, link))
        if not parts.netloc:
            yield parts.path + (f"?{parts.query}" if parts.query else "")
