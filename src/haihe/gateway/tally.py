"""Count what was asked and answered while it happens: a few additions a request, read by Prometheus and by the minute.

A cell is a plain list of numbers, so that counting takes half a microsecond: labelled objects would take ten times
that. Counts only grow; whoever wants those of a while keeps the ones from before and subtracts.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from haihe.gateway.dossier import Dossier
from haihe.gateway.policy import Service
from haihe.kernel.answers import Answer, UnknownReason
from haihe.kernel.problems import PROBLEMS
from haihe.telemetry.latency import BOUNDS_S, BUCKETS

ANSWERS = ("MATCH", "NO_MATCH", "FOUND", "NOT_FOUND", "UNKNOWN")
BATCH_BOUNDS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
SECONDS = BUCKETS
_FIRST_ANSWER = SECONDS + 1
REFUSED = _FIRST_ANSWER + len(ANSWERS)
FAILED = REFUSED + 1
UNSERVED = FAILED + 1
"""Answered UNKNOWN because of the source. With those that FAILED here they are the faults: nobody asked wrongly."""
WIDTH = UNSERVED + 1
_PLACES = {answer: _FIRST_ANSWER + n for n, answer in enumerate(ANSWERS)}
_SOURCE_FAILED = frozenset(reason.value for reason in UnknownReason if reason is not UnknownReason.RECORD_IN_DOUBT)
_UNKNOWN = Answer.UNKNOWN.value


class Key(NamedTuple):
    """Of whom a cell counts the calls: never more than organisations times services, whatever is asked.

    An asker that didn't prove to be a client is "", and so is a service that the policy doesn't know.
    """

    consumer: str
    owner: str
    service: str
    kind: str


class Cell:
    """`numbers` are the buckets of time, the seconds of all, each answer, then REFUSED, FAILED and UNSERVED.

    `told` counts by name why calls were refused or answered UNKNOWN.
    """

    __slots__ = ("numbers", "told")

    def __init__(self) -> None:
        self.numbers: list[float] = [0] * WIDTH
        self.told: dict[str, int] = {}

    def note(self, name: str) -> None:
        self.told[name] = self.told.get(name, 0) + 1


class Tally:
    """What this gateway has counted since it started. Written in the loop's thread only; any thread may read copies.

    `services` are those of the policy at hand.
    """

    def __init__(self) -> None:
        self.cells: dict[Key, Cell] = {}
        self.services: Mapping[str, Service] = {}
        self.commit_times: list[float] = [0] * (BUCKETS + 1)
        self.batch_sizes: list[float] = [0] * (len(BATCH_BOUNDS) + 2)
        self.failed_commits = 0
        self._waiting: list[Dossier] = []
        # A grant has one asker and one service: its cell is found sooner than by their names.
        self._of_grants: dict[tuple[str, str], Cell] = {}

    def ended(self, dossier: Dossier, *, now: float) -> None:
        """Count a request whose reply is on its way."""
        self._count((dossier,), now)

    def will_end(self, dossier: Dossier) -> None:
        """Count a request when what gathers now is on the disk."""
        self._waiting.append(dossier)

    def committed(self, records: int, *, seconds: float, now: float, failed: bool) -> None:
        """Count a commit, and whoever waited for it; where it failed, they were told that nobody could be answered."""
        waiting, self._waiting = self._waiting, []
        if failed:
            self.failed_commits += 1
            for dossier in waiting:
                dossier.fail("unavailable")
        times, sizes = self.commit_times, self.batch_sizes
        times[bisect_left(BOUNDS_S, seconds)] += 1
        times[-1] += seconds
        sizes[bisect_left(BATCH_BOUNDS, records)] += 1
        sizes[-1] += records
        self._count(waiting, now)

    def copy(self) -> dict[Key, tuple[list[float], dict[str, int]]]:
        """Return all cells as they are now."""
        return {key: (cell.numbers.copy(), cell.told.copy()) for key, cell in self.cells.copy().items()}

    def _count(self, dossiers: Iterable[Dossier], now: float) -> None:
        known, places = self._of_grants, _PLACES
        for dossier in dossiers:
            grant = dossier.grant
            cell = known.get((grant.id, dossier.kind)) if grant is not None else None
            if cell is None:
                cell = self._cell_of(dossier)
            numbers = cell.numbers
            if not dossier.goes_on:
                elapsed = now - dossier.at
                numbers[bisect_left(BOUNDS_S, elapsed)] += 1
                numbers[SECONDS] += elapsed if elapsed > 0 else 0
            place = places.get(dossier.told)
            if place is None or dossier.reason:
                _count_rarer(cell, dossier)
            else:
                numbers[place] += 1

    def _cell_of(self, dossier: Dossier) -> Cell:
        client, service = dossier.client, dossier.service or self.services.get(dossier.slug or "")
        known = (service.owner, service.slug) if service is not None else ("", "")
        cell = self.cell(Key(client.organisation if client else "", *known, dossier.kind))
        if dossier.grant is not None:
            self._of_grants[dossier.grant.id, dossier.kind] = cell
        return cell

    def cell(self, key: Key) -> Cell:
        """Return the cell, an empty one if nothing was counted there yet."""
        return self.cells.setdefault(key, Cell())


def _count_rarer(cell: Cell, dossier: Dossier) -> None:
    """Count what isn't one plain answer: many at once, UNKNOWN with its reason, a refusal."""
    numbers = cell.numbers
    if dossier.problem:
        problem = PROBLEMS.get(dossier.problem)
        numbers[FAILED if problem is None or problem.status >= 500 else REFUSED] += 1
        cell.note(dossier.problem)
        return
    if dossier.many is not None:
        for answer, times in dossier.many.items():
            numbers[_PLACES[answer]] += times
    elif dossier.reason:
        numbers[_PLACES[_UNKNOWN]] += 1
    if dossier.reason and not dossier.goes_on:
        cell.note(dossier.reason)
        if dossier.reason in _SOURCE_FAILED:
            numbers[UNSERVED] += 1


def answers_of(numbers: list[float]) -> dict[str, int]:
    """Return how many got which answer."""
    return {answer: int(numbers[place]) for answer, place in _PLACES.items()}


def outcomes_of(numbers: list[float]) -> dict[str, int]:
    """Return how many ended how: an answer, refused, or failed here."""
    return answers_of(numbers) | {"REFUSED": int(numbers[REFUSED]), "FAILED": int(numbers[FAILED])}
