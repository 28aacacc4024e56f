"""A form, put together from an item's part of a file and the shared sections, and checked whole.

    form = parse({"sections": ["person", "contact"], "fields": [...]})
    cleaned = clean(form, {"amount": "12,000"}, today=today)      # values, and what is told of each mistake
    form.json_schema(today=today)                                 # accepts exactly what `clean` takes as it is

A form that was resolved once (`to_json`) is read again by `from_json`: an item's version keeps what it asked for, also
when a shared section changes.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from haihe.platforms.services.forms import schema
from haihe.platforms.services.forms.checks import complaints
from haihe.platforms.services.forms.cleaning import Cleaned, clean_row, holds
from haihe.platforms.services.forms.fields import Field, Section
from haihe.platforms.services.forms.parts import Part, Text
from haihe.platforms.services.forms.refusals import FormError

FOLDER: Final = Path(__file__).parent / "sections"
DETAILS: Final = "details"
LAST: Final = frozenset({"delivery", "declaration"})
"""Shared sections that end a form; what is the item's own comes before them."""
_DETAILS_TITLE: Final = Text(zh="办理信息", en="About your application")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class SectionUse(Part, frozen=True):
    """A shared section in a form, and when it is asked there. Its fields in `without` are left out."""

    name: str
    when: str = ""
    title: Text | None = None
    without: tuple[str, ...] = ()


class FormPart(Part, frozen=True):
    """What stands in an item's file: shared sections by name, own ones whole, and the item's own fields."""

    sections: tuple[str | SectionUse, ...] = ()
    section: tuple[Section, ...] = ()
    fields: tuple[Field, ...] = ()


class Form(Part, frozen=True):
    """A whole form: its sections in order, each with its fields. Raises: ValueError on what can't work."""

    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        for complaint in complaints(self.sections):
            raise ValueError(complaint)

    @property
    def asked(self) -> tuple[tuple[tuple[str, ...], Field], ...]:
        """Every field, in order, with the conditions of its section and its own."""
        return tuple(((section.when, field.when), field) for section in self.sections for field in section.fields)

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, name: str) -> Field:
        """Raises: KeyError."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def section(self, name: str) -> Section:
        """Raises: KeyError."""
        for section in self.sections:
            if section.name == name:
                return section
        raise KeyError(name)

    def sections_for(self, values: Mapping[str, Any]) -> tuple[Section, ...]:
        """Return the sections that apply to what was said so far."""
        return tuple(section for section in self.sections if holds((section.when,), values))

    def json_schema(self, *, today: date) -> dict[str, Any]:
        """Return the form as JSON Schema 2020-12. `today` is what bounds such as "today-18y" are counted from."""
        return {"$schema": schema.DIALECT, **schema.row_schema(self.asked, today)}

    def accepts(self, values: Mapping[str, Any], *, today: date) -> bool:
        """True if the values are exactly what the form asks for, by its JSON Schema."""
        return schema.validator(self.json_schema(today=today)).is_valid(dict(values))


def clean(form: Form, raw: Mapping[str, object], *, today: date) -> Cleaned:
    """Read what was typed (or said before) for every field; see `Cleaned`. Tables are lists of rows."""
    return clean_row(form.asked, raw, today=today)


def parse(part: object) -> Form:
    """Put a form together from what an item's file says. Raises: FormError."""
    try:
        told = msgspec.convert(part, FormPart, strict=False)
        return Form(sections=_put_together(told))
    except (msgspec.ValidationError, ValueError) as wrong:
        raise FormError(str(wrong)) from wrong


def from_json(content: object) -> Form:
    """Read what `to_json` gave and an item's version kept. Raises: FormError."""
    try:
        return msgspec.convert(content, Form, strict=False)
    except msgspec.ValidationError as wrong:
        raise FormError(str(wrong)) from wrong


def to_json(form: Form) -> Any:
    return msgspec.to_builtins(form)


@cache
def shared_sections() -> Mapping[str, Section]:
    """Return the sections that came with this release, by name. Raises: FormError naming the file."""
    found = {}
    for file in sorted(FOLDER.glob("*.toml")):
        try:
            section = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Section, strict=False)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
            raise FormError(f"{file.name}: {wrong}") from wrong
        if section.name != file.stem:
            raise FormError(f"{file.name}: the file must bear the section's name, {section.name}")
        found[section.name] = section
    return found


def _put_together(told: FormPart) -> tuple[Section, ...]:
    own = {section.name: section for section in told.section}
    uses = [use if isinstance(use, SectionUse) else SectionUse(name=use) for use in told.sections]
    names = [use.name for use in uses]
    uses += [SectionUse(name=name) for name in own if name not in names]
    if any(not field.section or field.section == DETAILS for field in told.fields):
        own.setdefault(DETAILS, Section(name=DETAILS, title=_DETAILS_TITLE))
        if DETAILS not in names:
            uses.insert(_place_of_details(uses), SectionUse(name=DETAILS))
    sections = [_used(use, own, told.fields) for use in uses]
    strays = {field.section for field in told.fields if field.section} - {section.name for section in sections}
    if strays:
        raise FormError(f"no section is called {', '.join(sorted(strays))}")
    return tuple(section for section in sections if section.fields)


def _place_of_details(uses: list[SectionUse]) -> int:
    return next((place for place, use in enumerate(uses) if use.name in LAST), len(uses))


def _used(use: SectionUse, own: Mapping[str, Section], fields: tuple[Field, ...]) -> Section:
    section = own.get(use.name) or shared_sections().get(use.name)
    if section is None or not _NAME.fullmatch(use.name):
        raise FormError(f"no section is called {use.name}")
    unknown = set(use.without) - {field.name for field in section.fields}
    if unknown:
        raise FormError(f"section {use.name} has no field {', '.join(sorted(unknown))}")
    added = tuple(field for field in fields if (field.section or DETAILS) == section.name)
    kept = tuple(field for field in section.fields if field.name not in use.without)
    both = " and ".join(f"({when})" for when in (section.when, use.when) if when)
    return msgspec.structs.replace(section, title=use.title or section.title, when=both, fields=kept + added)
