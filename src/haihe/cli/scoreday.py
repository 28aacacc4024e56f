"""`haihe scoreday`."""

import logging
import os

import click

from haihe.kernel.environment import Environment


@click.command(name="scoreday")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8004, show_default=True, help="Port to listen on.")
@click.option("--url", default="", help="Where it is reached from outside; what certificates lead to.")
def command(host: str, port: int, url: str) -> None:
    """Serve results that a whole city asks for at once. It needs HAIHE_DATABASE_URL and HAIHE_DATA_DIR."""
    from haihe.gateway.journal import JournalError
    from haihe.gateway.listening import Doors
    from haihe.kernel.keyring import KeyringError
    from haihe.scoreday import server

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        server.run(Environment.from_mapping(os.environ), Doors(host, port), url=url or f"http://{host}:{port}")
    except (JournalError, KeyringError, OSError) as trouble:
        raise click.ClickException(str(trouble)) from trouble
