"""The processes that came with this release: one TOML file each in `processes/`, published before they are needed.

A process changes by a new version; cases that run stay with theirs.
"""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from haihe.base.processes import api as processes
from haihe.kernel.process.conditions import Value, parse
from haihe.kernel.process.definition import Fork, Gate, Process, ProcessRefused, Task, read_process

FOLDER: Final = Path(__file__).parent / "processes"
DATA_DECIDES: Final = "data-decides"
"""The one process in which data that proves a case decides it."""


@cache
def shipped() -> dict[str, Process]:
    """Return the processes by name. Raises: ProcessRefused naming the file."""
    found = {}
    for file in sorted(FOLDER.glob("*.toml")):
        try:
            process = read_process(file.read_text(encoding="utf-8"))
        except ProcessRefused as wrong:
            raise ProcessRefused(f"{file.name}: {wrong}") from wrong
        if process.name != file.stem:
            raise ProcessRefused(f"{file.name}: the file must bear the process's name, {process.name}")
        found[process.name] = process
    return found


def load_processes(*, now: datetime) -> int:
    """Publish the processes of this release; return how many there are. Repeated, it changes nothing.

    Raises: Unsound, OtherVersion where a version that is already published reads differently in its file.
    """
    for process in shipped().values():
        processes.publish(process, now=now)
    return len(shipped())


def asked_of_form(process: Process) -> frozenset[str]:
    """Return which values the process's conditions ask for: nothing else of a form goes into its state."""
    ways = [way for step in process.steps if isinstance(step, Gate | Fork) for way in step.ways_out]
    return frozenset(name for way in ways if way.when for name in parse(way.when).names)


def names_other_department(process: Process) -> bool:
    """Say whether the item says which department takes a step beside its own."""
    return any("other_department" in step.asks_for for step in process.steps if isinstance(step, Task))


def plain_value(value: object) -> Value:
    """Return what a condition can compare; the text of anything else."""
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
