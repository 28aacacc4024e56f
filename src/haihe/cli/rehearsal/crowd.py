"""The crowd of a rehearsal: candidates who mistype, wait, reload and save, schools behind one address, and guessers."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote

from haihe.cli.benchmark.arrivals import Asked
from haihe.cli.rehearsal.profile import Profile
from haihe.scoreday.testing import Candidate

_PLACE = re.compile(rb'name="place" value="([^"]+)"')
_MOMENT = re.compile(rb'data-at="(\d+)"')
LATE_S = 1.0
"""A promise is broken where the answer comes later than this after its moment."""


@dataclass(slots=True)
class Seen:
    """What came of it. Seconds are those since the start."""

    began: float = field(default_factory=time.time)
    arrivals: Counter[int] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    line: Counter[int] = field(default_factory=Counter)
    """How many joined the line in this second, less those who left it."""
    waits_s: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    known_ms: list[float] = field(default_factory=list)
    made_up_ms: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def second(self) -> int:
        return max(0, int(time.time() - self.began))


class Crowd:
    """`slug` is the release's address, `shows` tells whether a page shows somebody's own result."""

    def __init__(
        self, profile: Profile, candidates: list[Candidate], *, slug: str, shows: Callable[[Candidate, bytes], bool]
    ) -> None:
        self.seen = Seen()
        self._profile, self._candidates, self._slug, self._shows = profile, candidates, slug, shows
        self._draw = Random(profile.seed)  # noqa: S311 - the same crowd each time, no secret

    def everybody(self) -> Iterator[Asked]:
        """Yield what is asked first by each, and all tries of the guessers."""
        people, schools = self._profile.people, self._profile.schools
        in_schools = round(self._profile.candidates * schools.share)
        for n, due_s in enumerate(self._profile.moments(self._draw)):
            address = f"10.9.{n // schools.size}.1" if n < in_schools else _address(11, n)
            person = _Person(self, self._candidates[n], address)
            self.seen.arrivals[int(due_s)] += 1
            if self._draw.random() < people.mistyped_share:
                yield Asked(due_s, person.form(wrong=True), person.hears_mistyped)
            else:
                yield Asked(due_s, person.form(), person.hears)
        yield from self._guesses()
        # Whoever sends all this takes the time from here on.
        self.seen.began = time.time()

    def message(self, body: bytes, address: str, path: str = "") -> bytes:
        return (
            f"POST /{self._slug}/{path} HTTP/1.1\r\nhost: scores.example\r\nx-forwarded-for: {address}\r\n"
            f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n"
        ).encode() + body

    def thinks(self) -> float:
        return self._draw.uniform(*self._profile.people.think_s)

    def happens(self, share: float) -> bool:
        return self._draw.random() < share

    @property
    def people(self) -> Profile:
        return self._profile

    def shows(self, candidate: Candidate, page: bytes) -> bool:
        return self._shows(candidate, page)

    def _guesses(self) -> Iterator[Asked]:
        guessers = self._profile.guessers
        for n in range(int(guessers.per_s * max(0.0, guessers.until_s - guessers.from_s))):
            due_s = guessers.from_s + n / guessers.per_s
            other = self._candidates[self._draw.randrange(len(self._candidates))]
            exists = bool(n % 2)
            number = other.number if exists else f"{99 * 10**12 + self._draw.randrange(10**9)}"
            stranger = self._candidates[self._draw.randrange(len(self._candidates))]
            if stranger is other:
                continue
            body = f"number={number}&id_number={stranger.id_number}".encode()
            message = self.message(body, _address(12, n % guessers.addresses))
            yield Asked(due_s, message, _Guess(self.seen, due_s, exists=exists).hears)


@dataclass(slots=True)
class _Guess:
    seen: Seen
    due_s: float
    exists: bool

    def hears(self, status: int, _page: bytes) -> None:
        counts = self.seen.counts
        counts["made_up"] += 1
        if status == 403:
            counts["made_up_refused"] += 1
            took_ms = (time.time() - self.seen.began - self.due_s) * 1000
            (self.seen.known_ms if self.exists else self.seen.made_up_ms).append(took_ms)
        elif status == 429:
            counts["made_up_locked"] += 1
        else:
            counts["results_wrong" if status == 200 else "errors"] += 1


@dataclass(slots=True)
class _Person:
    """One candidate with what they do next; each `hears…` returns what is asked then."""

    crowd: Crowd
    candidate: Candidate
    address: str
    promised: float = 0.0
    """The moment that is theirs, Unix seconds; 0 while they don't wait."""
    looked: bool = False

    def form(self, *, wrong: bool = False) -> bytes:
        number = self.candidate.number
        if wrong:
            number = f"{99 * 10**12 + int(number) % 10**9}"
        return self.crowd.message(f"number={number}&id_number={self.candidate.id_number}".encode(), self.address)

    def hears_mistyped(self, status: int, page: bytes) -> Asked | None:
        if status != 403:
            return self._failed(status)
        self.crowd.seen.counts["mistyped"] += 1
        return Asked(self.crowd.thinks(), self.form(), self.hears)

    def hears(self, status: int, page: bytes) -> Asked | None:
        """Hear the result, or one's place."""
        if status == 202:
            return self._waits(page)
        if status != 200:
            return self._failed(status)
        self._left_the_line()
        return self._sees(page)

    def hears_again(self, status: int, page: bytes) -> Asked | None:
        """Hear the same moment as before, since asking again keeps it; or the result, where it has come."""
        moment = _MOMENT.search(page)
        if status == 202 and moment and int(moment[1]) / 1000 != self.promised:
            self.crowd.seen.counts["promises_broken"] += 1
        return self.hears(status, page)

    def hears_certificate(self, status: int, page: bytes) -> Asked | None:
        if status == 202:
            return self._waits(page, path="certificate", then=self.hears_certificate)
        if status != 200:
            return self._failed(status)
        self._left_the_line()
        good = b"<svg" in page and self.crowd.shows(self.candidate, page)
        self.crowd.seen.counts["certificates" if good else "results_wrong"] += 1
        return None

    def _waits(
        self, page: bytes, *, path: str = "", then: Callable[[int, bytes], Asked | None] | None = None
    ) -> Asked | None:
        place, moment = _PLACE.search(page), _MOMENT.search(page)
        if place is None or moment is None:
            return self._failed(202)
        seen, promised = self.crowd.seen, int(moment[1]) / 1000
        wait_s = max(0.0, promised - time.time())
        if not self.promised:
            self.promised = promised
            seen.counts["promises"] += 1
            seen.line[seen.second] += 1
            seen.waits_s.append(wait_s)
            if then is None and wait_s > 2 and self.crowd.happens(self.crowd.people.people.reload_share):
                return Asked(wait_s / 2, self.form(), self.hears_again)
        return Asked(
            wait_s, self.crowd.message(b"place=" + quote(place[1]).encode(), self.address, path), then or self.hears
        )

    def _left_the_line(self) -> None:
        if not self.promised:
            return
        seen, late_s = self.crowd.seen, time.time() - self.promised
        seen.line[seen.second] -= 1
        seen.late_ms.append(max(0.0, late_s) * 1000)
        seen.counts["promises_broken"] += late_s > LATE_S
        self.promised = 0.0

    def _sees(self, page: bytes) -> Asked | None:
        seen, people = self.crowd.seen, self.crowd.people.people
        if not self.crowd.shows(self.candidate, page):
            seen.counts["results_wrong"] += 1
            return None
        seen.counts["results"] += 1
        if self.looked:
            return None
        self.looked = True
        seen.answered[seen.second] += 1
        place = _PLACE.search(page)
        if place is not None and self.crowd.happens(people.certificate_share):
            body = b"place=" + quote(place[1]).encode()
            return Asked(
                self.crowd.thinks(), self.crowd.message(body, self.address, "certificate"), self.hears_certificate
            )
        return Asked(self.crowd.thinks(), self.form(), self.hears) if self.crowd.happens(people.again_share) else None

    def _failed(self, status: int) -> Asked | None:
        self.crowd.seen.counts["shut_out" if status == 429 else "errors"] += 1
        return None


def _address(first: int, n: int) -> str:
    return f"{first}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
