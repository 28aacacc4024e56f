"""Take a page apart without believing it: the page is refused whole where it is none, its entries one by one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
from django.utils.translation import gettext as _

from haihe.data.catalogue.cascade.checks import Unfit, check_entry, check_tombstone
from haihe.data.catalogue.cascade.records import FORMAT, MOST_ENTRIES, VERSION, Codes, Entry, Tombstone

MOST_BYTES: Final = 8 << 20
_MOST_REASON: Final = 300


class NoPage(Exception):
    """The whole page is refused; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Reject:
    """An entry that isn't taken in. `code` is what it called itself, or its place on the page."""

    code: str
    reason: str


@dataclass(slots=True)
class ReadPage:
    """What is good on a page, and what isn't; `is_full` if it belongs to a whole catalogue, not to its changes."""

    publisher: str
    as_of: datetime
    next: str
    is_full: bool
    entries: list[Entry] = field(default_factory=list)
    gone: list[Tombstone] = field(default_factory=list)
    code_lists: dict[str, Codes] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        return len(self.entries) + len(self.gone) + len(self.rejects)


class Envelope(msgspec.Struct, kw_only=True):
    """A page as it comes, its parts not looked at."""

    format: str
    version: int
    publisher: msgspec.UnsetType | str = msgspec.UNSET
    as_of: datetime
    since: datetime | None = None
    next: str = ""
    entries: list[Any] = []
    gone: list[Any] = []
    code_lists: list[Any] = []


def read_json(data: bytes, *, prefix: str, now: datetime) -> ReadPage:
    """Raises: NoPage."""
    check_size(data)
    try:
        envelope = msgspec.json.decode(data, type=Envelope)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as broken:
        raise NoPage(_("这不是目录级联的 JSON 文件：%(reason)s") % {"reason": str(broken)[:_MOST_REASON]}) from broken
    return read_envelope(envelope, prefix=prefix, now=now)


def check_size(data: bytes) -> None:
    """Raises: NoPage."""
    if len(data) > MOST_BYTES:
        raise NoPage(_("每页不能超过 %(n)s MB；请减小每页条数。") % {"n": MOST_BYTES >> 20})


def read_envelope(envelope: Envelope, *, prefix: str, now: datetime) -> ReadPage:
    """Judge each part. Raises: NoPage."""
    if (envelope.format, envelope.version) != (FORMAT, VERSION):
        raise NoPage(
            _("不认识的格式或者版本；本系统接收 %(format)s 第 %(version)s 版。")
            % {"format": FORMAT, "version": VERSION}
        )
    if len(envelope.entries) + len(envelope.gone) > MOST_ENTRIES or len(envelope.next) > 100:
        raise NoPage(_("每页不能超过 %(n)s 条。") % {"n": MOST_ENTRIES})
    if envelope.as_of.tzinfo is None:
        raise NoPage(_("没有写明时区的时间不能接收。"))
    page = ReadPage(
        publisher=str(envelope.publisher or "")[:32],
        as_of=min(envelope.as_of, now),
        next=envelope.next,
        is_full=envelope.since is None,
    )
    _read_codes(page, envelope.code_lists)
    for place, raw in enumerate(envelope.entries, 1):
        _read_part(page, raw, place, Entry, prefix, now)
    for place, raw in enumerate(envelope.gone, 1):
        _read_part(page, raw, place, Tombstone, prefix, now)
    return page


def _read_part(
    page: ReadPage, raw: Any, place: int, kind: type[Entry] | type[Tombstone], prefix: str, now: datetime
) -> None:
    try:
        part = msgspec.convert(raw, kind)
        if isinstance(part, Entry):
            check_entry(part, prefix=prefix, now=now)
        else:
            check_tombstone(part, prefix=prefix, now=now)
        _check_text(raw)
        _check_once(page, part.code)
    except (msgspec.ValidationError, Unfit) as wrong:
        page.rejects.append(Reject(_called(raw, place), str(wrong)[:_MOST_REASON]))
        return
    if isinstance(part, Entry):
        page.entries.append(part)
    else:
        page.gone.append(part)


def _check_once(page: ReadPage, code: str) -> None:
    if code in page.seen:
        raise Unfit(_("同一资源代码在一页中出现两次。"))
    page.seen.add(code)


def _check_text(raw: Any) -> None:
    """PostgreSQL refuses NUL, and nothing readable has other control characters."""
    if any(ord(sign) < 32 and sign not in "\n\r\t" for text in _texts(raw) for sign in text):
        raise Unfit(_("内容含有控制字符。"))


def _texts(raw: Any) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for value in raw.values():
            yield from _texts(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _texts(value)


def _read_codes(page: ReadPage, raw: list[Any]) -> None:
    for each in raw[:MOST_ENTRIES]:
        try:
            codes = msgspec.convert(each, Codes)
        except msgspec.ValidationError as wrong:
            page.rejects.append(Reject("code_lists", str(wrong)[:_MOST_REASON]))
        else:
            page.code_lists[codes.slug] = codes


def _called(raw: Any, place: int) -> str:
    code = raw.get("code") if isinstance(raw, dict) else None
    return code[:32].replace("\x00", "") if isinstance(code, str) and code else f"#{place}"
