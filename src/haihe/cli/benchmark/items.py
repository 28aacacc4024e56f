"""`haihe bench items`: how fast items are searched, and their pages made, on a database of their own."""

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.pages import ok, set_up, share, times
from haihe.launch.screen import Screen

TYPED: Final = (
    "低保 公积金",
    "身份证",
    "huzhao",
    "gjj",
    "怎么办理居住证",
    "小孩上户口",
    "驾驶证换证",
    "营业执照",
    "开公司",
    "退休",
    "看病报销",
    "失业金",
    "残疾证",
    "passport",
    "housing fund relief",
    "公積金",
    "结婚",
    "火化",
    "学区",
    "完全没有这样的事",
)


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds of server time. A search is the count, the choices and the first page of what somebody typed; the
    box is the page that finds items, lookups, guides and open data, a suggestion what it shows while one types.
    """

    items: int
    queries: int
    search_p50_ms: float
    search_p95_ms: float
    search_max_ms: float
    front_page_p95_ms: float
    list_page_p95_ms: float
    item_page_p95_ms: float
    box_p50_ms: float
    box_p95_ms: float
    suggest_p95_ms: float


def run(*, screen: Screen) -> Result:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        with screen.step("database and tables 数据库"):
            set_up(start_database(stack, folder), folder)
        with screen.step("items 事项"):
            _bring_in()
        with screen.step("search 检索"):
            return _measure()


def _bring_in() -> None:
    from django.db import connection

    from haihe.city import api as city
    from haihe.launch import items

    city.load_reference_data()
    items.bring_in()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _measure() -> Result:
    from django.test import Client
    from django.urls import reverse

    from haihe.platforms.services import api as services

    client, found = Client(), services.items()
    searched = times([partial(services.items, typed, most=20) for typed in TYPED])
    fronts = times([partial(ok, client, reverse("services:home"), {"who": who}) for who in ("", "company")])
    listed = times([partial(ok, client, reverse("services:items"), {"q": typed}) for typed in TYPED])
    shown = times([partial(ok, client, reverse("services:item", args=[item.slug]), {}) for item in found[::20]])
    box = times([partial(ok, client, reverse("services:search"), {"q": typed}) for typed in TYPED])
    suggested = times([partial(ok, client, reverse("services:search-suggest"), {"q": typed}) for typed in TYPED])
    return Result(
        items=len(found),
        queries=len(TYPED),
        search_p50_ms=share(searched, 0.5),
        search_p95_ms=share(searched, 0.95),
        search_max_ms=share(searched, 1.0),
        front_page_p95_ms=share(fronts, 0.95),
        list_page_p95_ms=share(listed, 0.95),
        item_page_p95_ms=share(shown, 0.95),
        box_p50_ms=share(box, 0.5),
        box_p95_ms=share(box, 0.95),
        suggest_p95_ms=share(suggested, 0.95),
    )
