"""Some fields of a form that was sent, to be put right: exactly those that were asked for, by whoever has the case.

What a form says of who applies for whom is never among them: that would make it another's application.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.keys import api as keys
from haihe.platforms.services.forms import pages, shelf
from haihe.platforms.services.forms.arriving import ArrivedFile
from haihe.platforms.services.forms.bounds import bounds_of
from haihe.platforms.services.forms.cleaning import Cleaned, Path, holds
from haihe.platforms.services.forms.content import Content
from haihe.platforms.services.forms.definition import Form, clean
from haihe.platforms.services.forms.errors import UploadRefused
from haihe.platforms.services.forms.fields import Field, Kind, Section
from haihe.platforms.services.forms.models import Draft, DraftState, Upload
from haihe.platforms.services.forms.operations.uploading import Arrived, judged, safe_name, scanned
from haihe.platforms.services.forms.pages import DraftPage
from haihe.platforms.services.forms.parts import Text
from haihe.platforms.services.forms.ports import Offer
from haihe.platforms.services.forms.queries import Standing, name_of
from haihe.platforms.services.forms.typing_in import typed
from haihe.platforms.services.forms.values import is_upload_id
from haihe.platforms.services.forms.whens import names_in

_WHO: Final = frozenset(
    {
        *("acting_for", "applicant_name", "applicant_id_number", "agent_name", "agent_id_number"),
        *("credit_code", "organisation_name", "legal_representative_name", "legal_representative_id_number"),
        *("handler_role", "handler_name", "handler_id_number"),
    }
)
_TITLE: Final = Text(zh="需要改正的内容", en="What has to be put right")


def correctable(form: Form, values: Mapping[str, Any], *, with_files: bool) -> tuple[Field, ...]:
    """Return the fields of what was said that somebody may be asked to put right."""
    fields = [field for section in form.sections_for(values) for field in section.fields]
    asked = [field for field in fields if holds((field.when,), values)]
    return tuple(field for field in asked if _may_be_asked(field, with_files=with_files))


def with_dependents(form: Form, names: Collection[str]) -> tuple[str, ...]:
    """Return the fields, and those that are asked only where one of them says so, in the form's order."""
    found = set(names)
    for section in form.sections:
        for field in section.fields:
            calls = {name for when in (field.when, section.when) if when for name in names_in(when)}
            if calls & found and _may_be_asked(field, with_files=True):
                found.add(field.name)
    return tuple(field.name for field in form.fields if field.name in found)


def typed_corrections(form: Form, names: Collection[str], post: QueryDict) -> dict[str, Any]:
    """Return what was typed for these fields, and nothing else that was sent."""
    return typed(_section(form, names), post)


def corrected(
    form: Form,
    values: Mapping[str, Any],
    names: Collection[str],
    said: Mapping[str, Any],
    files: Mapping[str, Collection[UUID]],
    *,
    today: date,
) -> Cleaned:
    """Return the whole form with these fields as they were said now. Mistakes are told of these fields only: the
    others stand as they were accepted.
    """
    given = {name: [str(one) for one in ids] for name, ids in files.items() if name in names and ids}
    raw = {name: value for name, value in values.items() if name not in said} | dict(said) | given
    cleaned = clean(form, raw, today=today)
    kept = {name: value for name, value in values.items() if name not in names}
    now_said = {name: value for name, value in cleaned.values.items() if name in names}
    return Cleaned(kept | now_said, {path: told for path, told in cleaned.errors.items() if path[0] in names})


def correction_page(
    offer: Offer,
    names: Collection[str],
    values: Mapping[str, Any],
    *,
    application: UUID,
    errors: Mapping[Path, str],
    typed_in: Mapping[str, Any],
    now: datetime,
) -> DraftPage:
    """Return the page on which these fields are put right."""
    draft = Draft.objects.filter(pk=application).first() or Draft(pk=application, begun_at=now)
    standing = Standing(draft, offer, Content(raw=dict(values)), Cleaned(dict(values), {}), None)
    return pages.draft_page(standing, (_section(offer.form, names),), errors=errors, typed=typed_in)


def has_files(application: UUID) -> bool:
    """Say whether there is a sent form that files can be added to."""
    return Draft.objects.filter(pk=application, state=DraftState.SENT).exists()


def files_since(application: UUID, since: datetime) -> dict[str, tuple[UUID, ...]]:
    """Return the files that were added to a sent form since a moment, by field."""
    found: dict[str, tuple[UUID, ...]] = {}
    rows = Upload.objects.filter(draft=application, uploaded_at__gte=since).order_by("uploaded_at", "pk")
    for name, upload in rows.values_list("field", "pk"):
        found[name] = (*found.get(name, ()), upload)
    return found


def names_of_files(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of files that were handed in, by id."""
    return {upload.pk: name_of(upload) for upload in Upload.objects.filter(pk__in=ids)}


def take_late_files(
    request: HttpRequest, form: Form, names: Collection[str], *, application: UUID, since: datetime, now: datetime
) -> dict[Path, str]:
    """Add the files that came for these fields to a sent form, and remove the one pointed at that came since then.

    Who may is the caller's matter. Return why some weren't taken, by field.
    """
    refused: dict[Path, str] = {}
    for field in (one for one in form.fields if one.kind is Kind.FILE and one.name in names):
        for come in request.FILES.getlist(field.name):
            if isinstance(come, ArrivedFile):
                try:
                    _add(field, come.arrived, application, since, now)
                except UploadRefused as wrong:
                    refused[(field.name,)] = wrong.message
    _remove(request.POST.get("remove", ""), names, application, since)
    return refused


def _add(field: Field, arrived: Arrived, application: UUID, since: datetime, now: datetime) -> None:
    try:
        if arrived.error:
            raise UploadRefused(arrived.error)
        kind, digest = judged(arrived)
        if kind not in field.accept:
            raise UploadRefused(_("这里请上传 %(kinds)s 文件。") % {"kinds": "、".join(field.accept)})
        scan = scanned(arrived.id)
        with transaction.atomic():
            draft = Draft.objects.select_for_update().filter(pk=application, state=DraftState.SENT).first()
            if draft is None:
                raise UploadRefused(_("这个办件不能补交附件，请到窗口办理。"))
            most = int(bounds_of(field, timezone.localdate(now)).most)
            if draft.uploads.filter(field=field.name, uploaded_at__gte=since).count() >= most:
                raise UploadRefused(_("这里最多上传 %(most)s 个文件，请先删去不需要的。") % {"most": most})
            upload = Upload(pk=arrived.id, draft=draft, field=field.name, kind=kind, size_bytes=arrived.size_bytes)
            upload.sha256, upload.scan, upload.uploaded_at = digest, scan, now
            upload.sealed_name = keys.keyring().seal(
                safe_name(arrived.name, kind).encode(), context=upload.seal_context
            )
            upload.save(force_insert=True)
    except BaseException:
        shelf.forget(arrived.id)
        raise


def _remove(pointed_at: str, names: Collection[str], application: UUID, since: datetime) -> None:
    """What was handed in before stays: only what came since then can be taken away again."""
    if not is_upload_id(pointed_at):
        return
    upload = UUID(pointed_at)
    rows = Upload.objects.filter(pk=upload, draft=application, field__in=names, uploaded_at__gte=since)
    if rows.delete()[0]:
        transaction.on_commit(lambda: shelf.forget(upload))


def _section(form: Form, names: Collection[str]) -> Section:
    return Section(name="supplement", title=_TITLE, fields=tuple(f for f in form.fields if f.name in names))


def _may_be_asked(field: Field, *, with_files: bool) -> bool:
    if field.name in _WHO or field.account is not None or field.must is not None:
        return False
    return field.kind is not Kind.SIGNATURE and (with_files or field.kind is not Kind.FILE)
