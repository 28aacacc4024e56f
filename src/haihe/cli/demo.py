"""`haihe demo`."""

import sys

import click

from haihe.cli import SCALE


@click.command(name="demo")
@click.option("--scale", default=0.001, show_default=True, type=SCALE, help="1 is Tianjin.")
def command(scale: float) -> None:
    """Play the opening story against a temporary city, step by step. Exit code 0 only if each result is right."""
    from haihe.launch.screen import Screen
    from haihe.launch.story.play import play
    from haihe.launch.story.steps import STORY

    sys.exit(play(STORY, scale=scale, screen=Screen()))
