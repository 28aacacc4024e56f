"""`haihe up` keeps a city running, lets nobody else in, and leaves nothing behind, however it ends."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from haihe.launch import services
from haihe.launch.postgres import EmbeddedPostgres
from haihe.launch.temporary import CityProcess

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def city(open_folder: Path) -> Iterator[CityProcess]:
    city = CityProcess(open_folder / "supervised", "--no-demo")
    city.start()
    city.wait_until_ready()
    yield city
    with contextlib.suppress(subprocess.TimeoutExpired):
        city.stop()
    city.kill()


def children(city: CityProcess) -> dict[str, psutil.Process]:
    """Return the supervisor's own children by name."""
    found: dict[str, psutil.Process] = {}
    for process in psutil.Process(city.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            words = " ".join(process.cmdline())
            names = {"bin/postgres": "postgres", "nats/nats.conf": "nats", "hub/hub.conf": "hub", "granian": "web"}
            names |= {"haihe gateway": "gateway", "haihe worker": "worker", "haihe scoreday": "scoreday"}
            names["haihe openreads"] = "openreads"
            found |= {name: process for mark, name in names.items() if mark in words}
    return found


def eventually(what: Callable[[], object], *, within_s: float = 180) -> None:
    deadline = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def left(processes: list[psutil.Process]) -> list[str]:
    """Return what still runs, as a person would want to read it."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {' '.join(process.cmdline())[:90]}")
    return found


def wait_until_gone(processes: list[psutil.Process], *, within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while remaining := left(processes):
        assert time.monotonic() < deadline, remaining
        time.sleep(0.05)


def serves(city: CityProcess) -> bool:
    answer = services.status_of("127.0.0.1", city.port, "/healthz")
    return answer is not None and answer[0] == 200


def test_everything_is_started_and_healthy(city: CityProcess) -> None:
    assert set(children(city)) == {"postgres", "nats", "hub", "gateway", "worker", "web", "scoreday", "openreads"}
    assert serves(city)
    assert "places and public bodies" in city.output.read_text(), "no city does without"


@pytest.mark.parametrize("name", ["gateway", "worker", "scoreday", "openreads", "web", "nats", "hub", "postgres"])
def test_a_killed_child_comes_back_and_is_told_of(city: CityProcess, name: str) -> None:
    killed = children(city)[name]
    family = [killed, *killed.children(recursive=True)]
    killed.kill()
    wait_until_gone(family)
    eventually(lambda: children(city).get(name) not in {None, killed})
    eventually(lambda: serves(city))
    eventually(lambda: f"{name} is back" in city.output.read_text())
    assert f"{name} killed by SIGKILL" in city.output.read_text()


def test_a_second_city_in_the_same_place_is_refused(city: CityProcess) -> None:
    second = CityProcess(city.folder.path)
    done = subprocess.run(second.command(), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert f"in use by process {city.pid}" in done.stdout
    assert serves(city)


def test_a_command_finds_the_city_that_runs_here(city: CityProcess) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HAIHE_", "DJANGO_"))}
    command = [*services.PYTHON, "haihe", "ledger", "audit"]
    done = subprocess.run(
        command, env=environment | {"HAIHE_DATA_DIR": str(city.folder.path)}, capture_output=True, text=True, check=True
    )
    assert "0 records" in done.stdout


def test_a_busy_port_is_refused_before_anything_starts(city: CityProcess, tmp_path: Path) -> None:
    other = CityProcess(tmp_path / "other")
    other.port = city.port
    done = subprocess.run(other.command(), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "--port" in done.stdout
    assert not other.folder.path.exists()


def test_ctrl_c_leaves_no_process(city: CityProcess) -> None:
    family = psutil.Process(city.pid).children(recursive=True)
    assert city.stop() == 0
    assert left(family) == []


def test_the_second_start_does_nothing_again_and_a_killed_supervisor_leaves_no_process(city: CityProcess) -> None:
    first = city.output.read_text()
    city.start()
    city.wait_until_ready()
    family = psutil.Process(city.pid).children(recursive=True)
    city.kill()
    wait_until_gone(family)
    assert not EmbeddedPostgres(city.folder.path / "postgres").is_running()
    once = ("建表", "区划和机构", "目录检索", "政务服务事项")
    second = city.output.read_text().removeprefix(first)
    assert [step for step in once if step in first] == [*once]
    assert [step for step in once if step in second] == []
