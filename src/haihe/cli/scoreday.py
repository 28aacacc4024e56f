"""`haihe scoreday`: serve results, and rehearse the day on which they are out."""

import logging
import os
from pathlib import Path

import click

from haihe.kernel.environment import Environment


@click.group(name="scoreday", invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8004, show_default=True, help="Port to listen on.")
@click.option("--url", default="", help="Where it is reached from outside; what certificates lead to.")
@click.pass_context
def command(context: click.Context, host: str, port: int, url: str) -> None:
    """Serve results that a whole city asks for at once. It needs HAIHE_DATABASE_URL and HAIHE_DATA_DIR."""
    if context.invoked_subcommand is None:
        _serve(host, port, url)


def _serve(host: str, port: int, url: str) -> None:
    from haihe.gateway.journal import JournalError
    from haihe.gateway.listening import Doors
    from haihe.kernel.keyring import KeyringError
    from haihe.scoreday import server

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        server.run(Environment.from_mapping(os.environ), Doors(host, port), url=url or f"http://{host}:{port}")
    except (JournalError, KeyringError, OSError) as trouble:
        raise click.ClickException(str(trouble)) from trouble


@command.command()
@click.option("--release", "slug", default="", help="A release of the installation that runs here; keeps the report.")
@click.option("--profile", type=click.Path(path_type=Path, dir_okay=False), help="Who comes when. [a usual day]")
@click.option("--capacity", type=click.IntRange(1, 1_000_000), help="Answers a second. [the release's, or 500]")
@click.option("--report", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write the report here.")
@click.option("--english", is_flag=True, help="Write the report in English.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def rehearse(
    slug: str, profile: Path | None, capacity: int | None, folder: Path | None, english: bool, as_json: bool
) -> None:
    """Let a crowd ask a copy of a release for made-up results, here; exit code 0 only if the day can come."""
    import msgspec
    from rich.console import Console

    from haihe.cli.rehearsal import profile as profiles
    from haihe.cli.rehearsal import report as reports
    from haihe.cli.rehearsal.run import rehearse as run
    from haihe.launch.screen import Screen
    from haihe.scoreday.testing import CONTENT

    expected, content, usual = profiles.read_profile(profile), CONTENT, 500
    if slug:
        from haihe.launch.attach import attach

        attach()
        from haihe.platforms.services import api as services

        content, usual = services.release_to_rehearse(slug)
    screen = Screen(Console(stderr=True, highlight=False, soft_wrap=True))
    told = run(content, capacity_per_s=capacity or usual, profile=expected, screen=screen)
    if slug:
        services.keep_rehearsal(slug, told)
    for file in reports.write(told, folder, english=english) if folder else ():
        screen.note(str(file))
    click.echo(msgspec.json.encode(told).decode() if as_json else reports.as_markdown(told, english=english))
    if not told.is_good:
        raise SystemExit(1)
