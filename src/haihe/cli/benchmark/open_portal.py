"""For `haihe bench open`: the portal's pages with all datasets of the demo city, alone and under many at once."""

import os
import random
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.load import Load, drive
from haihe.cli.benchmark.pages import ok, set_up, share, times
from haihe.launch import ports, services
from haihe.launch.child import Child
from haihe.launch.screen import Screen
from haihe.launch.trouble import Trouble

if TYPE_CHECKING:
    from django.test import Client

_SCALE = 0.0005
_OF_EACH_KIND = 12
_SEARCHES = ("医院", "公交", "学校 名单", "hospital", "停车")


@dataclass(frozen=True, slots=True)
class Portal:
    """Milliseconds of server time for a page of one who isn't signed in; under load until the page is there."""

    datasets: int
    pages: int
    p50_ms: float
    p95_ms: float
    per_second_under_load: float
    p50_under_load_ms: float
    p99_under_load_ms: float


def run(*, connections: int, seconds: float, screen: Screen) -> Portal:
    """Plant the demo city and ask for its open portal."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-open-portal-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        with screen.step("portal: database and datasets 门户"):
            set_up(start_database(stack, folder), folder)
            os.environ["HAIHE_ALLOWED_HOSTS"] = "testserver,127.0.0.1"
            _plant()
        from django.test import Client

        from haihe.data.open.api import six_figures

        client = Client()
        paths = _paths(client)
        with screen.step("portal: pages 页面"):
            took = times([partial(ok, client, path, asked) for path, asked in paths])
        with screen.step(f"portal: {connections} at once 并发"), _web(folder) as port:
            load = _loaded(port, paths, connections, seconds)
        return Portal(
            datasets=six_figures().datasets,
            pages=len(paths),
            p50_ms=share(took, 0.5),
            p95_ms=share(took, 0.95),
            per_second_under_load=round(load.per_second),
            p50_under_load_ms=load.p50_ms,
            p99_under_load_ms=load.p99_ms,
        )


def _plant() -> None:
    from django.db import connection

    from haihe.launch.seed import plant_components

    plant_components(_SCALE, now=datetime.now(UTC), report=lambda title, what, share: None)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _paths(client: "Client") -> list[tuple[str, dict[str, str]]]:
    """Return the front page, searches, and pages to which they lead."""
    there = [("/open/", {}), ("/open/datasets/", {}), *(("/open/datasets/", {"q": text}) for text in _SEARCHES)]
    html = "".join(client.get(path, asked).content.decode() for path, asked in there)
    for kind in ("datasets", "topics", "departments"):
        leads = sorted(set(re.findall(rf'href="(/open/{kind}/[\w-]+/)"', html)))
        there += [(path, {}) for path in leads[:_OF_EACH_KIND]]
    return there


@contextmanager
def _web(folder: Path) -> Iterator[int]:
    port = ports.free_port()
    (folder / "logs").mkdir(exist_ok=True)
    child = Child(services.web(host="127.0.0.1", port=port, environment=dict(os.environ), log_dir=folder / "logs"))
    child.start_and_wait()
    try:
        yield port
    finally:
        child.stop(timeout_s=20)


def _loaded(port: int, paths: Sequence[tuple[str, dict[str, str]]], connections: int, seconds: float) -> Load:
    chance = random.Random(13)  # noqa: S311 - which pages are asked
    chosen = [chance.choice(paths) for _ in range(int(seconds * 500))]
    with tempfile.NamedTemporaryFile(suffix=".http") as file:
        for path, asked in chosen:
            file.write(
                f"GET {path}{'?' if asked else ''}{urlencode(asked)} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n\0".encode()
            )
        file.flush()
        load = drive(
            f"http://127.0.0.1:{port}", connections=connections, seconds=seconds, requests=Path(file.name), timeout_s=30
        )
    if load.not_200 or load.broken or not load.requests:
        raise Trouble(f"{load.not_200} of {load.requests} pages of the portal failed, {load.broken} broke off")
    return load
