"""What a draft holds, sealed: what was typed, what registers knew, and which sections were gone through."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from haihe.base.keys import api as keys
from haihe.platforms.services.forms.models import Draft

MOST_BYTES: Final = 200_000
"""Of everything that one application says, files aside."""


class KnownValue(msgspec.Struct, frozen=True):
    """A value that came from a register. `correction` is the number of the report that it is wrong, if there is one;
    `item` for which of several items in one form it was asked.
    """

    value: Any
    source: str
    as_of: datetime | None
    evidence: str
    correction: str = ""
    item: str = ""


class ProofKept(msgspec.Struct, frozen=True):
    """What a register said of one who acts for another; `about` says who, for whom and in what relation."""

    about: str
    holds: bool
    source: str
    as_of: datetime | None
    evidence: str
    asked_at: datetime


class Content(msgspec.Struct, frozen=True):
    """`raw` is by field what was read, or what was typed where it couldn't be; files are by the uploads.

    `changed` is the revision in which each section was saved last. `asks` is False where the person would rather type
    everything than have registers asked.
    """

    raw: dict[str, Any] = {}
    known: dict[str, KnownValue] = {}
    seen: tuple[str, ...] = ()
    proofs: tuple[ProofKept, ...] = ()
    asks: bool = True
    changed: dict[str, int] = {}

    def with_raw(self, raw: Mapping[str, Any]) -> "Content":
        return msgspec.structs.replace(self, raw=dict(raw))

    def with_seen(self, section: str) -> "Content":
        return msgspec.structs.replace(self, seen=tuple(dict.fromkeys((*self.seen, section))))

    def corrected(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the fields in which the person says something else than the register."""
        return tuple(name for name, known in self.known.items() if name in values and values[name] != known.value)


def sealed(draft: Draft, content: Content) -> bytes:
    return keys.keyring().seal(msgspec.json.encode(content), context=draft.seal_context)


def content_of(draft: Draft) -> Content:
    plain = keys.keyring().open(bytes(draft.sealed_content), context=draft.seal_context)
    return msgspec.json.decode(plain, type=Content)


def is_too_long(raw: Mapping[str, Any]) -> bool:
    return len(json.dumps(raw, ensure_ascii=False).encode("utf-8", "surrogatepass")) > MOST_BYTES
