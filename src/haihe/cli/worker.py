"""`haihe worker`."""

import logging
import os

import click

from haihe.kernel.environment import Environment


@click.command(name="worker")
def command() -> None:
    """Run background jobs, deliver events, and carry the gateway's journal to the ledger. Ends cleanly on SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    import django

    django.setup()
    from haihe.launch import worker

    try:
        worker.run(Environment.from_mapping(os.environ))
    except worker.WorkerFailed as failure:
        raise click.ClickException(str(failure)) from failure
