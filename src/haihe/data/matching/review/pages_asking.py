"""What the page of a new linkage shows: purposes, registers, and which of their fields tell what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from haihe.base.accounts.api import Actor, Role
from haihe.data.matching.linkage.scoring import LOWEST_BITS
from haihe.data.matching.offers import OWN_PURPOSE, Offer, OfferedField, offers_for, purposes_for
from haihe.data.matching.review.asking import HIGHEST_BITS, Wish
from haihe.data.matching.review.roles import TITLES, can_be_linked, fields_for, roles_of


@dataclass(frozen=True, slots=True)
class Choice:
    """The field of one side that tells something; `chosen` is "" where it isn't compared."""

    name: str
    offer: Offer
    fields: Sequence[OfferedField]
    chosen: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be compared, with a choice on either side."""

    role: str
    title: str
    sides: Sequence[Choice]

    @property
    def is_needed(self) -> bool:
        return self.role == "name"


@dataclass(frozen=True, slots=True)
class StartPage:
    """The form for a new one: registers that can be linked for the purpose; with two chosen, their fields."""

    organisations: Sequence[str]
    purposes: Sequence[str]
    offers: Sequence[Offer]
    wish: Wish
    rows: Sequence[Row]
    refusal: str = ""
    least: float = LOWEST_BITS
    most: float = HIGHEST_BITS

    @property
    def left(self) -> str:
        return self.wish.left or self.offers[0].resource

    @property
    def right(self) -> str:
        return self.wish.right or self.offers[-1].resource


def start_page(actor: Actor, wish: Wish, *, now: datetime, refusal: str) -> StartPage:
    organisations = sorted(actor.organisations(Role.STEWARD))
    organisation = wish.organisation if wish.organisation in organisations else organisations[0]
    purposes = [OWN_PURPOSE, *purposes_for(organisation, now=now)]
    purpose = wish.purpose if wish.purpose in purposes else purposes[-1]
    offers = [one for one in offers_for(organisation, purpose, now=now) if can_be_linked(one)]
    by_code = {one.resource: one for one in offers}
    left, right = by_code.get(wish.left), by_code.get(wish.right)
    rows = _rows(wish, left, right) if left and right and left != right else []
    shown = _shown(wish, organisation, purpose)
    return StartPage(organisations, purposes, offers, shown, rows, refusal)


def _shown(wish: Wish, organisation: str, purpose: str) -> Wish:
    return Wish(organisation, purpose, wish.legal_basis, wish.left, wish.right, wish.fields, wish.link, wish.review)


def _rows(wish: Wish, left: Offer, right: Offer) -> list[Row]:
    sides = {"left": left, "right": right}
    chosen = wish.fields or {side: roles_of(offer.fields) for side, offer in sides.items()}
    return [
        Row(
            role,
            str(title),
            [
                Choice(f"{side}_{role}", offer, fields_for(role, offer.fields), chosen[side].get(role, ""))
                for side, offer in sides.items()
            ],
        )
        for role, title in TITLES.items()
    ]
