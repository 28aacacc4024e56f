"""The ledger in figures."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from haihe.base.ledger.packed import OF_MANY_SQL
from haihe.base.ledger.queries import sealed_until


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the ledger holds. The sealed part is summed from the signed headers, so it costs a row per batch.

    `total` and `sealed` count records; a record of many counts its answers, one for each person, among the others.
    """

    total: int
    sealed: int
    batches: int
    match: int
    no_match: int
    found: int
    not_found: int
    unknown: int
    refused: int
    last_sealed_at: datetime | None

    @property
    def unsealed(self) -> int:
        return self.total - self.sealed


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Records that wait for their seal; the oldest was appended at `since`."""

    records: int
    since: datetime | None


def unsealed() -> Unsealed:
    """Return what waits for its seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(at) FROM ledger_record WHERE seq > %s", [sealed_until()])
        return Unsealed(*cursor.fetchone())


def counts() -> Counts:
    """Return the figures of now."""
    kinds, batches, sealed, sealed_at = _sealed()
    many = _of_many()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(answer, kind), count(*) FROM ledger_record WHERE seq > %s GROUP BY 1", [sealed_until()]
        )
        kinds.update(dict(cursor.fetchall()))
    return Counts(
        total=kinds.total(),
        sealed=sealed,
        batches=batches,
        match=kinds["MATCH"] + many["MATCH"],
        no_match=kinds["NO_MATCH"] + many["NO_MATCH"],
        found=kinds["FOUND"] + many["FOUND"],
        not_found=kinds["NOT_FOUND"] + many["NOT_FOUND"],
        unknown=kinds["UNKNOWN"] + many["UNKNOWN"],
        refused=kinds["REFUSED"],
        last_sealed_at=sealed_at,
    )


def _of_many() -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT each.key, sum(each.value::bigint)::bigint FROM ledger_record,"  # noqa: S608 - our own list of kinds
            " json_each_text(ledger_told(body) -> 'uses' -> 'answers') AS each"
            f" WHERE kind IN {OF_MANY_SQL} GROUP BY 1"
        )
        return Counter(dict(cursor.fetchall()))


def _sealed() -> tuple[Counter[str], int, int, datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT each.key, sum(each.value::bigint)::bigint FROM ledger_batch,"
            " json_each_text(header::json -> 'counts') AS each GROUP BY 1"
        )
        kinds = Counter(dict(cursor.fetchall()))
        cursor.execute(
            "SELECT count(*), coalesce(sum(size), 0)::bigint, max(header::json ->> 'sealed_at') FROM ledger_batch"
        )
        batches, sealed, sealed_at = cursor.fetchone()
    return kinds, batches, sealed, datetime.fromisoformat(sealed_at) if sealed_at else None
