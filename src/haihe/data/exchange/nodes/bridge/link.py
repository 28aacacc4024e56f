"""One connection to the hub, for all nodes."""

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from haihe.kernel import node_subjects as subjects
from haihe.kernel.hub_keys import Visitor

_CONNECT_WITHIN_S = 3.0
_HEARTBEAT_S = 2.0
_SILENCE_S = 5.0
_STILL_HERE, _NOBODY = "100", "503"
_log = logging.getLogger("haihe.nodes")


class NotAnswered(Exception):
    """Nobody answered in time: the link is cut, or the node is away."""


async def connect(url: str, visitor: Visitor, *, inbox: str = "_INBOX") -> Client:
    """Connect to the hub as one of the centre's programs; once connected it reconnects for ever. Raises: OSError."""
    try:
        return await asyncio.wait_for(
            nats.connect(
                url,
                name=f"haihe {visitor.name}",
                user_jwt_cb=lambda: visitor.claims(issued_at=int(time.time())),
                signature_cb=visitor.sign,
                inbox_prefix=inbox.encode(),
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.5,
                error_cb=_pass_over,
            ),
            _CONNECT_WITHIN_S,
        )
    except (TimeoutError, nats.errors.Error) as fault:
        raise OSError(f"the hub doesn't answer: {type(fault).__name__}") from fault


class Link:
    """What the bridge does on the hub. All answers come to subjects of the node that is asked: it has no others."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._token, self._number = secrets.token_hex(8), 0
        self._mail: dict[str, asyncio.Queue[Msg]] = {}

    async def open(self) -> None:
        await self.client.subscribe(subjects.reply("*", "centre", f"{self._token}.*"), cb=self._sort)

    async def on(self, subject: str, heard: Callable[[Msg], Awaitable[None]]) -> None:
        await self.client.subscribe(subject, cb=heard)

    async def publish(self, subject: str, data: bytes) -> None:
        await self.client.publish(subject, data)

    async def request(self, subject: str, data: bytes, *, timeout_s: float, message_id: str = "") -> bytes:
        """Raises: NotAnswered."""
        with _Mailbox(self, subjects.node_of(subject)) as box:
            headers = {"Nats-Msg-Id": message_id} if message_id else None
            await self.client.publish(subject, data, reply=box.address, headers=headers)
            try:
                message = await asyncio.wait_for(box.letters.get(), timeout_s)
            except TimeoutError:
                raise NotAnswered(subject) from None
        if _status(message):
            raise NotAnswered(subject)
        return message.data

    async def fetch(self, node: str, *, most: int, most_bytes: int) -> list[Msg]:
        """Return what waits in a node's stream, not acknowledged yet. Raises: NotAnswered, if it can't be reached."""
        return await self._pull(node, most, {"batch": most, "max_bytes": most_bytes, "no_wait": True})

    async def fetch_next(self, node: str, *, wait_s: float) -> list[Msg]:
        """Wait for one message of a node's stream; return none if none came in time. Raises: NotAnswered.

        The node's server says every other second that it still looks, so that a cut line is noticed.
        """
        looks = {"expires": int(wait_s * 1e9), "idle_heartbeat": int(_HEARTBEAT_S * 1e9)}
        return await self._pull(node, 1, {"batch": 1, **looks})

    async def _pull(self, node: str, most: int, wish: dict[str, object]) -> list[Msg]:
        # Messages keep the subject under which they were stored, so only the subscription tells whom they answer.
        address = subjects.reply(node, "pull", f"{self._token}.{self.next_token()}")
        answers = await self.client.subscribe(address)
        found: list[Msg] = []
        try:
            await self.client.publish(subjects.next_message(node), json.dumps(wish).encode(), reply=address)
            while len(found) < most:
                message = await answers.next_msg(timeout=_SILENCE_S)
                status = _status(message)
                if status == _NOBODY:
                    raise NotAnswered(node)
                if status and status != _STILL_HERE:
                    break
                if not status:
                    found.append(message)
        except (nats.errors.TimeoutError, TimeoutError):
            if not found:
                raise NotAnswered(node) from None
        finally:
            await answers.unsubscribe()
        return found

    def letters_to(self, token: str) -> asyncio.Queue[Msg]:
        queue = self._mail[token] = asyncio.Queue()
        return queue

    def forget(self, token: str) -> None:
        self._mail.pop(token, None)

    def next_token(self) -> str:
        self._number += 1
        return str(self._number)

    @property
    def token(self) -> str:
        return self._token

    async def _sort(self, message: Msg) -> None:
        queue = self._mail.get(message.subject.rpartition(".")[2])
        if queue is not None:
            queue.put_nowait(message)


class _Mailbox:
    """A subject for the answers to one question."""

    def __init__(self, link: Link, node: str) -> None:
        self._link, self._token = link, link.next_token()
        self.address = subjects.reply(node, "centre", f"{link.token}.{self._token}")

    def __enter__(self) -> "_Mailbox":
        self.letters = self._link.letters_to(self._token)
        return self

    def __exit__(self, *_: object) -> None:
        self._link.forget(self._token)


def _status(message: Msg) -> str:
    return str((message.headers or {}).get("Status", "")) if not message.data else ""


async def _pass_over(fault: Exception) -> None:
    _log.debug("hub: %s", type(fault).__name__)
