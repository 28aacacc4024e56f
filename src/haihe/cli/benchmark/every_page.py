"""`haihe bench pages`: how long the server takes over each page of each person, at the size of a city after years."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.pages import set_up
from haihe.launch.screen import Screen

if TYPE_CHECKING:
    from haihe.web.walk import Visit

_SCALE = 0.0005
_SLOWEST = 12
_DATASETS = ("nursing-homes", "relief-stations", "allowance-offices", "street-name-signs", "place-names")
"""One of several versions, two suspended, one withdrawn, one on conditions."""
_BESIDES = ("clerk_xh",)
"""Who has desks that nobody of the cast's first persons has."""


@dataclass(frozen=True, slots=True)
class Page:
    person: str
    view: str
    path: str
    ms: float
    queries: int


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds of server time, each page asked for a second time. `slowest` are the slowest of each view.

    `queries` holds for each view the most that any of its pages asked the database.
    """

    entries: int
    requests: int
    pages: int
    views: int
    p50_ms: float
    p95_ms: float
    max_ms: float
    over_300_ms: int
    most_queries: int
    queries: dict[str, int]
    slowest: tuple[Page, ...]


def run(*, entries: int, requests: int, each: int, screen: Screen) -> Result:
    """Take at most `each` pages of one view for each person."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        with screen.step("database and tables 数据库"):
            set_up(start_database(stack, folder), folder)
        with screen.step(f"{entries:,} entries, {requests:,} requests 目录与申请"):
            _plant(entries, requests)
        with screen.step("pages 页面"):
            return _result(list(_visits(each)), entries, requests)


def _plant(entries: int, requests: int) -> None:
    from django.db import connection

    from haihe.data.catalogue.demo.many import plant_many as plant_entries
    from haihe.data.sharing.demo.many import plant_many as plant_requests
    from haihe.launch.seed import plant_components

    now = datetime.now(UTC)
    plant_components(_SCALE, now=now, report=lambda title, what, share: None)
    plant_entries(entries, now=now)
    plant_requests(requests, now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _visits(each: int) -> "Iterator[Visit]":
    from django.contrib.auth import get_user_model
    from django.test import Client

    from haihe.city.cast import CAST
    from haihe.web.walk import STARTS, walk

    starts = (*STARTS, *(f"/open/datasets/{slug}/" for slug in _DATASETS))
    yield from walk(Client(), "", starts=starts, each=each)
    for username in (*(person.username for person in CAST), *_BESIDES):
        client = Client()
        client.force_login(get_user_model().objects.get(username=username))
        yield from walk(client, username, starts=starts, each=each)


def _result(visits: "list[Visit]", entries: int, requests: int) -> Result:
    times = sorted(visit.ms for visit in visits)
    slowest: dict[str, Visit] = {}
    for visit in sorted(visits, key=lambda visit: -visit.ms):
        slowest.setdefault(visit.view, visit)
    return Result(
        entries=entries,
        requests=requests,
        pages=len(visits),
        views=len(slowest),
        p50_ms=round(times[len(times) // 2], 1),
        p95_ms=round(times[int(len(times) * 0.95)], 1),
        max_ms=round(times[-1], 1),
        over_300_ms=sum(ms > 300 for ms in times),
        most_queries=max(visit.queries for visit in visits),
        queries={view: max(v.queries for v in visits if v.view == view) for view in sorted(slowest)},
        slowest=tuple(
            Page(visit.person, visit.view, visit.path, round(visit.ms, 1), visit.queries)
            for visit in list(slowest.values())[:_SLOWEST]
        ),
    )
