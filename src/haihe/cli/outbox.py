"""`haihe outbox`: events that did not reach somebody."""

import sys

import click

from haihe.cli import Attached


@click.group(name="outbox")
def command() -> None:
    """Show and retry events that did not reach a handler."""


@command.command(cls=Attached)
def dead() -> None:
    """List dead letters; exit code 1 if there are any."""
    from haihe.base.outbox import api as outbox

    state, letters = outbox.backlog(), outbox.dead_letters()
    for letter in letters:
        click.secho(f"{letter.id}  {letter.topic} → {letter.handler}", bold=True)
        click.echo(f"    {letter.announced_at:%Y-%m-%d %H:%M:%S}, {letter.attempts} attempts: {letter.last_error}")
    click.echo(f"{state.dead} dead, {state.waiting} waiting")
    sys.exit(1 if letters else 0)


@command.command(cls=Attached)
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Let a dead letter be delivered again."""
    from django.utils import timezone

    from haihe.base.outbox import api as outbox

    if not outbox.retry(number, now=timezone.now()):
        raise click.ClickException(f"{number} is no dead letter; `haihe outbox dead` lists them")
    click.echo(f"{number} will be tried again")
