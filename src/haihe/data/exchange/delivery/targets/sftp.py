"""A folder at the consumer's SFTP server, whose key was registered: another server gets nothing."""

import asyncio
import contextlib
import io
import posixpath
from collections.abc import Coroutine, Iterator
from typing import IO, Any

import asyncssh

from haihe.data.exchange.delivery.ports import DeliveryFailed, Fault
from haihe.data.exchange.delivery.targets.reaching import address_of

_CONNECT_S = 15
_QUIET_S = 120
_PIECE_BYTES = 256 * 1024


class RemoteFolder:
    """Keeps the `Folder` protocol of `files`; its loop runs only while one of its methods does."""

    def __init__(self, run: asyncio.Runner, client: asyncssh.SFTPClient, path: str, where: str) -> None:
        self._run = run
        self._client = client
        self._path = path
        self.where = where

    @classmethod
    @contextlib.contextmanager
    def opened(cls, settings: Any, secret: Any) -> Iterator["RemoteFolder"]:
        address = address_of(settings.host, settings.port)
        where = f"sftp://{settings.host}/{settings.path}"
        with _told_as_delivery(), asyncio.Runner() as runner:
            connection = runner.run(_connect(address, settings, secret))
            try:
                client = runner.run(_client(connection, settings.path))
                yield cls(runner, client, settings.path, where)
            finally:
                connection.close()
                runner.run(connection.wait_closed())

    def _wait[T](self, doing: Coroutine[Any, Any, T]) -> T:
        return self._run.run(asyncio.wait_for(doing, _QUIET_S))

    def _at(self, name: str) -> str:
        return posixpath.join(self._path, name)

    def names(self) -> set[str]:
        listed = self._wait(self._client.listdir(self._path))
        return {str(name) for name in listed} - {".", ".."}

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        file = self._wait(self._open(self._at(name), "wb"))
        try:
            with io.BufferedWriter(_Remote(self, file), _PIECE_BYTES) as buffered:
                yield buffered
        finally:
            self._wait(file.close())

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        file = self._wait(self._open(self._at(name), "rb"))
        try:
            with io.BufferedReader(_Remote(self, file), _PIECE_BYTES) as buffered:
                yield buffered
        finally:
            self._wait(file.close())

    async def _open(self, path: str, mode: Any) -> "asyncssh.SFTPClientFile":
        return await self._client.open(path, mode, encoding=None)

    def rename(self, source: str, target: str) -> None:
        self._wait(self._client.posix_rename(self._at(source), self._at(target)))

    def remove(self, name: str) -> None:
        self._wait(self._client.remove(self._at(name)))


class _Remote(io.RawIOBase):
    """A remote file as one of Python's own."""

    def __init__(self, folder: RemoteFolder, file: "asyncssh.SFTPClientFile") -> None:
        self._folder = folder
        self._file = file

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._folder._wait(self._file.write(bytes(piece)))
        return len(piece)

    def readinto(self, buffer: Any) -> int:
        piece = self._folder._wait(self._file.read(len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)


@contextlib.contextmanager
def _told_as_delivery() -> Iterator[None]:
    try:
        yield
    except asyncssh.HostKeyNotVerifiable:
        raise DeliveryFailed(Fault.HOST_KEY) from None
    except (asyncssh.PermissionDenied, asyncssh.SFTPPermissionDenied, asyncssh.SFTPNoSuchFile):
        raise DeliveryFailed(Fault.REFUSED) from None
    except (asyncssh.KeyImportError, ValueError):
        raise DeliveryFailed(Fault.SETTINGS_WRONG) from None
    except (OSError, asyncssh.Error, TimeoutError):
        raise DeliveryFailed(Fault.NO_CONNECTION) from None


async def _connect(address: str, settings: Any, secret: Any) -> asyncssh.SSHClientConnection:
    known = asyncssh.import_known_hosts(f"* {settings.host_key}\n")
    keys = [asyncssh.import_private_key(secret.private_key)] if secret.private_key else None
    return await asyncssh.connect(
        address,
        settings.port,
        username=settings.user,
        password=secret.password or None,
        client_keys=keys,
        known_hosts=known,
        config=None,
        agent_path=None,
        connect_timeout=_CONNECT_S,
    )


async def _client(connection: asyncssh.SSHClientConnection, path: str) -> asyncssh.SFTPClient:
    client = await connection.start_sftp_client()
    await client.makedirs(path, exist_ok=True)
    return client
