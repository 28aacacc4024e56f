"""What is different about a file's columns: against the mapping agreed on for its shape, at first against the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from haihe.data.exchange.quality.findings import ColumnFinding
from haihe.data.exchange.quality.looking import Look
from haihe.data.exchange.quality.ruleset import DriftKind, RuleSet
from haihe.data.exchange.quality.suggesting import share_of_kind, suggested
from haihe.data.exchange.rules import Column, Personal, RegisterSchema, fold_title

_STILL = 0.5
_WAS = 0.8
_SURELY_RENAMED = 0.7


class MappedColumn(msgspec.Struct, frozen=True):
    """One column of a file: its title there, the field it is (empty: not read), how much of it is of that kind."""

    title: str
    field: str
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed on before: the columns of files of a shape, in their order."""

    columns: tuple[MappedColumn, ...]

    def is_shape_of(self, titles: Sequence[str]) -> bool:
        return {fold_title(each.title) for each in self.columns} == {fold_title(title) for title in titles}


def mapped(look: Look, schema: RegisterSchema, agreed: Agreed | None) -> tuple[MappedColumn, ...]:
    """Map a file's columns by what was agreed on, and else by the titles that the rules know. Nothing is guessed."""
    known = {fold_title(title): column.field for column in schema.columns for title in (column.title, *column.aliases)}
    before = {fold_title(each.title): each.field for each in agreed.columns} if agreed else {}
    columns = {column.field: column for column in schema.columns}
    taken: set[str] = set()
    found = []
    for title in sorted(look.titles, key=lambda each: fold_title(each) not in before):
        field = before.get(fold_title(title), known.get(fold_title(title), ""))
        field = field if field in columns and field not in taken else ""
        taken |= {field} - {""}
        share = share_of_kind(columns[field], look.cells_of(title)) if field else None
        found.append(MappedColumn(title, field, share))
    return tuple(sorted(found, key=lambda each: look.titles.index(each.title)))


def differences(
    look: Look, ruleset: RuleSet, agreed: Agreed | None, now_mapped: Sequence[MappedColumn]
) -> list[ColumnFinding]:
    """Tell how a file's columns differ from what was agreed on, or from the rules where nothing was yet."""
    seeker = _Seeker(look, ruleset, agreed, now_mapped)
    return [*seeker.missing(), *seeker.new(), *seeker.content(), *seeker.reordered()]


class _Seeker:
    def __init__(self, look: Look, ruleset: RuleSet, agreed: Agreed | None, now_mapped: Sequence[MappedColumn]) -> None:
        self._look, self._agreed, self._mapped = look, agreed, now_mapped
        self._held = set(ruleset.held)
        self._columns = {column.field: column for column in ruleset.schema.columns}
        self._before = {each.field: each for each in agreed.columns if each.field} if agreed else {}
        self._known = {fold_title(each.title) for each in agreed.columns} if agreed else set()
        self._titles = {fold_title(title) for each in ruleset.schema.columns for title in each.titles}
        self._spare = [each for each in now_mapped if not each.field and fold_title(each.title) not in self._known]
        self._renamed = self._likely(ruleset.schema)

    def missing(self) -> list[ColumnFinding]:
        """Columns that were there before, or that every row needs, and are not; with the likely new name where seen."""
        there = {each.field for each in self._mapped}
        gone = [column for column in self._columns.values() if column.field not in there and self._is_missed(column)]
        return [self._missing(column) for column in gone]

    def new(self) -> list[ColumnFinding]:
        told = set(self._renamed.values())
        holds = self._agreed is not None and DriftKind.NEW in self._held
        return [
            # One column under two of its titles: which of them is right nobody can tell.
            ColumnFinding(kind=DriftKind.NEW, holds=holds or fold_title(each.title) in self._titles, after=each.title)
            for each in self._spare
            if each.title not in told
        ]

    def content(self) -> list[ColumnFinding]:
        """Columns whose content is no longer of their kind, though it was."""
        found = []
        for each in self._mapped:
            was = self._before[each.field].share if each.field in self._before else None
            if each.field and each.share is not None and each.share < _STILL and (was is None or was >= _WAS):
                found.append(
                    ColumnFinding(
                        kind=DriftKind.CONTENT,
                        holds=DriftKind.CONTENT in self._held,
                        field=each.field,
                        after=each.title,
                        share=each.share,
                    )
                )
        return found

    def reordered(self) -> list[ColumnFinding]:
        if self._agreed is None or self._look.may_leave_out:
            return []
        titles = [fold_title(title) for title in self._look.titles]
        before = [fold_title(each.title) for each in self._agreed.columns]
        common = [title for title in before if title in titles]
        if [title for title in titles if title in common] == common:
            return []
        return [ColumnFinding(kind=DriftKind.REORDERED, holds=DriftKind.REORDERED in self._held)]

    def _is_missed(self, column: Column) -> bool:
        if column.required:
            return True
        return column.field in self._before and not self._look.may_leave_out

    def _missing(self, column: Column) -> ColumnFinding:
        before = self._before[column.field].title if column.field in self._before else column.title
        after = self._renamed.get(column.field, "")
        kind = DriftKind.RENAMED if after else DriftKind.MISSING
        # What every row needs can't be left out by policy; a name nobody confirmed isn't believed either.
        holds = column.required or kind in self._held
        return ColumnFinding(kind=kind, holds=holds, field=column.field, before=before, after=after)

    def _likely(self, schema: RegisterSchema) -> dict[str, str]:
        """Return the likely new title of each field that isn't there."""
        there = {each.field for each in self._mapped}
        spare = {each.title for each in self._spare}
        gone = tuple(column for column in schema.columns if column.field not in there)
        places = [place for place, title in enumerate(self._look.titles) if title in spare]
        left = Look(
            tuple(self._look.titles[place] for place in places), tuple(self._look.cells[place] for place in places)
        )
        among = RegisterSchema(resource="", title="", columns=tuple(map(_without_demands, gone)))
        found = suggested(left, among)
        return {each.field: title for title, each in found.items() if each.score >= _SURELY_RENAMED}


def _without_demands(column: Column) -> Column:
    return msgspec.structs.replace(column, personal=Personal.NONE, required=False)


def effective(schema: RegisterSchema, columns: Sequence[MappedColumn]) -> RegisterSchema:
    """Return the rules with each column told which title of this file it has."""
    titles = {each.field: each.title for each in columns if each.field}
    told = tuple(msgspec.structs.replace(column, source=titles.get(column.field, "")) for column in schema.columns)
    return msgspec.structs.replace(schema, columns=told)


def read(columns: Any) -> tuple[MappedColumn, ...]:
    return tuple(msgspec.convert(columns, type=list[MappedColumn]))
