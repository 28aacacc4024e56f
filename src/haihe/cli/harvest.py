"""`haihe harvest`: run over a remote catalogue in this terminal."""

import sys

import click

from haihe.cli import Attached


@click.group(name="harvest")
def command() -> None:
    """Harvest other portals, or publish to them."""


@command.command(name="list", cls=Attached)
def list_catalogues() -> None:
    """List the remote catalogues with their last run."""
    from haihe.data.harvest import api as harvest

    for one in harvest.listed():
        click.echo(f"{one.slug:24} {one.direction:4} {one.kind:10} {one.state:9} {one.last or 'never run'}")


@command.command(cls=Attached)
@click.argument("slug")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and write nothing.")
def run(slug: str, dry_run: bool) -> None:
    """Run over a remote catalogue; exit code 1 unless it ended well."""
    from django.utils import timezone

    from haihe.data.harvest import api as harvest

    try:
        told = harvest.run_here(slug, is_dry=dry_run, clock=timezone.now)
    except harvest.HarvestError as refused:
        raise click.ClickException(refused.message) from None
    except harvest.NotFound:
        raise click.ClickException(f"there is no remote catalogue {slug}; `haihe harvest list` names them") from None
    click.echo(
        f"{told.state}: {told.seen} read = {told.new} new + {told.changed} changed + {told.unchanged} unchanged"
        f" + {told.refused} refused; {told.gone} gone"
    )
    if told.problem:
        click.echo(told.problem)
    sys.exit(0 if told.state == "DONE" else 1)
