"""What forms need from others, named here and given by a storey higher: items, whoever takes applications, registers
that know a value already, and a virus scanner.

    register_offers(...)    which items have forms, by slug             (the item catalogue)
    register_receiver(...)  takes an application, once                  (cases)
    register_prefiller(...) asks a register, under a grant              (the gateway)
    register_scanner(...)   looks for viruses                           (clamd, or none)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from haihe.base.accounts.api import Actor
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.fields import Prefill
from haihe.platforms.services.forms.parts import Text

PHONE, WINDOW = "PHONE", "WINDOW"


class PartyKind(StrEnum):
    """Who somebody is before the law."""

    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"


@dataclass(frozen=True, slots=True)
class Party:
    """A person with their identity number, or an organisation with its credit code."""

    kind: PartyKind
    name: str
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Behalf:
    """In whose place the one who applies acts, in what relation, and what it rests on.

    `relation` is FAMILY, GUARDIAN, AGENT, LEGAL_REPRESENTATIVE or ORGANISATION_AGENT; `rests_on` the form's field with
    the authorisation, or "delegation" where one stands here.
    """

    party: Party
    relation: str
    rests_on: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """What a form said, clean and signed, ready to become a case.

    `applicant` is the person who applies and signed: who signed in, or stands at the window. `on_behalf_of` is the one
    whose matter it is, where that is somebody else. `uploads` are the ids of files by field; they stay where they are
    and are opened by `forms.api.open_upload`. `token` is the draft: the same token is the same application.
    """

    item_slug: str
    item_version: int
    applicant: Party
    on_behalf_of: Behalf | None
    values: Mapping[str, Any] = field(repr=False)
    uploads: Mapping[str, tuple[UUID, ...]]
    channel: str
    token: UUID
    digest: str

    @property
    def subject(self) -> Party:
        """Whose matter it is."""
        return self.on_behalf_of.party if self.on_behalf_of else self.applicant


@dataclass(frozen=True, slots=True)
class Received:
    """The case that an application became; `url` is its page for the one who sent it."""

    number: str
    url: str


class NotReceived(Exception):
    """The application can't become a case. `message` says what to do; `field` is the one it is about, if one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


type Receiver = Callable[[Application, Actor, datetime], Received]
"""Called inside the transaction that closes the draft: both happen or neither. Raises: NotReceived."""


@dataclass(frozen=True, slots=True)
class Question:
    """Asked before one begins; `needed` is the answer that lets one go on."""

    ask: Text
    needed: bool
    otherwise: Text


@dataclass(frozen=True, slots=True)
class PaperNote:
    """A paper and how it is brought; `is_spared`: nobody needs to bring it."""

    name: Text
    note: Text
    is_spared: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An item as its form needs to know it."""

    slug: str
    version: int
    authority: str
    name: Text
    summary: Text
    form: Form
    channels: frozenset[str]
    questions: tuple[Question, ...] = ()
    papers: tuple[PaperNote, ...] = ()
    conditions: tuple[Text, ...] = ()
    fee: Text | None = None
    promised_days: int = 0
    hotline: str = ""


class Offers(Protocol):
    """The items that can be applied for."""

    def offer(self, slug: str, *, on: date) -> Offer | None:
        """Return the item in force on a day, None if there is none or it has no form."""
        ...

    def offers(self, authority: str, *, on: date) -> tuple[Offer, ...]:
        """Return the items of an authority that its window takes."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What a register says of a person, as of when, and the ledger's evidence of having asked."""

    value: Any = field(repr=False)
    source: str
    as_of: datetime | None
    evidence: str


class Prefiller(Protocol):
    """Asks registers for values, under the grants of the authority whose form it is."""

    def ask(
        self, wanted: Mapping[str, Prefill], *, authority: str, item: str, id_number: str, name: str, case: str
    ) -> Mapping[str, Known]:
        """Return what is known by field. What isn't granted isn't asked; what nobody answers is left out."""
        ...


class Verdict(StrEnum):
    """What a scanner found."""

    CLEAN = "CLEAN"
    INFECTED = "INFECTED"


class ScannerAway(Exception):
    """The scanner doesn't answer; nobody knows what is in the file."""


class Scanner(Protocol):
    """Looks for viruses in a stream."""

    def scan(self, pieces: Iterable[bytes]) -> Verdict:
        """Raises: ScannerAway."""
        ...


class _Given:
    """What was registered in this process."""

    offers: Offers | None = None
    receiver: Receiver | None = None
    prefiller: Prefiller | None = None
    scanner: Scanner | None = None


def register_offers(offers: Offers | None) -> None:
    _Given.offers = offers


def register_receiver(receiver: Receiver | None) -> None:
    _Given.receiver = receiver


def register_prefiller(prefiller: Prefiller | None) -> None:
    _Given.prefiller = prefiller


def register_scanner(scanner: Scanner | None) -> None:
    _Given.scanner = scanner


def offer(slug: str, *, on: date) -> Offer | None:
    return _Given.offers.offer(slug, on=on) if _Given.offers else None


def offers(authority: str, *, on: date) -> tuple[Offer, ...]:
    return _Given.offers.offers(authority, on=on) if _Given.offers else ()


def receiver() -> Receiver | None:
    return _Given.receiver


def prefiller() -> Prefiller | None:
    return _Given.prefiller


def scanner() -> Scanner | None:
    return _Given.scanner


def registered_offers() -> Offers | None:
    return _Given.offers
