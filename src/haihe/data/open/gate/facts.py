"""What is told of a table that is to be opened: by the catalogue, and by those who propose it."""

from dataclasses import dataclass, field

from haihe.data.open.columns import OpenColumn


@dataclass(frozen=True, slots=True)
class Facts:
    """`columns` as they will be open, after masks; `kept` are those that are public by law, with a reason on record.

    `least_group` is k: fewer people than this with the same traits are too easily told apart.
    """

    title: str
    title_en: str
    summary: str
    publisher: str
    topic: str
    keywords: tuple[str, ...]
    update_cycle: str
    opening_type: str
    grade: str
    licence: str
    columns: tuple[OpenColumn, ...]
    key: tuple[str, ...] = ()
    least_group: int = 5
    kept: frozenset[str] = field(default=frozenset())
    contact: str = ""
