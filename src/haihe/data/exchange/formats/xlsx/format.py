"""Opening a workbook: the sheet with the header is found, then its rows stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import dropwhile

from haihe.data.exchange.formats.damage import refused_if_damaged, refusing_damage
from haihe.data.exchange.formats.merges import with_merged
from haihe.data.exchange.formats.sheets import Sheet, choose_sheet, part_told
from haihe.data.exchange.formats.table import Row, records_of, table_facts
from haihe.data.exchange.formats.xlsx.package import open_workbook
from haihe.data.exchange.formats.xlsx.sheet import rows_of, survey
from haihe.data.exchange.ports import Format, OpenSource, Reading, Tally
from haihe.data.exchange.rules import RegisterSchema


@dataclass(frozen=True, slots=True)
class Xlsx:
    """Workbooks of Excel 2007 and later, WPS and whatever else writes them. Cached values of formulas count."""

    name: str = "xlsx"

    def open(self, source: OpenSource, schema: RegisterSchema) -> Reading:
        """Find the sheet and its columns, then stream. Raises: FileRefused."""
        file = source.file()
        with refusing_damage():
            workbook = open_workbook(file)
            sheets = [Sheet(part.name, part.is_hidden, partial(rows_of, workbook, part)) for part in workbook.sheets]
            chosen = choose_sheet(sheets, schema)
            areas, hidden_rows = survey(workbook, workbook.sheets[chosen.place])
        header = chosen.header
        facts = table_facts(
            header.cells,
            schema,
            preface_lines=header.line - 1,
            part=part_told(chosen, sheets, hidden_rows),
        )
        below = dropwhile(lambda row: row[0] <= header.line, chosen.sheet.rows())
        rows: Iterator[Row] = with_merged(below, areas, facts.width)
        tally = Tally()
        records = records_of(rows, facts, schema, tally, first_line=header.line + 1, watch=file.tell)
        return Reading(facts, refused_if_damaged(records), tally)


XLSX: Format = Xlsx()
