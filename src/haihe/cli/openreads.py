"""`haihe openreads`: serve published datasets to programs."""

import logging
import os

import click

from haihe.kernel.environment import Environment


@click.command(name="openreads")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8005, show_default=True, help="Port to listen on.")
@click.option("--url", default="", help="Where it is reached from outside; what answers lead to. [the setting's]")
@click.option("--per-second", default=50, show_default=True, type=click.IntRange(min=1), help="Questions of one asker.")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Address for Prometheus.")
@click.option("--metrics-port", default=0, help="Port for Prometheus; none without it.")
def command(host: str, port: int, url: str, per_second: int, metrics_host: str, metrics_port: int) -> None:
    """Serve rows, groups and whole files of open data. It needs HAIHE_DATABASE_URL and HAIHE_DATA_DIR."""
    from haihe.gateway.listening import Doors
    from haihe.openreads import server

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        environment = Environment.from_mapping(os.environ)
        doors = Doors(host, port, metrics_host, metrics_port)
        server.run(environment, doors, url=url or environment.openreads_url, per_second=per_second)
    except OSError as trouble:
        raise click.ClickException(str(trouble)) from trouble
