"""What was told to put right, as the pages of a case show it: the fields, their page, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services import operations
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.forms.api import DraftPage, Form
from haihe.platforms.services.models import Case, FormVersion, Supplement
from haihe.platforms.services.offers import offer_of
from haihe.platforms.services.operations.sealing import open_form, open_said


@dataclass(frozen=True, slots=True)
class Askable:
    """A field that an applicant may be asked to put right."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a field said before it was put right, and what it says now."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file that was handed in."""

    id: UUID
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class SupplementCard:
    """What was told to put right; `labels` of the form's fields, none where papers are missing."""

    row: Supplement
    labels: tuple[str, ...]
    is_open: bool
    changes: tuple[Change, ...] = ()


def supplement_card(case: Case, *, masked: bool) -> SupplementCard | None:
    """Return what was told to put right; None where nothing was."""
    row = Supplement.objects.filter(case=case).first()
    if row is None:
        return None
    form = operations.form_of(case)
    labels = _labels(form, row.fields)
    is_open = bool(row.fields) and row.handed_in_at is None
    return SupplementCard(row, labels, is_open, _changes(case, form, masked=masked) if row.handed_in_at else ())


def askable(case: Case) -> tuple[Askable, ...]:
    """Return the fields that a clerk may have put right."""
    return tuple(Askable(field.name, str(field.label)) for field in operations.fields_to_ask(case))


def correcting_page(
    case: Case, asked: Supplement, *, errors: Mapping[forms.Path, str], typed_in: Mapping[str, Any], now: datetime
) -> DraftPage:
    """Return the fields that are to be put right, filled with what was said."""
    values, _uploads = open_form(case)
    offer = offer_of(case.item.definition)
    return forms.correction_page(
        offer, asked.fields, values, application=case.token, errors=errors, typed_in=typed_in, now=now
    )


def files_of(case: Case, actor: Actor) -> tuple[FileLink, ...]:
    """Return the files of the newest version, for those who may open them."""
    form = operations.form_of(case)
    desk = any(actor.has(role, case.organisation) for role in (Role.CLERK, Role.APPROVER))
    if form is None or not (desk or case.opened_by == actor.user_id):
        return ()
    _values, uploads = open_form(case)
    ids = {UUID(one): name for name, listed in uploads.items() for one in listed.split()}
    named = forms.names_of_files(tuple(ids))
    labels = {field.name: str(field.label) for field in form.fields}
    return tuple(FileLink(pk, labels.get(name, name), named[pk]) for pk, name in ids.items() if pk in named)


def _labels(form: Form | None, names: list[str]) -> tuple[str, ...]:
    return tuple(str(field.label) for field in form.fields if field.name in names) if form else ()


def _changes(case: Case, form: Form | None, *, masked: bool) -> tuple[Change, ...]:
    version = FormVersion.objects.filter(case=case).last()
    if version is None or form is None:
        return ()
    before, _files = open_said(case, bytes(version.sealed_form))
    after, _files = open_form(case)
    changed = [field for field in form.fields if field.name in version.changed]
    return tuple(
        Change(str(field.label), _told(field, before, masked=masked), _told(field, after, masked=masked))
        for field in changed
    )


def _told(field: forms.Field, values: Mapping[str, Any], *, masked: bool) -> str:
    value = values.get(field.name)
    if value in (None, "", []):
        return ""
    if field.kind in (forms.Kind.FILE, forms.Kind.TABLE):
        return str(len(value))
    return forms.said(field, value, masked=masked)
