"""The rows of a version in SQLite: found by an index or by their ids, within a small budget of steps."""

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haihe.data.open.store.sql import Sql, column_name

_STEPS_BETWEEN_LOOKS = 10_000
_LOOKS = 5
"""So many steps are one to three milliseconds: a page that an index answers takes a twentieth of them."""
_MOST_IDS = 1_000
type Row = tuple[Any, ...]


class PagesFile:
    """May be used by any number of threads; one at a time is served."""

    def __init__(self, file: Path) -> None:
        uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA mmap_size = 1099511627776")
        self._connection.execute("PRAGMA case_sensitive_like = ON")
        self._connection.execute("PRAGMA temp_store = MEMORY")
        self._lock = threading.Lock()
        self._looks = 0

    def ids(self, stretches: Sequence[Sql], order: str, limit: int, *, offset: int = 0) -> list[int] | None:
        """Return the ids of rows of the stretches, which follow each other in that order; None beyond the budget.

        `offset` is for one stretch alone. The ids come as one text: with each row that SQLite gives to Python other
        threads may take the turn, and a hundred such chances a page let whoever makes files hold up everybody.
        """
        found: list[int] = []
        with self._lock:
            self._looks = _LOOKS
            self._connection.set_progress_handler(self._look, _STEPS_BETWEEN_LOOKS)
            try:
                for where in stretches:
                    inner = f"SELECT id FROM rows WHERE {where.text} ORDER BY {order} LIMIT ? OFFSET ?"
                    asked = (*where.values, limit - len(found), offset)
                    ((text,),) = self._connection.execute(f"SELECT group_concat(id) FROM ({inner})", asked).fetchall()
                    found += map(int, text.split(",")) if text else ()
                    if len(found) == limit:
                        break
            except sqlite3.OperationalError as trouble:
                if trouble.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise
                return None
            finally:
                self._connection.set_progress_handler(None, 0)
        return found

    def by_ids(self, columns: Sequence[int], ids: Sequence[int]) -> list[Row]:
        """Return the rows of at most a thousand or so ids, in the order of the ids."""
        names, marks = ", ".join(["id", *map(column_name, columns)]), ", ".join("?" for _ in ids)
        with self._lock:
            found = self._connection.execute(f"SELECT {names} FROM rows WHERE id IN ({marks})", ids).fetchall()
        by_id = {row[0]: row for row in found}
        return [by_id[each] for each in ids]

    def close(self) -> None:
        self._connection.close()

    def _look(self) -> int:
        self._looks -= 1
        return self._looks < 0
