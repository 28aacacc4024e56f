"""What the gateway answered, as frozen facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from haihe.kernel.answers import Answer, QueryAnswer, UnknownReason
from haihe.kernel.problems import Problem


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer to one claim about one person. UNKNOWN has its `reason`, and never refuses anybody.

    `as_of` is the register's date; `evidence` is the number under which the ledger keeps this use.
    """

    answer: Answer
    claim: str
    service: str
    as_of: datetime | None
    evidence: str
    reason: UnknownReason | None


@dataclass(frozen=True, slots=True)
class Queried:
    """The granted fields of one person, each through its owner's mask; `values` only where the answer is FOUND.

    A value of None is an empty field of the register.
    """

    answer: QueryAnswer
    service: str
    values: Mapping[str, str | int | None] = field(repr=False)
    as_of: datetime | None
    evidence: str
    reason: UnknownReason | None


@dataclass(frozen=True, slots=True)
class Proxied:
    """What a department's own interface said. If not `is_live`, it is away and this is its last good answer."""

    answer: QueryAnswer
    service: str
    values: Mapping[str, str | int | None] = field(repr=False)
    as_of: datetime | None
    age_s: int
    is_live: bool
    evidence: str
    reason: UnknownReason | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to begin to follow changes; `text` goes into the next call."""

    text: str = field(repr=False)
    service: str
    as_of: datetime | None
    evidence: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What became of the n-th subject: FOUND with the `values` that changed, NOT_FOUND any more, or UNKNOWN."""

    n: int
    answer: QueryAnswer | None
    values: Mapping[str, str | int | None] = field(repr=False)
    reason: UnknownReason | None
    problem: Problem | None
    as_of: datetime | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Who changed, in the order of the subjects; who isn't here didn't. `cursor` is the next call's `since`."""

    lines: tuple[ChangeLine, ...]
    cursor: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """What became of the n-th subject, counted from 0: an `answer`, or the `problem` with how it was named."""

    n: int
    answer: Answer | None
    reason: UnknownReason | None
    problem: Problem | None
    claim: str
    service: str
    as_of: datetime | None
    evidence: str | None
