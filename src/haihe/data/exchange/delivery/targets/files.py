"""A folder of dropped files, here or by SFTP: a file appears whole, under a name made from the delivery's number.

It is written beside under another name, made durable, and renamed. What an earlier try left is written over; a file
that has its name already is whole, and is only read. When a new one is there those of before are removed.
"""

import contextlib
import csv
import io
import posixpath
from collections.abc import Iterator, Sequence
from typing import IO, Annotated, Any, Final, Protocol

import msgspec

from haihe.data.exchange.delivery.digests import RowsDigest
from haihe.data.exchange.delivery.ports import OPERATION, Changes, Content, DeliveryFailed, Fault, Found, Row, rows_of

_ENCODING: Final = "utf-8-sig"
_UNFINISHED: Final = ".part"

_SEGMENT: Final = r"[\w-]+(\.[\w-]+)*"

type Path = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=rf"^{_SEGMENT}(/{_SEGMENT})*$")]
type Line = Annotated[str, msgspec.Meta(min_length=1, max_length=253, pattern=r"^[^\x00-\x1f]+$")]


class Folder(Protocol):
    """A folder that files are put into. Every method raises DeliveryFailed."""

    @property
    def where(self) -> str: ...
    def names(self) -> set[str]: ...
    def writing(self, name: str) -> "contextlib.AbstractContextManager[IO[bytes]]":
        """Open a new file; it is durable when the block ends."""
        ...

    def reading(self, name: str) -> "contextlib.AbstractContextManager[IO[bytes]]": ...
    def rename(self, source: str, target: str) -> None: ...
    def remove(self, name: str) -> None: ...


class FolderSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A folder below the one that the operator shares out."""

    path: Path


class NoSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to keep."""


class SftpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`host_key` is the server's public key as a line of `known_hosts` without the name."""

    host: Line
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 22
    user: Line
    path: Path
    host_key: Annotated[str, msgspec.Meta(min_length=20, max_length=5000, pattern=r"^[^\x00-\x1f]+$")]


class SftpSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A password, or a private key in OpenSSH's form."""

    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    private_key: Annotated[str, msgspec.Meta(max_length=20_000)] = ""


class FilesTarget:
    """Puts files into whatever folder it is given."""

    def __init__(self, name: str, settings: type[Any], secret: type[Any], opened: Any) -> None:
        self.name = name
        self.changes = Changes.KEPT
        self.settings = settings
        self.secret = secret
        self._opened = opened

    def check(self, settings: Any, secret: Any) -> None:
        with self._opened(settings, secret) as folder:
            folder.names()

    def put(self, settings: Any, secret: Any, content: Content) -> Found:
        # Files of changes stay, in their order, until a whole one comes: each is one step.
        end = f".{content.sequence:06d}.changes.csv" if content.sequence else ".csv"
        name, titles = content.number + end, content.columns
        if content.sequence:
            titles = (OPERATION, *titles)
        with self._opened(settings, secret) as folder:
            if name not in folder.names():
                with folder.writing(name + _UNFINISHED) as file:
                    _write(file, titles, content)
                folder.rename(name + _UNFINISHED, name)
            found = _read_back(folder, name, len(titles))
            if not content.sequence:
                _remove_others(folder, content.plan, kept=name)
        return found

    def remove(self, settings: Any, secret: Any, plan: str, numbers: Sequence[str], number: str) -> Found:
        with self._opened(settings, secret) as folder:
            for name in _of(numbers, folder):
                folder.remove(name)
            return Found(len(_of(numbers, folder)), RowsDigest().value, folder.where)


def _of(numbers: Sequence[str], folder: Folder) -> list[str]:
    """Return the files that these deliveries wrote, finished or not."""
    ours = set(numbers)
    return sorted(name for name in folder.names() if name.partition(".")[0] in ours)


def _remove_others(folder: Folder, plan: str, *, kept: str) -> None:
    """Remove the files of the same plan's earlier deliveries: a number begins with its plan's mark."""
    mark = kept.partition("-")[0] + "-"
    for name in sorted(folder.names()):
        if name.startswith(mark) and name != kept and name.endswith((".csv", _UNFINISHED)):
            folder.remove(name)


def _write(file: IO[bytes], titles: Sequence[str], content: Content) -> None:
    text = io.TextIOWrapper(file, encoding=_ENCODING, newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow(titles)
    for batch in content.batches():
        writer.writerows([[cell or "" for cell in row] for row in rows_of(batch)])
    text.flush()
    text.detach()


def _read_back(folder: Folder, name: str, width: int) -> Found:
    digest = RowsDigest()
    with folder.reading(name) as file:
        text = io.TextIOWrapper(file, encoding=_ENCODING, newline="")
        try:
            rows = csv.reader(text)
            next(rows, None)
            digest.add(_as_rows(rows, width))
        except (UnicodeError, csv.Error):
            raise DeliveryFailed(Fault.OTHER_CONTENT) from None
        finally:
            with contextlib.suppress(ValueError):
                text.detach()
    return Found(digest.rows, digest.value, posixpath.join(folder.where, name))


def _as_rows(rows: Iterator[list[str]], width: int) -> Iterator[Row]:
    for row in rows:
        if len(row) != width:
            raise DeliveryFailed(Fault.OTHER_CONTENT)
        yield tuple(cell or None for cell in row)
