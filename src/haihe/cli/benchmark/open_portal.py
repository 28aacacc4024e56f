"""For `haihe bench open`: the portal's pages with all datasets of the demo city, alone and under many at once."""

import http.client
import itertools
import os
import random
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import psutil

from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.load import Load, cpu_s, drive
from haihe.cli.benchmark.open_peers import Server
from haihe.cli.benchmark.pages import ok, set_up, share, times
from haihe.launch import ports, services
from haihe.launch.child import Child
from haihe.launch.screen import Screen
from haihe.launch.trouble import Trouble

if TYPE_CHECKING:
    from django.test import Client

_SCALE = 0.0005
_IDLE_S = 1.0
_GLANCE_S = 0.05
_OF_EACH_KIND = 12
_SEARCHES = ("医院", "公交", "学校 名单", "hospital", "停车")


@dataclass(frozen=True, slots=True)
class Portal:
    """Milliseconds of server time for a page of one who isn't signed in; under load until the whole page is there.

    `kept` is where many ask for the same pages, none of which is there when they begin; all other figures are of pages
    made anew: each has an address of its own. `beside` is one more reader, whose pages are made anew while the others
    get those that are kept.
    """

    datasets: int
    pages: int
    p50_ms: float
    p95_ms: float
    processes: int
    per_second_under_load: float
    p50_under_load_ms: float
    p99_under_load_ms: float
    max_under_load_ms: float
    cpu_ms: float
    kept_per_second: float
    kept_p50_ms: float
    kept_p99_ms: float
    kept_max_ms: float
    kept_cpu_ms: float
    beside_pages: int
    beside_p50_ms: float
    beside_max_ms: float
    memory_mb_a_process: int


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What came of the load; `cpu_ms` is the web server's for each page, all its processes together."""

    load: Load
    cpu_ms: float


def run(*, connections: int, seconds: float, screen: Screen) -> Portal:
    """Plant the demo city and ask for its open portal."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-open-portal-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        os.environ["HAIHE_DEMO"] = "1"  # the demo's rows are made up by the program that makes versions
        with screen.step("portal: database and datasets 门户"):
            set_up(start_database(stack, folder), folder)
            _plant()
        from django.conf import settings
        from django.test import Client

        from haihe.data.open.api import six_figures

        settings.CACHES |= {"pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        client = Client()
        paths = _paths(client)
        with screen.step("portal: versions 版本"):
            _make_files(paths)
        with screen.step("portal: pages 页面"):
            took = times([partial(ok, client, path, asked) for path, asked in paths])
        with screen.step(f"portal: {connections} at once 并发"), _web(folder) as web:
            # Not counted: what each process loads when it is asked for the first time.
            _loaded(web, paths, connections, seconds, anew=True)
            _until_idle(web)
            anew = _loaded(web, paths, connections, seconds, anew=True)
            _until_idle(web)
            kept = _loaded(web, paths, connections, seconds, anew=False)
            _until_idle(web)
            with _one_more(web, paths) as beside:
                _loaded(web, paths, connections, seconds, anew=False)
            processes = psutil.Process(web.pid).children(recursive=True)
            memory = max(each.memory_info().rss for each in processes)
        return Portal(
            datasets=six_figures().datasets,
            pages=len(paths),
            p50_ms=share(took, 0.5),
            p95_ms=share(took, 0.95),
            processes=len(processes),
            per_second_under_load=round(anew.load.per_second),
            p50_under_load_ms=anew.load.p50_ms,
            p99_under_load_ms=anew.load.p99_ms,
            max_under_load_ms=anew.load.max_ms,
            cpu_ms=anew.cpu_ms,
            kept_per_second=round(kept.load.per_second),
            kept_p50_ms=kept.load.p50_ms,
            kept_p99_ms=kept.load.p99_ms,
            kept_max_ms=kept.load.max_ms,
            kept_cpu_ms=kept.cpu_ms,
            beside_pages=len(beside),
            beside_p50_ms=share(sorted(beside), 0.5),
            beside_max_ms=round(max(beside), 1),
            memory_mb_a_process=round(memory / 1e6),
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


def _make_files(paths: Sequence[tuple[str, dict[str, str]]]) -> None:
    """Make the versions whose pages will be asked for, as the worker does: a page without data is half a page."""
    from django.utils import timezone

    from haihe.data.open.api import build_waiting

    slugs = [
        path.split("/")[3] for path, _asked in paths if path.startswith("/open/datasets/") and path.count("/") == 4
    ]
    build_waiting(now=timezone.now(), of=slugs)


@contextmanager
def _web(folder: Path) -> Iterator[Server]:
    port = ports.free_port()
    (folder / "logs").mkdir(exist_ok=True)
    child = Child(services.web(host="127.0.0.1", port=port, environment=dict(os.environ), log_dir=folder / "logs"))
    child.start_and_wait()
    try:
        yield Server(port, child.pid or 0)
    finally:
        child.stop(timeout_s=20)


@contextmanager
def _one_more(web: Server, paths: Sequence[tuple[str, dict[str, str]]]) -> Iterator[list[float]]:
    """Ask for one page after the other that nobody asked for before; gives the milliseconds until each began to come.

    The pauses are a reader's who takes a page at a glance: without them it would be a load of its own.
    """
    took: list[float] = []
    over = threading.Event()

    def read() -> None:
        for path, words in itertools.cycle(paths):
            if over.wait(_GLANCE_S):
                return
            connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
            asked = urlencode({**words, "n": f"beside-{len(took)}-{time.monotonic_ns()}"})
            started = time.perf_counter()
            connection.request("GET", f"{path}?{asked}")
            answer = connection.getresponse()
            took.append((time.perf_counter() - started) * 1000)
            if answer.status != HTTPStatus.OK:
                raise Trouble(f"{path} answered {answer.status}")
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            yield took
        finally:
            over.set()
        reader.result()


def _until_idle(web: Server) -> None:
    """A load that ends leaves its last requests to the server: let it work them off."""
    while True:
        before = cpu_s(web.pid)
        time.sleep(_IDLE_S)
        if cpu_s(web.pid) - before < _IDLE_S / 10:
            return


def _loaded(
    web: Server, paths: Sequence[tuple[str, dict[str, str]]], connections: int, seconds: float, *, anew: bool
) -> _Loaded:
    chance = random.Random(13)  # noqa: S311 - which pages are asked
    once = time.monotonic_ns()
    chosen = [chance.choice(paths) for _ in range(int(seconds * (1_000 if anew else 8_000)))]
    with tempfile.NamedTemporaryFile(suffix=".http") as file:
        for number, (path, words) in enumerate(chosen):
            asked = urlencode({**words, "n": f"{once}-{number}"} if anew else words)
            file.write(f"GET {path}{'?' if asked else ''}{asked} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n\0".encode())
        file.flush()
        before = cpu_s(web.pid)
        load = drive(
            f"http://127.0.0.1:{web.port}",
            connections=connections,
            seconds=seconds,
            requests=Path(file.name),
            timeout_s=30,
        )
        used = cpu_s(web.pid) - before
    if load.not_200 or load.broken or not load.requests:
        raise Trouble(f"{load.not_200} of {load.requests} pages of the portal failed, {load.broken} broke off")
    return _Loaded(load, round(used / load.requests * 1e3, 2))
