"""`haihe`: the one command."""

import click


@click.group()
def main() -> None:
    """Haihe (海河): a city's big-data system."""
