"""From one page to the next, and noticing pages that repeat, rows that move meanwhile, and numbers that don't agree."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from haihe.data.exchange.connectors import objects
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.http_api.session import Answer, Ask, Session
from haihe.data.exchange.connectors.http_api.settings import HttpSettings
from haihe.data.exchange.connectors.objects import Fields

_BY_COUNTING: Final = ("page", "offset")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its rows, what points to the next one, and how many rows the interface says that it has in all."""

    rows: list[Fields]
    cursor: str
    total: int | None
    validators: dict[str, str]


class Pages:
    """The pages of one fetch. `validators` are there after the first; `unchanged` where it said that nothing is new."""

    def __init__(self, session: Session, settings: HttpSettings, keyed: Callable[[bytes], bytes]) -> None:
        self._session = session
        self._settings = settings
        self._keyed = keyed
        self._seen: set[bytes] = set()
        self.validators: dict[str, str] = {}
        self.unchanged = False

    def first(self, extra: dict[str, str], conditions: dict[str, str] | None = None) -> Page | None:
        """Return the first page; None where it isn't modified. Raises: FetchFailed."""
        answer = self._session.whole(Ask(self._settings.url, self._params(extra, 0, 0, ""), conditions or {}))
        return self._read(answer) if answer is not None else None

    def all(self, extra: dict[str, str], conditions: dict[str, str]) -> Iterator[list[Fields]]:
        """Give the rows of page after page. Raises: FetchFailed, at the end too."""
        first = self.first(extra, conditions)
        if first is None:
            self.unchanged = True
            return
        self.validators = first.validators
        page, number, count = first, 0, 0
        while True:
            self._once(page)
            yield page.rows
            number, count = number + 1, count + len(page.rows)
            following = self._following(page, number, count)
            if following is None:
                break
            if number >= self._settings.most_pages:
                raise FetchFailed(Fault.TOO_MUCH, str(number))
            page = self._ask(following, extra, number, count)
            if self._settings.paging in _BY_COUNTING and page.total != first.total:
                raise FetchFailed(Fault.SOURCE_CHANGED)
        self._agree(page, first, extra, number, count)

    def _ask(self, cursor: str, extra: dict[str, str], number: int, count: int) -> Page:
        if self._settings.paging == "link" or (self._settings.paging == "cursor" and not self._settings.cursor_param):
            answer = self._session.whole(Ask(cursor))
        else:
            answer = self._session.whole(Ask(self._settings.url, self._params(extra, number, count, cursor)))
        if answer is None:
            raise FetchFailed(Fault.ANSWER_WRONG, "304")
        return self._read(answer)

    def _params(self, extra: dict[str, str], number: int, count: int, cursor: str) -> dict[str, str | int]:
        settings = self._settings
        params: dict[str, str | int] = {**settings.params, **extra}
        if settings.paging != "none" and settings.size_param:
            params[settings.size_param] = settings.size
        if settings.paging == "page":
            params[settings.page_param] = settings.first_page + number
        elif settings.paging == "offset":
            params[settings.page_param] = count
        elif cursor:
            params[settings.cursor_param] = cursor
        return params

    def _following(self, page: Page, number: int, count: int) -> str | None:
        """Return the cursor of the next page, empty where there is none to it; None at the end."""
        if self._settings.paging == "none":
            return None
        if self._settings.paging in _BY_COUNTING:
            # A page shorter than asked for may only be as long as the server likes; an empty one is the end.
            return None if not page.rows or (page.total is not None and count >= page.total) else ""
        return page.cursor or None

    def _read(self, answer: Answer) -> Page:
        settings = self._settings
        value = objects.decoded(answer.content, answer.charset)
        if settings.ok_at and objects.plain(objects.at(value, settings.ok_at)) not in settings.ok_values:
            raise FetchFailed(Fault.ANSWER_REFUSED, settings.ok_at)
        # Where nothing is left, some interfaces leave out the list too.
        empty = settings.rows_at and objects.at(value, settings.rows_at) is None and settings.total_at
        rows = (
            []
            if empty
            else objects.rows_at(value, settings.rows_at, nested=settings.nested == "flatten", wanted=settings.columns)
        )
        cursor = answer.next_url if settings.paging == "link" else self._cursor(value)
        return Page(rows, cursor, self._total(value), answer.validators)

    def _cursor(self, value: object) -> str:
        found = objects.at(value, self._settings.cursor_at) if self._settings.cursor_at else None
        return "" if found is None or found is False else objects.plain(found) or ""

    def _total(self, value: object) -> int | None:
        if not self._settings.total_at:
            return None
        told = objects.plain(objects.at(value, self._settings.total_at)) or ""
        if not told.isdigit() or len(told) > 15:
            raise FetchFailed(Fault.ANSWER_WRONG, self._settings.total_at)
        return int(told)

    def _once(self, page: Page) -> None:
        """Refuse a page that came before: by what it points to, or by its very rows."""
        counting = self._settings.paging in _BY_COUNTING
        mark = _print_of(page) if counting else f"cursor {page.cursor}".encode()
        if self._settings.paging == "none" or (counting and not page.rows) or (not counting and not page.cursor):
            return
        key = self._keyed(mark)
        if key in self._seen:
            raise FetchFailed(Fault.PAGES_REPEAT)
        self._seen.add(key)

    def _agree(self, last: Page, first: Page, extra: dict[str, str], number: int, count: int) -> None:
        if last.total is not None and last.total != count:
            raise FetchFailed(Fault.INCOMPLETE)
        if self._settings.paging in _BY_COUNTING and number > 1:
            # Rows that came or went before the place where we were have moved the others over the pages' edges.
            again = self.first(extra)
            if again is None or _print_of(again) != _print_of(first):
                raise FetchFailed(Fault.SOURCE_CHANGED)


def _print_of(page: Page) -> bytes:
    return repr(page.rows).encode("utf-8", "surrogatepass")
