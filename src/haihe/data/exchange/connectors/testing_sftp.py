"""A real SFTP server in this process, for tests: one folder, one account."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncssh

from haihe.data.exchange.connectors.looping import Loop

USER, PASSWORD = "minzheng", "of-the-test-server"
CLIENT_KEY: Final = asyncssh.generate_private_key("ssh-ed25519")


@dataclass(frozen=True, slots=True)
class SftpServer:
    folder: Path
    port: int
    host_key: str
    loop: Loop
    connections: list[asyncssh.SSHServerConnection]

    def cut(self) -> None:
        """Break all connections without a goodbye."""
        self.loop.run(self._cut())

    async def _cut(self) -> None:
        for connection in self.connections:
            connection.abort()

    @property
    def account(self) -> dict[str, object]:
        """Settings that sign in, with PASSWORD or CLIENT_KEY."""
        return {"host": "127.0.0.1", "port": self.port, "host_key": self.host_key, "user": USER}

    @property
    def settings(self) -> dict[str, object]:
        """Settings of a source whose files are finished once a marker lies beside them."""
        return self.account | {"finished": "marker"}


@contextmanager
def sftp_server(root: Path) -> Iterator[SftpServer]:
    """Serve the folder, and nothing above it."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    connections: list[asyncssh.SSHServerConnection] = []

    def factory(channel: "asyncssh.SSHServerChannel[bytes]") -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(root).encode())

    with Loop() as loop:
        listening = asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[key],
            server_factory=lambda: _Server(connections),
            sftp_factory=factory,
            config=None,
        )
        acceptor = loop.run(listening)
        try:
            public = key.export_public_key().decode().strip()
            yield SftpServer(root, acceptor.get_port(), public, loop, connections)
        finally:
            loop.run(_close(acceptor, connections))


async def _close(acceptor: asyncssh.SSHAcceptor, connections: list[asyncssh.SSHServerConnection]) -> None:
    """Close within the loop: from another thread it could be in the midst of the same; a client may still hang on."""
    await _queued_up(acceptor)
    acceptor.close()
    for connection in connections:
        connection.abort()
    await acceptor.wait_closed()


async def _queued_up(acceptor: asyncssh.SSHAcceptor) -> None:
    """Wait until all who knocked are among the connections: queue up behind them, and be greeted.

    A connector knocks before it speaks. One that then finds its settings wrong leaves a connection in the listener's
    queue; a listener that closes in the moment after it took one from there leaves that socket to the collector.
    """
    greeting, last = await asyncio.open_connection("127.0.0.1", acceptor.get_port())
    await greeting.readline()
    last.close()
    await last.wait_closed()


class _Server(asyncssh.SSHServer):
    def __init__(self, connections: list[asyncssh.SSHServerConnection]) -> None:
        self._connections = connections

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connections.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == CLIENT_KEY.convert_to_public()
