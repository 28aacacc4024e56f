"""A condition as a tree. Columns are told by their place among the dataset's; values are typed already."""

from dataclasses import dataclass
from typing import Literal

from haihe.data.open.store.columns import Value

type Sign = Literal["=", "<>", "<", "<=", ">", ">="]
ID = -1
"""The place that stands for the row's id."""


@dataclass(frozen=True, slots=True)
class Comparison:
    column: int
    sign: Sign
    value: Value


@dataclass(frozen=True, slots=True)
class Among:
    column: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Between:
    column: int
    least: Value
    most: Value


@dataclass(frozen=True, slots=True)
class Missing:
    column: int


@dataclass(frozen=True, slots=True)
class Like:
    """`%` stands for any text, `_` for one character, a backslash takes either at its word."""

    column: int
    pattern: str


@dataclass(frozen=True, slots=True)
class StartsWith:
    column: int
    start: str


@dataclass(frozen=True, slots=True)
class Within:
    longitude: int
    latitude: int
    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Search:
    """Rows whose texts hold each of these, folded as `folding.py` does."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    of: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    of: tuple["Condition", ...]


type Condition = Comparison | Among | Between | Missing | Like | StartsWith | Within | Search | Not | All | Either
