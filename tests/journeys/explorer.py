"""Every page of a running instance, as each person of the demo gets it: found by links, read as a program reads.

What comes back is what a browser without JavaScript shows.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

import httpx

PEOPLE = (
    *("", "liu", "zhang", "wang", "clerk_gjj", "steward_gjj", "approver_gjj", "steward_mzj", "approver_mzj"),
    *("operator", "auditor", "outsider"),
)
"""Usernames of the cast; empty is a visitor."""
STARTS = (
    *("/", "/sign-in/", "/workbench/", "/me/", "/services/", "/ui/", "/no-such-page/", "/search/"),
    *("/city/divisions/", "/city/organisations/", "/catalogue/", "/search/?q=民政"),
    *("/catalogue/?search=没有这个词", "/sharing/new/?service=relief-status", "/services/desk/cases/?show=all"),
    *("/accountability/?side=applicant", "/sharing/needs/?organisation=120099", "/sharing/requests/?q=没有这个词"),
    *("/city/divisions/?q=qyc", "/city/organisations/?q=民政"),
    *(f"{path}?q=没有这个词" for path in ("/search/", "/city/divisions/", "/city/organisations/")),
    # One of several versions, two that are suspended, one withdrawn, one on conditions; and who asks for it.
    *(f"/open/datasets/{slug}/" for slug in ("nursing-homes", "relief-stations", "allowance-offices")),
    *("/open/datasets/street-name-signs/", "/open/datasets/place-names/", "/open/developer/"),
)
NOT_PAGES = re.compile(r"(export|proof|download|\.geojson|\.csv|\.json|/static/|sign-out|/files?/)")
VARIABLE = re.compile(
    r"(?<=/)(?:[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]*-?\d[\w-]*)(?=/|$)"
    r"|(?<=/items/)[a-z][a-z-]*(?=/)|(?<=/bundles/)[a-z][a-z-]*(?=/)"
    r"|(?<=/halls/)(?!tickets/|figures/)[a-z][a-z0-9-]*(?=/)"
    r"|(?<=/open/datasets/)[a-z][a-z0-9-]*(?=/)|(?<=/open/topics/)[a-z-]+(?=/)"
    r"|(?<=/open/desk/)(?!new/|harvest/|applications/)[a-z][a-z0-9-]*(?=/)"
    r"|(?<=/open/desk/harvest/)[a-z][a-z0-9-]*(?=/)"
    r"|(?<=/apply/)(?!drafts/|delegations/|files/)[a-z][a-z-]*(?=/)"
)
"""What differs between pages of one kind: numbers, and the names of items, life events, datasets and catalogues."""
MANY = {
    "/open/applications/*/": 14,
    "/open/datasets/*/": 8,
    "/open/desk/*/": 8,
    "/open/desk/harvest/*/": 4,
    "/open/desk/harvest/*/runs/*/": 8,
    "/open/developer/keys/*/": 4,
    "/open/plan/*/": 8,
    "/open/requests/*/": 12,
}
"""Kinds of address whose pages differ by the state of their thing: so many are walked, if it is more than of others."""
SAME_PAGE = re.compile(
    r"(?<=/lookups/)(?!run/|history/)[a-z][a-z0-9-]*(?=/)|(?<=/sharing/services/)[a-z][a-z0-9-]*(?=/)"
    r"|(?<=/sharing/clients/)(?!new/)[a-z][a-z0-9-]*(?=/)"
)
"""What else differs between addresses of one page. All are walked, for what is asked there differs; those that are made
of the same parts are inspected once."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
HEADING = re.compile(r"h[1-6]")
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


class Shape(HTMLParser):
    """What a page is made of: the kinds of elements and the words in its main part, its heading, its links, its ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.parts: set[str] = set()
        self.open: list[str] = []
        self.levels: list[int] = []
        self.ids: Counter[str] = Counter()
        self.heading = self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if "main" in self.open:
            self.parts.add(f"{tag}.{given.get('class', '')}")
        if HEADING.fullmatch(tag):
            self.levels.append(int(tag[1]))
        if "id" in given:
            self.ids[given["id"]] += 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "main" in self.open and "script" not in self.open:
            self.words += data.strip()
            self.heading += data.strip() if "h1" in self.open else ""

    def troubles(self) -> Iterator[str]:
        """Yield what is wrong with how the parts stand together: this differs even where each part was seen before."""
        if self.levels.count(1) != 1 or self.levels[0] != 1:
            yield f"headings don't begin with the page's one h1: {self.levels}"
        yield from (f"h{b} comes after h{a}" for a, b in pairwise(self.levels) if b > a + 1)
        yield from (f"{count} elements with id {name}" for name, count in self.ids.items() if count > 1)


@dataclass(frozen=True, slots=True)
class Found:
    """One page as one person gets it. `fresh`: it has a part that nobody before got on such a page."""

    person: str
    path: str
    status: int
    shape: Shape
    fresh: bool

    @property
    def name(self) -> str:
        return f"{self.person or 'nobody'}{self.path.replace('/', '_')}"


@dataclass(slots=True)
class Explorer:
    """Walks through one instance as one person after another; remembers whom it has been and what it has seen."""

    base_url: str
    per_kind: int = 1
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def visit(self, person: str, within: str = "") -> Iterator[Found]:
        """Yield the pages this person can reach by links, at most `per_kind` for each kind of address, or `MANY`.

        `within`: only those below this address, beginning there.
        """
        with httpx.Client(base_url=self.base_url, timeout=60) as client:
            if person:
                self._sign_in(client, person)
            self.cookies[person] = dict(client.cookies)
            starts = [path for path in STARTS if path.startswith(within)]
            queue, asked, kinds = deque([within, *starts] if within else starts), set[str](), dict[str, int]()
            while queue:
                path = queue.popleft()
                kind = VARIABLE.sub("*", path)
                if path in asked or kinds.get(kind, 0) >= max(self.per_kind, MANY.get(kind, 0)):
                    continue
                asked.add(path)
                kinds[kind] = kinds.get(kind, 0) + 1
                answer = client.get(path)
                if answer.is_redirect:
                    queue.append(urlsplit(answer.headers["location"]).path)
                elif "html" in answer.headers.get("content-type", ""):
                    found = self._found(person, path, answer)
                    queue.extend(link for link in self._links(path, found.shape) if link.startswith(within))
                    yield found

    def _sign_in(self, client: httpx.Client, person: str) -> None:
        token = TOKEN.search(client.get("/sign-in/").text)
        told = {"username": person, "csrfmiddlewaretoken": token[1] if token else ""}
        answer = client.post("/sign-in/demo/", data=told, headers={"Referer": self.base_url})
        if not answer.is_redirect:
            raise RuntimeError(f"{person} could not sign in: {answer.status_code}")

    def _found(self, person: str, path: str, answer: httpx.Response) -> Found:
        shape = Shape(answer.text)
        kind = SAME_PAGE.sub("*", VARIABLE.sub("*", path.partition("?")[0]))
        told = str(answer.status_code) + (kind if answer.status_code == httpx.codes.OK else "")
        known = self.seen.setdefault(told, set())
        fresh = not known or not shape.parts <= known
        known |= shape.parts
        return Found(person, path, answer.status_code, shape, fresh)

    def _links(self, path: str, shape: Shape) -> Iterator[str]:
        for link in shape.links:
            parts = urlsplit(urljoin(self.base_url + path, link))
            if f"{parts.scheme}://{parts.netloc}" == self.base_url and not NOT_PAGES.search(parts.path):
                yield parts.path
