"""A table of the consumer's database. The delivery's number is stored in the transaction that brings the rows.

Beside the table stands `haihe_deliveries`: which numbers have had their effect. A delivery that was cut off anywhere is
tried again, finds its number there or not, and does nothing twice. Readers of the table see the rows of before until
all new ones are in. Rows that Haihe didn't write have no number and are left alone.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
import psycopg
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.pool import NullPool

from haihe.data.exchange.connectors.database.copying import copy_out
from haihe.data.exchange.connectors.database.errors import refused
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.delivery.digests import RowsDigest
from haihe.data.exchange.delivery.ports import (
    DELETE,
    KEY,
    NUMBER,
    UPSERT,
    Changes,
    Content,
    DeliveryFailed,
    Fault,
    Found,
    Row,
    rows_of,
)
from haihe.data.exchange.delivery.targets.copy_lines import copy_lines

_TIMEOUT_S: Final = 600
_CONNECT_S: Final = 10
_READ_ROWS: Final = 5000
_TEXT_LENGTH: Final = 64
_PORTS: Final = {"postgresql": 5432, "mysql": 3306}
_LEDGER: Final = "haihe_deliveries"

type Name = Annotated[str, msgspec.Meta(min_length=1, max_length=63, pattern=r"^[^\x00-\x1f.]+$")]
type Line = Annotated[str, msgspec.Meta(min_length=1, max_length=253, pattern=r"^[^\x00-\x1f]+$")]


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`table` is made where it is missing. `how`: `swap` replaces the rows of before, `upsert` writes over them and
    deletes what is gone; both leave the same table.
    """

    engine: Literal["postgresql", "mysql"]
    host: Line
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    database: Line
    user: Line
    table: Name
    how: Literal["swap", "upsert"] = "swap"


class DatabaseSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class DatabaseTarget:
    """`address_of` gives an address of host and port that may be reached. Raises: DeliveryFailed."""

    name = "database"
    settings = DatabaseSettings
    secret = DatabaseSecret
    changes = Changes.MERGED

    def __init__(self, address_of: "Callable[[str, int], str]") -> None:
        self._address_of = address_of

    def check(self, settings: DatabaseSettings, secret: DatabaseSecret) -> None:
        with self._writing(settings, secret) as connection:
            connection.execute(sa.text("SELECT 1"))

    def put(self, settings: DatabaseSettings, secret: DatabaseSecret, content: Content) -> Found:
        table, done = _table(settings, content.columns), _done()
        with self._writing(settings, secret) as connection:
            _make(connection, table, done)
        with self._writing(settings, secret) as connection:
            if not _is_done(connection, done, content.effect):
                put = _change if content.sequence else _WAYS[settings.how]
                put(connection, table, content)
                _note(connection, done, content.effect, content.plan, content.rows, content.digest)
        with self._writing(settings, secret) as connection:
            return _read_back(connection, table, content.columns, settings)

    def remove(
        self, settings: DatabaseSettings, secret: DatabaseSecret, plan: str, numbers: Sequence[str], number: str
    ) -> Found:
        table, done = _table(settings, (KEY,)), _done()
        with self._writing(settings, secret) as connection:
            if not sa.inspect(connection).has_table(settings.table):
                return Found(0, RowsDigest().value, settings.table)
            _make(connection, table, done)
        with self._writing(settings, secret) as connection:
            if not _is_done(connection, done, number):
                connection.execute(sa.delete(table).where(table.c[NUMBER].in_(numbers)))
                _note(connection, done, number, plan, 0, "")
        with self._writing(settings, secret) as connection:
            return _read_back(connection, table, (KEY,), settings)

    @contextlib.contextmanager
    def _writing(self, settings: DatabaseSettings, secret: DatabaseSecret) -> Iterator[sa.Connection]:
        """One transaction. Raises: DeliveryFailed, also for what goes wrong in the block."""
        port = settings.port or _PORTS[settings.engine]
        engine = _engine(settings, secret, port, self._address_of(settings.host, port))
        try:
            with engine.begin() as connection:
                yield connection
        except exc.SQLAlchemyError as error:
            raise DeliveryFailed(_fault_of(error)) from None
        finally:
            engine.dispose()


def _fault_of(error: exc.SQLAlchemyError) -> Fault:
    """Tell a refusal, which won't pass by itself, from a connection that went away or a lock that was in the way."""
    return Fault.NO_CONNECTION if refused(error).is_transient else Fault.REFUSED


def _engine(settings: DatabaseSettings, secret: DatabaseSecret, port: int, address: str) -> sa.Engine:
    driver = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}[settings.engine]
    url = sa.URL.create(
        driver, settings.user, secret.password, settings.host, port, settings.database, _QUERIES[settings.engine]
    )
    arguments: dict[str, Any] = {"connect_timeout": _CONNECT_S}
    if settings.engine == "postgresql":
        arguments |= {"hostaddr": address, "options": f"-c statement_timeout={_TIMEOUT_S * 1000} -c datestyle=ISO,YMD"}
    else:
        url = url.set(host=address)
        arguments |= {"read_timeout": _TIMEOUT_S, "write_timeout": _TIMEOUT_S}
    return sa.create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)


_QUERIES: Final[dict[str, dict[str, str]]] = {"postgresql": {}, "mysql": {"charset": "utf8mb4"}}


def _table(settings: DatabaseSettings, columns: Sequence[str]) -> sa.Table:
    granted = [sa.Column(name, sa.Text, nullable=True) for name in columns if name != KEY]
    return sa.Table(
        settings.table,
        sa.MetaData(),
        sa.Column(KEY, sa.String(_TEXT_LENGTH), primary_key=True),
        *granted,
        sa.Column(NUMBER, sa.String(_TEXT_LENGTH), nullable=True, index=False),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )


def _done() -> sa.Table:
    return sa.Table(
        _LEDGER,
        sa.MetaData(),
        sa.Column("number", sa.String(_TEXT_LENGTH), primary_key=True),
        sa.Column("plan", sa.String(_TEXT_LENGTH), nullable=False),
        sa.Column("rows_delivered", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(_TEXT_LENGTH), nullable=False),
        sa.Column("at", sa.DateTime, server_default=sa.func.now(), nullable=False),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
    )


def _make(connection: sa.Connection, table: sa.Table, done: sa.Table) -> None:
    """Make what is missing, and see that a table that was there has every column. Raises: DeliveryFailed."""
    done.create(connection, checkfirst=True)
    inspector = sa.inspect(connection)
    if not inspector.has_table(table.name):
        table.create(connection)
        return
    there = {column["name"] for column in inspector.get_columns(table.name)}
    if {column.name for column in table.columns} - there:
        raise DeliveryFailed(Fault.SETTINGS_WRONG)


def _is_done(connection: sa.Connection, done: sa.Table, number: str) -> bool:
    return connection.execute(sa.select(done.c.number).where(done.c.number == number)).first() is not None


def _note(connection: sa.Connection, done: sa.Table, number: str, plan: str, rows: int, digest: str) -> None:
    # The number is the primary key: a second transaction that got as far fails here and takes its rows back.
    connection.execute(done.insert().values(number=number, plan=plan, rows_delivered=rows, digest=digest))


def _swap(connection: sa.Connection, table: sa.Table, content: Content) -> None:
    connection.execute(sa.delete(table).where(table.c[NUMBER].is_not(None)))
    if connection.dialect.name == "postgresql":
        _copy(connection, table, content)
        return
    for rows in _values(content):
        connection.execute(table.insert(), rows)


def _upsert(connection: sa.Connection, table: sa.Table, content: Content) -> None:
    if connection.dialect.name == "postgresql":
        _copy_over(connection, table, content)
    else:
        statement = _upserting(connection, table)
        for rows in _values(content):
            connection.execute(statement, rows)
    gone = table.c[NUMBER].is_not(None) & (table.c[NUMBER] != content.number)
    connection.execute(sa.delete(table).where(gone))


def _change(connection: sa.Connection, table: sa.Table, content: Content) -> None:
    statement = _upserting(connection, table)
    names = (*content.columns, NUMBER)
    ours = table.c[NUMBER].is_not(None)
    for batch in content.batches():
        rows = rows_of(batch)
        if gone := [key for operation, key, *_ in rows if operation == DELETE]:
            connection.execute(sa.delete(table).where(ours & table.c[KEY].in_(gone)))
        come = [dict(zip(names, (*row, content.number), strict=True)) for what, *row in rows if what == UPSERT]
        if come:
            connection.execute(statement, come)


def _copy(connection: sa.Connection, table: sa.Table, content: Content) -> None:
    """Bring the rows by PostgreSQL's COPY, in this transaction."""
    quoted = connection.dialect.identifier_preparer
    columns = ", ".join(quoted.quote(name) for name in (*content.columns, NUMBER))
    own: Any = connection.connection.driver_connection
    try:
        with (
            own.cursor() as cursor,
            cursor.copy(f"COPY {quoted.format_table(table)} ({columns}) FROM STDIN (ENCODING 'UTF8')") as copy,
        ):
            for batch in content.batches():
                if batch.num_rows:
                    copy.write(copy_lines(batch, content.number))
    except psycopg.Error as error:
        # As SQLAlchemy would say it of a statement of its own.
        raise exc.DBAPIError.instance("COPY", None, error, psycopg.Error, connection_invalidated=own.closed) from None


def _copy_over(connection: sa.Connection, table: sa.Table, content: Content) -> None:
    """Bring the rows beside the table, then over those of before: one statement, whatever their number."""
    beside = sa.Table("haihe_rows", sa.MetaData(), *(sa.Column(each.name, each.type) for each in table.columns))
    made = sa.schema.CreateTable(beside).compile(dialect=connection.dialect)
    connection.execute(sa.text(str(made).replace("CREATE TABLE", "CREATE TEMPORARY TABLE") + " ON COMMIT DROP"))
    _copy(connection, beside, content)
    names = [column.name for column in table.columns]
    insert = postgresql.insert(table).from_select(names, sa.select(*(beside.c[name] for name in names)))
    changed = {name: insert.excluded[name] for name in names if name != KEY}
    connection.execute(insert.on_conflict_do_update(index_elements=[KEY], set_=changed))


def _upserting(connection: sa.Connection, table: sa.Table) -> Any:
    if connection.dialect.name == "postgresql":
        insert = postgresql.insert(table)
        changed = {column.name: insert.excluded[column.name] for column in table.columns if column.name != KEY}
        return insert.on_conflict_do_update(index_elements=[KEY], set_=changed)
    inserted = mysql.insert(table)
    return inserted.on_duplicate_key_update(
        {column.name: inserted.inserted[column.name] for column in table.columns if column.name != KEY}
    )


def _values(content: Content) -> Iterator[list[dict[str, str | None]]]:
    names = (*content.columns, NUMBER)
    for batch in content.batches():
        if batch.num_rows:
            yield [dict(zip(names, (*row, content.number), strict=True)) for row in rows_of(batch)]


_WAYS: Final[dict[str, Any]] = {"swap": _swap, "upsert": _upsert}


def _read_back(connection: sa.Connection, table: sa.Table, columns: Sequence[str], settings: DatabaseSettings) -> Found:
    digest = RowsDigest()
    statement = sa.select(*(table.c[name] for name in columns)).where(table.c[NUMBER].is_not(None))
    where = f"{settings.engine}://{settings.host}/{settings.database}/{settings.table}"
    if connection.dialect.name == "postgresql":
        try:
            copy_out(connection, statement, lambda cells: digest.add_batch(pa.record_batch(cells, list(columns))))
        except FetchFailed:
            raise DeliveryFailed(Fault.OTHER_CONTENT) from None
        return Found(digest.rows, digest.value, where)
    options: dict[str, Any] = {"stream_results": True, "yield_per": _READ_ROWS}
    with connection.execute(statement, execution_options=options) as result:
        for part in result.partitions(_READ_ROWS):
            digest.add(_as_rows(part))
    return Found(digest.rows, digest.value, where)


def _as_rows(rows: Sequence[Sequence[Any]]) -> Iterator[Row]:
    return (tuple(None if value is None else str(value) for value in row) for row in rows)
