"""What a connector is: one way in which a department's data is fetched. No Django here: nodes run connectors too.

A connector looks for what is new, writes it into a sink and says what it wrote. It judges no row. Whoever runs it keeps
the file and the watermark, and stores the watermark only together with what the fetched rows became: a fetch that is
cut off anywhere is made again and changes nothing twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import msgspec

from haihe.kernel.source_rules import Network

type Mode = Literal["full", "delta"]
ARROW_STREAM = "arrow_stream"
OPERATION = "_op"
"""The column of a delta that says what becomes of the row's key: `upsert` or `delete`."""


class Leg(StrEnum):
    """What must hold for a source to be fetched, in the order in which it is looked at."""

    NAME = "name"
    CONNECT = "connect"
    TRUST = "trust"
    LOGIN = "login"
    PLACE = "place"
    ROWS = "rows"


class Verdict(StrEnum):
    """What became of something fetched, as its source is told."""

    TAKEN = "taken"
    REFUSED = "refused"


class NoSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of a connector that needs none."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where and when a connector runs: the networks it may reach, and the folder below which dropped files lie."""

    networks: tuple[Network, ...]
    root: Path
    clock: Callable[[], datetime]


class Memory(Protocol):
    """What a source remembers of its last fetch beside the watermark: files in a folder of its own.

    A fetch writes new files and names them in its watermark; those that no stored watermark names may go. They hold
    keyed hashes and sealed values only.
    """

    @property
    def folder(self) -> Path: ...
    def keyed(self, content: bytes) -> bytes:
        """Return 16 bytes that tell contents apart and nothing of them."""
        ...

    def seal(self, content: bytes) -> bytes: ...
    def open(self, sealed: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch has written. `token` is what `settle` needs to find the thing at the source again.

    `rows` where the connector knows them. `as_of`: since when the data is true as it is, None for the moment of the
    fetch. `complete` is False where more waits at the source: the next fetch may follow at once.
    """

    format: str
    filename: str
    mode: Mode = "full"
    watermark: str | None = None
    complete: bool = True
    rows: int | None = None
    as_of: datetime | None = None
    token: str = ""


class Sink(Protocol):
    """Where a fetch writes what it finds, from the first byte to the last."""

    @property
    def memory(self) -> Memory: ...
    def write(self, piece: bytes) -> None:
        """Raises: FetchFailed where it is too much, or the run was ended by somebody else."""
        ...

    def count(self, rows: int) -> None:
        """Tell how many rows have come, for the page."""
        ...

    def durable(self, fetched: Fetched) -> None:
        """Return once all that was written outlives a crash. What can't be fetched again is acknowledged after it."""
        ...


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows as they would be fetched, as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first bytes of the file that would be fetched next; `whole` where they are all it has."""

    name: str
    content: bytes
    whole: bool


@dataclass(frozen=True, slots=True)
class LegFound:
    """One leg that holds; `told` is what was found there. The last one has a preview, or the beginning of a file."""

    leg: Leg
    told: str = ""
    preview: Preview | None = None
    beginning: Beginning | None = None


class Connector(Protocol):
    """One object per kind. `settings` and `secret` are the structs it wants; secrets are never shown, never logged."""

    @property
    def name(self) -> str: ...
    @property
    def legs(self) -> tuple[Leg, ...]:
        """The legs it has, in order."""
        ...

    @property
    def settings(self) -> type[msgspec.Struct]: ...
    @property
    def secret(self) -> type[msgspec.Struct]: ...

    def check(self, settings: Any, secret: Any, site: Site) -> Iterator[LegFound]:
        """Walk the legs and change nothing at the source. Raises: FetchFailed at the leg that fails."""
        ...

    def fetch(self, settings: Any, secret: Any, since: str | None, sink: Sink, site: Site) -> Fetched | None:
        """Write what is new since the watermark; None where nothing is. Raises: FetchFailed."""
        ...

    def settle(self, settings: Any, secret: Any, token: str, verdict: Verdict, words: str, site: Site) -> None:
        """Tell the source what became of it. Called at least once after the end. Raises: FetchFailed."""
        ...


@runtime_checkable
class KeepsWhatItTook(Protocol):
    """A connector of a source that moves what was taken aside, and can fetch it from there once more."""

    def fetch_again(self, settings: Any, token: str, sink: Sink, site: Site) -> Fetched:
        """Write what was fetched under this token; there is nothing to settle after it. Raises: FetchFailed."""
        ...


@runtime_checkable
class BringsOnlyChanges(Protocol):
    """A connector that can never bring all rows: what it brings is merged over what came in another way.

    What it took is nowhere else any more. It keeps it in its memory until a watermark says that it was published, and
    brings it again until then; so it is given the watermark of what was published last, whatever serves now.
    """

    @property
    def only_changes(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A file for the one who sent what it is about. `pieces` gives its content from the beginning, each time anew."""

    name: str
    size: int
    sha256: str
    pieces: Callable[[], Iterator[bytes]]


@runtime_checkable
class GivesBack(Protocol):
    """A connector of a source into which a file can be put."""

    def give_back(self, settings: Any, secret: Any, given: GivenBack, site: Site) -> str:
        """Put the file into `returned/`, whole, and read it back; return where it lies. Once it is there, the same
        again changes nothing. Raises: FetchFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Legs:
    """The legs of one test: those that held, and the one that failed."""

    found: tuple[LegFound, ...] = ()
    failed: Leg | None = None
    fault: str = ""
    sentence: str = ""
    skipped: tuple[Leg, ...] = field(default=())

    @property
    def preview(self) -> Preview | None:
        return next((leg.preview for leg in self.found if leg.preview), None)

    @property
    def beginning(self) -> Beginning | None:
        return next((leg.beginning for leg in self.found if leg.beginning), None)
