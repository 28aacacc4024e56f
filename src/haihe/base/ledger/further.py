"""Links that storeys above offer beside a record of an answer: the ledger knows its records, not what rests on them."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Offer:
    """A link's words, and the name of an address that takes the evidence number."""

    label: str | Promise
    url_name: str


_offers: list[Offer] = []


def offer_beside_records(label: str | Promise, url_name: str) -> None:
    """Show the link on the page of each answered record; call it from `AppConfig.ready`."""
    _offers.append(Offer(label, url_name))


def offers() -> tuple[Offer, ...]:
    return tuple(_offers)
