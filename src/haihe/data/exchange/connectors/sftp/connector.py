import contextlib
import hashlib
import posixpath
import stat
from collections.abc import Iterator
from typing import Annotated, Any, Final

import asyncssh
import msgspec

from haihe.data.exchange.connectors import drop, reach
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.looping import Loop
from haihe.data.exchange.connectors.ports import Fetched, GivenBack, Leg, LegFound, Sink, Site, Verdict

_PIECE_BYTES: Final = 1024 * 1024
_MOST_FILES: Final = 100_000
_GIVING_TIMEOUT_S: Final = 600.0

type Text = Annotated[str, msgspec.Meta(min_length=1, max_length=253, pattern=r"^[^\x00-\x1f]+$")]


class SftpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`host_key` is the server's public key as OpenSSH writes it: `ssh-ed25519 AAAA…`."""

    host: Text
    user: Text
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 22
    host_key: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    path: drop.FolderPath = ""
    pattern: drop.Pattern = "*"
    finished: drop.Finished = "quiet"
    quiet_s: drop.Quiet = 60
    afterwards: drop.Afterwards = "move"


class SftpSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either of the two; a private key is in OpenSSH's or PEM form and has no passphrase."""

    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    private_key: Annotated[str, msgspec.Meta(max_length=20_000)] = ""


class SftpConnector:
    name = "sftp"
    legs = (Leg.NAME, Leg.CONNECT, Leg.TRUST, Leg.LOGIN, Leg.PLACE, Leg.ROWS)
    settings = SftpSettings
    secret = SftpSecret

    def check(self, settings: SftpSettings, secret: SftpSecret, site: Site) -> Iterator[LegFound]:
        addresses = reach.addresses_of(settings.host, settings.port, site)
        yield LegFound(Leg.NAME, ", ".join(addresses))
        yield LegFound(Leg.CONNECT, f"{reach.reachable_address(addresses, settings.port)}:{settings.port}")
        with _Session(settings, secret, site) as session:
            yield LegFound(Leg.TRUST, session.fingerprint)
            yield LegFound(Leg.LOGIN, settings.user)
            waiting = session.waiting()
            yield LegFound(Leg.PLACE, settings.path or "/")
            yield drop.waiting_leg(waiting, lambda entry, most: b"".join(session.pieces(entry.name, most)))

    def fetch(
        self, settings: SftpSettings, secret: SftpSecret, since: str | None, sink: Sink, site: Site
    ) -> Fetched | None:
        with _Session(settings, secret, site) as session:
            waiting = session.waiting()
            if not waiting:
                return None
            entry = waiting[0]
            session.copy(entry, sink)
            fetched = Fetched(
                format="",
                filename=entry.name,
                complete=len(waiting) == 1,
                as_of=drop.true_since(entry, site.clock()),
                token=drop.Token(entry.name, entry.size, entry.changed_at).written(),
            )
            sink.durable(fetched)
            return fetched

    def settle(
        self, settings: SftpSettings, secret: SftpSecret, token: str, verdict: Verdict, words: str, site: Site
    ) -> None:
        known = drop.Token.read(token)
        with _Session(settings, secret, site) as session:
            if session.entry(known.name) == drop.Entry(known.name, known.size, known.changed_at):
                session.put_away(known.name, verdict, words)

    def give_back(self, settings: SftpSettings, secret: SftpSecret, given: GivenBack, site: Site) -> str:
        with _Session(settings, secret, site) as session:
            return f"{drop.RETURNED}/{session.put_once(given)}"


SFTP: Final = SftpConnector()


class _Session:
    """One connection, and what a drop needs of it. Raises: FetchFailed, also for what goes wrong in the block."""

    def __init__(self, settings: SftpSettings, secret: SftpSecret, site: Site) -> None:
        self._settings = settings
        self._secret = secret
        self._site = site
        self._stack = contextlib.ExitStack()
        self._folder = posixpath.join(".", *drop.steps(settings.path))

    def __enter__(self) -> "_Session":
        with contextlib.ExitStack() as stack:
            stack.enter_context(_told())
            self._loop = stack.enter_context(Loop())
            self._connection = self._loop.run(self._connect())
            stack.callback(self._close)
            self._sftp = self._loop.run(self._connection.start_sftp_client())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *about: Any) -> None:
        self._stack.__exit__(*about)

    @property
    def fingerprint(self) -> str:
        key = self._connection.get_server_host_key()
        return key.get_fingerprint() if key else ""

    def waiting(self) -> list[drop.Entry]:
        return drop.ready(
            self._entries(self._folder),
            pattern=self._settings.pattern,
            finished=self._settings.finished,
            quiet_s=self._settings.quiet_s,
            now=self._site.clock(),
        )

    def entry(self, name: str) -> drop.Entry | None:
        try:
            found = self._loop.run(self._sftp.lstat(self._at(name)))
        except asyncssh.SFTPNoSuchFile:
            return None
        return _entry(name, found)

    def pieces(self, name: str, most: int) -> Iterator[bytes]:
        """Give a file's first bytes."""
        file = self._loop.run(self._sftp.open(self._at(name), "rb"))
        try:
            while most and (piece := self._loop.run(file.read(min(most, _PIECE_BYTES)))):
                yield piece.encode() if isinstance(piece, str) else piece
                most -= len(piece)
        finally:
            self._loop.run(file.close())

    def copy(self, entry: drop.Entry, sink: Sink) -> None:
        # As much as was listed: a file that grows while it is read would never end.
        for piece in self.pieces(entry.name, entry.size):
            sink.write(piece)
        if self.entry(entry.name) != entry:
            raise FetchFailed(Fault.SOURCE_CHANGED, entry.name)

    def put_away(self, name: str, verdict: Verdict, words: str) -> None:
        if verdict is Verdict.TAKEN and self._settings.afterwards == "delete":
            self._loop.run(self._sftp.remove(self._at(name)))
        else:
            self._move(name, verdict, words)
        with contextlib.suppress(asyncssh.SFTPNoSuchFile):
            self._loop.run(self._sftp.remove(self._at(f"{name}{drop.MARKER}")))

    def put_once(self, given: GivenBack) -> str:
        """Write a file beside, read it back and rename it to a free name; return the one it has, or had before."""
        folder = self._at(drop.RETURNED)
        self._loop.run(self._sftp.makedirs(folder, exist_ok=True))
        names = [str(each) for each in self._loop.run(self._sftp.listdir(folder))]
        for name in filter(drop.its_names(given.name).fullmatch, names):
            if self._holds(posixpath.join(folder, name), given):
                return name
        part = posixpath.join(folder, f".{given.name}.part")
        self._write_pieces(part, given)
        if not self._holds(part, given):
            raise FetchFailed(Fault.SOURCE_CHANGED, given.name)
        name = drop.free_name(given.name, names)
        self._loop.run(self._sftp.rename(part, posixpath.join(folder, name)))
        return name

    def _holds(self, path: str, given: GivenBack) -> bool:
        found = self._loop.run(self._sftp.lstat(path))
        if _entry(path, found) is None or found.size != given.size:
            return False
        return self._loop.run(self._digest(path), within_s=_GIVING_TIMEOUT_S) == given.sha256

    async def _digest(self, path: str) -> str:
        digest = hashlib.sha256()
        async with self._sftp.open(path, "rb") as file:
            while piece := await file.read(_PIECE_BYTES):
                digest.update(piece.encode() if isinstance(piece, str) else piece)
        return digest.hexdigest()

    def _write_pieces(self, path: str, given: GivenBack) -> None:
        file = self._loop.run(self._sftp.open(path, "wb"))
        try:
            for piece in given.pieces():
                self._loop.run(file.write(piece))
        finally:
            self._loop.run(file.close())

    def _move(self, name: str, verdict: Verdict, words: str) -> None:
        target = self._at(drop.DONE if verdict is Verdict.TAKEN else drop.REFUSED)
        self._loop.run(self._sftp.makedirs(target, exist_ok=True))
        taken = [str(each) for each in self._loop.run(self._sftp.listdir(target))]
        free = posixpath.join(target, drop.free_name(name, taken))
        if verdict is Verdict.REFUSED:
            self._loop.run(self._write(f"{free}{drop.REASON_SUFFIX}", f"{words}\n"))
        self._loop.run(self._sftp.rename(self._at(name), free))

    async def _write(self, path: str, text: str) -> None:
        async with self._sftp.open(path, "w", encoding="utf-8") as file:
            await file.write(text)

    def _entries(self, folder: str) -> list[drop.Entry]:
        found = self._loop.run(self._sftp.readdir(folder))
        if len(found) > _MOST_FILES:
            raise FetchFailed(Fault.TOO_MUCH, self._settings.path or "/")
        entries = (_entry(str(each.filename), each.attrs) for each in found)
        return [entry for entry in entries if entry is not None and "/" not in entry.name]

    def _at(self, name: str) -> str:
        return posixpath.join(self._folder, name)

    async def _connect(self) -> asyncssh.SSHClientConnection:
        settings = self._settings
        addresses = reach.addresses_of(settings.host, settings.port, self._site)
        address = reach.reachable_address(addresses, settings.port)
        if not settings.host_key:
            offered = await asyncssh.get_server_host_key(address, settings.port, config=None)
            raise FetchFailed(Fault.HOST_KEY_UNKNOWN, offered.export_public_key().decode().strip() if offered else "")
        return await asyncssh.connect(
            address,
            settings.port,
            username=settings.user,
            password=self._secret.password or None,
            client_keys=_keys(self._secret),
            known_hosts=([_host_key(settings)], [], []),
            config=None,
            agent_path=None,
            connect_timeout=reach.CONNECT_TIMEOUT_S,
            login_timeout=reach.CONNECT_TIMEOUT_S * 2,
            keepalive_interval=15,
        )

    def _close(self) -> None:
        with contextlib.suppress(asyncssh.Error, OSError, TimeoutError):
            self._loop.run(self._ended(), within_s=5)

    async def _ended(self) -> None:
        """End it within the loop: what asyncssh asks of its loop may not be asked from another thread."""
        self._connection.abort()
        await self._connection.wait_closed()


def _host_key(settings: SftpSettings) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_public_key(settings.host_key)
    except asyncssh.KeyImportError:
        raise FetchFailed(Fault.SETTINGS_WRONG, "host_key") from None


def _keys(secret: SftpSecret) -> list[asyncssh.SSHKey]:
    if not secret.private_key:
        return []
    try:
        return [asyncssh.import_private_key(secret.private_key)]
    except asyncssh.KeyImportError:
        raise FetchFailed(Fault.SETTINGS_WRONG, "private_key") from None


def _entry(name: str, found: asyncssh.SFTPAttrs) -> drop.Entry | None:
    if found.permissions is None or not stat.S_ISREG(found.permissions):
        return None
    return drop.Entry(name, found.size or 0, float(found.mtime or 0))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what the library raises into faults."""
    try:
        yield
    except asyncssh.HostKeyNotVerifiable:
        raise FetchFailed(Fault.HOST_KEY_CHANGED) from None
    except asyncssh.PermissionDenied:
        raise FetchFailed(Fault.LOGIN_REFUSED) from None
    except asyncssh.SFTPNoSuchFile:
        raise FetchFailed(Fault.NO_SUCH_PLACE) from None
    except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPFailure):
        raise FetchFailed(Fault.NOT_PERMITTED) from None
    except TimeoutError:
        raise FetchFailed(Fault.TIMED_OUT) from None
    except (asyncssh.Error, OSError):
        raise FetchFailed(Fault.CONNECTION_LOST) from None
