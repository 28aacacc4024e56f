"""Rows of the sheets as an entry: what no column of the file is about stays as the draft has it."""

from dataclasses import replace
from typing import Any

from haihe.data.catalogue.classification import tree
from haihe.data.catalogue.models import AssessmentKind
from haihe.data.catalogue.records import NewAssessment, NewItem, NewResource
from haihe.data.catalogue.sheets.reading import Row

_MADE = ("assessor", "assessed_on", "conclusion", "measures")


def entry_of_rows(row: Row, items: list[Row], said: NewResource | None) -> NewResource:
    """Return what the rows say of an entry that says `said`, if it is there."""
    known = {item.name: item for item in said.items} if said else {}
    told: dict[str, Any] = {name: value for name, value in row.values.items() if "." not in name}
    told["items"] = tuple(_item(item, known.get(item.values["name"])) for item in items)
    if any("." in name for name in row.values):
        told["assessments"] = _assessments(row)
    return _placed(replace(said, **told) if said else NewResource(**told), said, told)


def _placed(entry: NewResource, said: NewResource | None, told: dict[str, Any]) -> NewResource:
    """Let a code say category and subject; without one, a place stays unless the file names another."""
    code = told.get("classification", "")
    if code and tree.is_place(code, entry.owner):
        subject = tree.subject_of(code, entry.subject_area)
        return replace(entry, category=tree.CATEGORIES[code[0]], subject_area=subject)
    if code or said is None:
        return entry
    stays = (entry.category, entry.subject_area) == (said.category, said.subject_area)
    return replace(entry, classification=said.classification if stays else "")


def _item(row: Row, said: NewItem | None) -> NewItem:
    values = {name: value for name, value in row.values.items() if name != "resource"}
    return replace(said, **values) if said else NewItem(**values)


def _assessments(row: Row) -> tuple[NewAssessment, ...]:
    """Return the assessments that the row tells whole or in part; half of one is refused when the entry is checked."""
    found = []
    for kind in AssessmentKind:
        told: dict[str, Any] = {part: row.values.get(f"{kind}.{part}") or "" for part in _MADE}
        if any(told.values()):
            found.append(NewAssessment(kind=kind.value, **told))
    return tuple(found)
