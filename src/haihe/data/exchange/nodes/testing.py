"""What tests of the nodes use: people, a bridge in a thread, a node with real processes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from haihe.base.accounts.api import Actor
from haihe.city.cast import CIVIL_AFFAIRS
from haihe.city.testing import load_departments
from haihe.data.exchange.nodes import operations
from haihe.data.exchange.nodes.agent.home import Home
from haihe.data.exchange.nodes.bridge import main as bridge
from haihe.data.exchange.nodes.models import Level
from haihe.data.exchange.nodes.operations.inviting import Invitation, Plan

PATIENCE_S = 120.0


def plan(
    name: str = "mzj-1",
    *,
    title: str = "民政局前置机",
    level: Level = Level.DEPARTMENT,
    parent: str = "",
    organisation: str = CIVIL_AFFAIRS,
) -> Plan:
    return Plan(name=name, title=title, organisation=organisation, level=level, parent=parent)


def invited(operator: Actor, *, now: datetime, name: str = "mzj-1", organisation: str = CIVIL_AFFAIRS) -> Invitation:
    load_departments()
    return operations.plan_node(actor=operator, plan=plan(name, organisation=organisation), now=now)


def joined(
    operator: Actor, folder: Path, *, now: datetime, name: str = "mzj-1", organisation: str = CIVIL_AFFAIRS
) -> Home:
    """Return the home of a node that has just joined, without the way over HTTP."""
    invitation = invited(operator, now=now, name=name, organisation=organisation)
    home = Home(folder)
    home.make()
    home.settle(operations.join(home.join_request(invitation.code, version="test"), now=now), centre="http://localhost")
    return home


def wait_until(is_so: Callable[[], Any], *, what: str, within_s: float = PATIENCE_S) -> Any:
    """Return what comes true. Raises: AssertionError, once patience has run out."""
    deadline = time.monotonic() + within_s
    while True:
        if found := is_so():
            return found
        if time.monotonic() > deadline:
            raise AssertionError(what)
        time.sleep(0.05)


@contextmanager
def bridge_running(hub_url: str) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=lambda: bridge.run(stop, hub_url=hub_url), name="bridge")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
        if thread.is_alive():
            raise AssertionError("the bridge doesn't end")


@dataclass(slots=True)
class RunningNode:
    """`haihe node run` as a process of its own."""

    home: Home
    _process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        with (self.home.path / "run.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "haihe", "node", "run", "--home", str(self.home.path)],
                stdout=log, stderr=subprocess.STDOUT, env=os.environ.copy(),
            )  # fmt: skip

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def kill(self) -> None:
        """End the whole node at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> "RunningNode":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
