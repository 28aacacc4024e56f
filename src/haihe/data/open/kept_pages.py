"""Finished pages of the portal, kept for a moment for whoever hasn't signed in.

A page is given again only while no dataset that may stand on it has changed in any way, so one that is withdrawn or
suspended is gone at once. What rooms below and above show on it (visits, followers, discussions) is at most SECONDS
old, and as much older as a page takes: one reader makes it anew, whoever comes meanwhile gets the page before. Where
there is none before, whoever comes meanwhile to the same process waits for it. The processes of a machine share what
they keep, in files; how many at most stands in the settings. The form token, the one thing on a page that is somebody's
own, is cut out before a page is kept and each reader gets theirs.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Concatenate, Final, Literal

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from haihe.data.open import queries

logger = logging.getLogger(__name__)
SECONDS: Final = 10
_MAKING_S: Final = 10
_LARGEST_BYTES: Final = 300_000
_FIELD: Final = b'name="csrfmiddlewaretoken"'
_TOKEN: Final = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}(?=")')
_CARE: Final = "haihe_care"
_TURN: Final = Lock()
_LONGEST_WAIT_S: Final = 1

type Narrowed = Literal["", "slug", "topic", "owner"]
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


def kept_for_strangers[**P](by: Narrowed = "") -> Callable[[View[P]], View[P]]:
    """Keep what a view makes. Its page may depend on address, host, language and size of type, and on nobody.

    `by` names what the view's one argument narrows the datasets by: the page is made anew when one of these changes.
    """

    def keeping(view: View[P]) -> View[P]:
        @wraps(view)
        def given(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            told = {by: str(next(iter(kwargs.values())))} if by else {}
            return page_of(request, lambda: Made(view(request, *args, **kwargs)), **told).response

        return given

    return keeping


def page_of(request: HttpRequest, make: Callable[[], Made], **narrowed: str) -> Made:
    """Return the page that is kept for this request, or make it and keep it where it is for strangers.

    `narrowed` tells the datasets on which it depends, as for `queries.stamp`; without it, all.
    """
    if not _is_stranger(request):
        return make()
    # Asked before the page is made: what changes meanwhile makes the next reader's page anew.
    key = _key(request, queries.stamp(**narrowed))
    if (kept := _kept(key)) is None:
        with _in_turn():
            if (kept := _kept(key)) is None:
                return _made(key, make)
    if not kept.is_fresh and _is_first(key):
        return _made(key, make)
    response = HttpResponse(_written(request, kept), content_type=kept.content_type)
    # No session was looked at for this one, but somebody else's page would be another.
    patch_vary_headers(response, ("Cookie",))
    return Made(response, kept.is_visit)


@contextmanager
def _in_turn() -> Iterator[None]:
    """Let those without a page make theirs one after the other; who waited long enough needn't wait for a slow one.

    Python draws one page at a time anyway: in turn, each is there sooner than if all were begun at once.
    """
    is_mine = _TURN.acquire(timeout=_LONGEST_WAIT_S)
    try:
        yield
    finally:
        if is_mine:
            _TURN.release()


def _kept(key: str) -> _Kept | None:
    kept: _Kept | None = caches["pages"].get(key)
    return kept


def _is_first(key: str) -> bool:
    """True for the first who finds a page old; who comes within _MAKING_S or until it is made anew isn't."""
    with _full_disk_is_told():
        return caches["pages"].add(f"{key}-is-made", True, _MAKING_S)
    return False


def _made(key: str, make: Callable[[], Made]) -> Made:
    try:
        made = make()
    finally:
        caches["pages"].delete(f"{key}-is-made")
    patch_vary_headers(made.response, ("Cookie",))
    if (worth := _cut(made)) is not None:
        with _full_disk_is_told():
            caches["pages"].set(key, worth, SECONDS + _MAKING_S)
    return made


@contextmanager
def _full_disk_is_told() -> Iterator[None]:
    """A page that can't be kept is given all the same."""
    try:
        yield
    except OSError:
        logger.warning("finished pages can't be kept", exc_info=True)


def _is_stranger(request: HttpRequest) -> bool:
    told = request.COOKIES
    return settings.SESSION_COOKIE_NAME not in told and CookieStorage.cookie_name not in told


def _key(request: HttpRequest, stamp: str) -> str:
    care = request.COOKIES.get(_CARE) == "1"
    asked = (request.scheme, request.get_host(), request.get_full_path(), get_language(), care)
    told = (*asked, stamp, settings.STATIC_URL)  # which names the release: another one draws other pages
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
