"""A dataset as lists show it, drawn once for what it shows: long lists cost little more than short ones."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from haihe.data.open.models import Dataset, OpeningType

FIELDS: Final = (
    *("slug", "title", "title_en", "summary", "summary_en", "owner"),
    *("rows", "updated_at", "has_api", "opening_type"),
)
"""All that a list needs of a dataset."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line shows, and nothing else does it depend on but the language. What is "" isn't told."""

    slug: str
    title: str
    summary: str
    owner: str
    rows: int
    updated_at: datetime
    has_api: bool
    opening: str


def drawn(row: Dataset, owner: str) -> SafeString:
    opening = str(OpeningType.CONDITIONAL.label) if row.opening_type == OpeningType.CONDITIONAL else ""
    title, summary = row.local_title, row.local_summary
    return _drawn(get_language(), Line(row.slug, title, summary, owner, row.rows, row.updated_at, row.has_api, opening))


@lru_cache(maxsize=4096)
def _drawn(_language: str | None, line: Line) -> SafeString:
    return render_to_string("open/parts/line.html", {"line": line})
