"""What a lookup is, as its file says it. Checked when read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from haihe.kernel.mask_rules import BUCKET, MaskError, compile_mask
from haihe.platforms.services.items.api import Text, topic
from haihe.platforms.services.items.texts import Part
from haihe.platforms.services.lookups.kinds import Format, TypedKind, Who

LONGEST_KEPT_S: Final = 24 * 3600
WHOLE: Final[Mapping[str, Any]] = {"mask": "none"}
"""The mask that hides nothing."""
_SLUG: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FIELD: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_PURPOSE: Final = re.compile(r"[A-Z][A-Z0-9_]{2,63}")
_FORMS: Final[Mapping[str, tuple[Format, ...]]] = {
    BUCKET: (Format.BAND,),
    "year": (Format.YEAR,),
    "district": (Format.DISTRICT,),
    "name": (Format.MASKED,),
    "phone": (Format.MASKED,),
    "id_number": (Format.MASKED,),
    "none": (Format.TEXT, Format.CHOICE, Format.MONEY, Format.COUNT, Format.DATE, Format.MONTH),
}
"""What a value can be written as, once its mask has been over it."""
_TONES: Final = ("", "success", "warning", "danger", "info", "neutral")


class Option(Part, frozen=True):
    """One value of a register, in both languages; `tone` colours it."""

    value: str
    zh: str
    en: str
    tone: str = ""

    @property
    def label(self) -> Text:
        return Text(zh=self.zh, en=self.en)


class Field(Part, frozen=True):
    """One field that the answer shows. One that `leads` stands large on top."""

    name: str
    label: Text
    format: Format = Format.TEXT
    mask: dict[str, Any] = msgspec.field(default_factory=lambda: dict(WHOLE))
    unit: Text | None = None
    options: tuple[Option, ...] = ()
    leads: bool = False

    @property
    def complaints(self) -> Iterator[str]:
        if not _FIELD.fullmatch(self.name):
            yield f"fields: {self.name!r} is no name of a field"
        try:
            compile_mask(self.mask)
        except MaskError as wrong:
            yield f"{self.name}: {wrong}"
        if self.format not in _FORMS.get(str(self.mask.get("mask")), ()):
            yield f"{self.name}: what {self.mask.get('mask')} leaves can't be written as {self.format}"
        if (self.format is Format.CHOICE) != bool(self.options):
            yield f"{self.name}: options go with the format CHOICE"
        if any(option.tone not in _TONES for option in self.options):
            yield f"{self.name}: a tone is one of {', '.join(_TONES[1:])}"


class Typed(Part, frozen=True):
    """What is typed, and the register's field that it must equal."""

    field: str
    kind: TypedKind
    label: Text
    note: Text
    example: str


class LookupDefinition(Part, frozen=True):
    """One lookup. `keep_s` is how long an answer may be shown again to the same person without asking anew; 0: never.

    `absent` is what it means that the register has nobody such, and what to do.
    """

    slug: str
    authority: str
    icon: str
    topics: tuple[str, ...]
    service: str
    name: Text
    summary: Text
    absent: Text
    fields: tuple[Field, ...]
    keywords: tuple[str, ...]
    purpose: str = "OWN_DATA_LOOKUP"
    who: Who = Who.SELF
    typed: Typed | None = None
    keep_s: int = 0
    items: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields that are asked of the service: those shown, and the one that what is typed must equal."""
        shown = tuple(field.name for field in self.fields)
        return shown if self.typed is None or self.typed.field in shown else (*shown, self.typed.field)

    @property
    def masks(self) -> dict[str, dict[str, Any]]:
        """The mask of each field that is asked."""
        whole: dict[str, dict[str, Any]] = {name: dict(WHOLE) for name in self.asked}
        return whole | {field.name: field.mask for field in self.fields}

    @property
    def complaints(self) -> Iterator[str]:
        """Tell what is wrong with it."""
        if not _SLUG.fullmatch(self.slug) or not _SLUG.fullmatch(self.service):
            yield "slug and service are lower-case words joined by hyphens"
        if not _PURPOSE.fullmatch(self.purpose):
            yield "purpose is upper-case words joined by underscores"
        if unknown := [slug for slug in self.topics if topic(slug) is None]:
            yield f"topics: {', '.join(unknown)} isn't in items/topics.toml"
        if not (self.topics and self.keywords and self.fields):
            yield "topics, keywords and fields: at least one each"
        if len(set(self.asked)) != len(self.asked) or sum(field.leads for field in self.fields) > 1:
            yield "fields: each once, and at most one leads"
        yield from (told for field in self.fields for told in field.complaints)
        yield from self._complaints_of_typing()

    def _complaints_of_typing(self) -> Iterator[str]:
        if not 0 <= self.keep_s <= LONGEST_KEPT_S:
            yield f"keep_s is 0 to {LONGEST_KEPT_S}"
        if self.typed is None:
            if self.who is not Who.SELF:
                yield "about a child or a company, its number has to be typed"
            return
        if self.keep_s:
            yield "an answer to something typed is never kept"
        if self.masks[self.typed.field] != WHOLE:
            yield "what is typed is compared with the whole value: its field has no mask"
