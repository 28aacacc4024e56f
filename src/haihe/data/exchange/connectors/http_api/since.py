"""How far an interface has been read, and how it is asked for what is newer, in its own spelling."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from haihe.data.exchange.connectors import marks
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.http_api.settings import HttpSettings

_COMPACT: Final = "%Y%m%d%H%M%S"
_CITY: Final = timezone(timedelta(hours=8))


class _Way(NamedTuple):
    read: Callable[[str], marks.Value]
    write: Callable[[marks.Value], str]


class Highest:
    """The highest value that a column has had so far."""

    def __init__(self, settings: HttpSettings, value: marks.Value | None = None) -> None:
        self._settings = settings
        self.value = value

    def see(self, cell: str | None) -> None:
        """Raises: FetchFailed where the value isn't of the spelling that the settings say."""
        if cell is None or not cell.strip():
            return
        found = read_value(cell, self._settings)
        if self.value is None or found > self.value:
            self.value = found


def read_value(cell: str, settings: HttpSettings) -> Any:
    """Return a value that compares with others of its column. Raises: FetchFailed."""
    try:
        return _WAYS[settings.since_as].read(cell.strip())
    except (ValueError, InvalidOperation):
        raise FetchFailed(Fault.SETTINGS_WRONG, "since_as") from None


def asked_since(mark: marks.Mark, settings: HttpSettings) -> str:
    """Return what the interface is asked with: the mark less the overlap."""
    begin = marks.back(mark.value, settings.overlap)
    return _WAYS[settings.since_as].write(Decimal(begin) if isinstance(begin, int) else begin)


def is_near(cell: str | None, highest: marks.Value, settings: HttpSettings) -> bool:
    """Say whether the next fetch asks for the row once more."""
    if cell is None or not cell.strip():
        return False
    begin = marks.back(highest, settings.overlap)
    return bool(read_value(cell, settings) >= begin)


def _moment(cell: str) -> datetime:
    """A moment with a zone is told apart from one without by being none of this spelling."""
    found = datetime.fromisoformat(cell)
    if found.tzinfo is not None:
        raise ValueError
    return found


def _zoned(cell: str) -> datetime:
    found = datetime.fromisoformat(cell)
    return found if found.tzinfo is not None else found.replace(tzinfo=_CITY)


def _number(cell: str) -> Decimal:
    found = Decimal(cell)
    if not found.is_finite():
        raise ValueError
    return found


def _formatted(pattern: str) -> Callable[[marks.Value], str]:
    def write(value: marks.Value) -> str:
        assert isinstance(value, date)  # noqa: S101 - read in the same way
        return value.strftime(pattern)

    return write


def _iso(value: marks.Value) -> str:
    assert isinstance(value, datetime)  # noqa: S101 - read in the same way
    return value.isoformat()


_WAYS: Final[dict[str, _Way]] = {
    "text": _Way(str, str),
    "number": _Way(_number, lambda value: format(value, "f") if isinstance(value, Decimal) else str(value)),
    "moment": _Way(_moment, _formatted("%Y-%m-%d %H:%M:%S")),
    "iso": _Way(_zoned, _iso),
    "date": _Way(date.fromisoformat, _formatted("%Y-%m-%d")),
    "compact": _Way(lambda cell: datetime.strptime(cell, _COMPACT), _formatted(_COMPACT)),  # noqa: DTZ007 - its own
}
