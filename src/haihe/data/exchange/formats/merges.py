"""Merged cells: only the one at the top left has a value; what the others would have is nobody's to guess."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop

from haihe.data.exchange.formats.damage import damaged
from haihe.data.exchange.formats.table import Row
from haihe.data.exchange.formats.values import Spoilt
from haihe.data.exchange.reasons import Reason


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """Merged cells. Rows count from 1, columns from 0; both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int


def with_merged(rows: Iterable[Row], areas: Iterable[Area], width: int) -> Iterator[Row]:
    """Mark the cells that were merged into one above them, or beside them, among the first `width` columns."""
    waiting = [area for area in areas if area.left < width and (area.bottom > area.top or area.right > area.left)]
    heapify(waiting)
    begun: list[Area] = []
    for line, cells in rows:
        while waiting and waiting[0].top <= line:
            begun.append(heappop(waiting))
        begun = [area for area in begun if area.bottom >= line]
        if len(begun) > width:
            raise damaged("合并的单元格互相重叠")
        yield line, _marked(line, cells, begun, width) if begun else cells


def _marked(line: int, cells: list[str], areas: list[Area], width: int) -> list[str]:
    marked = cells + [""] * (width - len(cells))
    for area in areas:
        for place in range(area.left, min(area.right + 1, width)):
            if not marked[place] and (line, place) != (area.top, area.left):
                marked[place] = Spoilt("", Reason.MERGED_CELL)
    return marked
