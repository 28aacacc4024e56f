"""`haihe up`: everything on one machine, from an empty folder to a city that answers."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from haihe.launch import foundation, ports, services
from haihe.launch.data_dir import DataDir, Running
from haihe.launch.screen import Screen
from haihe.launch.supervisor import StopRequested, Supervisor, request_stop, stop_requests
from haihe.launch.trouble import Trouble

USUAL_SCOREDAY_PORT = 8004
USUAL_OPENREADS_PORT = 8005
_HEALTHY_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for. `scale` None means: as it was, or the default on a first start."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    gateway_port: int = 8001
    metrics_port: int | None = None
    scoreday_port: int | None = None
    scale: float | None = None
    demo: bool = True
    openreads_port: int | None = None

    @property
    def url(self) -> str:
        return f"http://{services.reachable_host(self.host)}:{self.port}"


def up(wish: Wish, *, screen: Screen) -> int:
    """Start everything, keep it running until told to stop, stop it. Returns the exit code."""

    def run(folder: DataDir, supervisor: Supervisor) -> None:
        started = time.monotonic()
        running = _start(wish, folder, supervisor, screen)
        folder.announce(replace(running, ready=True))
        _tell(wish, screen, time.monotonic() - started)
        supervisor.watch()

    try:
        _check_ports(wish)
    except ports.PortBusy as trouble:
        screen.trouble(str(trouble))
        return 1
    return supervised(wish.data_dir, run, screen=screen)


def supervised(data_dir: Path, run: Callable[[DataDir, Supervisor], None], *, screen: Screen) -> int:
    """Hold the data directory and run, with everything that was started stopped afterwards. Returns the exit code."""
    folder = DataDir(data_dir.absolute())
    supervisor = Supervisor(say=screen.note)
    try:
        folder.make()
        with folder.held(), stop_requests(request_stop):
            try:
                run(folder, supervisor)
            finally:
                _stop(supervisor, screen)
    except StopRequested:
        return 0
    except (Trouble, psycopg.OperationalError) as trouble:
        screen.trouble(str(trouble))
        return 1
    return 0


def _check_ports(wish: Wish) -> None:
    ports.wait_until_free(wish.host, wish.port, option="--port")
    ports.wait_until_free("127.0.0.1", wish.gateway_port, option="--gateway-port")
    if wish.port == wish.gateway_port:
        raise ports.PortBusy(f"web and gateway cannot share port {wish.port}; choose another with --gateway-port")


def _start(wish: Wish, folder: DataDir, supervisor: Supervisor, screen: Screen) -> Running:
    keyring, shown = folder.keyring(), ports.metrics_ports(wish.metrics_port)
    scoreday_port = ports.wished_or_free(wish.scoreday_port, usual=USUAL_SCOREDAY_PORT, option="--scoreday-port")
    openreads_port = ports.wished_or_free(wish.openreads_port, usual=USUAL_OPENREADS_PORT, option="--openreads-port")
    hub_url, hub_address = foundation.start_hub(folder, keyring, supervisor, screen)
    running = Running(
        pid=os.getpid(),
        url=wish.url,
        gateway_url=f"http://127.0.0.1:{wish.gateway_port}",
        database_url=foundation.start_database(folder, supervisor, screen),
        nats_url=foundation.start_fabric(folder, supervisor, screen),
        metrics_urls=foundation.metrics_urls(wish.url, shown),
        scoreday_url=f"http://127.0.0.1:{scoreday_port}",
        openreads_url=f"http://127.0.0.1:{openreads_port}",
        hub_url=hub_url,
        hub_address=hub_address,
    )
    folder.announce(running)
    environment = foundation.child_environment(folder=folder, keyring=keyring, running=running, demo=wish.demo)
    foundation.prepare_database(environment, keyring, screen)
    if wish.demo:
        foundation.plant_demo_city(environment, wish.scale, screen)
    foundation.load_places(environment, screen)
    foundation.bring_in_items(environment, screen)
    foundation.index_catalogue(environment, screen)
    pages = environment | foundation.room_for_figures(folder)
    with screen.step("gateway, score day, open data, worker, web 网关、成绩查询、开放数据、后台任务、门户"):
        supervisor.start(
            services.gateway(
                port=wish.gateway_port, metrics_port=shown[0], environment=environment, log_dir=folder.log_dir
            ),
            services.scoreday(
                port=scoreday_port,
                url=environment["HAIHE_SCOREDAY_URL"],
                environment=environment,
                log_dir=folder.log_dir,
            ),
            services.openreads(
                port=openreads_port, metrics_port=shown[2], environment=environment, log_dir=folder.log_dir
            ),
            services.web(host=wish.host, port=wish.port, environment=pages, log_dir=folder.log_dir),
        )
        # Last: what waits for it, above all on a first start, would take the processors from those who are waited for.
        supervisor.start(services.worker(metrics_port=shown[1], environment=environment, log_dir=folder.log_dir))
        _wait_until_healthy(wish, screen)
    return running


def _wait_until_healthy(wish: Wish, screen: Screen) -> None:
    deadline = time.monotonic() + _HEALTHY_WITHIN_S
    while True:
        answer = services.status_of(services.reachable_host(wish.host), wish.port, "/healthz")
        if answer and answer[0] == 200:
            return
        if time.monotonic() > deadline:
            screen.note(f"serving, but not healthy: {_detail(answer)}")
            return
        time.sleep(0.1)


def _detail(answer: tuple[int, bytes] | None) -> str:
    try:
        return str(json.loads(answer[1] if answer else b"")["detail"])
    except (ValueError, KeyError, TypeError):
        return f"/healthz answers {answer[0] if answer else 'nothing'}"


def _tell(wish: Wish, screen: Screen, took_s: float) -> None:
    screen.console.print(f"\n  [bold]海河 Haihe[/]  [bold blue]{wish.url}[/]   ready in {took_s:.1f} s 已就绪")
    screen.console.print(f"  [dim]data 数据 {wish.data_dir}  ·  Ctrl-C stops everything 停止[/]\n")
    if wish.demo and wish.host not in {"127.0.0.1", "localhost", "::1"}:
        screen.note(f"anybody who reaches {wish.host} can sign in as a demo person; use --no-demo for real data")


def _stop(supervisor: Supervisor, screen: Screen) -> None:
    with screen.step("stopped 已停止"):
        supervisor.stop()
