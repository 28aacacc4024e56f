"""From a page's fields to what a section says: lists where there are several, rows from `table-0-column`."""

import re
from typing import Any, Final

from django.http import QueryDict

from haihe.platforms.services.forms.bounds import DEFAULTS
from haihe.platforms.services.forms.fields import Field, Kind, Section

_MOST_ROWS: Final = 50
DRAWN: Final = "-drawn"
"""Behind the name of a signature: the input that holds what was drawn."""
_ROW = re.compile(r"(?P<table>[a-z][a-z0-9_]*)-(?P<row>[0-9]{1,2})-(?P<column>[a-z][a-z0-9_]*)")


def typed(section: Section, post: QueryDict) -> dict[str, Any]:
    """Return what was typed for the section's fields, and nothing else that was sent."""
    return {field.name: _one(field, post) for field in section.fields if field.kind is not Kind.FILE}


def _one(field: Field, post: QueryDict) -> Any:
    if field.kind is Kind.CHOICES:
        return post.getlist(field.name)
    if field.kind is Kind.TABLE:
        return _rows(field, post)
    if field.kind is Kind.SIGNATURE:
        # Whoever typed a name over a drawing means the name.
        return (post.get(field.name) or "").strip() or post.get(f"{field.name}{DRAWN}")
    return post.get(field.name)


def _rows(field: Field, post: QueryDict) -> list[dict[str, Any]]:
    numbers = sorted(
        {int(match["row"]) for name in post if (match := _ROW.fullmatch(name)) and match["table"] == field.name}
    )
    rows = [_row(field, number, post) for number in numbers[:_MOST_ROWS]]
    return [row for row in rows if any(value not in (None, "", []) for value in row.values())]


def _row(field: Field, number: int, post: QueryDict) -> dict[str, Any]:
    def given(column: Field) -> Any:
        name = f"{field.name}-{number}-{column.name}"
        return post.getlist(name) if column.kind is Kind.CHOICES else post.get(name)

    return {column.name: value for column in field.fields if (value := given(column)) not in (None, "", [])}


def rows_shown(field: Field, filled: int) -> int:
    """How many rows a page shows: those that are filled in, and some to go on with."""
    most = int(field.max if isinstance(field.max, int) else DEFAULTS[Kind.TABLE][1])
    return min(most, max(filled + 1, 2))
