"""Between the form and the entry: what was typed as a `NewResource`, and an entry as what the form begins with."""

import re
from dataclasses import replace
from typing import Any

from haihe.city import api as city
from haihe.data.catalogue.classification import tree
from haihe.data.catalogue.editing.fields import DEPARTMENT, EntryForm
from haihe.data.catalogue.editing.items import ItemRows
from haihe.data.catalogue.errors import CatalogueError
from haihe.data.catalogue.models import AssessmentKind
from haihe.data.catalogue.records import NewAssessment, NewResource

_BETWEEN = re.compile(r"[、，,;；\s]+")
_PARTS = ("assessor", "assessed_on", "conclusion", "measures")
_LISTS = ("keywords", "related")


def initial_of(entry: NewResource) -> dict[str, Any]:
    """Return what the form begins with."""
    told = {name: getattr(entry, name) for name in EntryForm.base_fields if name in NewResource.__dataclass_fields__}
    told |= {name: "、".join(getattr(entry, name)) for name in _LISTS}
    if entry.classification.startswith(DEPARTMENT):
        told["classification"] = DEPARTMENT
    for each in entry.assessments:
        told |= {f"{each.kind.lower()}_{part}": getattr(each, part) for part in _PARTS}
    return told


def entry_from(form: EntryForm, rows: ItemRows, before: NewResource | None) -> NewResource:
    """Return what was typed, with the samples of before; for a form and rows that are valid."""
    told = {name: form.cleaned_data[name] for name in EntryForm.base_fields}
    told |= {name: tuple(part for part in _BETWEEN.split(told[name]) if part) for name in _LISTS}
    told["sharing_forms"] = tuple(told["sharing_forms"])
    if told["classification"] == DEPARTMENT:
        told["classification"] = tree.department_code(told["owner"])
    items = rows.items()
    names = {item.name for item in items}
    samples = tuple(
        {name: text for name, text in sample.items() if name in names} for sample in (before.samples if before else ())
    )
    told |= {"items": items, "assessments": tuple(_assessments(form)), "samples": samples}
    return replace(before, **told) if before else NewResource(**told)


def tell(form: EntryForm, refused: CatalogueError) -> None:
    """Put the refusal where it belongs on the page."""
    field = {"assessments": f"{AssessmentKind.SECRECY.lower()}_conclusion"}.get(refused.field, refused.field)
    form.add_error(field if field in form.fields else None, refused.message)


def departments() -> list[tuple[str, str]]:
    """Return those that may be a source department."""
    return [(each.code, each.short_name or each.name) for each in city.organisations(level=2)]


def _assessments(form: EntryForm) -> list[NewAssessment]:
    told = []
    for kind in AssessmentKind:
        values: dict[str, Any] = {part: form.cleaned_data.get(f"{kind.lower()}_{part}") or "" for part in _PARTS}
        if any(values.values()):
            told.append(NewAssessment(kind=kind.value, **values))
    return told
