"""Which sheet of a workbook holds the rows: the one with the header, said so in the report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from haihe.data.exchange.formats.table import Header, Row, find_header, no_header
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import RegisterSchema

_MOST_SHEETS = 1000
_SHOWN_SHEETS = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of any workbook: `rows` gives its rows from the first, as often as called."""

    name: str
    is_hidden: bool
    rows: Callable[[], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Chosen:
    place: int
    sheet: Sheet
    header: Header


def choose_sheet(sheets: Sequence[Sheet], schema: RegisterSchema) -> Chosen:
    """Return the sheet with the header; one that is hidden only where no other has it.

    Two sheets that have it equally may both be meant, or one be an old copy: nobody can tell. Raises: FileRefused.
    """
    if len(sheets) > _MOST_SHEETS:
        raise FileRefused(Refusal.SEVERAL_TABLES, f"工作表超过 {_MOST_SHEETS} 张；请只保留有数据的一张。")
    found = [Chosen(place, sheet, find_header(sheet.rows(), schema)) for place, sheet in enumerate(sheets)]
    for hidden in (False, True):
        having = [c for c in found if c.sheet.is_hidden is hidden and c.header.is_one(schema)]
        best = max((c.header.known for c in having), default=0)
        equal = [c for c in having if c.header.known == best]
        if len(equal) > 1:
            names = "、".join(c.sheet.name for c in equal[:_SHOWN_SHEETS])
            raise FileRefused(
                Refusal.SEVERAL_TABLES,
                f"有 {len(equal)} 张工作表都有同样的表头（{names}），无法判断用哪一张；请合并或只保留一张。",
            )
        if equal:
            return equal[0]
    raise no_header(schema)


def part_told(chosen: Chosen, sheets: Sequence[Sheet], hidden_rows: int) -> str:
    """Say which sheet was read, and what the reader of the report wouldn't expect."""
    told = []
    if len(sheets) > 1:
        told.append(f"共 {len(sheets)} 张工作表，只读这一张")
    if chosen.sheet.is_hidden:
        told.append("这张表是隐藏的")
    if hidden_rows:
        told.append(f"其中隐藏的 {hidden_rows} 行也一并读入")
    return chosen.sheet.name + (f"（{'；'.join(told)}）" if told else "")
