"""`haihe statistics`: check the published figures of use of open data, file by file, against the ledger."""

import sys

import click

from haihe.cli import Attached


@click.group(name="statistics")
def command() -> None:
    """Check the published figures of use of open data."""


@command.command(cls=Attached)
def check() -> None:
    """Check each day's file, its signature and its digest in the ledger; exit code 0 only if all of it fits.

    Needs the database and the keys. `haihe ledger audit` tells whether the ledger itself is whole.
    """
    from haihe.data.open import api as open_data

    found = open_data.check_statistics()
    told = f"{found.days} days, {found.recorded} digests in the ledger, {found.sealed} of them sealed"
    for fault in found.faults:
        click.secho(f"{fault.day}: {fault.detail}", fg="red")
    if found.faults:
        click.secho(f"ALTERED 每日文件被改动过: {told}", fg="red", bold=True)
        sys.exit(1)
    click.secho(f"CLEAN 每日文件完好: {told}", fg="green", bold=True)
