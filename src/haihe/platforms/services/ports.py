"""What a case needs from outside, as small protocols; the engines behind them are in adapters.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from haihe.base.accounts.api import Actor
from haihe.kernel.answers import Answer, UnknownReason
from haihe.kernel.problems import Problem


class SourceUnreachable(Exception):
    """Nobody answered in time."""


class QuestionRefused(Exception):
    """The gateway does not let us ask this."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.slug)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class VerificationAnswer:
    """What a source said, as of when, and where that is recorded."""

    answer: Answer
    as_of: datetime | None
    evidence: str
    reason: UnknownReason | None
    claim: str


class Verifier(Protocol):
    """Puts one question about one person to a source."""

    def verify(
        self,
        *,
        organisation: str,
        service: str,
        id_number: str,
        name: str,
        purpose: str,
        case: str,
        claim: str | None = None,
    ) -> VerificationAnswer:
        """Raises: SourceUnreachable, QuestionRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer found in the ledger: the gateway wrote it down before it answered."""

    answer: str
    evidence: str
    reason: str | None
    as_of: datetime | None


class Trace(Protocol):
    """Finds what the ledger holds of an ask that was cut off."""

    def find(self, *, subject_key: bytes, case: str, service: str, since: datetime) -> tuple[Recorded, ...]:
        """Return the answers recorded for this person, case and service since then, oldest first."""
        ...


class Corrections(Protocol):
    """Takes a report of wrong data to the department it came from, under that department's clock."""

    def open(self, *, actor: Actor, evidence: str, statement: str, now: datetime) -> str:
        """Return the correction's number."""
        ...
