"""The versions that are open: those asked lately, within one bounded engine."""

import threading
from collections import OrderedDict
from pathlib import Path

from haihe.data.open.store.engine import Engine
from haihe.data.open.store.store import Store, open_store


class OpenStores:
    """May be used by any number of threads. What nobody asks any more closes with the last who holds it.

    A version is known by its folder, and by a `mark` where a folder may hold another one some day.
    """

    def __init__(self, engine: Engine, *, most: int) -> None:
        """At most so many are kept open; the engine is closed with them."""
        self._engine, self._most = engine, most
        self._open: OrderedDict[tuple[Path, str], Store] = OrderedDict()
        self._table, self._opening = threading.Lock(), threading.Lock()

    def get(self, folder: Path, mark: str = "") -> Store | None:
        """Return an opened version, None if it has to be opened first. Never waits for another that is opened."""
        with self._table:
            store = self._open.get((folder, mark))
            if store is not None:
                self._open.move_to_end((folder, mark))
        return store

    def open(self, folder: Path, mark: str = "") -> Store:
        """Open a version; takes its time, so never in a loop. Raises: StoreDamaged."""
        with self._opening:
            store = self.get(folder, mark)
            if store is None:
                store = open_store(folder, engine=self._engine)
                with self._table:
                    self._open[folder, mark] = store
                    if len(self._open) > self._most:
                        self._open.popitem(last=False)
        return store

    def __len__(self) -> int:
        return len(self._open)

    def close(self) -> None:
        with self._table:
            for store in self._open.values():
                store.close()
            self._open.clear()
        self._engine.close()
