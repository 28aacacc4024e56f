"""Put score day together and serve it: one process, one event loop, a journal of its own, the gateway's policy."""

import asyncio
import contextlib
import logging
import time
from pathlib import Path

import psycopg
import uvloop

from haihe.gateway.gateway_key import GatewayKey
from haihe.gateway.group_commit import GroupCommit
from haihe.gateway.http import Connection
from haihe.gateway.index import Indexes
from haihe.gateway.journal import Journal
from haihe.gateway.listening import Doors, listen
from haihe.gateway.policy import Policy, PolicyHolder
from haihe.gateway.policy_feed import PolicyFeed
from haihe.gateway.policy_rows import PolicyReader
from haihe.gateway.quota import Quotas
from haihe.gateway.server import KEYRING_FILE
from haihe.kernel.city_day import day_of
from haihe.kernel.environment import Environment
from haihe.kernel.keyring import Keyring
from haihe.scoreday.app import ScoreDay
from haihe.scoreday.certificates import Certificates
from haihe.scoreday.looking_up import LookUp
from haihe.scoreday.places import Places
from haihe.scoreday.release import RELEASES, Releases

JOURNAL_FOLDER = "scoreday-journal"
_log = logging.getLogger("haihe.scoreday")


def run(environment: Environment, doors: Doors, *, url: str) -> None:
    """Serve until told to stop; `url` is where it is reached from outside.

    Raises: JournalError if another one runs on the data directory; KeyringError or OSError without its keyring.
    """
    keyring = Keyring.from_json((environment.data_dir / KEYRING_FILE).read_text())
    with Journal(environment.data_dir / JOURNAL_FOLDER) as journal:
        journal.claim()
        uvloop.run(_serve(environment, keyring=keyring, journal=journal, doors=doors, url=url))


async def _serve(environment: Environment, *, keyring: Keyring, journal: Journal, doors: Doors, url: str) -> None:
    commits = GroupCommit(journal, asyncio.get_running_loop())
    score_day = open_score_day(environment.data_dir, keyring=keyring, journal=journal, commits=commits, url=url)
    look_up = score_day.look_up

    def switch(policy: Policy) -> Policy:
        look_up.indexes.switch(policy.indexes)
        commits.tally.services = policy.services
        return policy

    async def read_releases(connection: psycopg.AsyncConnection[dict[str, object]]) -> None:
        score_day.releases.take_over(await (await connection.execute(RELEASES)).fetchall())

    feed = PolicyFeed(
        environment.database_url,
        holder=look_up.policy,
        reader=PolicyReader(keyring),
        changed=switch,
        exchange=read_releases,
    )
    tasks = [asyncio.create_task(feed.run()), asyncio.create_task(_every_second(look_up))]
    try:
        await listen(score_day, doors, set[Connection](), environment)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        commits.commit()
        look_up.indexes.close()


def open_score_day(data_dir: Path, *, keyring: Keyring, journal: Journal, commits: GroupCommit, url: str) -> ScoreDay:
    """Make it with the quotas that the journal kept."""
    day, key = day_of(time.time()), GatewayKey.of(keyring)
    look_up = LookUp(
        keyring=keyring,
        policy=PolicyHolder(),
        indexes=Indexes(data_dir),
        commits=commits,
        quotas=Quotas(day=day, used=journal.quotas(day=day)),
        clock=time.time,
        monotonic=time.monotonic,
    )
    return ScoreDay(
        releases=Releases(),
        look_up=look_up,
        commits=commits,
        places=Places(keyring),
        certificates=Certificates(key.private, key_id=key.id, url=url),
        clock=time.time,
        since=time.time(),
    )


async def _every_second(look_up: LookUp) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(1.0)
            look_up.keep_counted_refusals()
