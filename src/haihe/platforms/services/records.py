"""What services tell others: frozen views of their rows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.platforms.services.items import api as catalogue
from haihe.platforms.services.queries import case_for


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """An item in force, by its name in the reader's language."""

    slug: str
    name: str
    summary: str
    authority: str


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """A case as it stands; `answer` and `reason` are the last ones of the paper that data proves."""

    number: str
    item: str
    state: str
    organisation: str
    masked_name: str
    amount_yuan: Decimal | None
    opened_at: datetime
    decided_at: datetime | None
    papers_saved: int
    trips_saved: int
    answer: str
    reason: str
    trouble: str
    evidence: str | None
    next_ask_at: datetime | None


def items(search: str = "", *, most: int | None = None) -> list[ItemInfo]:
    """Return the items one can apply for today that match what was typed, the best first; all without a search."""
    found = catalogue.find_items(catalogue.Filters(q=search), on=timezone.localdate()).rows[:most]
    return [ItemInfo(row.version.slug, str(row.name), str(row.told), row.authority) for row in found]


def case_info(actor: Actor, number: str) -> CaseInfo:
    """Raises: CaseNotFound, for a forged number and for another's case alike."""
    case = case_for(actor, number)
    one = case.verifications.exclude(service="").first()
    return CaseInfo(
        number=case.number,
        item=case.item_slug,
        state=case.state,
        organisation=case.organisation,
        masked_name=case.masked_name,
        amount_yuan=case.amount_yuan,
        opened_at=case.opened_at,
        decided_at=case.decided_at,
        papers_saved=case.papers_saved,
        trips_saved=case.trips_saved,
        answer=one.answer if one else "",
        reason=one.reason if one else "",
        trouble=one.trouble if one else "",
        evidence=str(one.evidence) if one and one.evidence else None,
        next_ask_at=one.next_ask_at if one else None,
    )
