"""Files that somebody drops into a folder, here or over SFTP: which of them are finished, and which comes first.

A file is finished once its writer says so by a marker beside it (`name.csv.ok`), or where it has lain unchanged for a
while. Names of half-written files are left alone: a dot in front, or an ending that copying programs use.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Annotated, Final, Literal

import msgspec

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.ports import Beginning, Leg, LegFound

DONE: Final = "done"
REFUSED: Final = "refused"
RETURNED: Final = "returned"
REASON_SUFFIX: Final = ".reason.txt"
MARKER: Final = ".ok"
_UNFINISHED: Final = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".download", ".uploading")
BEGINNING_BYTES: Final = 4 * 1024 * 1024
"""What a test reads of the next file: some thousands of rows, or the whole of a small workbook."""
_STEP = re.compile(r"[^/\\\x00-\x1f]+")

type FolderPath = Annotated[str, msgspec.Meta(max_length=500)]
type Pattern = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
type Quiet = Annotated[int, msgspec.Meta(ge=1, le=86_400)]
type Finished = Literal["quiet", "marker"]
type Afterwards = Literal["move", "delete"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a listing. `changed_at`: when it was last written, in seconds since the epoch."""

    name: str
    size: int
    changed_at: float


@dataclass(frozen=True, slots=True)
class Token:
    """The file that was fetched, as it was then."""

    name: str
    size: int
    changed_at: float

    def written(self) -> str:
        return json.dumps([self.name, self.size, self.changed_at], ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> "Token":
        name, size, changed_at = json.loads(text)
        return cls(name, size, changed_at)


def ready(entries: Iterable[Entry], *, pattern: str, finished: Finished, quiet_s: int, now: datetime) -> list[Entry]:
    """Return the finished files, the oldest first."""
    all_entries = list(entries)
    names = {entry.name for entry in all_entries}
    chosen = [
        entry
        for entry in all_entries
        if is_data(entry.name)
        and fnmatchcase(entry.name, pattern)
        and (
            f"{entry.name}{MARKER}" in names if finished == "marker" else now.timestamp() - entry.changed_at >= quiet_s
        )
    ]
    return sorted(chosen, key=lambda entry: (entry.changed_at, entry.name))


def waiting_leg(waiting: Sequence[Entry], read: Callable[[Entry, int], bytes]) -> LegFound:
    """Return the last leg of a test: how many files wait, and how the first of them begins."""
    if not waiting:
        return LegFound(Leg.ROWS, "0")
    entry = waiting[0]
    content = read(entry, min(entry.size, BEGINNING_BYTES))
    beginning = Beginning(entry.name, content, whole=len(content) == entry.size)
    return LegFound(Leg.ROWS, f"{len(waiting)}: {entry.name}", beginning=beginning)


def is_data(name: str) -> bool:
    """True if the name is that of a whole file of data."""
    folded = name.lower()
    return not (folded.startswith((".", "~$")) or folded.endswith((*_UNFINISHED, "~", MARKER, REASON_SUFFIX)))


def steps(path: str) -> list[str]:
    """Return the folders of a relative path. Raises: FetchFailed where it leads out, or is none."""
    found = [step for step in path.replace("\\", "/").split("/") if step not in ("", ".")]
    if any(step == ".." or not _STEP.fullmatch(step) for step in found):
        raise FetchFailed(Fault.SETTINGS_WRONG, "path")
    return found


def true_since(entry: Entry, now: datetime) -> datetime:
    """Return when a file's rows were true: when it was last written, and never in the future."""
    return min(datetime.fromtimestamp(entry.changed_at, UTC), now)


def rejects_name(filename: str) -> str:
    """Return the name under which the rejects of a file go back to where it came from."""
    last = re.split(r"[/\\]", filename)[-1]
    stem = "".join(sign for sign in last.rpartition(".")[0] or last if sign.isprintable()).strip(". ")
    return f"{stem[:100] or 'file'}-rejects.csv"


def its_names(name: str) -> re.Pattern[str]:
    """Return what matches a name, and that name with a number as `free_name` gives it."""
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    return re.compile(rf"{re.escape(stem)}(-\d+)?{re.escape(dot + ending)}")


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return the name, or the name with a number that nobody has."""
    known = set(taken)
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    number = 1
    free = name
    while free in known:
        number += 1
        free = f"{stem}-{number}{dot}{ending}"
    return free
