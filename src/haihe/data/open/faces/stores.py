"""The versions that faces read from, opened in this process: some at a time, within one bounded engine."""

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final

from haihe.data.open import places
from haihe.data.open.models import DatasetVersion
from haihe.data.open.store import Engine, Store, open_store

_MOST_OPEN: Final = 32
_MEMORY: Final = "256MB"


class Stores:
    """May be used by any number of threads. One that nobody asks any more closes with the last who holds it."""

    def __init__(self, data_dir: Path, *, most_open: int = _MOST_OPEN) -> None:
        self._data_dir, self._most_open = data_dir, most_open
        self._engine = Engine(memory=_MEMORY, threads=1)
        self._open: OrderedDict[tuple[str, str], Store] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, version: DatasetVersion) -> Store:
        """Return a version, opened. Raises: StoreDamaged."""
        name = (version.path, version.sha256)
        with self._lock:
            store = self._open.get(name)
            if store is None:
                store = self._open[name] = open_store(self._data_dir / version.path, engine=self._engine)
                if len(self._open) > self._most_open:
                    self._open.popitem(last=False)
            self._open.move_to_end(name)
        return store

    def close(self) -> None:
        with self._lock:
            for store in self._open.values():
                store.close()
            self._open.clear()
            self._engine.close()


_KEPT: Final[dict[Path, Stores]] = {}
_LOCK: Final = threading.Lock()


def store_of(version: DatasetVersion) -> Store:
    """Return the opened files of a version that is ready. Raises: StoreDamaged."""
    with _LOCK:
        stores = _KEPT.get(places.data_dir()) or _KEPT.setdefault(places.data_dir(), Stores(places.data_dir()))
    return stores.get(version)


def close_stores() -> None:
    """Close all that were opened."""
    with _LOCK:
        while _KEPT:
            _KEPT.popitem()[1].close()
