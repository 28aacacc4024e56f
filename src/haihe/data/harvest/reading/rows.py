"""Rows of a JSON document of others, read one by one, so that a bad one holds up no other."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from haihe.data.harvest.reading.hostile import plain
from haihe.data.harvest.reading.records import LONGEST_ID, Reason, Record, Refused, Reject


def by_place(
    rows: Sequence[Any], read: Callable[[Any], Record], *, start: int, names: tuple[str, str]
) -> tuple[tuple[Record, ...], tuple[Reject, ...]]:
    """Read each row; one that is refused is known by its id where it has one, or by its place, counted from `start`.

    `names` are the keys of id and title in a row.
    """
    records: list[Record] = []
    rejects: list[Reject] = []
    for place, row in enumerate(rows, start + 1):
        try:
            records.append(read(row))
        except Refused as refused:
            told = row if isinstance(row, dict) else {}
            remote_id = plain(told.get(names[0]), LONGEST_ID) or f"#{place}"
            rejects.append(Reject(remote_id, plain(told.get(names[1]), 200), refused.reason, refused.detail))
    return tuple(records), tuple(rejects)


def mapped(value: Any) -> Mapping[str, Any]:
    """Raises: Refused, for what is no object."""
    if not isinstance(value, dict):
        raise Refused(Reason.NOT_A_RECORD)
    return value


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
