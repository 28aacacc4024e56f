"""`haihe upgrade`: a new version's tables, in two steps, while programs of the version before serve on."""

import click

from haihe.cli import Attached


@click.group(name="upgrade")
def command() -> None:
    """Bring the database to this code without a stop; see docs/operations.md, "Upgrades"."""


@command.command(cls=Attached)
def status() -> None:
    """Show what the database lacks, and in which step it comes."""
    from haihe.launch import upgrade

    found = upgrade.pending()
    for step, migrations in (("before 先行", found.before), ("after 收尾", found.after)):
        for migration in migrations:
            click.echo(f"{step}: {migration}")
    if not found.before and not found.after:
        click.echo("up to date 已是最新")


@command.command(cls=Attached)
def before() -> None:
    """Apply what only adds: run it with the new code, while the code before serves."""
    from haihe.launch import upgrade

    found = upgrade.apply_before()
    click.echo(f"{len(found.before)} applied 已执行, {len(found.after)} left for later 待收尾")


@command.command(cls=Attached)
def after() -> None:
    """Apply the rest, and bring in the items: run it once no program of the code before is left."""
    from haihe.launch import items, upgrade

    found = upgrade.apply_after()
    items.bring_in()
    click.echo(f"{len(found.before) + len(found.after)} applied 已执行; up to date 已是最新")
