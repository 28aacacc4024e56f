"""Before a source is first fetched: which of its columns is likely which item, and what its first rows become by that.

The same weighing and the same reading as of a file, over the few rows that a test of the source brought.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from haihe.data.exchange.cells import CellFault, parser_for
from haihe.data.exchange.checking import Problem
from haihe.data.exchange.quality import drift, rulebook, wording
from haihe.data.exchange.quality.drift import Agreed
from haihe.data.exchange.quality.looking import Look
from haihe.data.exchange.quality.preparing import mapping_for
from haihe.data.exchange.quality.samples import masked_samples
from haihe.data.exchange.quality.suggesting import Suggestion, suggested, weigh
from haihe.data.exchange.quality.wording import Text
from haihe.data.exchange.rules import Column, Personal, RegisterSchema
from haihe.data.exchange.sentences import problem_told


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """One column of the source: some of its content, masked; the item it is or likely is, how surely, and why."""

    title: str
    samples: tuple[str, ...]
    field: str
    score_percent: int | None
    why: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """Cells of one item that aren't what it demands, all for the same reason."""

    rows: tuple[int, ...]
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class MappingPreview:
    """`is_agreed`: columns of just this shape were confirmed before. `missing` are required items without a column.

    `read` are the first rows under `titles` as they would be stored, masked; a cell that doesn't fit is empty.
    """

    columns: tuple[PreviewColumn, ...]
    choices: tuple[tuple[str, str], ...]
    is_agreed: bool
    missing: tuple[str, ...]
    titles: tuple[str, ...]
    read: tuple[tuple[str, ...], ...]
    misfits: tuple[Misfit, ...]


def preview_mapping(
    resource: str,
    titles: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    *,
    chosen: Mapping[str, str] | None = None,
) -> MappingPreview:
    """Tell what the columns of a source likely are, and what its first rows become by that.

    `chosen` says for each title which field it is, "" for none, where a person said so already. Raises: NoRules.
    """
    schema = rulebook.rules_of(resource)
    look = Look(tuple(titles), tuple(tuple(row[place] or "" for row in rows) for place in range(len(titles))))
    mapping = mapping_for(resource, look)
    agreed = Agreed(drift.read(mapping.columns)) if mapping else None
    columns = _columns(look, schema, agreed, chosen)
    source_of = {each.field: each.title for each in columns if each.field}
    shown = [column for column in schema.columns if column.field in source_of]
    read, misfits = _read(look, schema, shown, source_of)
    return MappingPreview(
        columns=columns,
        choices=tuple((column.field, column.title) for column in schema.columns),
        is_agreed=agreed is not None and agreed.is_shape_of(titles),
        missing=tuple(column.title for column in schema.columns if column.required and column.field not in source_of),
        titles=tuple(column.title for column in shown),
        read=read,
        misfits=misfits,
    )


def _columns(
    look: Look, schema: RegisterSchema, agreed: Agreed | None, chosen: Mapping[str, str] | None
) -> tuple[PreviewColumn, ...]:
    likely = _chosen(look, schema, chosen) if chosen is not None else _likely(look, schema, agreed)
    known = {column.field: column for column in schema.columns}
    return tuple(_column(title, look, known, likely.get(title)) for title in look.titles)


def _chosen(look: Look, schema: RegisterSchema, chosen: Mapping[str, str]) -> dict[str, Suggestion]:
    known = {column.field: column for column in schema.columns}
    fields = {title: field for title in look.titles if (field := chosen.get(title, "")) in known}
    return {title: weigh(title, look.cells_of(title), known[field]) for title, field in fields.items()}


def _likely(look: Look, schema: RegisterSchema, agreed: Agreed | None) -> dict[str, Suggestion]:
    """What was agreed on or is called so counts; what nobody decided on yet is suggested by name and content."""
    sure = {each.title: each.field for each in drift.mapped(look, schema, agreed) if each.field}
    decided = {each.title for each in agreed.columns} if agreed else set()
    free = tuple(_undemanding(column) for column in schema.columns if column.field not in sure.values())
    offered = suggested(look, RegisterSchema(resource=schema.resource, title=schema.title, columns=free))
    new = {title: each for title, each in offered.items() if title not in sure and title not in decided}
    return new | _chosen(look, schema, sure)


def _column(title: str, look: Look, known: Mapping[str, Column], likely: Suggestion | None) -> PreviewColumn:
    column = known[likely.field] if likely else None
    return PreviewColumn(
        title=title,
        samples=tuple(masked_samples(look.cells_of(title), column)),
        field=likely.field if likely else "",
        score_percent=round(100 * likely.score) if likely else None,
        why=tuple(wording.WHY[each] for each in likely.why) if likely else (),
    )


def _read(
    look: Look, schema: RegisterSchema, columns: Sequence[Column], source_of: Mapping[str, str]
) -> tuple[tuple[tuple[str, ...], ...], tuple[Misfit, ...]]:
    """Read the first rows by item, as checking will."""
    misfits: dict[tuple[str, str], list[int]] = {}
    by_column = []
    for column in columns:
        parse, read = parser_for(column), []
        for row, cell in enumerate(look.cells_of(source_of[column.field]), 1):
            try:
                value = parse(cell) or ""
            except CellFault as fault:
                told = problem_told(Problem(column.title, fault.code, fault.sentence), schema)
                misfits.setdefault((column.title, told), []).append(row)
                value = ""
            read.append("".join(masked_samples([value], column)))
        by_column.append(read)
    found = tuple(Misfit(tuple(rows), title, told) for (title, told), rows in misfits.items())
    return tuple(zip(*by_column, strict=True)), found


def _undemanding(column: Column) -> Column:
    """Return a column that may be there or not, whatever it holds: rules of some columns needn't hold together."""
    return msgspec.structs.replace(column, required=False, personal=Personal.NONE)
