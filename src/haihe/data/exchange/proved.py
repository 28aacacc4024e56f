"""Which files of the lake this process has proved: a file that hasn't moved since isn't read whole at each look.

A snapshot's files are never changed once they are in place. What is remembered is bound to the published hash and
to the file's size, time and number on the disk. Somebody who can write there could restore those, so this is for looks
(previews); what decides anything proves afresh.
"""

import hashlib
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Final

MOST: Final = 1000
type _Stand = tuple[str, int, int, int]

_proved: OrderedDict[Path, _Stand] = OrderedDict()
_lock = Lock()


def has_hash(file: Path, sha256: str, *, afresh: bool) -> bool:
    """True if the file's content has this hash: read whole, or `afresh` is false and it stands as when it was read.

    Raises: OSError.
    """
    stand = _stand(file, sha256)
    with _lock:
        if not afresh and _proved.get(file) == stand:
            return True
    with file.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != sha256:
            return False
    if _stand(file, sha256) == stand:
        _remember(file, stand)
    return True


def _remember(file: Path, stand: _Stand) -> None:
    with _lock:
        _proved[file] = stand
        _proved.move_to_end(file)
        while len(_proved) > MOST:
            _proved.popitem(last=False)


def _stand(file: Path, sha256: str) -> _Stand:
    found = file.stat()
    return sha256, found.st_size, found.st_mtime_ns, found.st_ino
