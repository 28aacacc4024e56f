"""Sources that stay with their owner: questions go over the hub to the owner's node, and the answer comes back.

The gateway may say `node.*.ask.*` on the hub and hear the answers to it, and nothing else.
"""

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from haihe.gateway import source_client
from haihe.gateway.source_client import Answered, Garbled, TooSlow, Unreachable
from haihe.gateway.source_message import SourceRequest
from haihe.kernel import node_subjects
from haihe.kernel.hub_keys import HubKeys
from haihe.kernel.keyring import Keyring
from haihe.kernel.node_questions import SUFFIX, Ask, Told, table_of
from haihe.kernel.source_rules import Network, SourceRules

_RETRY_S = 1.0
_WHO = "gateway"
_log = logging.getLogger("haihe.gateway")


@dataclass(slots=True)
class NodeLine:
    """One connection to the hub, made anew by itself. Without a hub every node is unreachable."""

    hub_url: str
    keyring: Keyring = field(repr=False)
    _token: str = field(default_factory=lambda: secrets.token_hex(8))
    _number: int = 0
    _client: Client | None = None
    _waiting: dict[str, asyncio.Future[Msg]] = field(default_factory=dict)

    async def run(self) -> None:
        """Keep the connection until cancelled."""
        if not self.hub_url:
            return
        visitor = HubKeys.of(self.keyring).visitor(_WHO, node_subjects.GATEWAY)
        while self._client is None:
            try:
                self._client = await nats.connect(
                    self.hub_url,
                    name="haihe gateway",
                    user_jwt_cb=lambda: visitor.claims(issued_at=int(time.time())),
                    signature_cb=visitor.sign,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.5,
                    error_cb=_pass_over,
                )
                await self._client.subscribe(node_subjects.reply("*", _WHO, f"{self._token}.*"), cb=self._sort)
            except (OSError, nats.errors.Error) as fault:
                _log.warning("the hub of nodes isn't there: %s", type(fault).__name__)
                await asyncio.sleep(_RETRY_S)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def call(self, rules: SourceRules, request: SourceRequest, networks: Sequence[Network]) -> Answered:
        """Ask a node where the source is one, and the department's own interface elsewhere.

        Raises: Unreachable, TooSlow, Garbled.
        """
        if not rules.host.endswith(SUFFIX):
            return await source_client.call(rules, request, networks=networks)
        node, table = rules.host.removesuffix(SUFFIX), table_of(request.target)
        if table is None or not node_subjects.NAME.fullmatch(node):
            raise Garbled("no table of a node")
        evidence = dict(request.headers).get("Haihe-Evidence", "")
        question = Ask(request.body, evidence, rules.timeout_ms)
        told = await self._ask(node, table, question)
        if len(told.body) > rules.most_bytes:
            raise Garbled("too large")
        return Answered(told.status, told.body)

    async def _ask(self, node: str, table: str, question: Ask) -> Told:
        if self._client is None or not self._client.is_connected:
            raise Unreachable("no hub")
        self._number += 1
        key = str(self._number)
        answer = self._waiting[key] = asyncio.get_running_loop().create_future()
        try:
            await self._client.publish(
                node_subjects.ask(node, table),
                msgspec.msgpack.encode(question),
                reply=node_subjects.reply(node, _WHO, f"{self._token}.{key}"),
            )
            message = await asyncio.wait_for(answer, question.within_ms / 1000)
        except TimeoutError:
            raise TooSlow from None
        except nats.errors.Error as fault:
            raise Unreachable(type(fault).__name__) from None
        finally:
            del self._waiting[key]
        return _read(message, node)

    async def _sort(self, message: Msg) -> None:
        waiting = self._waiting.get(message.subject.rpartition(".")[2])
        if waiting is not None and not waiting.done():
            waiting.set_result(message)


def _read(message: Msg, node: str) -> Told:
    if message.headers and message.headers.get("Status") == "503":
        raise Unreachable("the node is away")
    if node_subjects.node_of(message.subject) != node:
        raise Garbled("another node's answer")
    try:
        told = msgspec.msgpack.decode(message.data, type=Told)
        if told.status == 200:
            json.loads(told.body)
    except (msgspec.DecodeError, ValueError):
        raise Garbled("no answer of a node") from None
    return told


async def _pass_over(fault: Exception) -> None:
    _log.debug("hub: %s", type(fault).__name__)
