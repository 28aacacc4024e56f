"""What neighbours may use of ratings: invite, and lead people there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from haihe.platforms.services.ratings import links, queries
from haihe.platforms.services.ratings.models import Channel, Invitation, Kind
from haihe.platforms.services.ratings.operations import invite as _invite
from haihe.platforms.services.ratings.ports import Window, register_windows

__all__ = [
    "CASE",
    "LINK",
    "PHONE",
    "TERMINAL",
    "VISIT",
    "WINDOW",
    "InvitationInfo",
    "Window",
    "invitation_of",
    "invite",
    "register_windows",
]

CASE, VISIT = Kind.CASE, Kind.VISIT
PHONE, LINK, TERMINAL, WINDOW = Channel.PHONE, Channel.LINK, Channel.TERMINAL, Channel.WINDOW


@dataclass(frozen=True, slots=True)
class InvitationInfo:
    """`path` is for the holder, signed in. `link` is for whoever has it, once, as a QR code or in a short message.

    Show the link to nobody who handled the matter.
    """

    id: UUID
    path: str
    link: str
    is_open: bool
    is_rated: bool


def invite(
    *,
    subject_number: str,
    item_slug: str,
    authority: str,
    now: datetime,
    window: str | None = None,
    holder: bytes | None = None,
    handlers: Iterable[UUID] = (),
    channel: Channel = PHONE,
    kind: Kind = CASE,
) -> InvitationInfo:
    """Invite somebody to rate a case that ended, or a visit (kind VISIT, with its window) that did; once for a number.

    `holder` is the subject key of whom it was for, where that is known; `handlers` are the users who had a hand in it.
    Within the caller's transaction. Raises: ValueError for a visit without a window.
    """
    if kind == VISIT and not window:
        raise ValueError("a visit happens at a window")
    made = _invite(
        kind=kind,
        subject_number=subject_number,
        item_slug=item_slug,
        organisation=authority,
        window=window or "",
        holder_key=holder,
        handlers=handlers,
        channel=channel,
        now=now,
    )
    return _info(made, now=now)


def invitation_of(subject_number: str, *, now: datetime) -> InvitationInfo | None:
    """Return the invitation of a case or visit; None where nobody was invited."""
    found = queries.invitation_for(subject_number)
    return _info(found, now=now) if found else None


def _info(row: Invitation, *, now: datetime) -> InvitationInfo:
    return InvitationInfo(
        id=row.pk,
        path=reverse("ratings:rate", args=[row.pk]),
        link=links.rate_path(row.pk),
        is_open=queries.is_open(row, now=now),
        is_rated=row.used_at is not None,
    )
