"""`haihe bench accountability`: the scoreboard over 100,000 requests of 48 departments, on a database of its own."""

import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path

from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.pages import ok, set_up, share, times
from haihe.launch.screen import Screen


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds of server time; the refresh is the worker's, every five minutes."""

    requests: int
    grants: int
    usage_records: int
    refresh_first_s: float
    refresh_again_s: float
    scoreboard_page_p95_ms: float
    scoreboard_file_p95_ms: float


def run(*, requests: int, screen: Screen) -> Result:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        with screen.step("database and tables 数据库"):
            set_up(start_database(stack, folder), folder)
        with screen.step(f"{requests:,} requests 共享申请"):
            _plant(requests)
        with screen.step("scoreboard 履责公示"):
            return _measure(requests)


def _plant(requests: int) -> None:
    from django.db import connection

    from haihe.city import api as city

    city.load_reference_data()
    made_up = resources.files("haihe.cli.benchmark").joinpath("made_up_sharing.sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        for statement in made_up.split(";\n"):
            if "INSERT" in statement:
                cursor.execute(statement, {"requests": requests, "now": datetime.now(UTC)})
        cursor.execute("VACUUM ANALYZE")


def _measure(requests: int) -> Result:
    from django.test import Client
    from django.urls import reverse

    first_s, again_s = _refresh(), _refresh()
    client, page, file = Client(), reverse("accountability:scoreboard"), reverse("accountability:scoreboard-file")
    asked = [{"period": period, "side": side} for period in ("all", "2026", "") for side in ("owner", "applicant")]
    shown = times([partial(ok, client, page, one) for one in asked])
    taken = times([partial(ok, client, file, one) for one in asked])
    return Result(
        requests=requests,
        grants=_count("sharing_grant"),
        usage_records=_count("sharing_usagerecord"),
        refresh_first_s=first_s,
        refresh_again_s=again_s,
        scoreboard_page_p95_ms=share(shown, 0.95),
        scoreboard_file_p95_ms=share(taken, 0.95),
    )


def _refresh() -> float:
    from haihe.data.sharing import api as sharing

    started = time.perf_counter()
    sharing.refresh_scoreboard(now=datetime.now(UTC))
    return round(time.perf_counter() - started, 2)


def _count(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
        return int(cursor.fetchone()[0])
