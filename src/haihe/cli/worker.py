"""`haihe worker`."""

import logging
import os

import click

from haihe.kernel.environment import Environment


@click.command(name="worker")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Address for Prometheus.")
@click.option("--metrics-port", default=0, help="Port for Prometheus; none without it.")
def command(metrics_host: str, metrics_port: int) -> None:
    """Run background jobs, deliver events, and carry the gateway's journal to the ledger. Ends cleanly on SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    import django

    django.setup()
    from haihe.launch import worker

    try:
        worker.run(Environment.from_mapping(os.environ), metrics_host=metrics_host, metrics_port=metrics_port)
    except (worker.WorkerFailed, OSError) as failure:
        raise click.ClickException(str(failure)) from failure
