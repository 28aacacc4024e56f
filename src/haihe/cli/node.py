"""`haihe node`: what a department, district or street runs on its own machine. It needs no database and no Django."""

import logging
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/node"),
    show_default=True,
    envvar="HAIHE_NODE_HOME",
    help="The node's folder.",
)


@click.group(name="node")
def command() -> None:
    """Run a node (前置机) that fetches for the centre and answers in the department's name."""


@command.command(name="init")
@_HOME
def init(home: Path) -> None:
    """Make the node's folder and its keys, which never leave it."""
    from haihe.data.exchange.nodes.agent.home import Home, HomeError

    try:
        Home(home).make()
    except HomeError as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(f"{home.absolute()} is ready; next: haihe node join --centre https://… --code …")


@command.command(name="join")
@_HOME
@click.option("--centre", required=True, help="Address of the centre's pages, https://…")
@click.option("--code", prompt="Code", help="The one-time code that the centre's operator was shown.")
@click.option("--ca-file", type=click.Path(path_type=Path, exists=True), help="Certificates to believe, as PEM.")
def join(home: Path, centre: str, code: str, ca_file: Path | None) -> None:
    """Join the centre with a one-time code: get certificate, credentials and orders."""
    from haihe.data.exchange.nodes.agent import joining
    from haihe.data.exchange.nodes.agent.home import Home, HomeError

    try:
        name = joining.join(Home(home), centre=centre, code=code, version=_version(), authorities=ca_file)
    except HomeError as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(f"joined as {name}; next: haihe node run --home {home}")


@command.command(name="run")
@_HOME
def run(home: Path) -> None:
    """Run the node: its NATS server and its agent. Ctrl-C stops both."""
    from haihe.data.exchange.nodes.agent.home import Home, HomeError
    from haihe.launch import node
    from haihe.launch.screen import Screen

    try:
        sys.exit(node.run(Home(home), screen=Screen()))
    except HomeError as fault:
        raise click.ClickException(str(fault)) from None


@command.command(name="agent", hidden=True)
@_HOME
def agent(home: Path) -> None:
    """Run the agent alone, beside a server that runs already; `run` does both."""
    from haihe.data.exchange.nodes.agent import main
    from haihe.data.exchange.nodes.agent.home import Home, HomeError

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("nats").setLevel(logging.ERROR)
    try:
        main.run(Home(home), version=_version())
    except HomeError as fault:
        raise click.ClickException(str(fault)) from None


def _version() -> str:
    """Return this program's version, which the centre shows."""
    try:
        return version("haihe")
    except PackageNotFoundError:
        return "source"
