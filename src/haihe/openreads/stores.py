"""The versions that are open: those asked lately, within one bounded engine."""

import threading
from collections import OrderedDict
from pathlib import Path

from haihe.data.open.store import Engine, Store, is_prepared, open_store, prepare
from haihe.openreads.picture import Version

_MOST_OPEN = 128
AT_ONCE_ROWS = 300_000
"""So many rows are made ready while somebody waits; more take minutes, and whoever asks is told to come again."""


class Stores:
    """Opened versions by their paths. A version that nobody asks any more is closed when its last user lets go."""

    def __init__(self, data_dir: Path, engine: Engine) -> None:
        self._data_dir, self._engine = data_dir, engine
        self._open: OrderedDict[str, Store] = OrderedDict()
        self._being_made: set[str] = set()
        self._lock = threading.Lock()

    def get(self, version: Version) -> Store | None:
        """Return an opened version, None if it has to be opened first."""
        store = self._open.get(version.path)
        if store is not None:
            self._open.move_to_end(version.path)
        return store

    def open(self, version: Version) -> Store:
        """Open a version, made ready first where nobody did; takes its time, so never in the loop.

        Raises: StoreDamaged, BuildTrouble, ColumnsTrouble.
        """
        folder = self._data_dir / version.path
        prepare(folder)
        with self._lock:
            store = self._open.get(version.path)
            if store is None:
                store = self._open[version.path] = open_store(folder, engine=self._engine)
                if len(self._open) > _MOST_OPEN:
                    # Not closed here: somebody may be reading it. Its files close with the last who holds it.
                    self._open.popitem(last=False)
        return store

    def is_made(self, version: Version) -> bool:
        """True if opening it takes no time to speak of."""
        return version.path in self._open or is_prepared(self._data_dir / version.path)

    def begin_making(self, version: Version) -> bool:
        """True if nobody makes it ready yet, and the caller is to do it."""
        with self._lock:
            is_new = version.path not in self._being_made
            self._being_made.add(version.path)
        return is_new

    def made(self, version: Version) -> None:
        with self._lock:
            self._being_made.discard(version.path)

    def close(self) -> None:
        for store in self._open.values():
            store.close()
        self._open.clear()
        self._engine.close()
