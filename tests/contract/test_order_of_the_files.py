"""Workers get the files so that they end together, and one of them has all journeys."""

import os
from types import SimpleNamespace
from typing import Any

import pytest

from tests.plugins.order import MUST_NOT_WAIT_S, pytest_xdist_auto_num_workers, pytest_xdist_make_scheduler, told

JOURNEYS = [f"tests/journeys/test_{n}.py::test_it" for n in range(3)]
PROGRAMS = ["tests/faults/test_a.py::test_it", "src/haihe/launch/tests/test_b.py::test_it"]
SMALL = [f"src/haihe/kernel/tests/test_{size}.py::test_{n}" for size in (3, 4) for n in range(size)]
EVERYTHING = [*SMALL, *PROGRAMS, *JOURNEYS]


class Node:
    """A worker as the scheduler sees it: it does at once what it is told."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.shutting_down = False
        self.files: list[str] = []
        self.waiting: list[int] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        self.waiting += indices
        file = EVERYTHING[indices[0]].split("::")[0]
        self.files.append(file.removesuffix(".py").rsplit("/", 1)[1].removeprefix("test_"))

    def shutdown(self) -> None:
        self.shutting_down = True


def scheduler(*nodes: Node, dist: str = "loadfile") -> Any:
    option = SimpleNamespace(loadscopereorder=True)
    config: Any = SimpleNamespace(
        getvalue=lambda name: {"dist": dist, "tx": ["popen"] * len(nodes)}[name], option=option
    )
    config.getoption = config.getvalue
    made = pytest_xdist_make_scheduler(config, None)
    for node in nodes if made else ():
        made.add_node(node)
        made.add_node_collection(node, EVERYTHING)
    return made


def test_one_worker_takes_the_journeys_and_the_other_what_starts_programs() -> None:
    first, second = Node("gw0"), Node("gw1")
    scheduler(first, second).schedule()
    assert (first.files, second.files) == (["0", "1"], ["a", "b"])


def test_whoever_has_nothing_else_helps_and_everything_is_run_once() -> None:
    first, second = Node("gw0"), Node("gw1")
    queue = scheduler(first, second)
    queue.schedule()
    while second.waiting:
        queue.mark_test_complete(second, second.waiting.pop(0))
    while first.waiting:
        queue.mark_test_complete(first, first.waiting.pop(0))
    assert (first.files, second.files) == (["0", "1"], ["a", "b", "4", "3", "2"])
    assert sorted(first.files + second.files) == ["0", "1", "2", "3", "4", "a", "b"]
    assert queue.tests_finished


def test_when_the_worker_with_the_journeys_dies_another_goes_on_with_them() -> None:
    first, second = Node("gw0"), Node("gw1")
    queue = scheduler(first, second)
    queue.schedule()
    queue.remove_node(first)
    while second.waiting:
        queue.mark_test_complete(second, second.waiting.pop(0))
    assert second.files == ["a", "b", "2", "0", "1", "4", "3"]


def test_one_works_while_another_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_AUTO_NUM_WORKERS", raising=False)
    cores = os.process_cpu_count()
    assert cores is not None
    assert pytest_xdist_auto_num_workers() == cores + 1
    monkeypatch.setenv("PYTEST_XDIST_AUTO_NUM_WORKERS", "2")
    assert pytest_xdist_auto_num_workers() is None, "xdist reads it"


def test_whoever_asks_for_another_order_gets_it() -> None:
    assert scheduler(Node("gw0"), dist="load") is None


@pytest.mark.parametrize("late_s", [0, MUST_NOT_WAIT_S / 2])
def test_workers_that_end_together_are_not_told_of(late_s: float) -> None:
    assert told({"gw0": (100.0, "a.py"), "gw1": (100.0 + late_s, "b.py")}) == ""
    assert told({"": (100.0, "a.py")}) == ""


def test_a_file_that_keeps_others_waiting_is_told_of() -> None:
    assert "waited 41 s for b.py" in told({"gw0": (100.0, "a.py"), "gw1": (141.0, "b.py")})
