"""Reads. Who may know of a rating is decided here once."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.platforms.services.ratings import links
from haihe.platforms.services.ratings.errors import NotFound
from haihe.platforms.services.ratings.models import Invitation, LowRating, RatingTerminal, RatingWeek
from haihe.platforms.services.ratings.workflow import OPEN, LowState, Part


def own_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Return the occasions on which this citizen may rate, or has."""
    if actor.subject_key is None or not actor.has(Role.CITIZEN):
        return Invitation.objects.none()
    mine = Invitation.objects.filter(holder_key=actor.subject_key)
    return mine.select_related("rating__low").order_by("-invited_at", "-id")


def own_invitation(actor: Actor, invitation: UUID) -> Invitation:
    """Raises: NotFound."""
    found = own_invitations(actor).filter(pk=invitation).first()
    if found is None:
        raise NotFound
    return found


def invitation_by_link(token: str) -> Invitation:
    """Return what a link's secret is for. Raises: NotFound."""
    found = Invitation.objects.filter(token_hash=links.hash_of(token)).select_related("rating__low").first()
    if found is None:
        raise NotFound
    return found


def invitation_to_follow(invitation: UUID, token: str) -> Invitation:
    """Return a rated occasion to whoever rated it. Raises: NotFound."""
    found = Invitation.objects.filter(pk=invitation, used_at__isnull=False).select_related("rating__low").first()
    if found is None or not links.is_follow_token(token, found.pk):
        raise NotFound
    return found


def invitation_for(subject_number: str) -> Invitation | None:
    return Invitation.objects.filter(subject_number=subject_number).first()


def is_open(invitation: Invitation, *, now: datetime) -> bool:
    return invitation.used_at is None and invitation.expires_at > now


def terminal_by_token(token: str) -> RatingTerminal:
    """Raises: NotFound."""
    found = RatingTerminal.objects.filter(token_hash=links.hash_of(token), closed_at=None).first()
    if found is None:
        raise NotFound
    return found


def terminals_of(actor: Actor) -> QuerySet[RatingTerminal]:
    """Return the screens of the bodies for which the actor answers."""
    own = RatingTerminal.objects.filter(organisation__in=actor.organisations(Role.APPROVER), closed_at=None)
    return own.order_by("organisation", "window")


def visible_low_ratings(actor: Actor) -> QuerySet[LowRating]:
    """Return the low ratings that this actor sees to: of their body, unless they handled it; all to the authority."""
    rows = LowRating.objects.select_related("rating__invitation")
    if actor is SYSTEM:
        return rows
    seen = Q(organisation__in=actor.organisations(Role.APPROVER))
    if actor.has(Role.OPERATOR):
        seen = Q()
    # Who handled it, or is the rater, hears of it from the one who visits back, not from here.
    own = Q(rating__invitation__handlers__contains=[actor.user_id]) if actor.user_id else Q()
    if actor.subject_key is not None:
        own |= Q(rating__invitation__holder_key=actor.subject_key)
    return rows.filter(seen).exclude(own) if own else rows.filter(seen)


def low_rating_for(actor: Actor, number: str) -> LowRating:
    """Raises: NotFound."""
    found = visible_low_ratings(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def parts_in(actor: Actor, low: LowRating) -> frozenset[Part]:
    """Return the parts in which an officer may act. The authority may act in a body's stead once it was late."""
    if actor is SYSTEM:
        return frozenset({Part.SYSTEM})
    parts = set[Part]()
    if actor.user_id is None or actor.user_id in low.rating.invitation.handlers:
        return frozenset()
    if actor.has(Role.APPROVER, low.organisation):
        parts.add(Part.SUPERVISOR)
    elsewhere = actor.organisations(Role.OPERATOR) - {low.organisation}
    if elsewhere:
        parts.add(Part.JUDGE)
        if low.reported_at is not None:
            parts.add(Part.SUPERVISOR)
    return frozenset(parts)


def rated_bodies() -> list[str]:
    """Return the codes of the bodies that anybody was invited to rate."""
    return sorted(RatingWeek.objects.order_by().values_list("organisation", flat=True).distinct())


def late_ones(*, now: datetime) -> QuerySet[LowRating]:
    """Return those whose clock ran out and of which nobody was told."""
    running = LowRating.objects.filter(state__in=OPEN, due_at__lt=now, late_at__isnull=True)
    return running.exclude(state=LowState.ANSWERED)


def unheard_ones(*, now: datetime) -> QuerySet[LowRating]:
    """Return those whose rater has said nothing to the answer for as long as they may."""
    return LowRating.objects.filter(state=LowState.ANSWERED, due_at__lt=now)


def newest_at(terminal: RatingTerminal, *, since: datetime, now: datetime) -> Invitation | None:
    """Return the newest occasion at a screen's window, if it isn't rated yet: an older one is somebody else's."""
    at_window = Invitation.objects.filter(
        organisation=terminal.organisation, window=terminal.window, invited_at__gte=since
    )
    newest = at_window.order_by("-invited_at", "-id").first()
    return newest if newest and is_open(newest, now=now) else None
