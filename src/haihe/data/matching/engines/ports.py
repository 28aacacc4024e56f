"""What an engine does, whichever it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from haihe.data.matching.definition import Outcome
from haihe.data.matching.plan import Plan

JUDGED: Final = "judged.parquet"
"""The rows that aren't NOT_MATCHED, in the order of the base's lines: outcome, subject, line_<input>, output_<n>."""


class EngineCancelled(Exception):
    """The run was told to stop."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a run of a plan gave; the counts of all outcomes add up to the base's rows."""

    file: Path
    counts: Mapping[Outcome, int]


class Engine(Protocol):
    @property
    def name(self) -> str: ...

    def run(self, plan: Plan, folder: Path) -> Judged:
        """Run the plan and leave `JUDGED` in the folder. Raises: EngineCancelled."""
        ...


def counted(plan: Plan, found: Mapping[str, int]) -> dict[Outcome, int]:
    """Return the count of every outcome; what isn't among the rows found didn't match."""
    rest = plan.base_rows - sum(found.values())
    return {outcome: rest if outcome is Outcome.NOT_MATCHED else found.get(outcome, 0) for outcome in Outcome}
