import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from haihe.data.exchange.connectors import drop
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.folder.putting import put_once
from haihe.data.exchange.connectors.ports import Fetched, GivenBack, Leg, LegFound, NoSecret, Sink, Site, Verdict

_PIECE_BYTES: Final = 1024 * 1024


class FolderSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`path` lies below the site's root; `afterwards` says what becomes of a file that was taken."""

    path: drop.FolderPath = ""
    pattern: drop.Pattern = "*"
    finished: drop.Finished = "quiet"
    quiet_s: drop.Quiet = 60
    afterwards: drop.Afterwards = "move"


class FolderConnector:
    name = "folder"
    legs = (Leg.PLACE, Leg.ROWS)
    settings = FolderSettings
    secret = NoSecret

    def check(self, settings: FolderSettings, secret: NoSecret, site: Site) -> Iterator[LegFound]:
        folder = _folder(settings, site)
        yield LegFound(Leg.PLACE, settings.path or "/")
        yield drop.waiting_leg(
            _ready(folder, settings, site), lambda entry, most: b"".join(_pieces(folder / entry.name, most))
        )

    def fetch(
        self, settings: FolderSettings, secret: NoSecret, since: str | None, sink: Sink, site: Site
    ) -> Fetched | None:
        folder = _folder(settings, site)
        waiting = _ready(folder, settings, site)
        if not waiting:
            return None
        entry = waiting[0]
        _copy(folder / entry.name, entry, sink)
        fetched = Fetched(
            format="",
            filename=entry.name,
            complete=len(waiting) == 1,
            as_of=drop.true_since(entry, site.clock()),
            token=drop.Token(entry.name, entry.size, entry.changed_at).written(),
        )
        sink.durable(fetched)
        return fetched

    def fetch_again(self, settings: FolderSettings, token: str, sink: Sink, site: Site) -> Fetched:
        folder, known = _folder(settings, site) / drop.DONE, drop.Token.read(token)
        entry = _put_aside(folder, known)
        if entry is None:
            raise FetchFailed(Fault.NO_SUCH_PLACE, f"{drop.DONE}/{known.name}")
        _copy(folder / entry.name, entry, sink)
        taken = drop.Entry(known.name, known.size, known.changed_at)
        fetched = Fetched(format="", filename=known.name, complete=False, as_of=drop.true_since(taken, site.clock()))
        sink.durable(fetched)
        return fetched

    def settle(
        self, settings: FolderSettings, secret: NoSecret, token: str, verdict: Verdict, words: str, site: Site
    ) -> None:
        folder = _folder(settings, site)
        known = drop.Token.read(token)
        file = folder / known.name
        if _entry_of(file) != drop.Entry(known.name, known.size, known.changed_at):
            return  # Gone already, or another file by now: that one waits for its own fetch.
        try:
            _put_away(folder, file, settings, verdict, words)
        except OSError:
            raise FetchFailed(Fault.NOT_PERMITTED, settings.path or "/") from None

    def give_back(self, settings: FolderSettings, secret: NoSecret, given: GivenBack, site: Site) -> str:
        folder = _folder(settings, site)
        try:
            return f"{drop.RETURNED}/{put_once(folder / drop.RETURNED, given)}"
        except OSError as error:
            fault = Fault.STORE_FULL if error.errno == errno.ENOSPC else Fault.NOT_PERMITTED
            raise FetchFailed(fault, drop.RETURNED) from None


FOLDER: Final = FolderConnector()


def _folder(settings: FolderSettings, site: Site) -> Path:
    root = site.root.resolve()
    folder = root.joinpath(*drop.steps(settings.path))
    try:
        inside = folder.resolve(strict=True).is_relative_to(root)
    except OSError:
        raise FetchFailed(Fault.NO_SUCH_PLACE, settings.path or "/") from None
    if not inside or not folder.is_dir():
        raise FetchFailed(Fault.NO_SUCH_PLACE, settings.path or "/")
    return folder


def _ready(folder: Path, settings: FolderSettings, site: Site) -> list[drop.Entry]:
    try:
        entries = [entry for file in folder.iterdir() if (entry := _entry_of(file))]
    except PermissionError:
        raise FetchFailed(Fault.NOT_PERMITTED, settings.path or "/") from None
    return drop.ready(
        entries,
        pattern=settings.pattern,
        finished=settings.finished,
        quiet_s=settings.quiet_s,
        now=site.clock(),
    )


def _entry_of(file: Path) -> drop.Entry | None:
    """Return what the folder says of a plain file; None for anything else, or once it has gone."""
    try:
        found = file.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    # A copying program may set the time of writing back; the time of change it can't.
    return drop.Entry(file.name, found.st_size, max(found.st_mtime, found.st_ctime))


def _copy(file: Path, entry: drop.Entry, sink: Sink) -> None:
    # As much as was listed: a file that grows while it is read would never end.
    for piece in _pieces(file, entry.size):
        sink.write(piece)
    if _entry_of(file) != entry:
        raise FetchFailed(Fault.SOURCE_CHANGED, entry.name)


def _pieces(file: Path, most: int) -> Iterator[bytes]:
    """Give a file's first bytes. Raises: FetchFailed."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as content:
            while piece := content.read(min(most, _PIECE_BYTES)):
                yield piece
                most -= len(piece)
    except PermissionError:
        raise FetchFailed(Fault.NOT_PERMITTED, file.name) from None
    except OSError:
        raise FetchFailed(Fault.SOURCE_CHANGED, file.name) from None


def _put_aside(folder: Path, known: drop.Token) -> drop.Entry | None:
    """Return a file that was put away, under its name or one with a number; the last one where there are several."""
    its_names = drop.its_names(known.name)
    entries = [_entry_of(file) for file in folder.glob("*")]
    found = [each for each in entries if each and each.size == known.size and its_names.fullmatch(each.name)]
    return max(found, key=lambda entry: entry.changed_at, default=None)


def _put_away(folder: Path, file: Path, settings: FolderSettings, verdict: Verdict, words: str) -> None:
    if verdict is Verdict.TAKEN and settings.afterwards == "delete":
        file.unlink()
    else:
        target = folder / (drop.DONE if verdict is Verdict.TAKEN else drop.REFUSED)
        target.mkdir(exist_ok=True)
        name = drop.free_name(file.name, (other.name for other in target.iterdir()))
        if verdict is Verdict.REFUSED:
            (target / f"{name}{drop.REASON_SUFFIX}").write_text(f"{words}\n", encoding="utf-8")
        file.rename(target / name)
    with contextlib.suppress(FileNotFoundError):
        (folder / f"{file.name}{drop.MARKER}").unlink()
