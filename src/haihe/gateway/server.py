"""Put the gateway together and serve it: one process, one event loop, one thread."""

import asyncio
import contextlib
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import uvloop
from prometheus_client import CollectorRegistry

from haihe.gateway import openapi
from haihe.gateway.app import Gateway
from haihe.gateway.corrections import NoticesInDatabase
from haihe.gateway.desk import Desk
from haihe.gateway.exposition import GatewayCollector
from haihe.gateway.gateway_key import GatewayKey
from haihe.gateway.group_commit import GroupCommit
from haihe.gateway.health import RESERVED, Health
from haihe.gateway.http import Connection
from haihe.gateway.index import Indexes
from haihe.gateway.journal import Journal
from haihe.gateway.last_good import LastGood
from haihe.gateway.listening import Doors, listen
from haihe.gateway.minutes import Minutes, MinutesWriter
from haihe.gateway.node_line import NodeLine
from haihe.gateway.policy import Policy, PolicyHolder
from haihe.gateway.policy_feed import PolicyFeed
from haihe.gateway.policy_rows import PolicyReader
from haihe.gateway.proxy import Sources
from haihe.gateway.quota import Quotas
from haihe.gateway.refusals import RefusalMeter
from haihe.gateway.replay import ReplayWindow, oldest_minute
from haihe.gateway.room import Room
from haihe.gateway.shared_counts import SharedCounts, gateway_name
from haihe.gateway.tokens import Tokens
from haihe.gateway.traces import GatewayTraces
from haihe.kernel.city_day import day_of
from haihe.kernel.environment import DEFAULT_GATEWAY_URL, Environment
from haihe.kernel.keyring import Keyring
from haihe.kernel.rates import Rates
from haihe.telemetry import tracing
from haihe.telemetry.exposition import Exposition, watch_process

JOURNAL_FOLDER = "journal"
LAST_GOOD_FOLDER = "last_good"
KEYRING_FILE = "keyring.json"
ROOM_BYTES = 32 << 20
"""Of memory for the bodies of all batches under way together; a full batch with names is about half a megabyte."""
_log = logging.getLogger("haihe.gateway")


def run(environment: Environment, doors: Doors) -> None:
    """Serve until told to stop (SIGTERM, SIGINT).

    Raises: JournalError if another gateway runs on the data directory; KeyringError or OSError without its keyring.
    """
    keyring = Keyring.from_json((environment.data_dir / KEYRING_FILE).read_text())
    with Journal(environment.data_dir / JOURNAL_FOLDER) as journal:
        journal.claim()
        traces = tracing.start("haihe-gateway", tracing.Wish.from_mapping(os.environ), chooses=True)
        try:
            uvloop.run(_serve(environment, keyring=keyring, journal=journal, doors=doors, traces=traces))
        finally:
            tracing.stop()


async def _serve(
    environment: Environment, *, keyring: Keyring, journal: Journal, doors: Doors, traces: tracing.Traces | None
) -> None:
    loop = asyncio.get_running_loop()
    commits = GroupCommit(journal, loop)
    issuer = environment.gateway_public_url
    desk = open_desk(environment.data_dir, keyring=keyring, journal=journal, commits=commits, issuer=issuer)
    health = Health(desk, backlog=journal.backlog)

    def switch(policy: Policy) -> Policy:
        desk.indexes.switch(policy.indexes)
        commits.tally.services = policy.services
        return health.admit(policy)

    feed = PolicyFeed(
        environment.database_url,
        holder=desk.policy,
        reader=PolicyReader(keyring),
        changed=switch,
        exchange=desk.shared_counts.exchange,
    )
    notices = NoticesInDatabase(environment.database_url)
    gateway = Gateway(
        desk,
        notices=notices,
        health=health.reply,
        openapi=openapi_document(),
        traces=GatewayTraces(traces) if traces is not None else None,
    )
    figures = MinutesWriter(Minutes(commits.tally), database_url=environment.database_url, clock=desk.clock)
    line = NodeLine(environment.hub_url, keyring)
    desk.sources.call = line.call
    tasks = [asyncio.create_task(each) for each in (feed.run(), _every_second(desk), figures.run(), line.run())]
    connections: set[Connection] = set()
    try:
        with _shown(GatewayCollector(desk, journal, connections=lambda: len(connections)), doors):
            await listen(gateway, doors, connections, environment)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await desk.sources.stop()
        await line.close()
        await notices.close()
        commits.commit()
        desk.sources.last_good.close()
        desk.indexes.close()


def open_desk(
    data_dir: Path,
    *,
    keyring: Keyring,
    journal: Journal,
    commits: GroupCommit,
    clock: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
    issuer: str = DEFAULT_GATEWAY_URL,
) -> Desk:
    """Make the desk with the memory that the journal kept: nonces seen and quotas used."""
    now, day = clock(), day_of(clock())
    quotas = Quotas(day=day, used=journal.quotas(day=day))
    desk = Desk(
        keyring=keyring,
        tokens=Tokens(GatewayKey.of(keyring), issuer),
        policy=PolicyHolder(),
        indexes=Indexes(data_dir),
        commits=commits,
        replay=ReplayWindow(),
        quotas=quotas,
        rates=Rates(),
        shared_counts=SharedCounts(gateway_name(journal.folder), quotas, clock=clock, reserved=frozenset({RESERVED})),
        refusals=RefusalMeter(),
        room=Room(ROOM_BYTES),
        sources=Sources(LastGood(data_dir / LAST_GOOD_FOLDER, keyring), monotonic),
        clock=clock,
        monotonic=monotonic,
    )
    for minute, print_ in journal.nonces(since_minute=oldest_minute(now)):
        desk.replay.first_sight(minute, print_)
    return desk


def openapi_document() -> bytes:
    return json.dumps(openapi.document(), ensure_ascii=False, separators=(",", ":")).encode()


@contextlib.contextmanager
def _shown(collector: GatewayCollector, doors: Doors) -> Iterator[None]:
    """Show the figures meanwhile, if a port is given."""
    if not doors.metrics_port:
        yield
        return
    # Figures are written out by another thread: the loop shall not wait the usual 5 ms for its turn.
    sys.setswitchinterval(0.0005)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    watch_process(registry)
    with contextlib.closing(Exposition(host=doors.metrics_host, port=doors.metrics_port, registry=registry)):
        yield


async def _every_second(desk: Desk) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(1.0)
            desk.record_counted_refusals()
            desk.sources.last_good.flush(now=desk.clock())
            desk.replay.forget_before(oldest_minute(desk.clock()))
