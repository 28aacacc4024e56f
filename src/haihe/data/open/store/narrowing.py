"""A version of which somebody may have some columns: for them there are no others, not in conditions, not in order.

What is asked is put to a table that holds these columns alone, so a question can't reach the others whatever it says.
Full text looks into all texts at once, so it isn't for those who may not see all of them.
"""

from collections import OrderedDict
from collections.abc import Collection, Generator, Sequence

from haihe.data.open.store.engine import Engine
from haihe.data.open.store.pages import PagesFile, Row
from haihe.data.open.store.query import GroupQuery, Query
from haihe.data.open.store.sql import column_name
from haihe.data.open.store.store import LIMIT_S, Groups, Page, Store
from haihe.data.open.store.tree import All, Condition, Either, Not, Search
from haihe.data.open.store.trouble import WrongQuery


class NarrowStore(Store):
    """Some columns of an opened version, in their order there. Cheap to make; the whole is to be closed, not this."""

    def __init__(self, whole: Store, names: Collection[str]) -> None:
        self._whole = whole
        places = tuple(place for place, column in enumerate(whole.columns) if column.name in names)
        self.folder, self.manifest = whole.folder, whole.manifest
        self.columns = tuple(whole.columns[place] for place in places)
        self._pages = _NarrowPages(whole._pages, places)
        # Finished rows and the index of full text know all columns.
        self._told = self._words = None
        self._selected = ", ".join(
            ["id", *(f"{column_name(place)} AS {column_name(n)}" for n, place in enumerate(places))]
        )
        self._counts = OrderedDict({None: whole.manifest.rows})
        self._groups = OrderedDict()
        self._costly = OrderedDict()

    def page_at_once(self, query: Query, *, as_lines: bool = False) -> Page | None:
        """Return None: the indexes know all columns."""
        _check(query.where)
        return None

    def count(self, where: Condition | None = None, *, limit_s: float = LIMIT_S) -> int:
        """As the whole does. Raises: TooCostly, WrongQuery."""
        _check(where)
        return super().count(where, limit_s=limit_s)

    def groups(self, query: GroupQuery, *, limit_s: float = LIMIT_S) -> Groups:
        """As the whole does. Raises: TooCostly, WrongQuery."""
        _check(query.where)
        return super().groups(query, limit_s=limit_s)

    def export(self, where: Condition | None, form: str, *, base: str = "", guard: bool = False) -> Generator[bytes]:
        """As the whole does. Raises: KeyError, TooCostly, WrongQuery."""
        _check(where)
        return super().export(where, form, base=base, guard=guard)

    def close(self) -> None:
        """Leave the whole open."""

    def _duck(self) -> Engine:
        return self._whole._duck()

    def _table(self) -> str:
        return f"(SELECT {self._selected} FROM {self._whole._table()}) AS narrow"


class _NarrowPages(PagesFile):
    """The rows' file, asked by the places of the columns that are there."""

    def __init__(self, whole: PagesFile, places: Sequence[int]) -> None:
        self._whole, self._places = whole, places

    def by_ids(self, columns: Sequence[int], ids: Sequence[int]) -> list[Row]:
        return self._whole.by_ids([self._places[column] for column in columns], ids)


def _check(where: Condition | None) -> None:
    """Raises: WrongQuery for what would look into columns that aren't there."""
    match where:
        case Search():
            raise WrongQuery(
                "只获准部分数据项的，不能使用 search；请对获准的数据项使用 like。",
                "search looks into all columns; with a grant of some of them use like on those.",
            )
        case Not(of):
            _check(of)
        case All(parts) | Either(parts):
            for part in parts:
                _check(part)
