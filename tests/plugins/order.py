"""How many workers, and which runs which file when: none waits long at the end, and one city does for all journeys.

There is one worker more than cores, since tests of whole programs mostly wait: for a start, a restart, a timer.
Files that start whole programs come first: they take minutes and wait much, and what is left when they are through is
small and evens out. One worker takes the journeys, all of them, with the city and the browser that it has; another
helps with them only when nothing else is left to do.
"""

import os
import time
from collections.abc import Mapping
from typing import Any, Final

import pytest

JOURNEYS: Final = "tests/journeys/"
PROGRAMS: Final = (
    *("tests/faults/", "tests/contract/"),
    *("src/haihe/cli/", "src/haihe/launch/", "src/haihe/data/matching/", "src/haihe/city/demo/"),
)
"""Where tests start programs, or work for long. The end of a run tells what is missing here."""
MUST_NOT_WAIT_S: Final = 20.0


def rank(file: str, *, guide: bool) -> int:
    """Return when a file's turn is. Those of one rank keep xdist's order, from the most tests to the fewest."""
    if file.startswith(JOURNEYS):
        return 0 if guide else 3
    return 1 if file.startswith(PROGRAMS) else 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Answer `-n auto`, unless xdist's own variable says a number."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.process_cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Take the place of `--dist loadfile`."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ProgramsFirst(LoadFileScheduling):  # type: ignore[misc]  # xdist tells no types
        """Hands out whole files, as loadfile does; who asks for one gets what suits it."""

        guide: Any = None

        def _assign_work_unit(self, node: Any) -> None:
            if self.guide not in self.assigned_work:
                self.guide = node
            first = min(self.workqueue, key=lambda file: rank(file, guide=node is self.guide))
            self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return ProgramsFirst(config, log)


class Watch:
    """Notes when each worker was last busy, and tells of it at the end if that was long before the others."""

    def __init__(self) -> None:
        self.ends: dict[str, tuple[float, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        worker = getattr(report, "worker_id", "")
        self.ends[worker] = (time.monotonic(), report.nodeid.split("::", 1)[0])

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if words := told(self.ends):
            terminalreporter.write_line(words, yellow=True)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Watch(), "watch-of-workers")


def told(ends: Mapping[str, tuple[float, str]]) -> str:
    """Return what to say of workers that ended at these times with these files; nothing if they ended together."""
    if len(ends) < 2:
        return ""
    (earliest, _), (latest, file) = min(ends.values()), max(ends.values())
    if latest - earliest < MUST_NOT_WAIT_S:
        return ""
    return f"a worker waited {latest - earliest:.0f} s for {file} (tests/plugins/order.py)"
