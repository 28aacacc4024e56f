"""补正: the applicant puts right exactly what was asked for, and all that was said before is kept."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.processes import api as processes
from haihe.platforms.services import parties, process_files
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.forms.api import Cleaned, Form
from haihe.platforms.services.models import Case, FormVersion, Supplement
from haihe.platforms.services.operations.finishing import HANDED_IN, SUPPLEMENT, finish, open_task
from haihe.platforms.services.operations.moving import lock
from haihe.platforms.services.operations.sealing import open_form, open_registered, seal_said

_MOST_FIELDS = 60


def form_of(case: Case) -> Form | None:
    """Return the form of the case's own version of the item; None where it has none."""
    definition = case.item.definition.form
    return forms.parse(definition) if definition and case.sealed_form is not None else None


def fields_to_ask(case: Case) -> tuple[forms.Field, ...]:
    """Return the fields that an applicant may be asked to put right."""
    form = form_of(case)
    if form is None:
        return ()
    values, _uploads = open_form(case)
    return forms.correctable(form, values, with_files=forms.has_files(case.token))


def ask_for(case: Case, names: Collection[str], note: str, *, actor: Actor, now: datetime) -> None:
    """Note what a locked case is told to put right. Raises: InputRefused for a field that can't be asked for."""
    known = {field.name for field in fields_to_ask(case)}
    if not set(names) <= known or len(names) > _MOST_FIELDS:
        raise InputRefused("ask", _("有的栏目不能要求改正，请重新选择。"))
    form = form_of(case)
    asked = forms.with_dependents(form, names) if form and names else ()
    Supplement.objects.create(case=case, fields=list(asked), note=note, asked_at=now, asked_name=actor.name)


def open_supplement(case: Case) -> Supplement | None:
    """Return what the applicant has to put right in the form now; None where that is nothing of the form."""
    found = Supplement.objects.filter(case=case, handed_in_at=None).first()
    return found if found and found.fields else None


@transaction.atomic
def hand_in(
    *, actor: Actor, number: str, version: int, said: Mapping[str, Any], note: str = "", now: datetime
) -> Cleaned:
    """Put right what was asked for and hand the case in again; with mistakes nothing is kept but the files.

    `version` is the form's that the page showed. Raises: CaseNotFound, NotPermitted, NotNow.
    """
    case = lock(actor, number)
    asked, form = open_supplement(case), form_of(case)
    token, task = open_task(case, SUPPLEMENT)
    if not parties.may_take(actor, case, task.by):
        raise NotPermitted(f"{task.id} is for {task.by}")
    if asked is None or form is None:
        raise NotNow(_("没有需要改正的栏目。"))
    if version != case.form_version:
        raise NotNow(_("表单已在别处改过，请核对下面的最新内容后再提交。"))
    values, uploads = open_form(case)
    files = forms.files_since(case.token, asked.asked_at)
    today = timezone.localdate(now)
    cleaned = forms.corrected(form, values, asked.fields, said, files, today=today)
    if cleaned.errors:
        return cleaned
    _keep(case, asked, values, cleaned.values, uploads, files, actor, now)
    asked.handed_in_at = now
    asked.save(update_fields=["handed_in_at"])
    finish(case, token, task, HANDED_IN, note, actor=actor, now=now, values=_for_process(case, cleaned.values))
    return cleaned


def _keep(
    case: Case,
    asked: Supplement,
    before: Mapping[str, Any],
    values: Mapping[str, Any],
    uploads: Mapping[str, str],
    files: Mapping[str, Collection[object]],
    actor: Actor,
    now: datetime,
) -> None:
    """Put the version before aside, and the new one in its place."""
    FormVersion.objects.create(
        case=case,
        number=case.form_version,
        sealed_form=case.sealed_form,
        changed=[name for name in asked.fields if before.get(name) != values.get(name)],
        superseded_at=now,
        superseded_by=case.masked_name if parties.is_applicant(actor, case) else actor.name,
    )
    new = {name: " ".join(str(one) for one in ids) for name, ids in files.items() if name in asked.fields}
    case.sealed_form = seal_said(case.number, values, dict(uploads) | new, open_registered(case))
    case.form_version += 1
    case.save(update_fields=["sealed_form", "form_version"])


def _for_process(case: Case, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the conditions of the case's process ask of the form."""
    process = processes.process_of(case.process_case_id) if case.process_case_id else None
    names = process_files.asked_of_form(process) if process else frozenset()
    return {name: process_files.plain_value(values[name]) for name in names if name in values}
