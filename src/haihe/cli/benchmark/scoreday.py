"""`haihe bench scoreday`: a whole city asks for results within minutes, and three times as many as there is room for.

Made-up numbers beside it show whose place they take: nobody's. A day of one's own is `haihe scoreday rehearse`.
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil
import uvloop

from haihe.cli.benchmark.arrivals import Asked, Heard, arrive
from haihe.cli.benchmark.load import drive, nginx
from haihe.cli.benchmark.score_hall import ScoreHall, score_hall
from haihe.launch.screen import Screen
from haihe.launch.trouble import Trouble
from haihe.scoreday.testing import CONTENT, SLUG, Candidate, candidate

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
class Flood:
    """The same once more with twice as many made-up numbers in between, half of which exist with another's identity.

    `longest_wait_s` is of the candidates. The medians are of refusals, by whether the number exists.
    """

    made_up: int
    refused: int
    locked: int
    longest_wait_s: float
    errors: int
    promises_broken: int
    known_ms: float
    made_up_ms: float


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
    flood: Flood


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
        candidates = [candidate(n) for n in range(profile.candidates)]
        city = _City(stack.enter_context(score_hall(candidates, CONTENT, screen=screen)), candidates)
        city.hall.open_for(_WITHOUT_A_LINE)
        with screen.step("warm up 预热"):
            city.arrive(Profile(queries=20_000, candidates=profile.candidates, seconds=4.0), 64)
        with screen.step(f"{profile.queries:,} questions by {profile.candidates:,} candidates 集中查询"):
            heard = city.arrive(profile, 256)
        city.hall.ship(screen)
        with screen.step("as fast as it goes 极限"):
            most = drive(city.hall.url, connections=64, seconds=8, requests=city.written(150_000))
        city.hall.ship(screen)
        static = _static(city, screen)
        with screen.step("three times as many as there is room for 三倍超载"):
            overload = city.overload(capacity_per_s=max(200, int(most.per_second * 0.1)), seconds=6.0)
        city.hall.ship(screen)
        with screen.step("the same with a flood of made-up numbers 冒填号码"):
            flood = city.flood(capacity_per_s=overload.capacity_per_s, seconds=6.0)
        city.hall.ship(screen)
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
            rss_mb=round(psutil.Process(city.hall.pid).memory_info().rss / 2**20),
            ledger_records=city.in_ledger(at_least=city.answered, at_most=city.answered + most.requests + 64),
            overload=overload,
            flood=flood,
        )


def _static(city: "_City", screen: Screen) -> float:
    folder = city.hall.folder / "nginx"
    with screen.step("nginx"), nginx(folder, workers="1", size=city.page_bytes) as url:
        return drive(url, connections=64, seconds=8).per_second


@dataclass(slots=True)
class _City:
    hall: ScoreHall
    candidates: list[Candidate]
    answered: int = 0
    page_bytes: int = 0
    wrong: list[bytes] = field(default_factory=list)

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
        self.hall.open_for(capacity_per_s)
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

    def flood(self, *, capacity_per_s: int, seconds: float) -> Flood:
        # Anew, so that nobody of before stands in line or is locked.
        self.hall.open_for(capacity_per_s)
        crowd = _Overload(self, int(3 * capacity_per_s * seconds), seconds)
        strangers = _Strangers(self.candidates, 2 * int(3 * capacity_per_s * seconds), seconds)
        self._arrive([*crowd.everybody(), *strangers.everybody()], 256)
        self.answered += crowd.results
        return Flood(
            strangers.came,
            strangers.refused,
            strangers.locked,
            round(max(crowd.waits_s, default=0.0), 1),
            crowd.errors + strangers.errors,
            crowd.broken,
            _median_ms(strangers.known_s),
            _median_ms(strangers.made_up_s),
        )

    def _arrive(self, everything: list[Asked], connections: int) -> Heard:
        heard = uvloop.run(arrive("127.0.0.1", self.hall.port, everything, connections=connections))
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
        file, draw = self.hall.folder / "questions", random.Random(11)  # noqa: S311 - no secret
        with file.open("wb") as out:
            for _ in range(how_many):
                out.write(_message(_form(self.candidates[draw.randrange(len(self.candidates))])) + b"\0")
        return file

    def in_ledger(self, *, at_least: int, at_most: int) -> int:
        found = self.hall.records()
        if not at_least <= found <= at_most:
            raise Trouble(f"the ledger holds {found} for {at_least} to {at_most} answers")
        return found


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


class _Strangers:
    """Try numbers that aren't theirs, from a thousand addresses."""

    def __init__(self, candidates: list[Candidate], came: int, seconds: float) -> None:
        self._candidates, self.came, self._seconds = candidates, came, seconds
        self.refused = self.locked = self.errors = 0
        self._started = 0.0
        self.known_s: list[float] = []
        self.made_up_s: list[float] = []

    def everybody(self) -> Iterator[Asked]:
        draw = random.Random(13)  # noqa: S311 - no secret
        for n in range(self.came):
            one, other = draw.sample(self._candidates, 2)
            exists, due_s = bool(n % 2), n * self._seconds / self.came
            number = one.number if exists else f"{99 * 10**12 + n}"
            address = f"12.0.{n // 4 % 4}.{n % 250}"
            body = f"number={number}&id_number={other.id_number}".encode()
            yield Asked(due_s, _message(body, address), self._hears(exists, due_s))
        # Whoever sends all this takes the time from here on.
        self._started = time.perf_counter()

    def _hears(self, exists: bool, due_s: float) -> Callable[[int, bytes], None]:
        def heard(status: int, page: bytes) -> None:
            if status == 403:
                self.refused += 1
                (self.known_s if exists else self.made_up_s).append(time.perf_counter() - self._started - due_s)
            elif status == 429:
                self.locked += 1
            else:
                self.errors += 1

        return heard


def _median_ms(seconds: list[float]) -> float:
    ordered = sorted(seconds)
    return round(ordered[len(ordered) // 2] * 1000, 2) if ordered else 0.0


def _total(one: Candidate) -> bytes:
    return f"{one.values['total']} / 750".encode()


def _form(one: Candidate) -> bytes:
    return f"number={one.number}&id_number={one.id_number}".encode()


def _message(body: bytes, address: str = "") -> bytes:
    told = f"x-forwarded-for: {address}\r\n" if address else ""
    return (
        f"POST /{SLUG}/ HTTP/1.1\r\nhost: scores.example\r\n{told}"
        f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode() + body
