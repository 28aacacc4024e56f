"""Where things of the nodes lie below the centre's data directory."""

from pathlib import Path
from uuid import UUID

from django.conf import settings


def dispatch_file(dispatch: UUID) -> Path:
    """Return where a file for a node waits, sealed; the folder is made."""
    folder = Path(settings.HAIHE.data_dir) / "nodes" / "down"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{dispatch}.sealed"


def spool_file(node: str, transfer: UUID) -> Path:
    """Return where the pieces of a transfer gather; the folder is made."""
    folder = Path(settings.HAIHE.data_dir) / "nodes" / "up" / node
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{transfer}.pieces"
