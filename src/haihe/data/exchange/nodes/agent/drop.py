"""Files that somebody drops into a folder of the node: the simplest of connectors."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

_PIECE_BYTES = 1024 * 1024


class Sink(Protocol):
    def write(self, piece: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch has written. `token` is what `settle` needs to find it at the source again."""

    filename: str
    as_of: datetime
    format: str = ""
    mode: str = "full"
    watermark: str | None = None
    complete: bool = True
    token: str = ""


class DropSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that begin with a dot, or end in .part, are of files that are still being written."""

    path: str
    pattern: str = "*"


class Drop:
    """The oldest file of a folder first; taken ones go to `done/`."""

    name = "drop"
    settings = DropSettings

    def fetch(self, settings: DropSettings, since: str | None, sink: Sink) -> Fetched | None:
        waiting = sorted(
            (file.stat().st_mtime_ns, file.name)
            for file in Path(settings.path).glob(settings.pattern)
            if file.is_file() and not file.name.startswith(".") and not file.name.endswith(".part")
        )
        if not waiting:
            return None
        changed, name = waiting[0]
        with (Path(settings.path) / name).open("rb") as content:
            while piece := content.read(_PIECE_BYTES):
                sink.write(piece)
        as_of = datetime.fromtimestamp(changed / 1e9, UTC)
        return Fetched(filename=name, as_of=as_of, complete=len(waiting) == 1, token=name)

    def settle(self, settings: DropSettings, token: str) -> None:
        folder = Path(settings.path)
        (folder / "done").mkdir(exist_ok=True)
        if (folder / token).exists():
            (folder / token).replace(folder / "done" / token)
