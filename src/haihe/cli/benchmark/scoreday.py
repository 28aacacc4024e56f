"""`haihe bench scoreday`: a whole city asks for results within minutes, and three times as many as there is room for.

The same is the rehearsal of a real day: with the profile that is expected, on the machine that will serve it.
"""

import os
import random
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import uvloop

from haihe.cli.benchmark.arrivals import Asked, Heard, arrive
from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.load import drive, nginx
from haihe.gateway.journal import Journal
from haihe.gateway.shipper import ship_all
from haihe.gateway.testing import create_stand_ins
from haihe.kernel.keyring import Keyring
from haihe.launch import ports, services
from haihe.launch.child import Child, Program
from haihe.launch.screen import Screen
from haihe.launch.trouble import Trouble
from haihe.scoreday.server import JOURNAL_FOLDER
from haihe.scoreday.testing import SLUG, Candidate, announce, candidate, plant

_WITHOUT_A_LINE = 1_000_000
_PLACE = re.compile(rb'name="place" value="([^"]+)".*?', re.DOTALL)
_MOMENT = re.compile(rb'data-at="(\d+)"')
_RUSH_SHARE, _RUSH_OF_TIME = 0.5, 0.3
"""Half of all come in the first third of the time, as they do when a result is out."""
_PROMISE_S = 1.0


@dataclass(frozen=True, slots=True)
class Overload:
    """Three times as many as there is room for: how many waited, and how late the latest promise was kept."""

    capacity_per_s: int
    came: int
    waited: int
    longest_wait_s: float
    errors: int
    promises_broken: int
    latest_s: float


@dataclass(frozen=True, slots=True)
class Result:
    """`seconds` from the first question to the last answer; `requests_per_s` is what one process can do at most."""

    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    ratio_to_nginx: float
    requests_per_s: float
    nginx_requests_per_s: float
    queries: int
    candidates: int
    peak_per_s: int
    page_bytes: int
    rss_mb: float
    ledger_records: int
    overload: Overload


@dataclass(frozen=True, slots=True)
class Profile:
    """How many questions by how many candidates, spread over how many seconds."""

    queries: int = 250_000
    candidates: int = 60_000
    seconds: float = 40.0

    @property
    def peak_per_s(self) -> int:
        return int(self.queries * _RUSH_SHARE / (self.seconds * _RUSH_OF_TIME))

    def moments(self) -> Iterator[float]:
        """Yield when each question comes: the rush, then the rest ever more slowly."""
        draw = random.Random(20260624)  # noqa: S311 - the same day each time, no secret
        rush = int(self.queries * _RUSH_SHARE)
        for _ in range(rush):
            yield draw.random() * self.seconds * _RUSH_OF_TIME
        for _ in range(self.queries - rush):
            yield self.seconds * (_RUSH_OF_TIME + (1 - _RUSH_OF_TIME) * (1 - draw.random() ** 0.5))


def run(*, profile: Profile, screen: Screen) -> Result:
    """Measure. Raises: Trouble if an answer was wrong, missing or not in the ledger exactly once."""
    with ExitStack() as stack:
        city = stack.enter_context(_temporary(profile, screen))
        city.open_for(_WITHOUT_A_LINE)
        with screen.step("warm up 预热"):
            city.arrive(Profile(queries=20_000, candidates=profile.candidates, seconds=4.0), 64)
        with screen.step(f"{profile.queries:,} questions by {profile.candidates:,} candidates 集中查询"):
            heard = city.arrive(profile, 256)
        city.ship(screen)
        with screen.step("as fast as it goes 极限"):
            most = drive(city.url, connections=64, seconds=8, requests=city.written(150_000))
        city.ship(screen)
        static = _static(city, screen)
        with screen.step("three times as many as there is room for 三倍超载"):
            overload = city.overload(capacity_per_s=max(200, int(most.per_second * 0.1)), seconds=6.0)
        city.ship(screen)
        if most.not_200 or most.broken:
            raise Trouble(f"{most.not_200} answers were no results, {most.broken} connections broke")
        return Result(
            seconds=round(heard.seconds, 2),
            p50_ms=round(heard.percentile_ms(0.5), 2),
            p99_ms=round(heard.percentile_ms(0.99), 2),
            max_ms=round(heard.percentile_ms(1.0), 1),
            ratio_to_nginx=round(most.per_second / static, 3),
            requests_per_s=round(most.per_second),
            nginx_requests_per_s=round(static),
            queries=profile.queries,
            candidates=profile.candidates,
            peak_per_s=profile.peak_per_s,
            page_bytes=city.page_bytes,
            rss_mb=round(psutil.Process(city.pid).memory_info().rss / 2**20),
            ledger_records=city.in_ledger(at_least=city.answered, at_most=city.answered + most.requests + 64),
            overload=overload,
        )


def _static(city: "_City", screen: Screen) -> float:
    folder = city.folder / "nginx"
    with screen.step("nginx"), nginx(folder, workers="1", size=city.page_bytes) as url:
        return drive(url, connections=64, seconds=8).per_second


@dataclass(slots=True)
class _City:
    folder: Path
    database_url: str
    port: int
    pid: int
    candidates: list[Candidate]
    answered: int = 0
    page_bytes: int = 0
    wrong: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open_for(self, capacity_per_s: int) -> None:
        """Open the release, and wait until the program has heard of it."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            announce(connection, opens_at=time.time() - 1, capacity_per_s=capacity_per_s)
        time.sleep(1.0)

    def arrive(self, profile: Profile, connections: int) -> Heard:
        draw = random.Random(7)  # noqa: S311 - no secret
        everything = [
            Asked(due_s, _message(_form(one)), self._result_of(one))
            for due_s in profile.moments()
            for one in (self.candidates[draw.randrange(profile.candidates)],)
        ]
        heard = self._arrive(everything, connections)
        self.answered += len(heard.latencies_s)
        return heard

    def overload(self, *, capacity_per_s: int, seconds: float) -> Overload:
        self.open_for(capacity_per_s)
        came = int(3 * capacity_per_s * seconds)
        crowd = _Overload(self, came, seconds)
        self._arrive(crowd.everybody(), 256)
        self.answered += crowd.results
        return Overload(
            capacity_per_s,
            came,
            len(crowd.waits_s),
            round(max(crowd.waits_s, default=0.0), 1),
            crowd.errors,
            crowd.broken,
            round(crowd.latest_s, 2),
        )

    def _arrive(self, everything: list[Asked], connections: int) -> Heard:
        heard = uvloop.run(arrive("127.0.0.1", self.port, everything, connections=connections))
        if self.wrong or heard.broken:
            told = self.wrong[0][:300] if self.wrong else b""
            raise Trouble(f"{len(self.wrong)} answers were wrong, {heard.broken} connections broke: {told!r}")
        return heard

    def _result_of(self, one: Candidate) -> Callable[[int, bytes], None]:
        expected = _total(one)

        def heard(status: int, page: bytes) -> None:
            if status != 200 or expected not in page:
                self.wrong.append(page)
            self.page_bytes = len(page)

        return heard

    def written(self, how_many: int) -> Path:
        """Write questions for wrk, each of them once."""
        file, draw = self.folder / "questions", random.Random(11)  # noqa: S311 - no secret
        with file.open("wb") as out:
            for _ in range(how_many):
                out.write(_message(_form(self.candidates[draw.randrange(len(self.candidates))])) + b"\0")
        return file

    def ship(self, screen: Screen) -> None:
        with (
            screen.step("ship all to the ledger 入账"),
            Journal(self.folder / JOURNAL_FOLDER) as journal,
            psycopg.connect(self.database_url, autocommit=True) as connection,
        ):
            ship_all(journal, connection)
            connection.execute("CHECKPOINT")

    def in_ledger(self, *, at_least: int, at_most: int) -> int:
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute(
                "SELECT count(*)::int, count(DISTINCT evidence)::int FROM ledger_record "
                "WHERE body::json ->> 'answer' = 'FOUND'"
            ).fetchone()
        found = row or (0, 0)
        if found[0] != found[1] or not at_least <= found[0] <= at_most:
            raise Trouble(f"the ledger holds {found} for {at_least} to {at_most} answers")
        return int(found[0])


class _Overload:
    """Remembers what was promised to whom, and comes back at that moment."""

    def __init__(self, city: _City, came: int, seconds: float) -> None:
        self._city, self._came, self._seconds = city, came, seconds
        self.waits_s: list[float] = []
        self.errors = self.broken = self.results = 0
        self.latest_s = 0.0

    def everybody(self) -> list[Asked]:
        spread = self._seconds / self._came
        return [
            Asked(n * spread, _message(_form(one)), self._hears_first(one))
            for n, one in enumerate(self._city.candidates[: self._came])
        ]

    def _hears_first(self, one: Candidate) -> Callable[[int, bytes], Asked | None]:
        def heard(status: int, page: bytes) -> Asked | None:
            if status == 202 and (place := _PLACE.search(page)) and (moment := _MOMENT.search(page)):
                promised = int(moment[1]) / 1000
                self.waits_s.append(promised - time.time())
                again = _message(b"place=" + quote(place[1]).encode())
                return Asked(self.waits_s[-1], again, self._hears_second(promised, one))
            self._hear(status, page, one)
            return None

        return heard

    def _hears_second(self, promised: float, one: Candidate) -> Callable[[int, bytes], None]:
        def heard(status: int, page: bytes) -> None:
            late_s = time.time() - promised
            self.latest_s = max(self.latest_s, late_s)
            self.broken += status == 202 or late_s > _PROMISE_S
            self._hear(status, page, one)

        return heard

    def _hear(self, status: int, page: bytes, one: Candidate) -> None:
        good = status == 200 and _total(one) in page
        self.results += good
        self.errors += not good


def _total(one: Candidate) -> bytes:
    return f"{one.values['total']} / 750".encode()


def _form(one: Candidate) -> bytes:
    return f"number={one.number}&id_number={one.id_number}".encode()


def _message(body: bytes) -> bytes:
    return (
        b"POST /%b/ HTTP/1.1\r\nhost: scores.example\r\ncontent-type: application/x-www-form-urlencoded\r\n"
        b"content-length: %d\r\n\r\n%b" % (SLUG.encode(), len(body), body)
    )


@contextmanager
def _temporary(profile: Profile, screen: Screen) -> Iterator[_City]:
    keyring, candidates = Keyring.generate(), [candidate(n) for n in range(profile.candidates)]
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-scoreday-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        with screen.step("database 数据库"):
            url = start_database(stack, folder)
        with screen.step(f"index of {profile.candidates:,} candidates 索引"):
            keys = folder / "keyring.json"
            keys.touch(mode=0o600)
            keys.write_text(keyring.to_json())
            with psycopg.connect(url, autocommit=True) as connection:
                create_stand_ins(connection)
                plant(connection, folder, candidates, keyring=keyring)
        port = ports.free_port()
        with screen.step("score day 成绩查询"):
            child = _start(stack, folder, url, port)
        yield _City(folder, url, port, child.pid or 0, candidates)


def _start(stack: ExitStack, folder: Path, url: str, port: int) -> Child:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HAIHE_")},
        "HAIHE_DATA_DIR": str(folder),
        "HAIHE_DATABASE_URL": url,
        "PYTHONPATH": services.python_path(),
    }
    command = (*services.haihe("scoreday"), "--port", str(port))
    child = Child(
        Program(
            "scoreday",
            command,
            folder / "logs" / "scoreday.log",
            environment,
            answers=lambda: services.responds("127.0.0.1", port),
        )
    )
    stack.callback(child.stop, timeout_s=20)
    child.start_and_wait()
    return child
