"""Who acts in a request, and what a view demands of them."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from haihe.base.accounts.actor import SIGNED_OUT, Actor, require
from haihe.base.accounts.models import Membership, User

_KEPT = "_haihe_actor"


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request: the person signed in with the roles valid now, or SIGNED_OUT.

    Read from the database once per request, so a membership that ended counts no longer at the very next click.
    """
    kept = getattr(request, _KEPT, None)
    if isinstance(kept, Actor):
        return kept
    user = getattr(request, "user", None)
    actor = _actor(user, now=timezone.now()) if isinstance(user, User) else SIGNED_OUT
    setattr(request, _KEPT, actor)
    return actor


def actor_for(username: str, *, now: datetime | None = None) -> Actor:
    """Return the actor of a user by name, with the roles valid at `now`. Raises: User.DoesNotExist, if inactive too."""
    return _actor(User.objects.get(username=username, is_active=True), now=now or timezone.now())


def colleagues(organisation: str, *roles: str, now: datetime) -> list[Actor]:
    """Return the officers who hold one of the roles in a body at `now`, by name."""
    held = Membership.objects.filter(organisation=organisation, role__in=roles, valid_from__lte=now)
    current = held.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now)).values("user_id")
    users = User.objects.filter(is_active=True, pk__in=current).order_by("name", "pk")
    return [_actor(user, now=now) for user in users]


def _actor(user: User, *, now: datetime) -> Actor:
    if not user.is_active:
        return SIGNED_OUT
    current = Membership.objects.filter(user_id=user.pk, valid_from__lte=now).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=now)
    )
    return Actor(
        user_id=user.pk,
        name=user.name,
        roles=frozenset(current.values_list("role", "organisation")),
        subject_key=bytes(user.subject_key) if user.subject_key is not None else None,
    )


type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def role_required[**P](*roles: str) -> Callable[[View[P]], View[P]]:
    """Let a view be reached only by those who hold one of the roles, in whatever organisation.

    Who isn't signed in is sent to sign in; who is, but lacks the role, gets the 403 page. Which organisation's rows
    they may touch is for the operation to check.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_of(request)
            if not actor.is_signed_in:
                return redirect_to_login(request.get_full_path())
            if roles:
                require(actor, *roles)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def client_address(request: HttpRequest) -> str:
    """Return the client's address; behind our own proxy it is the last one that the proxy wrote down."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    direct: str = request.META.get("REMOTE_ADDR", "")
    return forwarded if settings.HAIHE.behind_proxy and forwarded else direct
