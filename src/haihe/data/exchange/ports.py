"""What a connector is: one way in which a department's rows reach the exchange.

Each connector is a folder `connectors/<name>/` with `connector.py` holding one object that keeps the `Connector`
protocol, registered by name in `connectors/__init__.py`; its readers and tests lie beside it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from haihe.data.exchange.reasons import Reason
from haihe.data.exchange.rules import RegisterSchema


@dataclass(frozen=True, slots=True)
class Record:
    """One row as the source has it, its cells not yet looked at. `line` counts from 1 in the source.

    Where the source is damaged `fault` says how, `cells` may be anything, and `raw` is still what stood there.
    """

    line: int
    cells: list[str]
    raw: str
    fault: Reason | None = None


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What was found out about the source before its first row; told to its owner and kept in the manifest.

    `confidence` is 0 to 1. `positions` are the places in `Record.cells` of the schema's columns, in its order, None
    for an optional column that the source doesn't have; `width` is how many cells a row must have.
    """

    encoding: str
    confidence: float
    delimiter: str
    header: tuple[str, ...]
    positions: tuple[int | None, ...]
    ignored: tuple[str, ...]
    preface_lines: int

    @property
    def width(self) -> int:
        return len(self.header)


class Tally:
    """What a reading has passed so far, for progress and for the account of lines that are no rows."""

    def __init__(self) -> None:
        self.bytes_read = 0
        self.blank_lines = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """An opened source. `records` streams in bounded memory and may be taken once."""

    facts: SourceFacts
    records: Iterator[Record]
    tally: Tally


type OpenSource = Callable[[], Iterator[bytes]]
"""Gives the source's bytes in pieces from the start, as often as called."""


class Connector(Protocol):
    @property
    def name(self) -> str: ...

    def open(self, source: OpenSource, schema: RegisterSchema) -> Reading:
        """Look at the source's beginning and return its rows. Raises: FileRefused."""
        ...
