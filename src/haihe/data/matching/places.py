"""Where results lie below the data directory."""

from pathlib import Path

from django.conf import settings

from haihe.data.matching.models import MatchRun


def folder_of(run: MatchRun) -> str:
    return f"matching/{run.number}"


def work_folder(run: MatchRun) -> Path:
    return Path(settings.HAIHE.data_dir) / f"matching/unfinished/{run.id}"


def result_folder(run: MatchRun) -> Path:
    return Path(settings.HAIHE.data_dir) / folder_of(run)
