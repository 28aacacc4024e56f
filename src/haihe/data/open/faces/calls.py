"""Count what is asked through faces: by asker for its allowance, by dataset for the figures everybody sees.

The allowance is the one of `openreads`, counted in the same files: who asks here and there has it once.
"""

import logging
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate

from haihe.data.open.counting import FOLDER, Allowance, InFiles, Taken, take_place
from haihe.data.open.faces.askers import Asker
from haihe.data.open.models.usage import UsageKind
from haihe.data.open.operations import count_call, count_download

_OF_KEY: Final = """
INSERT INTO open_data_key_usage (key_id, day, count) VALUES (%s, %s, 1)
ON CONFLICT (key_id, day) DO UPDATE SET count = open_data_key_usage.count + 1
"""
_USES: Final = {UsageKind.CALL: count_call, UsageKind.DOWNLOAD: count_download}
_ONE_AT_A_TIME: Final = Lock()
_UNCOUNTED: Final = Taken("unavailable", {"retry-after": "30"})
_SAID: Final = {
    "quota-exceeded": (
        "今天的 {per_day} 次调用已经用完，明天零点恢复。",
        "Today's {per_day} calls are used up; the next day begins at midnight, China time.",
    ),
    "rate-limited": ("调用太快，请等 {wait_s} 秒再试。", "You are asking too fast; please wait {wait_s} seconds."),
    "unavailable": ("现在不能计数，请稍后再试。", "Calls can't be counted just now; please try later."),
}
_log = logging.getLogger("haihe.open.faces")


class CallRefused(Exception):
    """The day's allowance is used up, or somebody asks too fast, or nobody can count: `problem` says which."""

    def __init__(self, asker: Asker, taken: Taken) -> None:
        super().__init__(taken.problem)
        self.problem, self.headers = taken.problem, taken.headers
        figures = {"per_day": asker.counted.per_day, "wait_s": taken.headers["retry-after"]}
        self.zh, self.en = (said.format(**figures) for said in _SAID[taken.problem])


def take_call(asker: Asker, *, now: datetime) -> Taken:
    """Count one question for rows against the asker's allowance. Raises: CallRefused."""
    taken = _taken(asker, now)
    if taken.problem:
        raise CallRefused(asker, taken)
    return taken


def _taken(asker: Asker, now: datetime) -> Taken:
    try:
        with _ONE_AT_A_TIME:
            return _allowance(settings.HAIHE.data_dir, settings.HAIHE.secret_key).take(asker.counted, now.timestamp())
    except (OSError, ValueError) as fault:  # a full disk, a damaged file of counts
        _log.error("calls can't be counted: %s", fault)
        return _UNCOUNTED


def count_use(asker: Asker, slug: str, kind: UsageKind, *, now: datetime) -> None:
    """Count one answer, for its dataset and for the key that it was given to."""
    today = localdate(now)
    _USES[kind](slug, on=today)
    if asker.key is not None:
        with connection.cursor() as cursor:
            cursor.execute(_OF_KEY, [asker.key.pk, today])


@lru_cache(maxsize=1)
def _allowance(data_dir: Path, secret: str) -> Allowance:
    """Return this process's, in a place that it holds until it ends."""
    number, _held = take_place(data_dir / FOLDER / "pages")
    return Allowance(counts=InFiles(data_dir / FOLDER, f"pages-{number}", secret))
