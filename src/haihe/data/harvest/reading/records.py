"""A record of somebody else's catalogue as we keep it, and what can be wrong with one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

from haihe.data.harvest.reading.hostile import link, plain

LONGEST_ID: Final = 300
MOST_RESOURCES: Final = 50
MOST_KEYWORDS: Final = 30


class Reason(StrEnum):
    """Why a record isn't taken."""

    NOT_A_RECORD = "NOT_A_RECORD"
    NO_ID = "NO_ID"
    ID_TOO_LONG = "ID_TOO_LONG"
    NO_TITLE = "NO_TITLE"
    NO_LINK = "NO_LINK"
    NOT_PUBLIC = "NOT_PUBLIC"
    NAME_TAKEN = "NAME_TAKEN"
    OTHER_SIDE_REFUSED = "OTHER_SIDE_REFUSED"


class Refused(Exception):
    """One record isn't taken; others go on."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = plain(detail, 200)


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """A file or an interface of a dataset."""

    title: str = ""
    url: str = ""
    format: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What a dataset says of itself, plain and bounded. `landing` is its page at its own portal, "" if it tells none.

    `licence`, `themes`, `publisher` are in the other side's words; what they mean here is the catalogue's maps' matter.
    """

    remote_id: str
    title: str
    summary: str = ""
    publisher: str = ""
    licence: str = ""
    themes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    landing: str = ""
    modified: str = ""
    cycle: str = ""
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that isn't taken, by its id or its place on the page."""

    remote_id: str
    title: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `next` is the cursor of the following one, "" after the last; `told` the number in all, if said."""

    records: tuple[Record, ...]
    rejects: tuple[Reject, ...]
    next: str
    told: int | None = None
    left_out: int = 0


def record(**told: Any) -> Record:
    """Make a record of raw values. Raises: Refused."""
    remote_id = told["remote_id"]
    if not isinstance(remote_id, str) or not remote_id.strip():
        raise Refused(Reason.NO_ID)
    if len(remote_id) > LONGEST_ID or plain(remote_id, LONGEST_ID) != remote_id.strip():
        raise Refused(Reason.ID_TOO_LONG)
    title = plain(told.get("title"), 200)
    if not title:
        raise Refused(Reason.NO_TITLE)
    resources = tuple(told.get("resources", ()))[:MOST_RESOURCES]
    landing = link(told.get("landing"))
    if not landing and not any(one.url for one in resources):
        raise Refused(Reason.NO_LINK)
    return Record(
        remote_id=remote_id.strip(),
        title=title,
        summary=plain(told.get("summary"), 2000),
        publisher=plain(told.get("publisher"), 200),
        licence=plain(told.get("licence"), 200),
        themes=words(told.get("themes", ())),
        keywords=words(told.get("keywords", ())),
        landing=landing,
        modified=moment(told.get("modified")),
        cycle=plain(told.get("cycle"), 40),
        resources=resources,
    )


def resource(*, title: object, url: object, format: object) -> Resource:  # noqa: A002 - the word of every standard
    return Resource(title=plain(title, 200), url=link(url), format=plain(format, 20).upper())


def words(values: object) -> tuple[str, ...]:
    """Return distinct short texts in the order given."""
    told = values if isinstance(values, Iterable) and not isinstance(values, str | dict) else (values,)
    found = (plain(value, 60) for value, _ in zip(told, range(MOST_KEYWORDS * 4), strict=False))
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_KEYWORDS]


def moment(value: object) -> str:
    """Return a moment or a day in ISO's way, in UTC; "" for what is none."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        if len(text) == 10:
            return date.fromisoformat(text).isoformat()
        told = datetime.fromisoformat(text)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return ""


def differences(before: Record, after: Record) -> list[list[Any]]:
    """Return [field, before, after] of what differs."""
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return [[name, old[name], new[name]] for name in new if old[name] != new[name]]


def from_json(content: object) -> Record:
    return msgspec.convert(content, Record)


def to_json(one: Record) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(one)
    return told
