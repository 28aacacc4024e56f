"""What the plan must know of an input: where its Parquet lies and how each field is stored there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Stored(StrEnum):
    """How a field stands in the lake. Keys are keyed hashes: they can be equal or not, nothing else.

    A HIDDEN field is only sealed there: it can be shown to whoever may see it, and not compared.
    """

    IDENTITY_KEY = "IDENTITY_KEY"
    NAME_KEY = "NAME_KEY"
    TEXT = "TEXT"
    INTEGER = "INTEGER"
    DECIMAL = "DECIMAL"
    DATE = "DATE"
    HIDDEN = "HIDDEN"

    @property
    def is_ordered(self) -> bool:
        return self in (Stored.INTEGER, Stored.DECIMAL, Stored.DATE)

    @property
    def is_plain(self) -> bool:
        """True if the value itself stands in the lake, readable."""
        return self is Stored.TEXT or self.is_ordered


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an input: its title, how it is stored, and in which Parquet column."""

    title: str
    stored: Stored
    column: str


@dataclass(frozen=True, slots=True)
class Table:
    """One snapshot of an input. `subject` is the column that says whose row it is, "" where it is about nobody.

    No two rows have the same subject: a register that says two things of one person never gets into the lake.
    """

    file: Path
    rows: int
    fields: Mapping[str, Field]
    subject: str = ""

    def is_unique_by(self, field: str) -> bool:
        return bool(self.subject) and self.fields[field].column == self.subject
