"""One read-only transaction on a department's database, on one state of its data, to an address that was checked."""

import contextlib
import ssl
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.pool import NullPool

from haihe.data.exchange.connectors import reach
from haihe.data.exchange.connectors.database.drivers import to_install
from haihe.data.exchange.connectors.database.errors import refused
from haihe.data.exchange.connectors.database.queries import one_select
from haihe.data.exchange.connectors.database.settings import PORTS, DatabaseSecret, DatabaseSettings
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.ports import Site

BATCH_ROWS: Final = 10_000
_QUIET_S: Final = 120
"""A database that says nothing for so long is taken for lost."""
QUIET_STATEMENT_S: Final = 600
"""A statement that gives nothing for so long is given up."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the connection goes: the engine's address with password, its host and what was found of it."""

    url: sa.URL
    host: str
    port: int
    addresses: tuple[str, ...]


def target_of(settings: DatabaseSettings, secret: DatabaseSecret, site: Site) -> Target:
    """Look the host up. Raises: FetchFailed."""
    url = _url(settings, secret)
    host, port = url.host or "", url.port or PORTS.get(url.get_backend_name(), 0)
    if not host or not port:
        raise FetchFailed(Fault.SETTINGS_WRONG, "host")
    return Target(url, host, port, tuple(reach.addresses_of(host, port, site)))


@contextlib.contextmanager
def reading(target: Target, settings: DatabaseSettings) -> Iterator[sa.Connection]:
    """Open the transaction; it ends with the block. Raises: FetchFailed, also for what goes wrong in the block."""
    with contextlib.ExitStack() as stack:
        engine = _engine(target, settings, stack)
        stack.callback(engine.dispose)
        try:
            connection = stack.enter_context(engine.connect())
            connection = connection.execution_options(**_OPTIONS.get(engine.dialect.name, {}))
            stack.enter_context(connection.begin())
            yield connection
        except exc.SQLAlchemyError as error:
            raise refused(error, settings.place) from None


@dataclass(frozen=True, slots=True)
class Relation:
    """What is read: a table or a query as something to select from, and its columns in order."""

    source: Any
    columns: tuple[str, ...]

    def column(self, name: str) -> Any:
        """Raises: FetchFailed where the relation has no such column."""
        if name not in self.columns:
            raise FetchFailed(Fault.NO_SUCH_COLUMN, name)
        return self.source.c[name]

    def select(self, names: Sequence[str] = ()) -> "sa.Select[Any]":
        return sa.select(*(self.column(name) for name in names or self.columns))


def relation_of(connection: sa.Connection, settings: DatabaseSettings) -> Relation:
    """Find the table or query and its columns; a table is kept from changing until the transaction ends.

    Raises: FetchFailed, SQLAlchemyError.
    """
    if settings.query:
        text = one_select(settings.query, connection.dialect.name)
        # A colon is no parameter here, and a query that already was looked at is nobody's to change.
        source = sa.text(text.replace(":", r"\:"))
        found = connection.execute(sa.text(f"SELECT * FROM ({source.text}) haihe_rows WHERE 1 = 0")).keys()  # noqa: S608 - a steward's one SELECT, checked before it is kept
        names = tuple(str(name) for name in found)
        if len(set(names)) != len(names):
            raise FetchFailed(Fault.QUERY_REFUSED, "AS")
        return Relation(
            source.columns(*(sa.column(name) for name in names)).subquery("haihe_rows"), _chosen(names, settings)
        )
    schema, _, name = settings.table.rpartition(".")
    table = sa.table(name, schema=schema or None)
    _hold(connection, table)
    names = tuple(column["name"] for column in sa.inspect(connection).get_columns(name, schema=schema or None))
    if not names:
        raise FetchFailed(Fault.NO_SUCH_PLACE, settings.table)
    return Relation(
        sa.table(name, *(sa.column(each) for each in names), schema=schema or None), _chosen(names, settings)
    )


def stream(connection: sa.Connection, statement: "sa.Select[Any]") -> Iterator[Sequence[Sequence[object]]]:
    """Give the rows in batches, by a cursor at the server. Raises: SQLAlchemyError."""
    if connection.dialect.name == "postgresql":
        _text_only(connection)
    options: dict[str, Any] = {"stream_results": True, "yield_per": BATCH_ROWS}
    with connection.execute(statement, execution_options=options) as result:
        cursor: Any = result.cursor
        try:
            yield from result.partitions(BATCH_ROWS)
        except exc.DBAPIError:
            # PyMySQL would go on reading what is left of the rows, from a connection that is gone.
            if (unread := getattr(cursor, "_result", None)) is not None:
                unread.unbuffered_active = False
            raise


_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    "mysql": {"isolation_level": "REPEATABLE READ"},
    "mariadb": {"isolation_level": "REPEATABLE READ"},
}


def _url(settings: DatabaseSettings, secret: DatabaseSecret) -> sa.URL:
    if settings.engine != "url":
        driver = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}[settings.engine]
        return sa.URL.create(
            driver,
            username=settings.user,
            password=secret.password,
            host=settings.host,
            port=settings.port or PORTS[settings.engine],
            database=settings.database,
        )
    try:
        url = sa.make_url(settings.url)
    except exc.ArgumentError:
        raise FetchFailed(Fault.SETTINGS_WRONG, "url") from None
    if url.password:
        raise FetchFailed(Fault.SETTINGS_WRONG, "url")
    return url.set(password=secret.password) if secret.password else url


def _engine(target: Target, settings: DatabaseSettings, stack: contextlib.ExitStack) -> sa.Engine:
    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    try:
        if target.url.drivername == "postgresql+psycopg":
            return sa.create_engine(target.url, connect_args=_for_psycopg(target, settings, stack), **options)
        if target.url.drivername == "mysql+pymysql":
            return _mysql(target, settings, options)
        # These drivers look names up themselves: they are given an address that was checked.
        return sa.create_engine(target.url.set(host=target.addresses[0]), **options)
    except (exc.NoSuchModuleError, ImportError):
        raise FetchFailed(Fault.DRIVER_MISSING, to_install(target.url.drivername)) from None


def _for_psycopg(target: Target, settings: DatabaseSettings, stack: contextlib.ExitStack) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "hostaddr": reach.reachable_address(list(target.addresses), target.port),
        "connect_timeout": int(reach.CONNECT_TIMEOUT_S),
        "application_name": "haihe",
        "sslmode": {"off": "prefer", "require": "require", "verify": "verify-full"}[settings.tls],
        "tcp_user_timeout": _QUIET_S * 1000,
        "keepalives_idle": _QUIET_S // 4,
        "options": f"-c statement_timeout={QUIET_STATEMENT_S * 1000} -c datestyle=ISO,YMD -c intervalstyle=iso_8601"
        " -c timezone=Asia/Shanghai -c bytea_output=hex",
    }
    if settings.tls == "verify":
        arguments["sslrootcert"] = _authority_file(settings, stack) if settings.authority else "system"
    return arguments


def _authority_file(settings: DatabaseSettings, stack: contextlib.ExitStack) -> str:
    file = stack.enter_context(tempfile.NamedTemporaryFile("w", suffix=".pem"))  # noqa: SIM115 - the stack closes it
    file.write(settings.authority)
    file.flush()
    return str(file.name)


def _mysql(target: Target, settings: DatabaseSettings, options: dict[str, Any]) -> sa.Engine:
    import pymysql

    def connect() -> Any:
        connection = pymysql.connect(
            host=target.host,
            port=target.port,
            user=target.url.username,
            password=target.url.password or "",
            database=target.url.database,
            charset="utf8mb4",
            read_timeout=_QUIET_S,
            write_timeout=_QUIET_S,
            ssl=_tls_context(settings),
            defer_connect=True,
        )
        connection.connect(reach.connected(list(target.addresses), target.port))
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("SET time_zone = '+08:00'")
        return connection

    return sa.create_engine(target.url, creator=connect, **options)


def _tls_context(settings: DatabaseSettings) -> ssl.SSLContext | None:
    if settings.tls == "off":
        return None
    try:
        context = ssl.create_default_context(cadata=settings.authority or None)
    except ssl.SSLError:
        raise FetchFailed(Fault.SETTINGS_WRONG, "authority") from None
    if settings.tls == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _hold(connection: sa.Connection, table: Any) -> None:
    """Keep PostgreSQL's table as it is before the transaction sees its first state; views of another kind need none."""
    if connection.dialect.name != "postgresql":
        return
    quoted = connection.dialect.identifier_preparer.format_table(table)
    with contextlib.suppress(_WrongKind), connection.begin_nested():
        try:
            connection.execute(sa.text(f"LOCK TABLE {quoted.replace(':', chr(92) + ':')} IN ACCESS SHARE MODE"))
        except exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") == "42809":
                raise _WrongKind from None
            raise


class _WrongKind(Exception):
    """A foreign table or a materialised view can't be locked."""


def _text_only(connection: sa.Connection) -> None:
    """Let psycopg give each value as the text the server sent: exact, and without the detour over Python's types."""
    from psycopg import adapters
    from psycopg.types.string import TextLoader

    own = connection.connection.dbapi_connection
    assert own is not None  # noqa: S101 - the connection is open
    for known in adapters.types:
        own.adapters.register_loader(known.oid, TextLoader)
        own.adapters.register_loader(known.array_oid, TextLoader)


def _chosen(names: tuple[str, ...], settings: DatabaseSettings) -> tuple[str, ...]:
    if missing := [name for name in settings.columns if name not in names]:
        raise FetchFailed(Fault.NO_SUCH_COLUMN, missing[0])
    return settings.columns or names
