"""Where versions lie below the data directory."""

from pathlib import Path
from typing import Final

from django.conf import settings

ROWS: Final = "rows.parquet"
SEEN: Final = "seen.json"
"""What pages show of the rows."""


def data_dir() -> Path:
    return Path(settings.HAIHE.data_dir)


def version_folder(slug: str, number: int) -> str:
    return f"open/{slug}/{number}"
