"""Where a program of this kind listens, and how it stops: no new requests, the last answers out, then gone."""

import asyncio
import gc
import logging
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from haihe.gateway.http import Application, Connection, wanted
from haihe.kernel.environment import Environment
from haihe.kernel.source_rules import read_networks

MOST_UNSENT_BYTES = 256 * 1024 * 1024
"""So much of answers may wait for those who don't take them."""
_STOP_TRIES = 100
_log = logging.getLogger("haihe.gateway")


@dataclass(frozen=True, slots=True)
class Doors:
    """Where to listen. Figures are shown on a port of their own, or nowhere (0)."""

    host: str
    port: int
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0


async def listen(
    application: Application,
    doors: Doors,
    connections: set[Connection],
    environment: Environment,
    *,
    headers: Sequence[str] = (),
) -> None:
    """Serve until told to stop; answers under way still go out. `headers` are kept besides the usual ones."""
    names = wanted(headers)
    loop = asyncio.get_running_loop()
    proxies = read_networks(environment.proxies) if environment.proxies else ()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)

    def connect() -> Connection:
        return Connection(
            application,
            connections,
            behind_proxy=environment.behind_proxy,
            proxies=proxies,
            names=names,
            message_time_s=environment.slowest_request_s,
        )

    server = await loop.create_server(connect, doors.host, doors.port, backlog=1024)
    # What is alive now stays alive: the collector need not look at it again and again.
    gc.freeze()
    _log.info("listening on http://%s:%s", doors.host, doors.port)
    sweeper = asyncio.create_task(sweep(connections))
    await stop.wait()
    sweeper.cancel()
    server.close()
    for _ in range(_STOP_TRIES):
        busy = [connection for connection in list(connections) if not connection.close_when_idle()]
        if not busy:
            break
        await asyncio.sleep(0.05)
    for connection in list(connections):
        connection.abort()


async def sweep(connections: set[Connection]) -> None:
    """Hang up each second on the slow and the idle, and on those who take nothing; until it is cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(1.0)
        for connection in list(connections):
            connection.expire(loop.time())
        drop_unsent(connections)


def drop_unsent(connections: set[Connection], most: int = MOST_UNSENT_BYTES) -> None:
    """Hang up on those who let most lie, until what waits is no more than `most` bytes."""
    waiting = sum(connection.unsent_bytes for connection in connections)
    for connection in sorted(connections, key=lambda each: -each.unsent_bytes):
        if waiting <= most:
            return
        waiting -= connection.unsent_bytes
        connection.abort()
