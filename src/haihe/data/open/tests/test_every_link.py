"""Somebody without an account follows every link of the portal of 391 datasets; of its faces, that there is something.

Each kind of address is asked a few times: nothing leads nowhere, nothing fails, and no page asks the database more the
more datasets there are. Run with `-s` to read which were slowest.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from time import perf_counter
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from haihe.data.open import queries
from haihe.data.open.demo import plant
from haihe.data.open.models import Dataset
from haihe.data.open.operations import build_waiting, make_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
HERE: Final = "http://testserver"
PER_KIND: Final = 2
MOST_QUERIES: Final = 24
"""A page may ask so many questions of the database, whatever it lists."""
FACES: Final = ("/open/",)
"""What is followed; of all else it is only seen that there is something."""
STARTS: Final = (
    *("/open/", "/open/datasets/?q=%E5%AD%A6%E6%A0%A1", "/open/datasets/?q=%E9%BE%98", "/open/datasets/?page=20"),
)
ELSEWHERE: Final = ("https://creativecommons.org/", "https://license.coscl.org.cn/", "https://spdx.org/")
ADDRESS: Final = re.compile(rf"{HERE}[^\s\"'<>\\)\]}}|]*")


class Links(HTMLParser):
    """Where the elements of a page lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        wanted = "src" if tag in ("img", "script", "iframe") else "href"
        if link := told.get(wanted):
            self.found.append(link)


@dataclass(slots=True)
class Crawler:
    """Walks by links; keeps what is wrong, and how long and how many queries each address took."""

    client: Client
    slugs: frozenset[str]
    troubles: list[str] = field(default_factory=list)
    took: list[tuple[float, int, str]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def walk(self) -> None:
        queue, known = deque(STARTS), set(STARTS)
        while queue:
            path = queue.popleft()
            for link in self._ask(path):
                if link not in known:
                    known.add(link)
                    queue.append(link)

    def _ask(self, path: str) -> Iterator[str]:
        """Ask for one address, unless enough of its kind were; yield where it leads within this site."""
        kind = self._kind(path)
        if kind is None or self.kinds[kind] >= PER_KIND:
            return
        self.kinds[kind] += 1
        with CaptureQueriesContext(connection) as asked:
            began = perf_counter()
            answer = self.client.get(path)
            seconds = perf_counter() - began
        self.took.append((seconds, len(asked), path))
        if answer.status_code >= 400:
            self.troubles.append(f"{path} answers {answer.status_code}")
        if not path.startswith(FACES):
            return
        if len(asked) > MOST_QUERIES:
            self.troubles.append(f"{path} asks the database {len(asked)} times")
        for link in _links(answer):
            if (inside := self._judged(path, link)) is not None:
                yield inside

    def _kind(self, path: str) -> str | None:
        parts = urlsplit(path)
        if parts.path.startswith("/static/"):
            return None
        try:
            found = resolve(parts.path)
        except Resolver404:
            self.troubles.append(f"{path} leads nowhere")
            return None
        names = sorted(pair.partition("=")[0] for pair in parts.query.split("&"))
        return f"{found.view_name or found.route} {names}"

    def _judged(self, path: str, link: str) -> str | None:
        """Return the path of a link within this site; see that others lead where there is something."""
        whole = urldefrag(urljoin(HERE + path, link)).url
        parts = urlsplit(whole)
        if whole.startswith(HERE + "/") or whole == HERE:
            return whole.removeprefix(HERE) or "/"
        reads = settings.HAIHE.openreads_url.rstrip("/")
        if whole.startswith(reads):
            steps = parts.path.split("/")  # /open/v1/datasets/{slug}/…
            if len(steps) > 4 and steps[4] not in self.slugs:
                self.troubles.append(f"{path} leads to {whole}, which isn't open")
        elif parts.scheme in ("http", "https") and not whole.startswith(ELSEWHERE) and _is_page(path):
            self.troubles.append(f"{path} leads to {whole}")
        return None


def _is_page(path: str) -> bool:
    return path.startswith("/open/")


def _links(answer: HttpResponseBase) -> list[str]:
    if answer.status_code in (301, 302, 303, 307, 308):
        return [answer["Location"]]
    kind = answer.get("Content-Type", "")
    if not isinstance(answer, HttpResponse) or not kind.startswith(("text/", "application/")):
        return []
    text = answer.content.decode(errors="replace")
    return Links(text).found if "html" in kind else ADDRESS.findall(text)


def test_every_link_leads_somewhere_and_no_page_asks_more_for_more_datasets() -> None:
    for _again in range(2):  # planting twice leaves what is there
        plant(scale=0.001, now=NOW, progress=lambda what, share: None)
    assert Dataset.objects.count() == 391
    figures = queries.six_figures()
    assert (figures.departments, figures.datasets, figures.interfaces, figures.topics) == (43, 391, 134, 21)
    build_waiting(now=NOW, limit=PER_KIND)
    row = Dataset.objects.get(slug="air-quality-hourly")
    assert make_version(row.versions.get().pk, now=NOW)
    version = row.versions.get()
    assert (version.state, version.rows, version.is_current) == ("READY", row.rows, True)

    crawler = Crawler(Client(), frozenset(Dataset.objects.values_list("slug", flat=True)))
    crawler.walk()
    for seconds, asked, path in sorted(crawler.took, reverse=True)[:12]:
        print(f"{1000 * seconds:6.0f} ms {asked:3} queries  {path}")
    assert not crawler.troubles, "\n".join(crawler.troubles)
    assert len(crawler.took) > 60
