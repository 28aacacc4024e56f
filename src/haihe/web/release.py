"""The name of this release of the static files: a digest that stands in every static address.

Addresses look like `/static/<release>/web/haihe.css`, so a browser may keep a file for ever, and relative addresses
inside packages (ES modules, workers, fonts) go on working, which renaming each file by its hash would break. Nothing
has to be collected before a start. All machines that run the same code arrive at the same name.
"""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
LOCK_FILES = tuple(PACKAGE.parents[1] / name for name in ("package-lock.json", "requirements.lock"))


def release_of(files: Iterable[Path]) -> str:
    """Return twelve hexadecimal digits that change with the name or the content of any of the files."""
    digest = sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def current_release() -> str:
    """Return the release of our own static files, of the locked packages, and of the templates.

    Templates decide what the one stylesheet holds (`stylesheet.py`).
    """
    own = sorted(path for path in PACKAGE.rglob("static/**/*") if path.is_file())
    return release_of([*own, *templates(), *(path for path in LOCK_FILES if path.exists())])


def templates() -> list[Path]:
    """Return the templates of all components."""
    return sorted(PACKAGE.rglob("templates/**/*.html"))
