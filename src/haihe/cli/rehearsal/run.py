"""One rehearsal from an empty folder to its report, beside a running city and without touching it."""

import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import accumulate
from time import perf_counter

import psutil
import uvloop

from haihe.cli.benchmark.arrivals import Heard, arrive
from haihe.cli.benchmark.score_hall import ScoreHall, score_hall
from haihe.cli.rehearsal.crowd import Crowd, Seen
from haihe.cli.rehearsal.profile import Profile
from haihe.kernel.rehearsal_report import Rehearsal, Spread
from haihe.kernel.result_release import Content
from haihe.launch.screen import Screen
from haihe.launch.trouble import Trouble
from haihe.scoreday.testing import Candidate, candidate

_CONNECTIONS = 256


def rehearse(content: Content, *, capacity_per_s: int, profile: Profile, screen: Screen) -> Rehearsal:
    """Let the profile's crowd ask a copy of the release. Raises: Trouble if connections broke."""
    candidates = [candidate(n, content) for n in range(profile.candidates)]
    with score_hall(candidates, content, screen=screen) as hall:
        hall.open_for(capacity_per_s)
        crowd = Crowd(profile, candidates, slug=hall.slug, shows=lambda one, page: _shows(content, one, page))
        with screen.step(f"{profile.candidates:,} candidates in {profile.seconds:g} s {profile.title.zh}"):
            heard = uvloop.run(
                arrive("127.0.0.1", hall.port, crowd.everybody(), connections=min(_CONNECTIONS, profile.candidates))
            )
        if heard.broken:
            raise Trouble(f"{heard.broken} connections broke")
        began = perf_counter()
        hall.ship(screen)
        return _report(content, profile, capacity_per_s, heard, crowd.seen, hall, perf_counter() - began)


def _report(
    content: Content, profile: Profile, capacity_per_s: int, heard: Heard, seen: Seen, hall: ScoreHall, ledger_s: float
) -> Rehearsal:
    counts, seconds = seen.counts, range(int(heard.seconds) + 1)
    return Rehearsal(
        title=content.title,
        profile=profile.title,
        machine=_machine(),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        capacity_per_s=capacity_per_s,
        candidates=profile.candidates,
        requests=len(heard.latencies_s),
        seconds=round(heard.seconds, 1),
        arrivals=tuple(seen.arrivals[second] for second in seconds),
        answered=tuple(seen.answered[second] for second in seconds),
        waiting=_waiting(seen.line[second] for second in seconds),
        latency_ms=Spread.of([seconds * 1000 for seconds in heard.latencies_s]),
        waits_s=Spread.of(seen.waits_s),
        late_ms=Spread.of(seen.late_ms),
        known_ms=Spread.of(seen.known_ms),
        made_up_ms=Spread.of(seen.made_up_ms),
        records=hall.records(),
        ledger_s=round(ledger_s, 1),
        **{
            name: counts[name]
            for name in (
                *("promises", "promises_broken", "results", "certificates", "results_wrong", "errors", "mistyped"),
                *("made_up", "made_up_refused", "made_up_locked", "shut_out"),
            )
        },
    )


def _waiting(changes: Iterable[int]) -> tuple[int, ...]:
    return tuple(max(0, standing) for standing in accumulate(changes))


def _machine() -> str:
    memory_gb = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count() or 1} × {platform.machine()}, {memory_gb:.0f} GB"


def _shows(content: Content, one: Candidate, page: bytes) -> bool:
    return all(
        (f"{one.values[line.field]} / {line.most}" if line.most else f"{one.values[line.field]}").encode() in page
        for line in content.lines
    )
