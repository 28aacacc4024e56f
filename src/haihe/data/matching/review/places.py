"""Where links lie below the data directory: by lines, without a value."""

from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from haihe.data.matching.review.models import LinkageRun

PAIRS: Final = "pairs.parquet"
SIDES: Final = ("left", "right")


def folder_of(run: LinkageRun) -> str:
    return f"matching/linkage/{run.number}"


def result_folder(run: LinkageRun) -> Path:
    return Path(settings.HAIHE.data_dir) / folder_of(run)


def work_folder(run: LinkageRun) -> Path:
    return Path(settings.HAIHE.data_dir) / f"matching/unfinished/{run.id}"


def context_of(run: LinkageRun, pair: UUID) -> str:
    """Return what a pair's sealed values are bound to."""
    return f"linkage:{run.number}:{pair}"
