"""Count what is asked through faces: by asker for its daily allowance, by dataset for the figures everybody sees."""

from datetime import datetime
from typing import Final

from django.db import connection
from django.utils.timezone import localdate

from haihe.data.open.faces.askers import Asker
from haihe.data.open.models.usage import UsageKind
from haihe.data.open.operations import count_call, count_download

_COUNT: Final = """
INSERT INTO open_faces_facecalls (asker, day, count) VALUES (%s, %s, 1)
ON CONFLICT (asker, day) DO UPDATE SET count = open_faces_facecalls.count + 1 RETURNING count
"""
_FORGET: Final = """
DELETE FROM open_faces_facecalls WHERE id IN
(SELECT id FROM open_faces_facecalls WHERE day < %s LIMIT 1000 FOR UPDATE SKIP LOCKED)
"""
_OF_KEY: Final = """
INSERT INTO open_data_key_usage (key_id, day, count) VALUES (%s, %s, 1)
ON CONFLICT (key_id, day) DO UPDATE SET count = open_data_key_usage.count + 1
"""
_USES: Final = {UsageKind.CALL: count_call, UsageKind.DOWNLOAD: count_download}


class TooManyCalls(Exception):
    """This asker's allowance of the day is used up; it begins anew at the city's midnight."""

    def __init__(self, per_day: int) -> None:
        super().__init__(per_day)
        self.per_day = per_day


def take_call(asker: Asker, *, now: datetime) -> None:
    """Count one question for rows against the asker's allowance. Raises: TooManyCalls."""
    today = localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [asker.name, today])
        (count,) = cursor.fetchone() or (0,)
        if count == 1:
            cursor.execute(_FORGET, [today])
    if count > asker.per_day:
        raise TooManyCalls(asker.per_day)


def count_use(asker: Asker, slug: str, kind: UsageKind, *, now: datetime) -> None:
    """Count one answer, for its dataset and for the key that it was given to."""
    today = localdate(now)
    _USES[kind](slug, on=today)
    if asker.key is not None:
        with connection.cursor() as cursor:
            cursor.execute(_OF_KEY, [asker.key.pk, today])
