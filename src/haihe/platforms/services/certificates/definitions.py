"""The kinds of certificates: read from `kinds/*.toml`, strict, each file named after its kind.

A kind's fields may only grow: documents that were signed name them for good.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from haihe.platforms.services.forms.api import Part, Text

FOLDER: Final = Path(__file__).parent / "kinds"
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PREFIX: Final = re.compile(r"[A-Z]{2,6}")
_CODE: Final = re.compile(r"[0-9]{6}-ZZ-[0-9]{4}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_MINT: Final = re.compile(r"[0-9]{8}")


class KindRefused(ValueError):
    """A kind's file is wrong; the message names it."""


class HolderKind(StrEnum):
    """Who holds it: a person, or an organisation."""

    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"


class ShownTo(StrEnum):
    """What a stranger who checks the certificate sees of a field."""

    PLAIN = "PLAIN"
    MASKED = "MASKED"
    HIDDEN = "HIDDEN"


class HolderSource(Part, frozen=True):
    """Where a case's form has a holder's name and number: fields in order, the first that is filled in counts.

    `@credit_code`, `@company_name` are those of the body that the case registers.
    """

    name: tuple[str, ...]
    number: tuple[str, ...]


class KindField(Part, frozen=True):
    """One structured field. `source` as for holders; `@decided_on` is the day, `@other` the other holder's name."""

    name: str
    label: Text
    source: tuple[str, ...]
    shown: ShownTo = ShownTo.HIDDEN
    mask: str = ""


_OF_A_PERSON: Final = (HolderSource(name=("applicant_name",), number=("applicant_id_number",)),)
_OF_AN_ORGANISATION: Final = (HolderSource(name=("organisation_name",), number=("credit_code",)),)


class CertificateKind(Part, frozen=True):
    """A kind (证照类型). `years` it holds for, 0 for good; `until` names a form's field with its last day instead.

    `once`: a holder has one at a time, a new one takes the old one's place and what its form doesn't say from it.
    `ends`: kinds of the same holder that end with it. `items`: whose result it is. `papers`: for what it stands.
    `mints`: by item, how the credit code begins that a body registered by it is given.
    """

    slug: str
    version: int
    code: str
    prefix: str
    issuer: str
    name: Text
    holder: HolderKind
    items: tuple[str, ...]
    fields: tuple[KindField, ...]
    papers: tuple[str, ...] = ()
    holders: tuple[HolderSource, ...] = ()
    years: int = 0
    until: str = ""
    once: bool = True
    ends: tuple[str, ...] = ()
    mints: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        if complaints := [*_malformed(self), *_fields_amiss(self)]:
            raise ValueError("; ".join(complaints))

    @property
    def held_by(self) -> tuple[HolderSource, ...]:
        """Where the form has its holders: as the file says, or as the shared sections of forms name them."""
        return self.holders or (_OF_A_PERSON if self.holder is HolderKind.PERSON else _OF_AN_ORGANISATION)

    def field(self, name: str) -> KindField | None:
        return next((field for field in self.fields if field.name == name), None)


def _malformed(kind: CertificateKind) -> Iterator[str]:
    if not (_SLUG.fullmatch(kind.slug) and len(kind.slug) <= 64 and kind.version >= 1):
        yield "slug or version is malformed"
    if not (_PREFIX.fullmatch(kind.prefix) and _CODE.fullmatch(kind.code)):
        yield "prefix is two to six capital letters, code is issuer-ZZ-nnnn"
    if not kind.code.startswith(f"{kind.issuer}-"):
        yield "code begins with the issuer"
    if kind.years < 0 or (kind.years and kind.until):
        yield "years and until exclude each other"
    if not kind.items:
        yield "a kind is the result of an item at least"
    if not all(_MINT.fullmatch(prefix) for prefix in kind.mints.values()) or not kind.mints.keys() <= set(kind.items):
        yield "mints: eight digits by item"


def _fields_amiss(kind: CertificateKind) -> Iterator[str]:
    names = [field.name for field in kind.fields]
    if len(set(names)) != len(names) or not all(_NAME.fullmatch(name) for name in names):
        yield "fields: names are snake_case and differ"
    for field in kind.fields:
        if field.mask not in ("", "name", "middle"):
            yield f"{field.name}: mask is name or middle"
        if (field.shown is ShownTo.MASKED) != bool(field.mask):
            yield f"{field.name}: MASKED needs a mask, and no other has one"
        if not field.source:
            yield f"{field.name}: source is missing"


def parse(text: str) -> CertificateKind:
    """Read one file's text. Raises: KindRefused."""
    try:
        return msgspec.convert(tomllib.loads(text), CertificateKind, strict=False)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise KindRefused(str(wrong)) from wrong


@cache
def shipped() -> Mapping[str, CertificateKind]:
    """Return the kinds of this release by slug. Raises: KindRefused naming the file."""
    found: dict[str, CertificateKind] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        try:
            kind = parse(file.read_text(encoding="utf-8"))
        except KindRefused as wrong:
            raise KindRefused(f"{file.name}: {wrong}") from wrong
        taken = [one for one in found.values() if kind.code == one.code or kind.prefix == one.prefix]
        if kind.slug != file.stem or taken:
            raise KindRefused(f"{file.name}: named after its slug, with a code and a prefix of its own")
        found[kind.slug] = kind
    return found


def kind_of(slug: str) -> CertificateKind:
    """Raises: KeyError."""
    return shipped()[slug]


@cache
def kind_for_item(slug: str) -> CertificateKind | None:
    """Return the kind that is an item's result; None where it is none."""
    return next((kind for kind in shipped().values() if slug in kind.items), None)


@cache
def kinds_for_paper(slug: str) -> tuple[CertificateKind, ...]:
    """Return the kinds that stand for a paper."""
    return tuple(kind for kind in shipped().values() if slug in kind.papers)
