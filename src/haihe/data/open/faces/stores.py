"""The versions that faces read from, opened in this process: some at a time, within one bounded engine."""

import logging
import threading
from pathlib import Path
from typing import Final

from haihe.data.open import places
from haihe.data.open.models import DatasetVersion
from haihe.data.open.store import Engine, OpenStores, Store, StoreDamaged

_MOST_OPEN: Final = 32
_MEMORY: Final = "256MB"
_KEPT: Final[dict[Path, OpenStores]] = {}
_LOCK: Final = threading.Lock()
_log = logging.getLogger("haihe.open.faces")


def store_of(version: DatasetVersion) -> Store:
    """Return the opened files of a version that is ready. Raises: StoreDamaged."""
    folder = places.data_dir()
    with _LOCK:
        if folder not in _KEPT:
            _KEPT[folder] = OpenStores(Engine(memory=_MEMORY, threads=1), most=_MOST_OPEN)
        stores = _KEPT[folder]
    try:
        return stores.open(folder / version.path, version.sha256)
    except StoreDamaged as damaged:
        _log.error("a version can't be read: %s", damaged)
        raise


def close_stores() -> None:
    """Close all that were opened."""
    with _LOCK:
        while _KEPT:
            _KEPT.popitem()[1].close()
