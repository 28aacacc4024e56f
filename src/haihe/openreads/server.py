"""Put the reading side of the open platform together and serve it: one loop, a few threads for what takes longer."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import uvloop

from haihe.data.open.counting import FOLDER, PER_SECOND, Allowance, InFiles, take_place
from haihe.data.open.store import Engine, OpenStores
from haihe.gateway.http import Connection
from haihe.gateway.listening import Doors, listen
from haihe.kernel.environment import Environment
from haihe.openreads import usage as usages
from haihe.openreads.app import OpenReads
from haihe.openreads.beside import made_beside
from haihe.openreads.downloads import Downloads
from haihe.openreads.exposition import shown
from haihe.openreads.feed import Feed
from haihe.openreads.metering import Metered
from haihe.openreads.picture import Picture
from haihe.openreads.reads import Reads
from haihe.openreads.turns import Turns
from haihe.openreads.usage import Usage

SPILL_FOLDER = "open-spill"
_MOST_OPEN = 128
HEADERS = ("accept", "accept-encoding", "if-none-match", "if-range", "range")
"""What it reads besides the headers that everybody of this kind does."""


def run(environment: Environment, doors: Doors, *, url: str, per_second: int = PER_SECOND) -> None:
    """Serve until told to stop; `url` is where it is reached from outside, one asker asks `per_second` at most."""
    # Threads make files meanwhile: the loop shall not wait the usual 5 ms for its turn.
    sys.setswitchinterval(0.0005)
    number, held = take_place(environment.data_dir / FOLDER)
    try:
        counts = InFiles(environment.data_dir / FOLDER, str(number), environment.secret_key)
        usage = Usage(time.time, usages.file_of(environment.data_dir, number))
        uvloop.run(_serve(environment, doors, url, Allowance(per_second, counts), usage))
        counts.close()
    finally:
        os.close(held)


async def _serve(environment: Environment, doors: Doors, url: str, allowance: Allowance, usage: Usage) -> None:
    app = open_reads(environment.data_dir, asyncio.get_running_loop(), url=url, allowance=allowance, usage=usage)
    connections = set[Connection]()
    feed = asyncio.create_task(Feed(environment.database_url, app.picture, app.usage, app.reads).run())
    try:
        with shown(metered := Metered(app, lambda: len(connections)), doors):
            await listen(metered, doors, connections, environment, headers=HEADERS)
    finally:
        feed.cancel()
        await asyncio.gather(feed, return_exceptions=True)
        close(app)


def open_reads(
    data_dir: Path,
    loop: asyncio.AbstractEventLoop,
    *,
    url: str,
    clock: Callable[[], float] = time.time,
    allowance: Allowance | None = None,
    usage: Usage | None = None,
) -> OpenReads:
    """Make it, with nothing published yet."""
    spill = data_dir / SPILL_FOLDER
    return OpenReads(
        picture=Picture(),
        stores=OpenStores(made_beside(lambda: Engine(spill=spill)), most=_MOST_OPEN),
        turns=Turns(loop, name="page"),
        figures=Turns(loop, name="figures"),
        downloads=Downloads(loop),
        allowance=allowance or Allowance(),
        usage=usage or Usage(clock),
        reads=Reads(data_dir),
        data_dir=data_dir,
        clock=clock,
        url=url.rstrip("/"),
    )


def close(app: OpenReads) -> None:
    """Stop what runs beside the loop."""
    app.downloads.close()
    app.turns.close()
    app.figures.close()
    app.stores.close()
    app.reads.close()
    app.usage.close()
