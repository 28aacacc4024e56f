"""What forms need from others, named here and given by a storey higher: items, whoever takes applications, registers
that know a value already, and a virus scanner.

    register_offers(...)    which items have forms, by slug             (the item catalogue)
    register_receiver(...)  takes an application, once                  (cases)
    register_binder(...)    ties cases together that one form opened    (cases)
    register_prefiller(...) asks a register, under a grant              (the gateway)
    register_corrections(.) tells a register that it is wrong           (sharing)
    register_relations(...) asks who may act for whom, under a grant    (the gateway)
    register_prover(...)    asks whether data stands in for a paper     (the gateway)
    register_holdings(...)  says which certificates somebody holds      (certificates)
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
    the authorisation, "delegation" where one stands here, or "register" where a register says so: `evidence` is then
    the ledger's number of that answer.
    """

    party: Party
    relation: str
    rests_on: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """What a form said, clean and signed, ready to become a case.

    `applicant` is the person who applies and signed: who signed in, or stands at the window. `on_behalf_of` is the one
    whose matter it is, where that is somebody else. `uploads` are the ids of files by field; they stay where they are
    and are opened by `forms.api.open_upload`. `token` is the draft: the same token is the same application. `corrected`
    is what a register says, by field, where the person says something else.
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
    corrected: Mapping[str, "Known"] = field(default_factory=dict)

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
class Bound:
    """The cases that one form for several items became, in its order; `slug` is the offer's, `token` the draft."""

    slug: str
    token: UUID
    channel: str
    cases: tuple[str, ...]


type Binder = Callable[[Bound, Actor, datetime], Received]
"""Called after the receiver took each of them, in the same transaction."""


@dataclass(frozen=True, slots=True)
class Question:
    """Asked before one begins; `needed` is the answer that lets one go on."""

    ask: Text
    needed: bool
    otherwise: Text


@dataclass(frozen=True, slots=True)
class DataQuestion:
    """The one question to a register that stands in for a paper; `source` is the department that answers."""

    service: str
    claim: str
    purpose: str
    source: str
    asks: Text
    yes: Text
    no: Text


@dataclass(frozen=True, slots=True)
class PaperNote:
    """A paper and how it is brought; `is_spared`: nobody needs to bring it; `by_certificate`: who holds one needn't;
    `question`: whom data proves it for needn't either.
    """

    name: Text
    note: Text
    is_spared: bool
    slug: str = ""
    by_certificate: bool = False
    question: DataQuestion | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An item as its form needs to know it; or several of them, its `shares`, that one form applies for.

    `page` is where one begins, where that isn't the guide.
    """

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
    shares: "tuple[Share, ...]" = ()
    page: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One of the items that a form applies for at once (see `together`).

    `when` is the condition, over the whole form, under which it is applied for; `names` are its own fields as the whole
    form calls them; `given` its fields that the number of another's case answers, by that other's slug.
    """

    offer: Offer
    when: str
    names: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Asking:
    """Which of a register's items would be asked for, by whose grant: what a person is told before it happens."""

    source: str
    register: str
    items: tuple[str, ...]
    fields: tuple[str, ...]
    legal_basis: str


class Prefiller(Protocol):
    """Asks registers for values, under the grants of the authority whose form it is."""

    def would_ask(
        self, wanted: Mapping[str, Prefill], *, authority: str, item: str, now: datetime
    ) -> tuple[Asking, ...]:
        """Return what `ask` would ask for. Nobody is asked."""
        ...

    def ask(
        self,
        wanted: Mapping[str, Prefill],
        *,
        authority: str,
        item: str,
        id_number: str,
        name: str,
        case: str,
        now: datetime,
    ) -> Mapping[str, Known]:
        """Return what is known by field. What isn't granted isn't asked; what nobody answers is left out."""
        ...


@dataclass(frozen=True, slots=True)
class PaperAsking:
    """What would be asked in place of a paper, by whose grant: what a person is told before they agree."""

    paper: str
    source: str
    asks: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """What a register said in place of a paper: MATCH, NO_MATCH or UNKNOWN."""

    answer: str
    source: str
    as_of: datetime | None
    evidence: str


class Prover(Protocol):
    """Asks registers what stands in for papers, under the grants of the authority whose item it is."""

    def would_ask(
        self, questions: Mapping[str, DataQuestion], *, authority: str, now: datetime
    ) -> Mapping[str, PaperAsking]:
        """Return by paper what `ask` may ask for. Nobody is asked."""
        ...

    def ask(self, question: DataQuestion, *, authority: str, whom: Party, case: str) -> DataAnswer | None:
        """Return what the register says of a person; None where it may not be asked, or nobody answers."""
        ...


@dataclass(frozen=True, slots=True)
class Proof:
    """What a register says of one who acts for another: that it is so, or that it doesn't know it to be."""

    holds: bool
    source: str
    as_of: datetime | None
    evidence: str


class Relations(Protocol):
    """Asks registers whether somebody may act for another, under the grants of the authority whose form it is."""

    def ask(
        self, relation: str, *, acts: Party, for_whom: Party, authority: str, item: str, case: str, now: datetime
    ) -> Proof | None:
        """Return what the register says; None where none may be asked, or none answers."""
        ...


class Corrections(Protocol):
    """Hands a report of wrong data to the register it came from."""

    def __call__(self, *, actor: Actor, evidence: str, statement: str, now: datetime) -> str:
        """Return the report's number; of one that is under way already, that one's. Raises: FormsError."""
        ...


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate in somebody's wallet; `url` is its page for them."""

    name: str
    number: str
    url: str


type Holdings = Callable[[Actor, datetime], Mapping[str, HeldCertificate]]
"""Returns by paper (its slug) what an actor holds that stands for it."""


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
    binder: Binder | None = None
    prefiller: Prefiller | None = None
    relations: Relations | None = None
    prover: Prover | None = None
    corrections: Corrections | None = None
    holdings: Holdings | None = None
    scanner: Scanner | None = None


def register_offers(offers: Offers | None) -> None:
    _Given.offers = offers


def register_receiver(receiver: Receiver | None) -> None:
    _Given.receiver = receiver


def register_binder(binder: Binder | None) -> None:
    _Given.binder = binder


def register_prefiller(prefiller: Prefiller | None) -> None:
    _Given.prefiller = prefiller


def register_relations(relations: Relations | None) -> None:
    _Given.relations = relations


def register_prover(prover: Prover | None) -> None:
    _Given.prover = prover


def register_corrections(corrections: Corrections | None) -> None:
    _Given.corrections = corrections


def register_holdings(holdings: Holdings | None) -> None:
    _Given.holdings = holdings


def register_scanner(scanner: Scanner | None) -> None:
    _Given.scanner = scanner


def offer(slug: str, *, on: date) -> Offer | None:
    return _Given.offers.offer(slug, on=on) if _Given.offers else None


def offers(authority: str, *, on: date) -> tuple[Offer, ...]:
    return _Given.offers.offers(authority, on=on) if _Given.offers else ()


def receiver() -> Receiver | None:
    return _Given.receiver


def binder() -> Binder | None:
    return _Given.binder


def prefiller() -> Prefiller | None:
    return _Given.prefiller


def corrections() -> Corrections | None:
    return _Given.corrections


def relations() -> Relations | None:
    return _Given.relations


def prover() -> Prover | None:
    return _Given.prover


def held_by(actor: Actor, *, now: datetime) -> Mapping[str, HeldCertificate]:
    """Return by paper what an actor holds that stands for it; nothing where nobody knows."""
    return _Given.holdings(actor, now) if _Given.holdings and actor.is_signed_in else {}


def holdings() -> Holdings | None:
    return _Given.holdings


def scanner() -> Scanner | None:
    return _Given.scanner


def registered_offers() -> Offers | None:
    return _Given.offers
