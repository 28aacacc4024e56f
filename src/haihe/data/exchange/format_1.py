"""What snapshots of format 1 sealed row by row. None is written any more; all stay readable."""

import msgspec


def personal_context(snapshot: str, line: int) -> str:
    """Context of a row's sealed personal values: they open only as this row's."""
    return f"snapshot:{snapshot}:{line}"


def raw_context(snapshot: str, line: int) -> str:
    """Context of a rejected row's sealed raw line."""
    return f"reject:{snapshot}:{line}"


class RejectedSource(msgspec.Struct, frozen=True):
    """What a rejected row said. `cells` follow the schema; empty for a damaged row."""

    raw: str
    cells: list[str]
