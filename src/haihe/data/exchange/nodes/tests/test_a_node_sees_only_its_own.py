"""Whatever a node tries, on the hub it can neither say nor hear anything but its own; and a revoked one is gone."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import nats
import pytest
from django.db import connections
from nats.aio.client import Client
from nats.aio.msg import Msg

from haihe.base.accounts.api import Actor
from haihe.data.exchange.nodes import operations
from haihe.data.exchange.nodes.agent.fabric import Fabric, local_url
from haihe.data.exchange.nodes.agent.home import Keys
from haihe.data.exchange.nodes.bridge.link import connect
from haihe.data.exchange.nodes.issuing import hub_keys
from haihe.data.exchange.nodes.models import NodeKey
from haihe.data.exchange.nodes.testing import bridge_running, joined
from haihe.data.exchange.nodes.wire import Beat, encode
from haihe.kernel import node_subjects as subjects
from haihe.kernel.nkeys import KeyPair

pytestmark = pytest.mark.django_db(transaction=True)
FOREIGN = ("node.other.up.1", "node.other.beat", "node.other.reply.centre.1", "haihe.sharing.granted", "x")
_A_MOMENT_S = 0.3
type RunLeaf = Callable[[Path], AbstractContextManager[None]]


def listener(heard: list[str]) -> Callable[[Msg], Awaitable[None]]:
    async def note(message: Msg) -> None:
        heard.append(message.subject)

    return note


async def apart[T](work: Callable[[], T]) -> T:
    """Do in a thread what waits for the database, whose connection ends with it."""

    def run() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


async def until(is_so: Callable[[], Awaitable[bool]], *, within_s: float = 60.0) -> float:
    """Return after how many seconds it came true."""
    started = time.monotonic()
    while not await is_so():
        assert time.monotonic() - started < within_s
        await asyncio.sleep(0.05)
    return time.monotonic() - started


async def both_ways(hub: str, url: str) -> tuple[list[str], list[str]]:
    """Say everything on both sides, listen to everything on both; return what node and centre heard of the other."""
    node, centre = await nats.connect(url), await connect(hub, hub_keys().visitor("centre", subjects.CENTRE))
    node_heard: list[str] = []
    centre_heard: list[str] = []
    try:
        await node.subscribe(">", cb=listener(node_heard))
        await node.subscribe("node.other.>", cb=listener(node_heard))
        await centre.subscribe("node.*.>", cb=listener(centre_heard))
        await asyncio.sleep(_A_MOMENT_S)
        for subject in FOREIGN:
            await node.publish(subject, b"from the node")
        await node.publish("node.mzj-1.hello", b"from the node")
        await node.flush()
        await asyncio.sleep(_A_MOMENT_S)
        node_heard.clear()
        heard_by_centre = list(centre_heard)
        for subject in ("node.other.orders", "node.other.down.1", "node.mzj-1.orders"):
            await centre.publish(subject, b"from the centre")
        await centre.flush()
        await asyncio.sleep(_A_MOMENT_S)
        return node_heard, heard_by_centre
    finally:
        await node.close()
        await centre.close()


def test_nothing_of_others_is_heard_or_said(
    hub: str, run_leaf: RunLeaf, operator: Actor, now: datetime, tmp_path: Path
) -> None:
    home = joined(operator, tmp_path / "node", now=now)
    with run_leaf(home.path):
        node_heard, centre_heard = asyncio.run(both_ways(hub, local_url(home.path)))
    assert set(node_heard) == {"node.mzj-1.orders"}
    assert set(centre_heard) == {"node.mzj-1.hello"}


def test_its_credentials_used_elsewhere_open_no_more(hub: str, operator: Actor, now: datetime, tmp_path: Path) -> None:
    home = joined(operator, tmp_path / "node", now=now)
    user = KeyPair.from_seed((home.path / "user.seed").read_text())
    claims = (home.path / "node.creds").read_text().splitlines()[1]
    refused: list[str] = []

    async def note(fault: Exception) -> None:
        refused.append(str(fault))

    async def try_all() -> None:
        client: Client = await nats.connect(
            hub,
            user_jwt_cb=claims.encode,
            signature_cb=lambda nonce: b64encode(user.sign(nonce.encode())),
            error_cb=note,
            allow_reconnect=False,
        )
        for subject in (*FOREIGN, "$SYS.REQ.SERVER.PING", "$JS.API.STREAM.NAMES", "node.mzj-1"):
            await client.publish(subject, b"")
        for subject in ("node.other.>", "node.*.up.*", ">", "$SYS.>", "$JS.ACK.UP-other.>"):
            await client.subscribe(subject)
        await client.flush()
        await asyncio.sleep(_A_MOMENT_S)
        await client.close()

    asyncio.run(try_all())
    assert len(refused) == len(FOREIGN) + 3 + 5
    assert all("permissions violation" in each.lower() for each in refused)


def test_a_revoked_node_is_gone_within_seconds_and_may_come_back_with_a_new_code(
    hub: str, run_leaf: RunLeaf, operator: Actor, now: datetime, tmp_path: Path
) -> None:
    home = joined(operator, tmp_path / "node", now=now)

    async def story() -> float:
        fabric = await Fabric.connect("mzj-1", local_url(home.path), home.path)

        async def is_heard() -> bool:
            try:
                await fabric.request(subjects.beat("mzj-1"), encode(Beat(at=now, orders=1)), timeout_s=0.5)
            except OSError:
                return False
            return True

        async def is_gone() -> bool:
            return not await is_heard()

        await until(is_heard)
        await apart(lambda: operations.revoke(actor=operator, name="mzj-1", reason="设备停用", now=now))
        took_s = await until(is_gone)
        invitation = await apart(lambda: operations.invite(actor=operator, name="mzj-1", now=now))
        keys = Keys.fresh()
        request = home.join_request(invitation.code, version="", keys=keys)
        welcome = await apart(lambda: operations.join(request, now=now))
        home.settle(welcome, centre="http://localhost", keys=keys)
        await until(is_heard)
        await fabric.close()
        return took_s

    with bridge_running(hub), run_leaf(home.path):
        assert asyncio.run(story()) < 5
    assert NodeKey.objects.filter(revoked_at__isnull=True).count() == 1
