"""`haihe up`."""

import os
import sys
from pathlib import Path

import click

from haihe.cli import SCALE
from haihe.kernel.environment import Environment


@click.command(name="up")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address on which the pages are served.")
@click.option("--port", default=8000, show_default=True, help="Port of the pages.")
@click.option("--gateway-port", default=8001, show_default=True, help="Port of the gateway, on loopback.")
@click.option("--metrics-port", type=int, help="Port of the gateway's figures; the worker's are next. [8002]")
@click.option("--scoreday-port", type=int, help="Port of score day, on loopback. [8004]")
@click.option("--openreads-port", type=int, help="Port of open data for programs, on loopback. [8005]")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where everything is kept. [default: var/haihe]")
@click.option("--scale", type=SCALE, help="Demo city: 1 is the real Tianjin. [0.01]")
@click.option("--no-demo", is_flag=True, help="No demo city and no demo sign-in.")
def command(
    host: str,
    port: int,
    gateway_port: int,
    metrics_port: int | None,
    scoreday_port: int | None,
    openreads_port: int | None,
    data_dir: Path | None,
    scale: float | None,
    no_demo: bool,
) -> None:
    """Start the whole city on this machine: database, message fabric, gateway, worker, pages. Ctrl-C stops it."""
    from haihe.launch.screen import Screen
    from haihe.launch.up import Wish, up

    folder = data_dir or Environment.from_mapping(os.environ).data_dir
    wish = Wish(
        folder.absolute(), host, port, gateway_port, metrics_port, scoreday_port, scale, not no_demo, openreads_port
    )
    sys.exit(up(wish, screen=Screen()))
