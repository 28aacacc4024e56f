"""For tests of clients: a whole gateway, without a database, on a port of this machine and in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import uvloop

from haihe.gateway.app import Gateway
from haihe.gateway.health import Health
from haihe.gateway.http import Connection
from haihe.gateway.server import openapi_document
from haihe.gateway.testing import Door, ListedNotices, Person
from haihe.kernel.keyring import Keyring
from haihe.kernel.source_rules import read_networks


class Loopback:
    """Its `door` settles who may ask what, and shows what was recorded. Its clock stands still: see `Door`."""

    def __init__(
        self,
        folder: Path,
        *,
        keyring: Keyring,
        people: Iterable[Person] = (),
        behind_proxy: bool = False,
        proxies: Sequence[str] = (),
    ) -> None:
        self._loop = uvloop.new_event_loop()
        self.door = Door(folder, keyring=keyring, people=people, loop=self._loop)
        self.url = ""
        self._behind_proxy, self._proxies = behind_proxy, read_networks(proxies) if proxies else ()
        self._connections: set[Connection] = set()
        self._server: asyncio.AbstractServer | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="gateway")

    def run[T](self, work: Coroutine[object, object, T]) -> T:
        """Do something in the gateway's loop, and return what came of it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=60)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(timeout=60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=60)
        self._loop.close()
        self.door.close()

    async def _listen(self) -> None:
        health = Health(self.door.desk, backlog=self.door.journal.backlog)
        self.door.admit = health.admit
        self.door.apply()
        gateway = Gateway(self.door.desk, health=health.reply, openapi=openapi_document(), notices=ListedNotices())
        door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{door.getsockname()[1]}"

        def connect() -> Connection:
            return Connection(gateway, self._connections, behind_proxy=self._behind_proxy, proxies=self._proxies)

        self._server = await self._loop.create_server(connect, sock=door)

    async def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.abort()
        await asyncio.sleep(0)
