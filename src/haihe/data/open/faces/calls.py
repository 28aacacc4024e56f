"""Count what is asked through faces: by asker for its allowance, by dataset for the figures everybody sees.

The allowance is the one of `openreads`, counted in the same files: who asks here and there has it once.
"""

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


class TooManyCalls(Exception):
    """The asker's allowance of the day is used up, until the city's midnight, or it asks too fast; both are told."""

    def __init__(self, asker: Asker, taken: Taken) -> None:
        super().__init__(taken.problem)
        self.problem, self.headers = taken.problem, taken.headers
        per_day, wait_s = asker.counted.per_day, taken.headers["retry-after"]
        if taken.problem == "quota-exceeded":
            self.zh = f"今天的 {per_day} 次调用已经用完，明天零点恢复。"
            self.en = f"Today's {per_day} calls are used up; the next day begins at midnight, China time."
        else:
            self.zh = f"调用太快，请等 {wait_s} 秒再试。"
            self.en = f"You are asking too fast; please wait {wait_s} seconds."


def take_call(asker: Asker, *, now: datetime) -> Taken:
    """Count one question for rows against the asker's allowance. Raises: TooManyCalls; OSError on a full disk."""
    with _ONE_AT_A_TIME:
        taken = _allowance(settings.HAIHE.data_dir, settings.HAIHE.secret_key).take(asker.counted, now.timestamp())
    if taken.problem:
        raise TooManyCalls(asker, taken)
    return taken


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
