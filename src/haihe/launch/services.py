"""The programs of one installation, as the supervisor runs them."""

import http.client
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from haihe.kernel.environment import Environment
from haihe.launch import os_user
from haihe.launch.child import Program
from haihe.launch.hub import EmbeddedHub
from haihe.launch.nats import EmbeddedNats
from haihe.launch.postgres import EmbeddedPostgres

SOURCE = Path(__file__).parents[2]
_MEMORY_A_PROCESS = 4 * 10**9
_MOST_WEB_PROCESSES = 4
_TRIES_A_PROCESS = 8
_HEARD_WITHIN_S = 2.0
"""Whoever asks looks after other programs too; one that starts is asked again."""
PYTHON = (sys.executable, "-m")
_MOST_HEAD_BYTES = 64 * 1024
_MOST_CONNECTIONS = 1024


def postgres(server: EmbeddedPostgres, *, log_dir: Path) -> Program:
    # SIGINT is PostgreSQL's fast shutdown; on SIGTERM it would wait for every client to leave.
    return Program(
        "postgres",
        tuple(server.command()),
        log_dir / "postgres.log",
        user=os_user.needed(),
        stop_signal=signal.SIGINT,
        answers=server.answers,
    )


def nats(server: EmbeddedNats, *, log_dir: Path) -> Program:
    return Program("nats", tuple(server.command()), log_dir / "nats.log", answers=server.answers)


def hub(server: EmbeddedHub, *, log_dir: Path) -> Program:
    return Program("hub", tuple(server.command()), log_dir / "hub.log", answers=server.answers)


def gateway(*, port: int, metrics_port: int = 0, environment: Mapping[str, str], log_dir: Path) -> Program:
    command = (*haihe("gateway"), "--port", str(port), *_shown_on(metrics_port))
    return Program(
        "gateway", command, log_dir / "gateway.log", environment, answers=lambda: responds("127.0.0.1", port)
    )


def scoreday(*, port: int, url: str, environment: Mapping[str, str], log_dir: Path) -> Program:
    command = (*haihe("scoreday"), "--port", str(port), "--url", url)
    return Program(
        "scoreday", command, log_dir / "scoreday.log", environment, answers=lambda: responds("127.0.0.1", port)
    )


def openreads(*, port: int, metrics_port: int = 0, environment: Mapping[str, str], log_dir: Path) -> Program:
    command = (*haihe("openreads"), "--port", str(port), *_shown_on(metrics_port))
    return Program(
        "openreads", command, log_dir / "openreads.log", environment, answers=lambda: responds("127.0.0.1", port)
    )


def worker(*, metrics_port: int, environment: Mapping[str, str], log_dir: Path) -> Program:
    return Program("worker", (*haihe("worker"), *_shown_on(metrics_port)), log_dir / "worker.log", environment)


def _shown_on(port: int) -> tuple[str, ...]:
    """Return the words that show a program's figures on this port."""
    host = os.environ.get("HAIHE_METRICS_HOST", "127.0.0.1")
    return ("--metrics-host", host, "--metrics-port", str(port))


def web(*, host: str, port: int, environment: Mapping[str, str], log_dir: Path) -> Program:
    processes = environment.get("HAIHE_WEB_WORKERS") or str(web_processes())
    command = (
        *PYTHON, "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", processes, "--blocking-threads", "4",
        *_against_floods(environment),
        "--respawn-failed-workers", "--workers-kill-timeout", "10", "--no-ws", "haihe.web.wsgi:application",
    )  # fmt: skip
    probe = reachable_host(host)
    return Program(
        "web", command, log_dir / "web.log", environment, answers=lambda: all_respond(probe, port, int(processes))
    )


def _against_floods(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words that bound what connections may hold of the pages' server.

    HTTP/1 alone, as it is spoken behind a proxy: where the server has to find out which version is spoken, a client
    that says nothing is waited for without end. Its `backpressure` is how many connections it accepts, whoever is
    silent on them; what is worked on at once is bounded by the threads.
    """
    within_ms = min(60_000, int(1000 * Environment.from_mapping(os.environ | dict(environment)).slowest_request_s))
    return (
        *("--http", "1", "--http1-header-read-timeout", str(within_ms), "--http1-buffer-size", str(_MOST_HEAD_BYTES)),
        *("--backpressure", str(_MOST_CONNECTIONS), "--backlog", str(_MOST_CONNECTIONS)),
    )


def web_processes(*, cores: int | None = None, memory_bytes: int | None = None) -> int:
    """Return how many processes serve the pages where nobody said: one a core, where there are 4 GB for each.

    Python uses one core a process, and each takes some 450 MB (docs/performance.md); the database and the other
    programs want the rest. More than four would wait for the database.
    """
    cores = cores or os.process_cpu_count() or 1
    memory_bytes = memory_bytes or psutil.virtual_memory().total
    return max(1, min(cores, memory_bytes // _MEMORY_A_PROCESS, _MOST_WEB_PROCESSES))


def haihe(*words: str) -> tuple[str, ...]:
    return (*PYTHON, "haihe", *words)


def python_path() -> str:
    """Return what PYTHONPATH must be for our children, which start in another folder."""
    return os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH", "")]))


def reachable_host(host: str) -> str:
    """Return the address at which this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def responds(host: str, port: int) -> bool:
    """True if somebody answers HTTP there, whatever the answer."""
    return status_of(host, port, "/healthz", timeout_s=_HEARD_WITHIN_S) is not None


def all_respond(host: str, port: int, processes: int) -> bool:
    """True if each process behind the port answers HTTP.

    A process that is still starting holds connections already and lets them wait. Which one gets a connection is the
    system's choice, so many are tried.
    """
    return all(responds(host, port) for _ in range(_TRIES_A_PROCESS * processes))


def status_of(host: str, port: int, path: str, *, timeout_s: float = 10) -> tuple[int, bytes] | None:
    """Return status and body of a GET, or None where nobody answers."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
