"""From weighed pairs to decisions: linked, to be looked at by a person, or apart.

A record has at most one partner. A pair is linked where it is the best of both its records, ahead of the next best by a
margin, and heavy enough; where two are close to each other, a person chooses. How pairs compare with each other doesn't
depend on the thresholds, so a higher threshold never adds a pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import duckdb
import pyarrow as pa


class Decision(StrEnum):
    """What became of a pair."""

    LINK = "LINK"
    REVIEW = "REVIEW"
    APART = "APART"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """In bits, doublings of the odds that both records are one person's."""

    link: float = 5.0
    """32 to 1."""
    review: float = -1.0
    """1 to 2."""
    margin: float = 3.0
    """The best pair of a record is 8 times as likely as its next."""

    def __post_init__(self) -> None:
        if self.review > self.link or self.margin < 0:
            raise ValueError(
                f"review {self.review} must not be above link {self.link}, nor margin {self.margin} below 0"
            )


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the rows of one register; the three add up to its rows."""

    rows: int
    linked: int
    in_review: int

    @property
    def alone(self) -> int:
        return self.rows - self.linked - self.in_review


@dataclass(frozen=True, slots=True)
class Effect:
    """How many rows of a register would be linked, and how many looked at, if `bits` were the threshold of a link."""

    bits: float
    linked: int
    in_review: int


_RANKED: Final = """
    WITH bests AS (
        SELECT *, max(bits) OVER l AS best_l, max(bits) OVER r AS best_r,
            count(*) OVER l_near > 1 OR count(*) OVER r_near > 1 AS contested
        FROM pairs
        WINDOW l AS (PARTITION BY "left"), r AS (PARTITION BY "right"),
            l_near AS (PARTITION BY "left" ORDER BY bits DESC RANGE BETWEEN $margin PRECEDING AND $margin FOLLOWING),
            r_near AS (PARTITION BY "right" ORDER BY bits DESC RANGE BETWEEN $margin PRECEDING AND $margin FOLLOWING)
    )
    SELECT * EXCLUDE (best_l, best_r), CASE
        WHEN bits < $review OR bits < greatest(best_l, best_r) - $margin THEN 'APART'
        WHEN bits < $link OR contested THEN 'REVIEW'
        ELSE 'LINK' END AS decision
    FROM bests ORDER BY "left", "right"
"""


def decide(pairs: pa.Table, thresholds: Thresholds) -> pa.Table:
    """Return the pairs with columns `decision` and `contested` (another one is close), all, by `left` and `right`."""
    told = {"link": thresholds.link, "review": thresholds.review, "margin": thresholds.margin}
    with duckdb.connect(":memory:") as connection:
        connection.register("pairs", pairs)
        return connection.sql(_RANKED, params=told).to_arrow_table()


def account(decided: pa.Table, side: str, rows: int) -> Account:
    """Return what became of the rows of a register, `side` "left" or "right"."""
    with duckdb.connect(":memory:") as connection:
        connection.register("decided", decided)
        query = f"""
            SELECT count(*) FILTER (linked), count(*) FILTER (NOT linked AND looked_at) FROM (
                SELECT bool_or(decision = 'LINK') AS linked, bool_or(decision = 'REVIEW') AS looked_at
                FROM decided GROUP BY "{side}")
        """  # noqa: S608 - one of two names
        linked, in_review = connection.sql(query).fetchall()[0]
    return Account(rows, linked, in_review)


def effects(decided: pa.Table, side: str, steps: Sequence[float]) -> list[Effect]:
    """Return what each other threshold of a link would do to the rows of a register, the rest left as it was decided.

    Only for steps that aren't below the threshold of review.
    """
    with duckdb.connect(":memory:") as connection:
        connection.register("decided", decided)
        connection.register("steps", pa.table({"bits": pa.array(steps, pa.float64())}))
        query = f"""
            WITH near AS (
                SELECT max(bits) FILTER (NOT contested) AS sure FROM decided WHERE decision <> 'APART' GROUP BY "{side}"
            )
            SELECT bits, count(*) FILTER (sure >= bits), count(*) FILTER (sure IS NULL OR sure < bits)
            FROM steps CROSS JOIN near GROUP BY bits ORDER BY bits
        """  # noqa: S608 - one of two names
        return [Effect(*row) for row in connection.sql(query).fetchall()]
