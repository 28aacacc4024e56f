"""For `haihe bench open`: Datasette and RoAPI, from PyPI into a place of their own, serving the same rows."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from haihe.launch import ports, services
from haihe.launch.screen import Screen
from haihe.launch.trouble import Trouble

NAMES = ("datasette", "roapi")


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int


def fetched(screen: Screen) -> Path:
    """Return where the peers' programs are, fetched once."""
    place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "haihe-bench" / "open-peers"
    if not all((place / "bin" / name).exists() for name in NAMES):
        with screen.step("fetch Datasette and RoAPI, once 下载对照程序"):
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)  # noqa: S603 - no shell
            pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", *NAMES]
            subprocess.run(pip, check=True)  # noqa: S603 - fixed program, no shell
    return place / "bin"


@contextmanager
def serving(name: str, programs: Path, version: Path) -> Iterator[Server]:
    port = ports.free_port()
    if name == "datasette":
        words, ready = ["serve", "-i", str(version / "pages.sqlite"), "-p", str(port)], "/-/versions.json"
    else:
        words, ready = ["--table", f"rows={version / 'rows.parquet'}", "-a", f"127.0.0.1:{port}"], "/api/schema"
    command = [str(programs / name), *words]
    # In a session of its own, as ours is: Linux shares processors out among sessions first.
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True) as process:  # noqa: S603 - no shell
        try:
            deadline = time.monotonic() + 300
            while (services.status_of("127.0.0.1", port, ready) or (0, b""))[0] != 200:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise Trouble(f"{name} did not start")
                time.sleep(0.2)  # a peer tells nobody when it listens
            yield Server(port, process.pid)
        finally:
            process.terminate()
