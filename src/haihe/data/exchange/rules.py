"""What the exchange demands of each column: a declarative schema per resource, kept as data in `registers/`.

One file per resource, named by its code with "/" written as "-". Titles and fields are the catalogue's items; kinds,
ranges, code lists, what is personal and what the gateway's index may hold are the exchange's own.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from haihe.data.exchange.patterns import Pattern
from haihe.kernel.text import normalise

REGISTERS = Path(__file__).parent / "registers"
DEFAULT_MAX_REJECT_PERCENT = 10.0


class Kind(StrEnum):
    """How a cell is read. Everything but numbers and dates stays text: leading zeros mean something."""

    TEXT = "TEXT"
    CODE = "CODE"
    ID_NUMBER = "ID_NUMBER"
    CREDIT_CODE = "CREDIT_CODE"
    DIVISION = "DIVISION"
    INTEGER = "INTEGER"
    DECIMAL = "DECIMAL"
    DATE = "DATE"


PATTERNED = (Kind.TEXT, Kind.CODE, Kind.ID_NUMBER, Kind.CREDIT_CODE, Kind.DIVISION)
"""Kinds that are stored as text, which a pattern can be about."""


class Personal(StrEnum):
    """How a column is kept from plain sight in lake and index.

    SUBJECT (one per resource: whose row it is) and IDENTITY become a keyed hash and a sealed value, NAME likewise with
    the key for names, SEALED a sealed value only. NONE stays plain.
    """

    NONE = "NONE"
    SUBJECT = "SUBJECT"
    IDENTITY = "IDENTITY"
    NAME = "NAME"
    SEALED = "SEALED"


class Operator(StrEnum):
    LE = "le"
    LT = "lt"
    EQ = "eq"
    NE = "ne"


class RowSeverity(StrEnum):
    """What becomes of a row that breaks a rule about content: it is refused, or accepted and told of."""

    REJECT = "REJECT"
    WARN = "WARN"


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One column. `aliases` are other titles files use for it; `indexed` lets the gateway's index hold it.

    `source` is its one title in a file whose columns a person mapped; empty where that file doesn't have it. The whole
    stored text matches `pattern` (RE2), where there is one. `severity` is about what is stored all the same if it is
    wrong: options, range and pattern. What can't be read, or is missing, is always refused.
    """

    field: str
    title: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    required: bool = True
    personal: Personal = Personal.NONE
    indexed: bool = False
    options: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    max_length: int = 200
    source: str | None = None
    pattern: str = ""
    severity: RowSeverity = RowSeverity.REJECT

    def __post_init__(self) -> None:
        if self.pattern:
            Pattern(self.pattern)
            if self.kind not in PATTERNED:
                raise ValueError(f"{self.field}: a pattern is for texts and codes")

    @property
    def may_be_key(self) -> bool:
        """True where it tells rows apart: it is never empty, and equal values are known to be equal."""
        return self.required and self.personal is not Personal.SEALED

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles by which a file's column is this one."""
        if self.source is not None:
            return (self.source,) if self.source else ()
        return (self.title, *self.aliases)


class CrossRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Holds between two fields of one row, compared as stored text (dates are ISO); empty fields keep any rule."""

    code: str
    left: str
    operator: Operator
    right: str
    sentence: str
    severity: RowSeverity = RowSeverity.REJECT


class RegisterSchema(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All the rules of one resource. A run with more rejects than `max_reject_percent` of its rows is held.

    `key` names the columns by which rows are told apart, so that one can be replaced or deleted. A register about
    persons has one row a person: its key is its subject, said or not.
    """

    resource: str
    title: str
    columns: tuple[Column, ...]
    cross_rules: tuple[CrossRule, ...] = ()
    max_reject_percent: float = DEFAULT_MAX_REJECT_PERCENT
    key: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        fields = [column.field for column in self.columns]
        titles = [fold_title(title) for c in self.columns for title in c.titles]
        if len(set(fields)) != len(fields) or len(set(titles)) != len(titles):
            raise ValueError(f"{self.resource}: a field or title is given twice")
        if sum(column.personal is Personal.SUBJECT for column in self.columns) > 1:
            raise ValueError(f"{self.resource}: a row has one subject")
        if self.subject is not None and not self.subject.required:
            raise ValueError(f"{self.resource}: every row needs its subject")
        comparable = {column.field for column in self.columns if column.kind not in (Kind.INTEGER, Kind.DECIMAL)}
        if any({rule.left, rule.right} - comparable for rule in self.cross_rules):
            raise ValueError(f"{self.resource}: a cross rule names a field that is unknown or a number")
        usable = {column.field for column in self.columns if column.may_be_key}
        if set(self.key) - usable or len(set(self.key)) != len(self.key):
            raise ValueError(f"{self.resource}: the key names a field that is unknown, sealed or may be empty")
        if self.key and self.subject is not None and self.key != (self.subject.field,):
            raise ValueError(f"{self.resource}: a register about persons has one row a person")

    @property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns that tell rows apart; none where only all values together do."""
        if self.subject is not None:
            return (self.subject,)
        return tuple(column for field in self.key for column in self.columns if column.field == field)

    @property
    def subject(self) -> Column | None:
        """The column that says whose row it is; None for a resource about no person."""
        return next((column for column in self.columns if column.personal is Personal.SUBJECT), None)

    @property
    def plain_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.personal is Personal.NONE)

    @property
    def keyed_columns(self) -> tuple[Column, ...]:
        """Columns other than the subject that leave a keyed hash in the lake, stored as `<field>_key`."""
        kept = {Personal.IDENTITY, Personal.NAME}
        return tuple(column for column in self.columns if column.personal in kept)

    @property
    def sealed_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.personal is not Personal.NONE)


class NoRules(LookupError):
    """The exchange has no rules for this resource, so it can't take files for it."""


def fold_title(title: str) -> str:
    """Fold what departments type differently in one and the same column title."""
    return normalise(title).replace(" ", "").replace("*", "").casefold()


@cache
def rules_of(resource: str) -> RegisterSchema:
    """Return the rules of one resource. Raises: NoRules."""
    file = REGISTERS / f"{resource.replace('/', '-')}.toml"
    # A resource code comes from a request: only a plain name inside the folder counts.
    if file.parent != REGISTERS or not file.is_file():
        raise NoRules(resource)
    schema = msgspec.toml.decode(file.read_bytes(), type=RegisterSchema)
    if schema.resource != resource:
        raise NoRules(resource)
    return schema


def resources_with_rules() -> list[str]:
    """Return the codes of all resources the exchange can take files for."""
    return sorted(
        msgspec.toml.decode(file.read_bytes(), type=RegisterSchema).resource for file in REGISTERS.glob("*.toml")
    )
