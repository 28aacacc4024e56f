"""wrk and nginx: the load, and what it is compared with."""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from haihe.launch import ports
from haihe.launch.trouble import Trouble

_HERE = Path(__file__).parent
_NGINX = """
daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    default_type application/json;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk measured. `not_200` counts answers of status 400 and above."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    not_200: int
    broken: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def program(name: str) -> str:
    """Raises: Trouble, naming the Debian package."""
    path = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin") or shutil.which(name)
    if path is None:
        raise Trouble(f"the benchmark needs {name}; on Debian: apt-get install {name}")
    return path


def drive(url: str, *, connections: int, seconds: float, requests: Path | None = None, timeout_s: float = 2.0) -> Load:
    """Load the url with one thread of wrk: with each request of the file once, or with plain GETs without a file.

    An answer that takes longer than `timeout_s` counts as broken, though it comes.
    """
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.lua"
        parts = ["report.lua"] if requests is None else ["report.lua", "load.lua"]
        script.write_text("\n".join((_HERE / part).read_text() for part in parts))
        command = [
            program("wrk"),
            "-t1",
            f"-c{connections}",
            f"-d{seconds:g}s",
            f"--timeout={timeout_s:g}s",
            "-s",
            str(script),
            url,
        ]
        command += [] if requests is None else [str(requests)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    line = next((line for line in done.stdout.splitlines() if line.startswith("{")), None)
    if done.returncode or line is None:
        raise Trouble(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    told = json.loads(line)
    return Load(
        told["requests"],
        told["duration_us"] / 1e6,
        told["p50_us"] / 1e3,
        told["p99_us"] / 1e3,
        told["max_us"] / 1e3,
        told["not_200"],
        told["broken"],
    )


def cpu_s(pid: int) -> float:
    """Return the processor seconds of a process and its children so far."""
    process = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:2]) for each in (process, *process.children(recursive=True)))


@contextmanager
def nginx(folder: Path, *, workers: str, size: int = 200) -> Iterator[str]:
    """Serve a static file of so many bytes; gives its url. `workers` is nginx's worker_processes."""
    port = ports.free_port()
    www = folder / "www"
    www.mkdir(parents=True, exist_ok=True)
    # Its workers run as another user.
    for place in (folder, www):
        place.chmod(0o755)
    (www / "answer.json").write_bytes(b'{"answer":"MATCH"}'.ljust(size))
    (www / "answer.json").chmod(0o644)
    configuration = folder / "nginx.conf"
    configuration.write_text(_NGINX.format(workers=workers, folder=folder, port=port))
    command = [program("nginx"), "-c", str(configuration), "-e", str(folder / "error.log")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - fixed program, no shell
        try:
            _await_port(port)
            yield f"http://127.0.0.1:{port}/answer.json"
        finally:
            process.terminate()


def _await_port(port: int) -> None:
    for _ in range(100):
        if not ports.is_free(port):
            return
        time.sleep(0.05)  # nginx tells nobody when it listens
    raise Trouble("nginx did not start")
