"""What a department may choose from when it builds a model: its own registers, and those granted to it in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import api as exchange
from haihe.data.matching.inputs import field_of, is_in_bulk
from haihe.data.matching.tables import Stored
from haihe.data.sharing import api as sharing

OWN_PURPOSE: Final = "OWN_BUSINESS"
"""The purpose of a comparison of a department's own registers, for which nobody gives a grant."""


@dataclass(frozen=True, slots=True)
class OfferedField:
    """A field that may be chosen. What is masked is shown masked, and compared by its hash only."""

    name: str
    title: str
    stored: Stored
    is_masked: bool = False

    @property
    def is_key(self) -> bool:
        """True if other registers can be found by it."""
        return self.stored in (Stored.IDENTITY_KEY, Stored.TEXT)

    @property
    def is_comparable(self) -> bool:
        return self.stored is not Stored.HIDDEN and not (self.is_masked and self.stored.is_plain)


@dataclass(frozen=True, slots=True)
class Offer:
    """A register that may be an input. `subject` is the field that says whose row it is, "" for nobody's."""

    resource: str
    title: str
    owner: str
    is_own: bool
    until: datetime | None
    fields: tuple[OfferedField, ...]
    subject: str
    may_show_subject: bool

    def field(self, name: str) -> OfferedField | None:
        return next((one for one in self.fields if one.name == name), None)

    @property
    def shown_fields(self) -> tuple[OfferedField, ...]:
        """What a result may show: the subject's number only where the grant names it."""
        return tuple(one for one in self.fields if one.name != self.subject or self.may_show_subject)


def purposes_for(organisation: str, *, now: datetime) -> list[str]:
    """Return the purposes for which the department holds grants in bulk that are in force, in alphabetical order."""
    held = {
        purpose for grant in sharing.grants_of(organisation) if is_in_bulk(grant, now) for purpose in grant.purposes
    }
    return sorted(held)


def offers_for(organisation: str, purpose: str, *, now: datetime) -> list[Offer]:
    """Return the registers that a model of this purpose may compare, one's own first. Raises: SnapshotDamaged."""
    entries = catalogue.published_resources(owner=organisation)
    # Most entries of the catalogue are never fed: one question finds those that are.
    fed = exchange.latest_snapshots([entry.code for entry in entries])
    own = [_own(entry) for entry in entries if entry.code in fed]
    opened = {one.slug: one for one in sharing.services()}
    granted: dict[str, Offer] = {}
    for grant in sharing.grants_of(organisation):
        service = opened.get(grant.service)
        if service is None or purpose not in grant.purposes or not is_in_bulk(grant, now):
            continue
        offer = _granted(grant, service)
        # Of several grants for one register, the one that permits more.
        before = granted.get(service.resource)
        if offer is not None and (before is None or len(offer.fields) > len(before.fields)):
            granted[service.resource] = offer
    return [*(one for one in own if one is not None), *sorted(granted.values(), key=lambda one: one.resource)]


def _own(entry: catalogue.ResourceEntry) -> Offer | None:
    columns = exchange.stored_columns(entry.code)
    if columns is None:
        return None
    fields = tuple(OfferedField(one.field, one.title, field_of(one).stored) for one in columns)
    return Offer(entry.code, entry.title, entry.owner, True, None, fields, _subject(columns), True)


def _granted(grant: sharing.GrantInfo, service: sharing.ServiceInfo) -> Offer | None:
    entry, columns = catalogue.resource(service.resource), exchange.stored_columns(service.resource)
    if entry is None or columns is None:
        return None
    subject = _subject(columns)
    fields = tuple(
        OfferedField(one.field, one.title, field_of(one).stored, _is_masked(service, one.field))
        for one in columns
        if one.field in grant.fields or one.field == subject
    )
    shows = subject in grant.fields
    return Offer(entry.code, entry.title, entry.owner, False, grant.valid_until, fields, subject, shows)


def _subject(columns: Sequence[exchange.StoredColumn]) -> str:
    return next((one.field for one in columns if one.personal == "SUBJECT"), "")


def _is_masked(service: sharing.ServiceInfo, field: str) -> bool:
    rule = service.masks.get(field)
    return rule is not None and rule.get("mask") != "none"
