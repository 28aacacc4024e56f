"""What a database says when something is wrong, told by its code: its own words may quote a row."""

import re
from typing import Any, Final

from sqlalchemy import exc

from haihe.data.exchange.connectors.faults import Fault, FetchFailed

_BY_STATE: Final = {
    "28": Fault.LOGIN_REFUSED,
    "3D": Fault.NO_SUCH_PLACE,
    "3F": Fault.NO_SUCH_PLACE,
    "42P01": Fault.NO_SUCH_PLACE,
    "42703": Fault.NO_SUCH_COLUMN,
    "42501": Fault.NOT_PERMITTED,
    "57014": Fault.TIMED_OUT,
    "40": Fault.SOURCE_CHANGED,
    "53": Fault.NO_CONNECTION,
    "57": Fault.CONNECTION_LOST,
    "08": Fault.CONNECTION_LOST,
    "25P03": Fault.CONNECTION_LOST,
    "0A": Fault.SOURCE_CHANGED,
}
_BY_NUMBER: Final = {
    1044: Fault.LOGIN_REFUSED,
    1045: Fault.LOGIN_REFUSED,
    1698: Fault.LOGIN_REFUSED,
    1049: Fault.NO_SUCH_PLACE,
    1146: Fault.NO_SUCH_PLACE,
    1054: Fault.NO_SUCH_COLUMN,
    1142: Fault.NOT_PERMITTED,
    1143: Fault.NOT_PERMITTED,
    1130: Fault.NO_CONNECTION,
    1040: Fault.NO_CONNECTION,
    2002: Fault.NO_CONNECTION,
    2003: Fault.NO_CONNECTION,
    1053: Fault.CONNECTION_LOST,
    1927: Fault.CONNECTION_LOST,
    2006: Fault.CONNECTION_LOST,
    2013: Fault.CONNECTION_LOST,
    1205: Fault.SOURCE_CHANGED,
    1213: Fault.SOURCE_CHANGED,
    1412: Fault.SOURCE_CHANGED,
    1969: Fault.TIMED_OUT,
    3024: Fault.TIMED_OUT,
    2026: Fault.NOT_TRUSTED,
}
# libpq tells no code while it connects, only words.
_WHILE_CONNECTING: Final = (
    (re.compile(r"certificate|SSL error|does not support SSL|证书", re.IGNORECASE), Fault.NOT_TRUSTED),
    (
        re.compile(r"password|authentication|pg_hba|role \".*\" does not exist|认证|密码", re.IGNORECASE),
        Fault.LOGIN_REFUSED,
    ),
    (re.compile(r"database \".*\" does not exist|数据库.*不存在", re.IGNORECASE), Fault.NO_SUCH_PLACE),
    (re.compile(r"timeout|timed out", re.IGNORECASE), Fault.TIMED_OUT),
)


def refused(error: exc.SQLAlchemyError, detail: str = "") -> FetchFailed:
    """Return the failure that an error of the database means."""
    original: Any = getattr(error, "orig", None)
    # MySQL's numbers say more than the states it gives with them.
    number = original.args[0] if original is not None and original.args else None
    if isinstance(number, int) and number in _BY_NUMBER:
        return FetchFailed(_BY_NUMBER[number], detail)
    state = getattr(original, "sqlstate", None)
    if state:
        return FetchFailed(_of_state(state), detail)
    if isinstance(error, exc.NoSuchTableError):
        return FetchFailed(Fault.NO_SUCH_PLACE, detail)
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return FetchFailed(Fault.CONNECTION_LOST, detail)
    if isinstance(error, exc.OperationalError | exc.InterfaceError):
        return FetchFailed(_while_connecting(str(original)), detail)
    return FetchFailed(Fault.QUERY_FAILED, detail)


def _of_state(state: str) -> Fault:
    return _BY_STATE.get(state) or _BY_STATE.get(state[:2], Fault.QUERY_FAILED)


def _while_connecting(words: str) -> Fault:
    return next((fault for pattern, fault in _WHILE_CONNECTING if pattern.search(words)), Fault.CONNECTION_LOST)
