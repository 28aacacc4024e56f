"""`haihe gateway`."""

import logging
import os

import click

from haihe.kernel.environment import Environment


@click.command(name="gateway")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Address for Prometheus.")
@click.option("--metrics-port", default=0, help="Port for Prometheus; none without it.")
def command(host: str, port: int, metrics_host: str, metrics_port: int) -> None:
    """Run the gateway: the one door to personal data. It needs HAIHE_DATABASE_URL and HAIHE_DATA_DIR."""
    from haihe.gateway import server
    from haihe.gateway.journal import JournalError
    from haihe.gateway.listening import Doors
    from haihe.kernel.keyring import KeyringError

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        doors = Doors(host, port, metrics_host, metrics_port)
        server.run(Environment.from_mapping(os.environ), doors)
    except (JournalError, KeyringError, OSError) as trouble:
        raise click.ClickException(str(trouble)) from trouble
