"""Files put into a folder: whole, once, and never through a link that leads elsewhere."""

import hashlib
import os
from pathlib import Path

from haihe.data.exchange.connectors import drop
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.ports import GivenBack


def put_once(folder: Path, given: GivenBack) -> str:
    """Write a file beside, read it back and rename it to a free name; return the one it has, or had before.

    Raises: FetchFailed, OSError.
    """
    if folder.is_symlink():
        raise FetchFailed(Fault.NO_SUCH_PLACE, folder.name)
    folder.mkdir(exist_ok=True)
    wanted = drop.its_names(given.name)
    names = [file.name for file in folder.iterdir()]
    for name in filter(wanted.fullmatch, names):
        if _holds(folder / name, given):
            return name
    part = folder / f".{given.name}.part"
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640), "wb") as file:
        for piece in given.pieces():
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if not _holds(part, given):
        raise FetchFailed(Fault.SOURCE_CHANGED, given.name)
    name = drop.free_name(given.name, names)
    part.rename(folder / name)
    return name


def _holds(file: Path, given: GivenBack) -> bool:
    """True if the file is a plain one and has just this content."""
    if file.is_symlink() or not file.is_file() or file.stat().st_size != given.size:
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == given.sha256
