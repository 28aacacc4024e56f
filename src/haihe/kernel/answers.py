"""The least answers that the gateway gives about a person."""

from enum import StrEnum


class Answer(StrEnum):
    """UNKNOWN is an answer, not an error: it never refuses anybody and always carries its reason."""

    MATCH = "MATCH"
    NO_MATCH = "NO_MATCH"
    UNKNOWN = "UNKNOWN"


class QueryAnswer(StrEnum):
    """Whether a query found the person; UNKNOWN is the same UNKNOWN as above."""

    FOUND = "FOUND"
    NOT_FOUND = "NOT_FOUND"
    UNKNOWN = "UNKNOWN"


class ChangeAnswer(StrEnum):
    """What a subscription tells of a person of whom it tells nothing; of everybody else it tells a `QueryAnswer`."""

    UNCHANGED = "UNCHANGED"


class UnknownReason(StrEnum):
    SOURCE_STALE = "SOURCE_STALE"
    """The register is older than its owner promised, so absence from it proves nothing."""
    SOURCE_UNREACHABLE = "SOURCE_UNREACHABLE"
    """No readable index of the register."""
    RECORD_IN_DOUBT = "RECORD_IN_DOUBT"
    """The person's row was rejected or bears another name; a human must look."""
    SOURCE_TIMEOUT = "SOURCE_TIMEOUT"
    """The department's own interface gave no answer in time."""
    SOURCE_ANSWER_INVALID = "SOURCE_ANSWER_INVALID"
    """The department's own interface said something else than its owner laid down."""
