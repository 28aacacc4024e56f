"""The worker: background jobs, the outbox relay and the gateway's shipper, in one process that ends cleanly."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.utils import timezone

from haihe.base.jobs import api as jobs
from haihe.base.outbox import api as outbox
from haihe.base.watch import api as watch
from haihe.data.exchange.nodes import api as nodes
from haihe.kernel.environment import Environment
from haihe.launch.shipping import Shipping
from haihe.scoreday import server as scoreday
from haihe.telemetry import tracing
from haihe.telemetry.exposition import REGISTRY, Exposition, watch_process

_REST_AFTER_TROUBLE_S = 1.0
_JOIN_S = 15.0
_SIGN_OFF_S = 1.0
_log = logging.getLogger("haihe.worker")


class WorkerFailed(RuntimeError):
    """A part of the worker ended that must not; the supervisor starts the worker anew."""


@dataclass(slots=True)
class _Threads:
    """Loops that run until `stop` is set. The first that fails ends all."""

    stop: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None
    _running: list[threading.Thread] = field(default_factory=list)

    def start(self, name: str, loop: Callable[[threading.Event], None], on_failure: Callable[[], object]) -> None:
        def run() -> None:
            try:
                loop(self.stop)
            except BaseException as failure:
                _log.exception("%s failed", name)
                self.failure = failure
                on_failure()

        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        self._running.append(thread)

    def end(self) -> None:
        self.stop.set()
        for thread in self._running:
            thread.join(_JOIN_S)


def run(environment: Environment, *, metrics_host: str = "127.0.0.1", metrics_port: int = 0) -> None:
    """Work until SIGTERM or SIGINT, and show figures on a port if one is given. Django must be set up.

    Raises: WorkerFailed; OSError, if the port can't be had.
    """
    shipping = (
        Shipping(environment),
        Shipping(environment, folder=scoreday.JOURNAL_FOLDER, name="scoreday_shipper"),
    )
    tracing.start("haihe-worker", tracing.Wish.from_mapping(os.environ))
    try:
        with _shown(shipping, metrics_host, metrics_port):
            asyncio.run(_run(environment, shipping))
    finally:
        tracing.stop()


@contextlib.contextmanager
def _shown(shipping: Iterable[Shipping], host: str, port: int) -> Iterator[None]:
    if not port:
        yield
        return
    for each in shipping:
        REGISTRY.register(each)
    REGISTRY.register(watch.StandingCollector(clock=timezone.now))
    watch_process()
    with contextlib.closing(Exposition(host=host, port=port)):
        yield


async def _run(environment: Environment, shipping: tuple[Shipping, Shipping]) -> None:
    loop, enough, threads = asyncio.get_running_loop(), asyncio.Event(), _Threads()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, enough.set)
    fabric = outbox.NatsFabric(environment.nats_url)
    parts: dict[str, Callable[[threading.Event], None]] = {
        "shipper": shipping[0].run,
        "score day's shipper": shipping[1].run,
        "handlers": outbox.relay_to_handlers,
        "fabric": lambda stop: outbox.relay_to_fabric(stop, fabric),
        "nodes": lambda stop: nodes.run_bridge(stop, hub_url=environment.hub_url),
    }
    for name, part in parts.items():
        threads.start(name, part, lambda: loop.call_soon_threadsafe(enough.set))
    working = asyncio.create_task(_work(enough))
    _log.info("worker is up")
    try:
        await enough.wait()
        working.cancel()
        # Whatever ended it, the rest still has to end in order. And without a database procrastinate tries for minutes
        # to sign off there; who stops us has not that long.
        await asyncio.wait({working}, timeout=jobs.FINISH_WITHIN_S + _SIGN_OFF_S)
    finally:
        await asyncio.to_thread(threads.end)
        fabric.close()
    if threads.failure:
        raise WorkerFailed("a part of the worker ended early") from threads.failure
    if not working.done():
        _cut_off()
    _log.info("worker has ended cleanly")


def _cut_off() -> NoReturn:
    """End this process here: leaving the event loop in order would wait for what does not end."""
    _log.warning("jobs that did not end in time are cut off; they will be handed out again")
    logging.shutdown()
    os._exit(0)


async def _work(enough: asyncio.Event) -> None:
    """Run jobs, again and again where the database goes away: procrastinate's loop ends when it loses a connection."""
    while not enough.is_set():
        try:
            await jobs.run_jobs(f"{socket.gethostname()}:{os.getpid()}")
        except Exception as trouble:
            _log.warning("jobs rest: %s: %s", type(trouble).__name__, trouble)
        # What defers periodic jobs does so in the thread that asgiref keeps for Django, on a connection that nobody
        # else closes: dead once, it stayed dead, and with it every periodic job, sealing among them.
        await sync_to_async(close_old_connections)()
        await asyncio.sleep(_REST_AFTER_TROUBLE_S)
