"""Where a case stands in its process: everything the engine knows, as a value that can be stored as JSON."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from haihe.kernel.process.conditions import Value


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a state."""


class Opened(Part, frozen=True):
    """A passing of a fork: how many ways it opened. `fork` is the number of the token that passed it."""

    fork: int
    ways: int


class Token(Part, frozen=True):
    """A place where the case is at. Its number is its own for ever. `due_at` is None where nothing is due, or the
    calendar doesn't reach so far yet. `late` once that has been said.
    """

    number: int
    step: str
    since: datetime
    due_at: datetime | None = None
    block: tuple[Opened, ...] = ()
    late: bool = False


class Clock(Part, frozen=True):
    """A limit of this case. While it is stopped `due_at` is None and `left` counts its unit: days, or seconds.

    `warn_at` is when the lamp turns yellow, gone once that has been said; `late` once it has been said to be red.
    """

    limit: str
    started_at: datetime
    due_at: datetime | None = None
    warn_at: datetime | None = None
    left: int | None = None
    late: bool = False
    ended_at: datetime | None = None


class Stopped(Part, frozen=True):
    """A pause that is on; `until` at the latest."""

    reason: str
    since: datetime
    until: datetime | None = None


class State(Part, frozen=True):
    """A case in its process. `outcome` is empty until it has ended; then there are no tokens, and never again."""

    process: str
    version: int
    tokens: tuple[Token, ...] = ()
    clocks: tuple[Clock, ...] = ()
    pauses: tuple[Stopped, ...] = ()
    data: dict[str, Value] = {}
    passed: tuple[str, ...] = ()
    outcome: str = ""
    next_number: int = 1

    def token(self, number: int) -> Token | None:
        return next((token for token in self.tokens if token.number == number), None)


class Kind(StrEnum):
    """What can happen to a case."""

    STARTED = "STARTED"
    OPENED = "OPENED"
    DONE = "DONE"
    CHOSEN = "CHOSEN"
    FORKED = "FORKED"
    JOINED = "JOINED"
    TIMED = "TIMED"
    HEARD = "HEARD"
    WARNED = "WARNED"
    LATE = "LATE"
    DROPPED = "DROPPED"
    PAUSED = "PAUSED"
    RESUMED = "RESUMED"
    LEFT = "LEFT"
    ENDED = "ENDED"


class Happening(Part, frozen=True):
    """One thing that happened, for the case's history. `detail`: the choice, way, event, reason or outcome."""

    kind: Kind
    at: datetime
    step: str = ""
    token: int = 0
    detail: str = ""


class Progress(Part, frozen=True):
    """What a command led to."""

    state: State
    happened: tuple[Happening, ...]


type Reason = Literal["ENDED", "NOT_OPEN", "NO_SUCH_CHOICE", "NOT_HEARD", "NOT_PAUSED", "PAUSED", "TOO_LATE", "OTHER"]


class NotNow(Exception):
    """The case can't be moved so from where it stands; nothing has changed."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail
