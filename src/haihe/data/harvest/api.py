"""What neighbours may use of harvesting: the command, and demos."""

from dataclasses import dataclass

from django.utils.timezone import localtime

from haihe.base.accounts.api import SYSTEM
from haihe.data.harvest import queries
from haihe.data.harvest.errors import HarvestError, NotFound
from haihe.data.harvest.operations import go_on, start
from haihe.data.harvest.operations.running import Clock
from haihe.data.harvest.wording import problem_told

__all__ = ["HarvestError", "Listed", "NotFound", "Ran", "listed", "run_here"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A remote catalogue; `last` is how its last run ended, "" if there was none."""

    slug: str
    direction: str
    kind: str
    state: str
    last: str


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended; `problem` is a sentence, "" if there was none."""

    state: str
    seen: int
    new: int
    changed: int
    unchanged: int
    refused: int
    gone: int
    problem: str


def listed() -> list[Listed]:
    """Return all remote catalogues; moments are the city's."""
    return [
        Listed(
            row.slug,
            row.direction,
            row.kind,
            row.state,
            f"{localtime(run.started_at):%Y-%m-%d %H:%M} {run.state}" if run else "",
        )
        for row, run in queries.with_last_runs()
    ]


def run_here(slug: str, *, is_dry: bool, clock: Clock) -> Ran:
    """Run over a catalogue to the end, in this process. Raises: NotFound, HarvestError."""
    run = start(actor=SYSTEM, slug=slug, is_dry=is_dry, now=clock())
    while go_on(run.pk, clock=clock):
        continue
    run.refresh_from_db()
    problem = problem_told(run.problem, run.detail) if run.problem else ""
    return Ran(run.state, run.seen, run.new, run.changed, run.unchanged, run.refused, run.gone, problem)
