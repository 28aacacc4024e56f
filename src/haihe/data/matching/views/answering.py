"""What all pages of comparisons do alike: find a row or answer 404, act, and tell what stood in the way."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest

from haihe.base.accounts.api import Role
from haihe.data.matching.errors import MatchingError, NotFound

OFFICE: Final = (Role.STEWARD, Role.APPROVER)
READERS: Final = (*OFFICE, Role.OPERATOR, Role.AUDITOR)
PAGE_ROWS: Final = 20


def or_404[T](find: Callable[[], T]) -> T:
    """Return what is found; what one may not know of isn't there."""
    try:
        return find()
    except NotFound:
        raise Http404 from None


def attempt[T](act: Callable[[], T]) -> tuple[T | None, str]:
    """Do it; return what it gave, or the sentence that says why it was not done. Raises: NotPermitted, Http404."""
    try:
        return or_404(act), ""
    except MatchingError as refused:
        return None, refused.message


def tell(request: HttpRequest, refusal: str, done: str) -> None:
    """Tell on the next page how it went."""
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, done)
