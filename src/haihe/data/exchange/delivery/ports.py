"""What a delivery asks of a target. No target knows grants or registers: it gets named columns and rows of text.

No Django here: nodes write tables and files by the same targets.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import pyarrow as pa

type Row = tuple[str | None, ...]
type Batches = Callable[[], Iterator[pa.RecordBatch]]
"""Gives the rows from the first, as columns of text, as often as called."""

UPSERT, DELETE = "upsert", "delete"
OPERATION = "haihe_op"
"""The first column of a file of changes."""
KEY, NUMBER = "haihe_key", "haihe_delivery"
"""Columns at the target beside the granted ones: whose row it is (a name that only this grant knows), and which
delivery wrote it last. Rows without a number are somebody else's, and are never touched."""


def rows_of(batch: pa.RecordBatch) -> list[Row]:
    return list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


class Fault(StrEnum):
    """Why a target could not be written or read."""

    SETTINGS_WRONG = "SETTINGS_WRONG"
    ADDRESS = "ADDRESS"
    NO_CONNECTION = "NO_CONNECTION"
    HOST_KEY = "HOST_KEY"
    NODE_AWAY = "NODE_AWAY"
    DISK_FULL = "DISK_FULL"
    REFUSED = "REFUSED"
    OTHER_CONTENT = "OTHER_CONTENT"
    SOURCE_DAMAGED = "SOURCE_DAMAGED"
    INTERNAL = "INTERNAL"


class Changes(StrEnum):
    """What a target does with changes alone: merge them into its rows, or keep them as files of their own."""

    MERGED = "MERGED"
    KEPT = "KEPT"


class DeliveryFailed(Exception):
    """A delivery could not be made or proved. Nothing that a target answered is repeated: it may quote a row."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault

    @property
    def may_pass(self) -> bool:
        """True where trying again may help by itself."""
        return self.fault in _MAY_PASS


_MAY_PASS = frozenset({Fault.ADDRESS, Fault.NO_CONNECTION, Fault.NODE_AWAY, Fault.DISK_FULL, Fault.INTERNAL})


class OnTheWay(Exception):
    """A node has the delivery, or gets it when its line is there. Its receipt will be heard of; nothing failed."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one delivery brings. `digest` is of its rows in any order; `plan` says whose earlier rows it replaces.

    A `sequence` above 0 counts deliveries of changes alone since the last whole one. Their rows begin with what becomes
    of the row's key, `upsert` or `delete`; `rows` and `digest` are of what is to be found afterwards. `mark` is what a
    target remembers the effect by, where that isn't the number.
    """

    number: str
    plan: str
    columns: tuple[str, ...]
    rows: int
    digest: str
    batches: Batches
    sequence: int = 0
    mark: str = ""

    @property
    def effect(self) -> str:
        return self.mark or self.number


@dataclass(frozen=True, slots=True)
class Found:
    """What was read back from a target: its rows of the delivery, their digest, and where they lie.

    `proof` is what a node signed who read it back.
    """

    rows: int
    digest: str
    where: str
    proof: dict[str, str] | None = None


class Target(Protocol):
    """One kind of target. Every method may be called again after it was cut off anywhere, and changes nothing twice."""

    @property
    def name(self) -> str: ...
    @property
    def settings(self) -> type[Any]: ...
    @property
    def secret(self) -> type[Any]: ...
    @property
    def changes(self) -> Changes:
        """How it takes changes alone."""
        ...

    def check(self, settings: Any, secret: Any) -> None:
        """Connect, and change nothing. Raises: DeliveryFailed."""
        ...

    def put(self, settings: Any, secret: Any, content: Content) -> Found:
        """Make the content the plan's only one at the target, whole or not at all, and read it back.

        Raises: DeliveryFailed, OnTheWay.
        """
        ...

    def remove(self, settings: Any, secret: Any, plan: str, numbers: Sequence[str], number: str) -> Found:
        """Delete whatever earlier deliveries wrote (`numbers`), under a number of its own, and look what is left.

        Raises: DeliveryFailed, OnTheWay.
        """
        ...
