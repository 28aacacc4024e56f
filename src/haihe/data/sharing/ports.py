"""Asking one question about one person: what a platform needs, whatever answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from haihe.kernel.answers import Answer, QueryAnswer, UnknownReason
from haihe.kernel.problems import Problem


class SourceUnreachable(Exception):
    """Nobody answered in time, or not so that it can be trusted; nothing is known about the person."""


class QuestionRefused(Exception):
    """The question may not be asked like this; `problem` says why. Asking again as it is won't help."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.slug)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class VerificationAnswer:
    """What a source said, as of when, and where that is recorded. UNKNOWN comes with its reason."""

    answer: Answer
    as_of: datetime | None
    evidence: str
    reason: UnknownReason | None
    claim: str


class Verifier(Protocol):
    """Puts one question about one person to a source, in an organisation's name and under its grant."""

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
        """Ask; `name` may be empty, `claim` defaults to the service's. Raises: SourceUnreachable, QuestionRefused."""
        ...


@dataclass(frozen=True, slots=True)
class FieldsAnswer:
    """The granted fields of one person, masked; `values` only where FOUND. UNKNOWN comes with its reason."""

    answer: QueryAnswer
    values: Mapping[str, str | int | None] = field(repr=False)
    as_of: datetime | None
    evidence: str
    reason: UnknownReason | None


class Querier(Protocol):
    """Reads granted fields of one person, in an organisation's name and under its grant."""

    def query(
        self,
        *,
        organisation: str,
        service: str,
        id_number: str,
        name: str,
        purpose: str,
        case: str,
        fields: Sequence[str],
    ) -> FieldsAnswer:
        """Ask; `name` may be empty. Raises: SourceUnreachable, QuestionRefused."""
        ...
