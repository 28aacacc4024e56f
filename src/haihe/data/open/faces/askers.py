"""Who asks a face: nobody in particular, the holder of a reader's key, or a publisher's program. Never a cookie."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from haihe.base.accounts.api import SIGNED_OUT, Actor, client_address
from haihe.data.open import counting
from haihe.data.open.faces import tokens
from haihe.data.open.models import AccessKey

_MOST_CHARACTERS = 200


class UnknownToken(Exception):
    """What was sent as a key or token isn't one, or not any more."""


@dataclass(frozen=True, slots=True)
class Asker:
    """`actor` is signed in for a publisher's program alone; `counted` is what its calls are counted under."""

    counted: counting.Asker
    key: AccessKey | None = None
    actor: Actor = SIGNED_OUT


def asker_of(request: HttpRequest, *, now: datetime, token: str | None = None) -> Asker:
    """Return who asks, by the token in the usual headers unless one is given. Raises: UnknownToken."""
    told = _token_of(request) if token is None else token.strip()
    if not told:
        return Asker(counting.Asker.at(client_address(request)))
    if len(told) > _MOST_CHARACTERS or not told.isascii():
        raise UnknownToken
    if told.startswith(tokens.PREFIX):
        actor = tokens.holder_of(told, now=now)
        if actor is None:
            raise UnknownToken
        return Asker(counting.Asker(f"publisher {actor.user_id}", counting.ANONYMOUS_PER_DAY), actor=actor)
    return _by_key(told, now)


def _by_key(told: str, now: datetime) -> Asker:
    found = hashlib.sha256(told.encode()).digest()
    key = AccessKey.objects.filter(key_hash=found, revoked_at__isnull=True, valid_until__gt=now).first()
    if key is None:
        raise UnknownToken
    return Asker(counting.Asker.with_key(found, key.quota_per_day), key)


def _token_of(request: HttpRequest) -> str:
    told = request.headers.get("X-CKAN-API-Key") or request.headers.get("Authorization", "")
    scheme, _, rest = told.strip().partition(" ")
    return rest.strip() if rest and scheme.lower() == "bearer" else told.strip()
