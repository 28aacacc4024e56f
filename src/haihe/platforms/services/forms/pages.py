"""What the pages of a form show: fields with what was typed, what is wrong, and where a value came from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from haihe.city import api as city
from haihe.platforms.services.forms.accounts import account_fields
from haihe.platforms.services.forms.bounds import bounds_of
from haihe.platforms.services.forms.cleaning import Path, holds
from haihe.platforms.services.forms.fields import Field, Kind, Section
from haihe.platforms.services.forms.models import Upload
from haihe.platforms.services.forms.ports import PHONE
from haihe.platforms.services.forms.queries import Standing, name_of
from haihe.platforms.services.forms.showing import said
from haihe.platforms.services.forms.strokes import Drawing, drawing_of, is_drawn
from haihe.platforms.services.forms.typing_in import rows_shown
from haihe.platforms.services.forms.whens import as_schema, names_in

_INPUTS: Final = {
    Kind.NUMBER: "number",
    Kind.MONEY: "number",
    Kind.DATE: "date",
    Kind.LONG_TEXT: "long",
    Kind.CHOICE: "choice",
    Kind.CHOICES: "choices",
    Kind.YES_NO: "yes-no",
    Kind.DIVISION: "division",
    Kind.FILE: "files",
    Kind.TABLE: "table",
    Kind.SIGNATURE: "signature",
}
_KEYBOARDS: Final = {
    Kind.NUMBER: "decimal",
    Kind.MONEY: "decimal",
    Kind.PHONE: "tel",
    Kind.EMAIL: "email",
    Kind.POSTCODE: "numeric",
    Kind.BANK_CARD: "numeric",
}
_FILLED_IN: Final = {
    Kind.PHONE: "tel",
    Kind.EMAIL: "email",
    Kind.ADDRESS: "street-address",
    Kind.POSTCODE: "postal-code",
}
_FEW: Final = 6
"""Up to so many options are shown at once; more are a list to choose from."""


@dataclass(frozen=True, slots=True)
class FileView:
    """One file as the page lists it."""

    id: UUID
    name: str
    kind: str
    size_bytes: int
    scan: str
    is_scanned: bool


@dataclass(frozen=True, slots=True)
class KnownView:
    """Where a value came from."""

    source: str
    as_of: datetime | None
    evidence: str
    value: str
    is_corrected: bool
    correction: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field on a page. `name` is the input's; `widget` names the template's part; `when` is JSON for the script."""

    field: Field
    name: str
    widget: str
    value: Any = None
    error: str = ""
    is_first_error: bool = False
    fixed: str = ""
    when: str = ""
    is_hidden: bool = False
    known: KnownView | None = None
    files: tuple[FileView, ...] = ()
    rows: "tuple[tuple[FieldView, ...], ...]" = ()
    places: Sequence["District"] = ()
    most: int = 0
    keyboard: str = ""
    filled_in: str = "off"

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def text(self) -> str:
        """What stands in an input of one line or several."""
        return "" if self.value is None or self.drawn else str(self.value)

    @property
    def drawn(self) -> str:
        """What was drawn, as it is sent again; "" where a name was typed."""
        return str(self.value) if self.widget == "signature" and is_drawn(self.value) else ""

    @property
    def drawing(self) -> Drawing | None:
        return drawing_of(self.drawn)

    @property
    def described_by(self) -> str:
        told = [("note", self.field.note), ("known", self.known), ("error", self.error)]
        return " ".join(f"{self.id}-{what}" for what, is_there in told if is_there)

    @property
    def is_listed(self) -> bool:
        return len(self.field.options) > _FEW


@dataclass(frozen=True, slots=True)
class District:
    """A district and its streets, to choose from."""

    name: str
    code: str
    streets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section on a page, and its place among those that apply."""

    section: Section
    fields: tuple[FieldView, ...]
    complaints: tuple[tuple[str, str, str], ...]
    when: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A page of a draft. `revision` is what it shows; `steps` are the sections' titles. `following` is JSON for the
    script: the pages after this one, with the condition of each where this page answers it.
    """

    standing: Standing
    sections: tuple[SectionView, ...]
    revision: int
    step: int
    steps: tuple[str, ...]
    back: str = ""
    following: str = ""
    message: str = ""
    complaints: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def has_files(self) -> bool:
        return self._has("files")

    @property
    def has_signature(self) -> bool:
        return self._has("signature")

    def _has(self, widget: str) -> bool:
        return any(view.widget == widget for section in self.sections for view in section.fields)


def draft_page(
    standing: Standing,
    sections: Sequence[Section],
    *,
    errors: Mapping[Path, str],
    typed: Mapping[str, Any] | None = None,
    message: str = "",
) -> DraftPage:
    """Fill the page of some sections. `typed` is shown instead of what is kept, where the page comes back unsaved."""
    raw = {**standing.content.raw, **standing.values, **(typed or {})}
    first = next((path for path in errors if path), None)
    made = tuple(_section(standing, section, raw, errors, first, together=len(sections) > 1) for section in sections)
    applying = standing.offer.form.sections_for(standing.values)
    names = [one.name for one in applying]
    place = names.index(sections[0].name) if sections and sections[0].name in names else len(names)
    return DraftPage(
        standing=standing,
        sections=made,
        revision=standing.draft.revision,
        step=place + 1,
        steps=tuple(str(one.title) for one in applying),
        back=names[place - 1] if 0 < place <= len(names) else "",
        following=_following(standing, sections),
        message=message,
        complaints=tuple(complaint for one in made for complaint in one.complaints),
    )


@dataclass(frozen=True, slots=True)
class CorrectedView:
    """A value that the person put right: what the register holds, what they say, and the report about it, if one."""

    field: Field
    source: str
    registered: str
    said: str
    correction: str


def corrected_of(standing: Standing) -> tuple[CorrectedView, ...]:
    """Return what the person says otherwise than registers do."""
    found = []
    for name in standing.content.corrected(standing.values):
        one, known = standing.offer.form.field(name), standing.content.known[name]
        told = said(one, standing.values[name])
        found.append(CorrectedView(one, known.source, said(one, known.value), told, known.correction))
    return tuple(found)


def files_of(standing: Standing) -> dict[str, tuple[FileView, ...]]:
    """Return the draft's files by field."""
    found: dict[str, list[FileView]] = {}
    for upload in standing.draft.uploads.all():
        found.setdefault(upload.field, []).append(_file(upload))
    return {name: tuple(files) for name, files in found.items()}


def _following(standing: Standing, sections: Sequence[Section]) -> str:
    every = standing.offer.form.sections
    if len(sections) != 1 or sections[0] not in every:
        return "[]"
    here = {field.name for field in sections[0].fields}
    after = [one for one in every[every.index(sections[0]) + 1 :] if _may_apply(one, here, standing.values)]
    told = [
        {
            "url": reverse("services_forms:section", args=[standing.draft.pk, one.name]),
            "when": as_schema(one.when) if one.when and names_in(one.when) <= here else None,
        }
        for one in after
    ]
    return json.dumps(told, ensure_ascii=False)


def _may_apply(section: Section, here: set[str], values: Mapping[str, Any]) -> bool:
    return not section.when or bool(names_in(section.when) & here) or holds((section.when,), values)


def _section(
    standing: Standing,
    section: Section,
    raw: Mapping[str, Any],
    errors: Mapping[Path, str],
    first: Path | None,
    *,
    together: bool,
) -> SectionView:
    live = (
        {name for one in standing.offer.form.sections for name in (f.name for f in one.fields)} if together else set()
    )
    views = tuple(_field(standing, section, one, raw, errors, first, live) for one in section.fields)
    told = tuple(
        (_id_of(path), str(standing.offer.form.field(str(path[0])).label), message)
        for path, message in errors.items()
        if path and path[0] in {one.name for one in section.fields}
    )
    when = _live(section.when, live)
    return SectionView(section, views, told, when, bool(section.when) and not holds((section.when,), standing.values))


def _field(
    standing: Standing,
    section: Section,
    one: Field,
    raw: Mapping[str, Any],
    errors: Mapping[Path, str],
    first: Path | None,
    live: set[str],
) -> FieldView:
    near = live | {other.name for other in section.fields}
    fixed = account_fields(standing.offer.form, raw) if standing.draft.channel == PHONE and standing.person else {}
    value = raw.get(one.name)
    return FieldView(
        field=one,
        name=one.name,
        widget=_INPUTS.get(one.kind, "line"),
        value=value,
        error=errors.get((one.name,), ""),
        is_first_error=first is not None and first[0] == one.name,
        fixed=said(one, standing.values[one.name]) if one.name in fixed and one.name in standing.values else "",
        when=_live(one.when, near),
        is_hidden=_is_hidden(one.when, near, standing.values),
        known=_known(standing, one),
        files=files_of(standing).get(one.name, ()) if one.kind is Kind.FILE else (),
        rows=_rows(one, value, errors) if one.kind is Kind.TABLE else (),
        places=_places() if one.kind is Kind.DIVISION else (),
        most=int(bounds_of(one, timezone.localdate(standing.draft.begun_at)).most) if one.kind is Kind.FILE else 0,
        keyboard=_KEYBOARDS.get(one.kind, "text"),
        filled_in=_FILLED_IN.get(one.kind, "off"),
    )


def _live(when: str, near: set[str]) -> str:
    """Return the condition for the script, where all that it asks for is on the page."""
    return json.dumps(as_schema(when), ensure_ascii=False) if when and names_in(when) <= near else ""


def _is_hidden(when: str, near: set[str], values: Mapping[str, Any]) -> bool:
    """True where a field certainly doesn't apply: an answer on this very page may still change."""
    return bool(when) and not (names_in(when) & near) and not holds((when,), values)


def _known(standing: Standing, one: Field) -> KnownView | None:
    known = standing.content.known.get(one.name)
    if known is None:
        return None
    is_corrected = one.name in standing.content.corrected(standing.values)
    return KnownView(known.source, known.as_of, known.evidence, said(one, known.value), is_corrected, known.correction)


def _rows(one: Field, value: Any, errors: Mapping[Path, str]) -> tuple[tuple[FieldView, ...], ...]:
    given = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    return tuple(
        tuple(_cell(one, number, column, given, errors) for column in one.fields)
        for number in range(rows_shown(one, len(given)))
    )


def _cell(
    one: Field, number: int, column: Field, given: Sequence[Mapping[str, Any]], errors: Mapping[Path, str]
) -> FieldView:
    row = given[number] if number < len(given) else {}
    return FieldView(
        field=column,
        name=f"{one.name}-{number}-{column.name}",
        widget=_INPUTS.get(column.kind, "line"),
        value=row.get(column.name),
        error=errors.get((one.name, number, column.name), ""),
        keyboard=_KEYBOARDS.get(column.kind, "text"),
        places=_places() if column.kind is Kind.DIVISION else (),
    )


def _places() -> tuple[District, ...]:
    streets: dict[str, list[tuple[str, str]]] = {}
    for street in city.divisions(level=4):
        streets.setdefault(street.parent_code or "", []).append((street.code, street.name))
    return tuple(
        District(district.name, district.code, tuple(streets.get(district.code, ())))
        for district in city.divisions(level=3)
    )


def _file(upload: Upload) -> FileView:
    return FileView(
        upload.pk,
        name_of(upload),
        upload.kind,
        upload.size_bytes,
        str(upload.get_scan_display()),
        upload.scan == "CLEAN",
    )


def _id_of(path: Path) -> str:
    return "id_" + "-".join(str(part) for part in path)
