"""The versions that are open: those asked lately, within one bounded engine."""

import threading
from collections import OrderedDict
from pathlib import Path

from haihe.data.open.store import Engine, Store, open_store
from haihe.openreads.picture import Version

_MOST_OPEN = 128


class Stores:
    """Opened versions by their paths. A version that nobody asks any more is closed when its last user lets go."""

    def __init__(self, data_dir: Path, engine: Engine) -> None:
        self._data_dir, self._engine = data_dir, engine
        self._open: OrderedDict[str, Store] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, version: Version) -> Store | None:
        """Return an opened version, None if it has to be opened first."""
        store = self._open.get(version.path)
        if store is not None:
            self._open.move_to_end(version.path)
        return store

    def open(self, version: Version) -> Store:
        """Open a version; takes its time, so never in the loop. Raises: StoreDamaged."""
        folder = self._data_dir / version.path
        with self._lock:
            store = self._open.get(version.path)
            if store is None:
                store = self._open[version.path] = open_store(folder, engine=self._engine)
                if len(self._open) > _MOST_OPEN:
                    # Not closed here: somebody may be reading it. Its files close with the last who holds it.
                    self._open.popitem(last=False)
        return store

    def __len__(self) -> int:
        return len(self._open)

    def close(self) -> None:
        for store in self._open.values():
            store.close()
        self._open.clear()
        self._engine.close()
