"""Where this installation's own sources run."""

from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings

from haihe.data.exchange.connectors.ports import Site
from haihe.data.exchange.places import data_dir
from haihe.kernel.source_rules import read_networks


def site_of(owner: str, *, now: datetime) -> Site:
    """Return the site of an owner's sources: networks as the operator allows, dropped files in a folder of its own."""
    root = data_dir() / "drop" / owner
    root.mkdir(parents=True, exist_ok=True, mode=0o750)
    started = monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=monotonic() - started)

    return Site(read_networks(settings.HAIHE.source_networks), root, clock)
