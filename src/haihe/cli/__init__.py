"""`haihe`: the one command. Each sub-command is a file `cli/<name>.py` with a click command named `command`.

A file is imported only when its command runs, so `haihe ledger verify` needs neither Django nor a database.
"""

import importlib

import click

from haihe.launch.trouble import Trouble

COMMANDS = {
    "up": "Start the whole city on this machine.",
    "seed": "Plant the demo city.",
    "demo": "Play the opening story against a temporary instance.",
    "account": "Open, change and close accounts.",
    "ledger": "Check records of use, offline.",
    "evidence": "Check the evidence of an exchange, offline.",
    "certificate": "Check electronic certificates, offline.",
    "gateway": "Run the gateway: the one door to personal data.",
    "scoreday": "Serve results that a whole city asks for at once.",
    "openreads": "Serve published datasets to programs.",
    "upgrade": "Bring the database to this code in two steps, without a stop.",
    "backup": "Back up a running city; restore one.",
    "outbox": "Show and retry events that did not reach a handler.",
    "statistics": "Check the published figures of use of open data.",
    "harvest": "Harvest other portals, or publish to them.",
    "worker": "Run background jobs, the outbox relay and the shipper.",
    "node": "Run a node at a department: fetch for the centre, carry, answer.",
    "bench": "Measure on this machine.",
}
"""Every sub-command with the line that `haihe --help` shows for it. A new command is a row here and a file beside."""

SCALE = click.FloatRange(min=0.0005)
"""Scales of the demo city. Below, the relief register is so short that its dirt is more than a feed may hold."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only to run it or to show its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"haihe.cli.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"haihe.cli.{cmd_name}.command is no click command")
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            raise click.ClickException(str(trouble)) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


class Attached(click.Command):
    """A command that works on the installation that runs here; HAIHE_DATA_DIR names another."""

    def invoke(self, ctx: click.Context) -> object:
        from haihe.launch.attach import attach

        attach()
        return super().invoke(ctx)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """Haihe (海河): a city's big-data system."""
