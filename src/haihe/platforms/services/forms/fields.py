"""What a form is made of: fields of some twenty kinds, in sections. `definition` puts them together and checks them."""

from enum import StrEnum
from typing import Final

import msgspec

from haihe.platforms.services.forms.parts import Part, Text


class Kind(StrEnum):
    """What a field holds. The names are those of the items' files."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    ADDRESS = "address"
    DIVISION = "division"
    BANK_CARD = "bank_card"
    PLATE_NUMBER = "plate_number"
    FILE = "file"
    TABLE = "table"
    SIGNATURE = "signature"


LISTS: Final = frozenset({Kind.CHOICES, Kind.FILE, Kind.TABLE})
"""Kinds with several values; a condition can't ask for them."""
WITH_LENGTH: Final = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.ADDRESS})
WITH_AMOUNT: Final = frozenset({Kind.NUMBER, Kind.MONEY})
BOUNDED: Final = WITH_LENGTH | WITH_AMOUNT | LISTS | {Kind.DATE}


class FileKind(StrEnum):
    """What an upload may be, judged by what is in it."""

    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"
    OFD = "OFD"


class Account(StrEnum):
    """What is known of a person who signed in with their real name, and so isn't typed on the phone."""

    NAME = "name"
    ID_NUMBER = "id_number"


class Option(Part, frozen=True):
    """One of the answers to choose from."""

    value: str
    zh: str
    en: str

    @property
    def label(self) -> str:
        return str(Text(zh=self.zh, en=self.en))


class Prefill(Part, frozen=True):
    """Which register knows the value already: resource of the catalogue, its item, and the service that is asked.

    `resource` is its code, or its owner and title (`120011/户籍家庭成员信息`) where codes differ between installations.
    `values` are the form's words for the register's; what isn't among them is left to be typed. Empty: the same words.
    """

    resource: str
    item: str
    service: str = ""
    values: dict[str, str] = msgspec.field(default_factory=dict)


class Field(Part, frozen=True):
    """One thing that is asked.

    `min` and `max` bound numbers and money, the length of texts, the count of lists; for dates they are a day or
    "today", with "-18y", "+6m" or "-30d" behind it. `must` makes of a yes-no a thing to agree to, and is what is told
    of one who doesn't. `account`: taken from the sign-in where there is one. `mask` is a rule of `kernel.mask_rules`.
    """

    name: str
    kind: Kind = msgspec.field(name="type")
    label: Text
    note: Text | None = None
    required: bool = True
    when: str = ""
    min: int | float | str | None = None
    max: int | float | str | None = None
    options: tuple[Option, ...] = ()
    fields: "tuple[Field, ...]" = ()
    prefill: Prefill | None = None
    decimals: int = 0
    unit: Text | None = None
    must: Text | None = None
    account: Account | None = None
    accept: tuple[FileKind, ...] = (FileKind.PDF, FileKind.JPEG, FileKind.PNG, FileKind.OFD)
    mask: str = ""
    section: str = ""

    def option(self, value: object) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


class Section(Part, frozen=True):
    """One page of a form. `name` is kebab-case."""

    name: str
    title: Text
    note: Text | None = None
    when: str = ""
    fields: tuple[Field, ...] = ()
