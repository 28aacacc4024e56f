"""Finished pages of the portal, kept for a moment for whoever hasn't signed in.

A page is given again only while no dataset has changed in any way, so one that is withdrawn or suspended is gone at
once. What rooms below and above show on it (visits, followers, discussions) is at most SECONDS old, and as much older
as a page takes: one reader makes it anew, whoever comes meanwhile gets the page before, or many would make the same
page at once. Each process keeps its own; how many at most stands in the settings. The form token, the one thing on a
page that is somebody's own, is cut out before a page is kept and each reader gets theirs.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from time import monotonic
from typing import Concatenate, Final

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from haihe.data.open import queries

SECONDS: Final = 10
_MAKING_S: Final = 10
_LARGEST_BYTES: Final = 300_000
_FIELD: Final = b'name="csrfmiddlewaretoken"'
_TOKEN: Final = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}(?=")')
_CARE: Final = "haihe_care"

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(frozen=True, slots=True)
class Made:
    """A page, and whether whoever looks at it visits a dataset."""

    response: HttpResponse
    is_visit: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    """A page cut where a form token stood."""

    pieces: tuple[bytes, ...]
    content_type: str
    is_visit: bool
    at: float

    @property
    def is_fresh(self) -> bool:
        return monotonic() - self.at < SECONDS


def kept_for_strangers[**P](view: View[P]) -> View[P]:
    """Keep what a view makes. Its page may depend on address, host, language and size of type, and on nobody."""

    @wraps(view)
    def given(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return page_of(request, lambda: Made(view(request, *args, **kwargs))).response

    return given


def page_of(request: HttpRequest, make: Callable[[], Made]) -> Made:
    """Return the page that is kept for this request, or make it and keep it where it is for strangers."""
    if not _is_stranger(request):
        return make()
    # Asked before the page is made: what changes meanwhile makes the next reader's page anew.
    key, kept_pages = _key(request, queries.stamp()), caches["pages"]
    kept: _Kept | None = kept_pages.get(key)
    if kept is None or (not kept.is_fresh and kept_pages.add(f"{key}-is-made", True, _MAKING_S)):
        try:
            made = make()
        finally:
            kept_pages.delete(f"{key}-is-made")
        patch_vary_headers(made.response, ("Cookie",))
        if (worth := _cut(made)) is not None:
            kept_pages.set(key, worth, SECONDS + _MAKING_S)
        return made
    response = HttpResponse(_written(request, kept), content_type=kept.content_type)
    # No session was looked at for this one, but somebody else's page would be another.
    patch_vary_headers(response, ("Cookie",))
    return Made(response, kept.is_visit)


def _is_stranger(request: HttpRequest) -> bool:
    told = request.COOKIES
    return settings.SESSION_COOKIE_NAME not in told and CookieStorage.cookie_name not in told


def _key(request: HttpRequest, stamp: str) -> str:
    care = request.COOKIES.get(_CARE) == "1"
    told = (request.scheme, request.get_host(), request.get_full_path(), get_language(), care, stamp)
    return sha256(repr(told).encode()).hexdigest()


def _cut(made: Made) -> _Kept | None:
    """Return what can be kept of a page; None for errors, large ones, and where a token may be left in it."""
    response = made.response
    if response.status_code != 200 or response.cookies or len(response.content) > _LARGEST_BYTES:
        return None
    pieces = tuple(_TOKEN.split(response.content))
    if any(b"csrf" in piece.replace(_FIELD, b"").lower() for piece in pieces):
        return None
    return _Kept(pieces, response.headers["Content-Type"], made.is_visit, monotonic())


def _written(request: HttpRequest, kept: _Kept) -> bytes:
    if len(kept.pieces) == 1:
        return kept.pieces[0]
    return get_token(request).encode().join(kept.pieces)
