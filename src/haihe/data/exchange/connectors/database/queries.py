"""A department's own query: one SELECT that changes and locks nothing. The account's rights and a read-only transaction
are what holds; this says no earlier, and in words.
"""

from typing import Final

from haihe.data.exchange.connectors.faults import Fault, FetchFailed

_DIALECTS: Final = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "oracle": "oracle"}
_HIDDEN: Final = ("/*!", "/*m!")
"""MySQL runs what stands in such comments."""
_NOT_FOR_READING: Final = (
    "pg_",
    "lo_",
    "dblink",
    "load_file",
    "sleep",
    "benchmark",
    "get_lock",
    "set_config",
    "sys_exec",
)


def one_select(query: str, dialect: str) -> str:
    """Return the query without its final semicolon. Raises: FetchFailed."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    text = query.strip().rstrip(";").strip()
    if any(mark in text.lower() for mark in _HIDDEN):
        raise FetchFailed(Fault.QUERY_REFUSED)
    try:
        found = sqlglot.parse(text, dialect=_DIALECTS.get(dialect))
    except (SqlglotError, RecursionError):
        raise FetchFailed(Fault.QUERY_REFUSED) from None
    forbidden = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock, exp.Set, exp.Use)
    if len(found) != 1 or not isinstance(found[0], exp.Select | exp.SetOperation):
        raise FetchFailed(Fault.QUERY_REFUSED)
    for node in found[0].walk():
        # A SELECT is DML to sqlglot only by what it may stand beside; the classes that write are other ones.
        if isinstance(node, forbidden) and not isinstance(node, exp.Query):
            raise FetchFailed(Fault.QUERY_REFUSED)
        if isinstance(node, exp.Func) and node.sql_name().lower().startswith(_NOT_FOR_READING):
            raise FetchFailed(Fault.QUERY_REFUSED, node.sql_name().lower())
        if isinstance(node, exp.Anonymous) and str(node.this).lower().startswith(_NOT_FOR_READING):
            raise FetchFailed(Fault.QUERY_REFUSED, str(node.this).lower())
    return text
