"""`haihe bench open`: pages, groups and whole files of one large dataset, beside Datasette, RoAPI and DuckDB's COPY.

All serve the same rows, one after another on the same machine, to the same `wrk`. Datasette and RoAPI come from PyPI
into a place of their own; they are no part of Haihe.
"""

import http.client
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import duckdb
import psutil
import psycopg
from psycopg.types.json import Jsonb

from haihe.cli.benchmark import open_peers as peers
from haihe.cli.benchmark import open_portal
from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.load import Load, cpu_s, drive
from haihe.cli.benchmark.open_peers import Server
from haihe.data.open.store import Column, Kind, build
from haihe.launch import ports, services
from haihe.launch.child import Child, Program
from haihe.launch.screen import Screen
from haihe.launch.trouble import Trouble
from haihe.openreads.testing import create_stand_ins, dataset_row, key_row, version_row

SLUG, KEY = "made-up-places", "a key of the bench"
KEYS = (KEY, "another key of the bench")
_BESIDE = 8
COLUMNS: dict[str, Kind] = {
    "name": "text", "district": "text", "category": "text", "beds": "integer", "amount": "decimal", "opened": "date",
    "code": "text", "lon": "longitude", "lat": "latitude", "address": "text",
}  # fmt: skip
FILTERABLE = ("district", "category", "beds", "opened", "code")
DISTRICTS = (
    "和平区", "河东区", "河西区", "南开区", "河北区", "红桥区", "东丽区", "西青区",
    "津南区", "北辰区", "武清区", "宝坻区", "滨海新区", "宁河区", "静海区", "蓟州区",
)  # fmt: skip
_BASE = f"/open/v1/datasets/{SLUG}"
_PAGE = 100
_ROWS = """
COPY (
    SELECT i::BIGINT AS _id, '天津市第' || i || ['医院', '诊所', '卫生院', '药店'][1 + (hash(i) % 4)::INT] AS name,
        (?::VARCHAR[])[1 + (hash(i * 7) % 16)::INT] AS district, '类别' || (hash(i * 3) % 40) AS category,
        (hash(i * 5) % 500)::BIGINT AS beds, (hash(i * 11) % 10000000)::DOUBLE / 100 AS amount,
        DATE '2015-01-01' + (hash(i * 13) % 4000)::INT AS opened,
        '9112' || lpad((hash(i * 17) % 100000000000000)::VARCHAR, 14, '0') AS code,
        116.7 + (hash(i * 19) % 1000000) / 800000.0 AS lon, 38.6 + (hash(i * 23) % 1000000) / 650000.0 AS lat,
        '海河路' || (hash(i * 29) % 900) || '号' AS address
    FROM range(1, ? + 1) AS t (i) ORDER BY i
) TO '{file}' (FORMAT parquet, COMPRESSION zstd)
"""


@dataclass(frozen=True, slots=True)
class Rows:
    """Pages of 100 rows by a condition. `p99_ms` is until the whole page is there, at so many connections.

    Datasette is asked as people ask it, when it counts and looks for facets too; `bare` is without, which one has to
    ask it for. `alone` is one page at a time over one connection. Answers of the others that fail don't count.
    """

    per_second: float
    per_core_second: float
    p50_ms: float
    p99_ms: float
    datasette_per_second: float
    datasette_bare_per_second: float
    roapi_per_second: float
    roapi_per_core_second: float
    ratio_to_datasette: float
    ratio_to_datasette_bare: float
    alone_per_second: float
    datasette_bare_alone_per_second: float
    ratio_to_datasette_bare_alone: float
    others_failed: int
    ratio_to_roapi_per_core: float


@dataclass(frozen=True, slots=True)
class Beside:
    """The same pages while so many files and figures of all rows are asked for at the same time."""

    files: int
    figures: int
    per_second: float
    p50_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class Groups:
    """Questions for groups over all rows, each another one."""

    p50_ms: float
    p95_ms: float
    questions: int


@dataclass(frozen=True, slots=True)
class Export:
    """The whole table as CSV over HTTP, and by DuckDB's COPY into a file."""

    seconds: float
    megabytes: float
    first_byte_ms: float
    copy_seconds: float
    ratio_to_duckdb_copy: float


@dataclass(frozen=True, slots=True)
class Result:
    records: int
    build_s: float
    store_megabytes: float
    rows: Rows
    group_by: Groups
    export: Export
    under_load: Beside
    portal: open_portal.Portal
    peak_memory_mb: float


@dataclass(frozen=True, slots=True)
class _Pages:
    load: Load
    per_core_second: float
    alone_per_second: float

    @property
    def per_second(self) -> float:
        return (self.load.requests - self.load.not_200) / self.load.seconds


def run(*, records: int, seconds: float, connections: int, screen: Screen) -> Result:
    """Measure all of it; leaves nothing behind but the peers' programs."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-open-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        version = folder / "open" / SLUG / "1"
        with screen.step(f"{records:,} rows 数据"):
            _make_rows(version, records)
        with screen.step("store 建库"):
            build_s = _timed(lambda: build(version, _columns()))
        programs = peers.fetched(screen)
        ours, theirs = _measured_here(folder, version, records, seconds, connections, screen), {}
        for name in peers.NAMES:
            with screen.step(name), peers.serving(name, programs, version) as server:
                theirs[name] = _pages(server, records, seconds, connections, _PATHS[name], may_fail=True, timeout_s=60)
                if name == "datasette":
                    counting = _alone(server, records, seconds, _of_datasette_as_it_is)
        with screen.step("DuckDB COPY"):
            copy_s = _copied(version, folder / "copy.csv")
        pages, groups, export, beside, peak = ours
        portal = open_portal.run(connections=connections, seconds=seconds, screen=screen)
        return Result(
            records=records,
            build_s=round(build_s, 1),
            store_megabytes=round(sum(file.stat().st_size for file in version.iterdir()) / 1e6),
            rows=_compared(pages, counting, theirs["datasette"], theirs["roapi"]),
            group_by=groups,
            export=Export(
                round(export.seconds, 2),
                round(export.bytes / 1e6),
                round(export.first_byte_ms, 1),
                round(copy_s, 2),
                round(copy_s / export.seconds, 2),
            ),
            under_load=beside,
            portal=portal,
            peak_memory_mb=peak,
        )


@dataclass(frozen=True, slots=True)
class _Taken:
    seconds: float
    bytes: int
    first_byte_ms: float


def _measured_here(
    folder: Path, version: Path, records: int, seconds: float, connections: int, screen: Screen
) -> tuple[_Pages, Groups, _Taken, Beside, float]:
    with ExitStack() as stack:
        url = start_database(stack, folder)
        with psycopg.connect(url, autocommit=True) as connection:
            create_stand_ins(connection)
            _insert(connection, "openreads_dataset", dataset_row(SLUG, current_version="1"))
            path = str(version.relative_to(folder))
            _insert(connection, "openreads_version", version_row(SLUG, rows=records, path=path))
            for key in KEYS:
                _insert(connection, "openreads_key", key_row(key, quota_per_day=2**31 - 1))
        server = stack.enter_context(_openreads(folder, url))
        with screen.step("pages 分页"):
            pages = _pages(server, records, seconds, connections, _PATHS["openreads"])
        with screen.step("groups 分组"):
            groups = _groups(server)
        with screen.step("whole file 整份下载"):
            taken = _download(server)
        with screen.step("pages beside files and figures 并发"):
            beside = _beside(server, records, seconds, connections)
        peak = round(int(psutil.Process(server.pid).memory_info().rss) / 1e6)
        return pages, groups, taken, beside, peak


def _make_rows(version: Path, records: int) -> None:
    version.mkdir(parents=True)
    with duckdb.connect(
        ":memory:", config={"memory_limit": "2GB", "temp_directory": str(version.parent / "x")}
    ) as duck:
        duck.execute(_ROWS.format(file=version / "rows.parquet"), [list(DISTRICTS), records])


def _columns() -> list[Column]:
    return [Column(name, name, name, kind, filterable=name in FILTERABLE) for name, kind in COLUMNS.items()]


def _insert(connection: psycopg.Connection[tuple[object, ...]], table: str, row: dict[str, object]) -> None:
    marks = ", ".join("%s" for _ in row)
    values = [Jsonb(value) if isinstance(value, dict) else value for value in row.values()]
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})".encode(), values)  # noqa: S608 - our own names


@contextmanager
def _openreads(folder: Path, url: str) -> Iterator[Server]:
    port = ports.free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HAIHE_")},
        "HAIHE_DATA_DIR": str(folder),
        "HAIHE_DATABASE_URL": url,
        "PYTHONPATH": services.python_path(),
    }
    command = (*services.haihe("openreads"), "--port", str(port), "--per-second", "1000000")
    (folder / "logs").mkdir(exist_ok=True)
    program = Program("openreads", command, folder / "logs" / "openreads.log", environment, answers=_is_well(port))
    child = Child(program)
    child.start_and_wait()
    try:
        yield Server(port, child.pid or 0)
    finally:
        child.stop(timeout_s=20)


def _is_well(port: int) -> Callable[[], bool]:
    return lambda: (services.status_of("127.0.0.1", port, "/healthz") or (0, b""))[0] == 200


# Pages ---------------------------------------------------------------------------------------------------------------


def _of_openreads(district: str, after: int) -> str:
    where = quote(f"district = '{district}' and _id > {after}")
    return f"{_BASE}/rows?where={where}&limit={_PAGE}"


def _of_datasette_as_it_is(district: str, after: int) -> str:
    return f"/pages/rows.json?c1={quote(district)}&id__gt={after}&_size={_PAGE}"


def _of_datasette(district: str, after: int) -> str:
    return f"{_of_datasette_as_it_is(district, after)}&_nocount=1&_nofacet=1&_nosuggest=1"


def _of_roapi(district: str, after: int) -> str:
    marked = quote(f"'{district}'")
    return f"/api/tables/rows?filter%5Bdistrict%5D={marked}&filter%5B_id%5Dgt={after}&limit={_PAGE}"


_PATHS = {"openreads": _of_openreads, "datasette": _of_datasette, "roapi": _of_roapi}


def _pages(
    server: Server,
    records: int,
    seconds: float,
    connections: int,
    path: Callable[[str, int], str],
    *,
    may_fail: bool = False,
    timeout_s: float = 2,
) -> _Pages:
    """Ask for pages, many at once and then alone; of the others' some may fail, all of ours must come in time."""
    asked = list(islice(_asked(records, path), int(seconds * 8_000)))
    _ask(server.port, asked[0])
    head = f" HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {KEY}\r\n\r\n"
    with tempfile.NamedTemporaryFile(suffix=".http") as file:
        file.write(b"".join(f"GET {each}{head}".encode() + b"\0" for each in asked))
        file.flush()
        before = cpu_s(server.pid)
        load = drive(
            f"http://127.0.0.1:{server.port}",
            connections=connections,
            seconds=seconds,
            requests=Path(file.name),
            timeout_s=timeout_s,
        )
        used = cpu_s(server.pid) - before
    if load.requests <= load.not_200 or (not may_fail and (load.not_200 or load.broken)):
        raise Trouble(f"{load.not_200} of {load.requests} pages failed, {load.broken} broke off")
    return _Pages(load, (load.requests - load.not_200) / used, _alone(server, records, seconds / 3, path))


def _asked(records: int, path: Callable[[str, int], str]) -> Iterator[str]:
    chance = random.Random(13)  # noqa: S311 - which pages are asked
    while True:
        # Behind the last tenth some pages would be short.
        yield path(chance.choice(DISTRICTS), chance.randrange(records * 9 // 10))


def _alone(server: Server, records: int, seconds: float, path: Callable[[str, int], str]) -> float:
    """Return how many pages a second one asker gets, one after another."""
    connection, count, started = (
        http.client.HTTPConnection("127.0.0.1", server.port, timeout=120),
        0,
        time.perf_counter(),
    )
    try:
        for each in _asked(records, path):
            connection.request("GET", each, headers={"authorization": f"Bearer {KEY}"})
            answer = connection.getresponse()
            answer.read()
            count += answer.status == 200
            if (took := time.perf_counter() - started) >= seconds:
                break
    finally:
        connection.close()
    return count / took


def _beside(server: Server, records: int, seconds: float, connections: int) -> Beside:
    """Ask for pages while files and figures are made; none of these is asked twice."""
    until = threading.Event()

    def files(number: int) -> None:
        while not until.is_set():
            _drain(server.port, f"{_BASE}/export.csv?where={quote(f'beds >= {number}')}", until, KEYS[number // 4])

    def figures(number: int) -> None:
        for least in range(number, 500, _BESIDE):
            if until.is_set():
                return
            kind = quote("count(*),count(distinct code),avg(amount)")
            path = f"{_BASE}/groups?group=address,category&aggregate={kind}&where={quote(f'beds >= {least}')}"
            _drain(server.port, path, until, KEYS[number // 4])

    with ThreadPoolExecutor(2 * _BESIDE) as askers:
        asked = [askers.submit(work, number) for work in (files, figures) for number in range(_BESIDE)]
        try:
            load = _pages(server, records, seconds, connections, _PATHS["openreads"], timeout_s=60).load
        finally:
            until.set()
        for each in asked:
            each.result()
    return Beside(_BESIDE, _BESIDE, round(load.per_second), load.p50_ms, load.p99_ms, load.max_ms)


def _drain(port: int, path: str, until: threading.Event, key: str) -> None:
    """Take an answer as it comes. One that is stopped as too costly is an answer too."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path, headers={"authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        while not until.is_set() and answer.read(1 << 18):
            pass
        if answer.status not in (200, 422):
            raise Trouble(f"{path} answers {answer.status}")
    finally:
        connection.close()


def _compared(ours: _Pages, counting: float, bare: _Pages, roapi: _Pages) -> Rows:
    return Rows(
        per_second=round(ours.per_second),
        per_core_second=round(ours.per_core_second),
        p50_ms=ours.load.p50_ms,
        p99_ms=ours.load.p99_ms,
        datasette_per_second=round(counting, 2),
        datasette_bare_per_second=round(bare.per_second, 1),
        roapi_per_second=round(roapi.per_second, 1),
        roapi_per_core_second=round(roapi.per_core_second, 1),
        # Counting and facets of more than one asker run into its time limits: both one page at a time.
        ratio_to_datasette=round(ours.alone_per_second / counting, 1),
        ratio_to_datasette_bare=round(ours.per_second / bare.per_second, 1),
        alone_per_second=round(ours.alone_per_second),
        datasette_bare_alone_per_second=round(bare.alone_per_second, 1),
        ratio_to_datasette_bare_alone=round(ours.alone_per_second / bare.alone_per_second, 1),
        others_failed=bare.load.not_200 + roapi.load.not_200,
        ratio_to_roapi_per_core=round(ours.per_core_second / roapi.per_core_second, 1),
    )


# Groups and files ----------------------------------------------------------------------------------------------------


def _groups(server: Server) -> Groups:
    kinds = (
        "group=district&aggregate=count(*),sum(beds)",
        "group=district,category&aggregate=count(*),avg(amount)",
        "group=year(opened)&aggregate=count(*),max(amount)",
        "group=address&aggregate=count(*)",
    )
    took = []
    for number in range(10):
        for kind in kinds:
            # Another condition each time: what was asked before is remembered.
            path = f"{_BASE}/groups?{quote(kind, safe='=&')}&where={quote(f'beds >= {number}')}"
            took.append(_timed(lambda path=path: _ask(server.port, path)) * 1e3)  # type: ignore[misc]  # bound at once
    took.sort()
    return Groups(round(took[len(took) // 2], 1), round(took[len(took) * 95 // 100], 1), len(took))


def _ask(port: int, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path, headers={"authorization": f"Bearer {KEY}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Trouble(f"{path} answers {answer.status}: {body[:300]!r}")
    finally:
        connection.close()


def _download(server: Server) -> _Taken:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    started, size = time.perf_counter(), 0
    try:
        connection.request("GET", f"{_BASE}/export.csv", headers={"authorization": f"Bearer {KEY}"})
        answer = connection.getresponse()
        first = time.perf_counter() - started
        while part := answer.read(1 << 20):
            size += len(part)
    finally:
        connection.close()
    return _Taken(time.perf_counter() - started, size, first * 1e3)


def _copied(version: Path, target: Path) -> float:
    """Let DuckDB write the same file by itself, from its own format, with as many threads."""
    with duckdb.connect(str(version / "figures.duckdb"), read_only=True, config={"threads": 2}) as duck:
        return _timed(
            lambda: duck.execute(
                f"COPY (SELECT * EXCLUDE (folded) FROM rows) TO '{target}' (FORMAT csv)"  # noqa: S608 - a path of ours
            )
        )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
