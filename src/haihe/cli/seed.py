"""`haihe seed`."""

import os
import sys
from pathlib import Path

import click

from haihe.cli import SCALE
from haihe.kernel.environment import Environment


@click.command(name="seed")
@click.option("--scale", default=0.01, show_default=True, type=SCALE, help="1 is Tianjin.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where everything is kept. [default: var/haihe]")
def command(scale: float, data_dir: Path | None) -> None:
    """Plant the demo city; where it stands already, nothing happens."""
    from haihe.launch.screen import Screen
    from haihe.launch.seed import seed

    folder = data_dir or Environment.from_mapping(os.environ).data_dir
    sys.exit(seed(folder, scale=scale, screen=Screen()))
