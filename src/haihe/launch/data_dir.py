"""The data directory of one installation: who may use it now, its keys, and where its servers are.

```
<data_dir>/keyring.json   secrets, made once, mode 0600
           running.json   locked by the `haihe up` that runs here, with its addresses
           postgres/ nats/ hub/ logs/   and what the components keep: lake/ indexes/ journal/ city/
```
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from haihe.kernel.keyring import Keyring, KeyringError
from haihe.launch.private_files import write_private
from haihe.launch.trouble import Trouble


class DataDirError(Trouble):
    """The data directory cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Running:
    """Addresses of a running installation. The urls may hold passwords: never print them."""

    pid: int
    url: str
    gateway_url: str
    database_url: str
    nats_url: str
    ready: bool = False
    metrics_urls: tuple[str, ...] = ()
    """Where Prometheus finds the figures of pages, gateway and worker."""
    scoreday_url: str = ""
    openreads_url: str = ""
    hub_url: str = ""
    hub_address: str = ""
    """What nodes dial."""


@dataclass(frozen=True, slots=True)
class DataDir:
    path: Path

    @property
    def keyring_file(self) -> Path:
        return self.path / "keyring.json"

    @property
    def log_dir(self) -> Path:
        return self.path / "logs"

    def make(self) -> None:
        """Create the folder. Others may pass through it as root's PostgreSQL must, but may not look around."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self.log_dir.mkdir(exist_ok=True, mode=0o700)
        except OSError as trouble:
            raise DataDirError(f"the data directory cannot be used: {trouble}") from trouble

    def keyring(self) -> Keyring:
        """Return the keys, made now if this is a first start. Raises: DataDirError if they are lost or damaged."""
        if not self.keyring_file.exists():
            if any(self.path.glob("postgres*")):
                raise DataDirError(
                    f"{self.keyring_file} is missing although {self.path} holds a database; "
                    "put it back from your copy: what was sealed with it cannot be read without it"
                )
            write_private(self.keyring_file, Keyring.generate().to_json())
        try:
            return Keyring.from_json(self.keyring_file.read_text(encoding="utf-8"))
        except (KeyringError, OSError) as trouble:
            raise DataDirError(f"{self.keyring_file}: {trouble}") from trouble

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep everybody else out. Raises: DataDirError if somebody is in already."""
        file = self.path / "running.json"
        with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DataDirError(self._whose(lock.read())) from None
            try:
                yield
            finally:
                lock.truncate(0)

    def announce(self, running: Running) -> None:
        """Write the addresses for others to find; call while the directory is held."""
        # Written in place: the lock is on this very file.
        (self.path / "running.json").write_text(json.dumps(asdict(running)))

    def running(self) -> Running | None:
        """Return the addresses of the installation that runs here, if one does."""
        try:
            with (self.path / "running.json").open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return _read((self.path / "running.json").read_text())
        return None

    def _whose(self, text: str) -> str:
        running = _read(text)
        who = f"by process {running.pid}, which serves {running.url}" if running else "by another process"
        return f"{self.path} is in use {who}; stop that one, or give this one a --data-dir of its own"


def _read(text: str) -> Running | None:
    try:
        told = json.loads(text)
        return Running(**told | {"metrics_urls": tuple(told.get("metrics_urls", ()))})
    except (ValueError, TypeError):
        return None
