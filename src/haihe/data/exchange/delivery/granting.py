"""What a grant lets out: whether now, which fields under which masks, and the rows of which area."""

from datetime import datetime
from typing import Any
from uuid import UUID

from haihe.city import api as city
from haihe.data.exchange.delivery.models import Difference
from haihe.data.sharing import api as sharing

_DIGITS_OF_LEVEL = {3: 6, 4: 9, 5: 12}
"""From the district down: how much of a division's code all places within it share."""


def in_force(grant_id: UUID, *, now: datetime) -> sharing.GrantInfo | None:
    """Return the grant if rows may leave under it now: approved for batches or files, not suspended, ended or over."""
    grant = sharing.grant(grant_id)
    if grant is None or not may_be_delivered(grant):
        return None
    if grant.state in {"PREPARING", "RECEIVING"}:
        # Agreed, and the delivery is what it waits for.
        return grant
    return grant if grant.state == "ACTIVE" and grant.valid_from <= now < grant.valid_until else None


def may_be_delivered(grant: sharing.GrantInfo) -> bool:
    """True for grants of fields in batches or files; a service answers question by question and hands out no table."""
    return bool(grant.fields) and grant.form in {"BATCH", "FILE"}


def renewal_of(grant_id: UUID) -> sharing.GrantInfo | None:
    """Return the grant that renews this one and may be delivered, unless that has ended too."""
    found = sharing.renewal_of(grant_id)
    return found if found and may_be_delivered(found) else None


def differs(before: UUID, renewal: sharing.GrantInfo, within: str) -> str:
    """Return in what a renewal lets rows out otherwise, as one of `Difference`; "" where in nothing."""
    if area_of(renewal.organisation) != within:
        return Difference.ROWS
    old = sharing.grant(before)
    same = old is not None and old.service == renewal.service and masks_of(old).keys() == masks_of(renewal).keys()
    return "" if same else Difference.COLUMNS


def has_ended(grant_id: UUID) -> bool:
    grant = sharing.grant(grant_id)
    return grant is None or grant.state in {"EXPIRED", "TERMINATED"}


def masks_of(grant: sharing.GrantInfo) -> dict[str, dict[str, Any]]:
    """Return the granted fields with their owner's rules; a field that the service no longer has is left out."""
    rules = sharing.field_rules(grant.service)
    return {name: rules[name] for name in grant.fields if name in rules}


def area_of(organisation: str) -> str:
    """Return the beginning of the division whose rows a body gets: its own area's from the district down (回流)."""
    found = city.organisation(organisation)
    digits = _DIGITS_OF_LEVEL.get(found.level) if found else None
    return found.division[:digits] if found and digits else ""
