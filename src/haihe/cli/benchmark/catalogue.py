"""`haihe bench catalogue`: how fast 40,000 entries are searched, and their pages made, on a database of their own."""

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.pages import ok, set_up, share, times
from haihe.launch.screen import Screen


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds of server time. A search is the count, the facets and the first page of one judged query."""

    entries: int
    queries: int
    search_p50_ms: float
    search_p95_ms: float
    search_max_ms: float
    list_page_p95_ms: float
    resource_page_p95_ms: float


def run(*, entries: int, screen: Screen) -> Result:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        with screen.step("database and tables 数据库"):
            set_up(start_database(stack, folder), folder)
        with screen.step(f"{entries:,} entries 目录"):
            _plant(entries)
        with screen.step("search 检索"):
            return _measure(entries)


def _plant(entries: int) -> None:
    from django.db import connection

    from haihe.city import api as city
    from haihe.data.catalogue.demo.many import plant_many

    city.load_reference_data()
    plant_many(entries, now=datetime.now(UTC))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _measure(entries: int) -> Result:
    from django.test import Client
    from django.urls import reverse

    from haihe.base.accounts.api import SIGNED_OUT
    from haihe.data.catalogue.api import Filters, find_resources
    from haihe.data.catalogue.demo.many import judged_queries

    typed = [one.query for one in judged_queries()]
    client = Client()
    found = find_resources(SIGNED_OUT, Filters()).rows.values_list("code", flat=True)[: len(typed)]
    pages = [reverse("catalogue:resource", args=[code]) for code in found]
    searched = times([partial(_first_page, one) for one in typed])
    listed = times([partial(ok, client, reverse("catalogue:list"), {"search": one}) for one in ["", *typed]])
    shown = times([partial(ok, client, page, {}) for page in pages])
    return Result(
        entries=entries,
        queries=len(typed),
        search_p50_ms=share(searched, 0.5),
        search_p95_ms=share(searched, 0.95),
        search_max_ms=share(searched, 1.0),
        list_page_p95_ms=share(listed, 0.95),
        resource_page_p95_ms=share(shown, 0.95),
    )


def _first_page(typed: str) -> None:
    from haihe.base.accounts.api import SIGNED_OUT
    from haihe.data.catalogue.api import Filters, find_resources

    list(find_resources(SIGNED_OUT, Filters(search=typed)).rows[:20])
