"""Several states of one dataset of the demo, so that it can be seen what changed from one to the next."""

from datetime import date, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.open.demo.making import table
from haihe.data.open.demo.registry import Planned

REVISED: Final = "nursing-homes"
REVISIONS: Final = 3
APART: Final = timedelta(days=18)
"""Revisions are so far apart; by their days all are made up as of the first one's."""
_RENEWED: Final = 2
"""So many rows end and begin from one revision to the next."""
_FIGURE: Final = "beds"
_EACH: Final = 90
"""In one row of so many the figure differs."""


def day_of(revision: int, today: date) -> date:
    """Return as of which day a revision is, the last of them as of two days ago."""
    return today - timedelta(days=2) - APART * (REVISIONS - revision)


def revised(one: Planned, *, rows: int, day: date, revision: int) -> pa.Table:
    """Make the rows of a revision, 1 for the first: some are gone, some are new, a few have another figure."""
    gone = _RENEWED * (revision - 1)
    whole = table(one, rows=rows + _RENEWED * (REVISIONS - 1), today=day - APART * (revision - 1))
    place = whole.schema.get_field_index(_FIGURE)
    differs = pa.array([n % _EACH == _EACH // 2 for n in range(whole.num_rows)])
    figures = pc.if_else(differs, pc.add(whole[_FIGURE], revision - 1), whole[_FIGURE])
    return whole.set_column(place, _FIGURE, figures).slice(gone, rows)
