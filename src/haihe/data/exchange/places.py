"""Where things lie below the data directory."""

from pathlib import Path

from django.conf import settings

from haihe.data.exchange.lake import folder_name
from haihe.data.exchange.models import FeedRun


def data_dir() -> Path:
    """Return this installation's data directory."""
    return Path(settings.HAIHE.data_dir)


def run_folder(run: FeedRun) -> str:
    """Return where a run's received file and unfinished work lie."""
    return f"feeds/{run.id}"


def received_file(run: FeedRun) -> Path:
    return data_dir() / run_folder(run) / "received.sealed"


def work_folder(run: FeedRun) -> Path:
    return data_dir() / run_folder(run) / "work"


def held_folder(run: FeedRun) -> str:
    """Return where the rows of a run that wasn't published are kept, for its owner to mend the file by."""
    return f"{run_folder(run)}/held"


def lake_folder(run: FeedRun) -> str:
    return f"lake/{folder_name(run.resource)}/{run.snapshot_name}"


def index_folder(run: FeedRun) -> str:
    return f"indexes/{folder_name(run.resource)}/{run.snapshot_name}"
