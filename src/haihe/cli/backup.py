"""`haihe backup`: a backup of a running city, checked, and a city made from one."""

from datetime import UTC, datetime
from pathlib import Path

import click

from haihe.kernel.environment import DEFAULT_DATA_DIR

_FOLDER = click.Path(file_okay=False, path_type=Path)
_data_dir = click.option(
    "--data-dir", type=_FOLDER, envvar="HAIHE_DATA_DIR", default=DEFAULT_DATA_DIR, show_default=True, help="The city."
)


@click.group(name="backup")
def command() -> None:
    """Back up a running city and restore it; see docs/operations.md, "Backup"."""


@command.command()
@click.argument("target", type=_FOLDER)
@_data_dir
def make(target: Path, data_dir: Path) -> None:
    """Write a backup of the running city into a new folder. The keyring is not in it: keep a copy of it elsewhere."""
    from haihe.launch import backup

    made = backup.make_backup(data_dir, target, now=datetime.now(UTC), say=click.echo)
    click.echo(f"{made.files} files 个文件, {made.size_bytes} bytes 字节: {target}")
    click.echo(f"not in it 不含密钥: {data_dir / 'keyring.json'}")


@command.command()
@click.argument("source", type=_FOLDER)
def check(source: Path) -> None:
    """Say whether every file of a backup is what was written."""
    from haihe.launch import backup

    manifest = backup.check_backup(source)
    click.echo(f"good 完好: {manifest['made_at']}")


@command.command()
@click.argument("source", type=_FOLDER)
@click.option("--keyring", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Your copy of it.")
@click.option("--data-dir", type=_FOLDER, required=True, help="A new folder for the restored city.")
def restore(source: Path, keyring: Path, data_dir: Path) -> None:
    """Make a city in a new folder from a backup and your copy of its keyring; start it with `haihe up` then."""
    from haihe.launch import backup

    backup.restore(source, data_dir, keyring, say=click.echo)
    click.echo(f"restored 已恢复: {data_dir}; start it 启动: haihe up --data-dir {data_dir}")
