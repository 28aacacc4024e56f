"""What the desk pages of items and their drafts show, as data."""

from dataclasses import dataclass
from datetime import date

from haihe.base.accounts.api import Actor
from haihe.platforms.services.items import queries
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.elements import flat
from haihe.platforms.services.items.elements.columns import TABLES, Column, Table
from haihe.platforms.services.items.elements.differences import ChangedTable, differences
from haihe.platforms.services.items.elements.faults import faults_of
from haihe.platforms.services.items.elements.flat import Row, Rows
from haihe.platforms.services.items.elements.rules import Fault
from haihe.platforms.services.items.finding import Filters, find_items
from haihe.platforms.services.items.models import ItemDraft, ItemEntry, ItemEvent, ItemRetirement, ItemVersion
from haihe.platforms.services.items.workflow import ASKED, DRAFT, HAPPENED, NEEDS_WORDS, OPEN, Part

BLANK_ROWS = 2
_MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class OwnItems:
    """The items that the reader keeps: drafts that wait first, then what is in force."""

    q: str
    drafts: list[ItemDraft]
    rows: list[ItemEntry]
    total: int
    held_back: frozenset[str]
    may_write: bool

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of an item's history, as the time line draws it."""

    title: str
    at: object
    who: str
    detail: str


@dataclass(frozen=True, slots=True)
class OwnItem:
    """One item on the desk: its versions, its draft, what the release says anew, what happened."""

    slug: str
    name: str
    authority: str
    versions: list[ItemVersion]
    in_force: ItemVersion | None
    draft: ItemDraft | None
    retirement: ItemRetirement | None
    released: ItemDefinition | None
    release_changes: list[ChangedTable]
    history: list[Happened]
    may_write: bool


@dataclass(frozen=True, slots=True)
class TableLine:
    """A table of a draft: how many rows it has, and in how many cells something is wrong."""

    table: Table
    rows: int
    faults: int


@dataclass(frozen=True, slots=True)
class NamedFault:
    """A fault with the words of its place."""

    table: Table
    heading: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class NextMove:
    """A button. `needs_words`: it says why."""

    name: str
    label: str
    needs_words: bool


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft: its tables, what is wrong, what it changes, and what the reader may do."""

    draft: ItemDraft
    before: ItemVersion | None
    tables: list[TableLine]
    faults: list[NamedFault]
    changes: list[ChangedTable]
    moves: list[NextMove]
    history: list[Happened]
    may_edit: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One input. `name` is that of the field in the form."""

    column: Column
    name: str
    value: str
    reason: str

    @property
    def chosen(self) -> list[str]:
        return flat.split(self.value)


@dataclass(frozen=True, slots=True)
class EditedRow:
    """One row of inputs; the last few are blank, for what is new."""

    number: int
    cells: list[Cell]
    reason: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class TablePage:
    """One table of a draft, to be edited."""

    draft: ItemDraft
    table: Table
    rows: list[EditedRow]
    tables: list[TableLine]
    refusal: str = ""


def own_items(actor: Actor, *, q: str, on: date) -> OwnItems:
    """Gather the desk's list."""
    kept = queries.kept_by(actor)
    rows = find_items(Filters(q=q), on=on).rows
    if kept is not None:
        rows = rows.filter(authority__in=kept)
    slugs = [] if kept == frozenset() else list(rows.values_list("version__slug", flat=True))
    return OwnItems(
        q=q,
        drafts=queries.open_drafts(actor),
        rows=list(rows[:_MOST_LISTED]),
        total=len(slugs),
        held_back=frozenset(queries.held_back(slugs)),
        may_write=any(queries.may_write(actor, code) for code in kept or ()),
    )


def own_item(actor: Actor, slug: str, *, on: date) -> OwnItem | None:
    """Gather one item; None for whoever doesn't keep it."""
    versions = queries.versions_of(slug)
    draft = queries.open_draft(slug)
    authority = versions[0].authority if versions else draft.authority if draft else ""
    if not authority or not queries.may_see(actor, authority):
        return None
    retirement = queries.retirement_of(slug, version=versions[0].version) if versions else None
    is_over = retirement is not None and retirement.from_day <= on
    released = queries.held_back([slug]).get(slug)
    return OwnItem(
        slug=slug,
        name=str(versions[0].definition.name) if versions else draft.title if draft else slug,
        authority=authority,
        versions=versions,
        in_force=next((row for row in versions if row.in_force_from <= on and not is_over), None),
        draft=draft,
        retirement=retirement,
        released=released,
        release_changes=_changes(versions[0], flat.rows_of(released)) if released else [],
        history=_history(slug),
        may_write=queries.may_write(actor, authority),
    )


def draft_page(actor: Actor, draft: ItemDraft) -> DraftPage:
    """Gather a draft."""
    before = _before(draft)
    is_change = not draft.is_retirement
    found = faults_of(flat.complete(draft.rows)) if is_change and draft.is_open else []
    parts = queries.parts_on(actor, draft.authority)
    is_own = draft.author == actor.user_id
    return DraftPage(
        draft=draft,
        before=before,
        tables=_tables(draft.rows, found) if is_change else [],
        faults=[_named(fault) for fault in found],
        changes=_changes(before, flat.complete(draft.rows)) if is_change else [],
        moves=_moves(draft, parts, is_own=is_own),
        history=_history(draft.slug, of=draft),
        may_edit=draft.is_editable and is_change and Part.STEWARD in parts,
        is_own=is_own,
    )


def table_page(draft: ItemDraft, table: Table, rows: list[Row], *, refusal: str = "", judged: bool = True) -> TablePage:
    """Gather one table; `judged`: with what is wrong beside each cell."""
    told = flat.complete({**draft.rows, table.key: rows})
    found = faults_of(told) if judged else []
    reasons = {(fault.row, fault.column): fault.reason for fault in found if fault.table == table.key}
    blank: Row = {}
    shown = [*rows, *([] if table.is_one_row else [blank] * BLANK_ROWS)] or [blank]
    edited = [
        EditedRow(
            number,
            [_cell(column, number, row, reasons) for column in table.columns if not column.is_settled],
            reasons.get((number, ""), ""),
            is_new=number >= len(rows),
        )
        for number, row in enumerate(shown)
    ]
    return TablePage(draft, table, edited, _tables(told, found), refusal)


def _cell(column: Column, number: int, row: Row, reasons: dict[tuple[int, str], str]) -> Cell:
    reason = reasons.get((number, column.name), "")
    return Cell(column, field_name(number, column), row.get(column.name, ""), reason)


def field_name(number: int, column: Column) -> str:
    return f"{number}-{column.name}"


def _before(draft: ItemDraft) -> ItemVersion | None:
    """Return the version that the draft would replace, or replaced."""
    rows = ItemVersion.objects.filter(slug=draft.slug).order_by("-version")
    return rows.filter(version__lt=draft.version.version).first() if draft.version else rows.first()


def _changes(before: ItemVersion | None, rows: Rows) -> list[ChangedTable]:
    return differences(flat.rows_of(before.definition) if before else {}, rows)


def _tables(rows: Rows, found: list[Fault]) -> list[TableLine]:
    return [
        TableLine(one, len(rows.get(one.key, ())), sum(fault.table == one.key for fault in found)) for one in TABLES
    ]


def _named(fault: Fault) -> NamedFault:
    table = next(one for one in TABLES if one.key == fault.table)
    heading = next((str(column.heading) for column in table.columns if column.name == fault.column), "")
    return NamedFault(table, heading, 0 if table.is_one_row else fault.row + 1, fault.reason)


def _moves(draft: ItemDraft, parts: frozenset[Part], *, is_own: bool) -> list[NextMove]:
    allowed = DRAFT.allowed(draft.state, parts) if draft.state in OPEN else ()
    return [
        NextMove(move.name, str(ASKED[move.name]), move.name in NEEDS_WORDS)
        for move in allowed
        if not (is_own and move.roles == (Part.APPROVER,))
    ]


def _history(slug: str, of: ItemDraft | None = None) -> list[Happened]:
    rows = [event for event in queries.history_of(slug) if of is None or event.draft == of.pk]
    return [_happened(event) for event in rows]


def _happened(event: ItemEvent) -> Happened:
    return Happened(str(HAPPENED.get(event.name, event.name)), event.at, event.actor_name, event.words)
