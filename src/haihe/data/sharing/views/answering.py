"""What all pages of sharing do alike: find a row or answer 404, make a move, and tell what stood in its way."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Role
from haihe.data.sharing.errors import NotFound, OtherHandsNeeded, SharingError
from haihe.data.sharing.forms import MoveForm

OFFICE = (Role.STEWARD, Role.APPROVER)
READERS = (*OFFICE, Role.OPERATOR, Role.AUDITOR)
MOVERS = (*OFFICE, Role.OPERATOR)


def or_404[T](find: Callable[[], T]) -> T:
    """Return what is found; what one may not know of isn't there."""
    try:
        return find()
    except NotFound:
        raise Http404 from None


def told(request: HttpRequest) -> MoveForm:
    """Return the move's form, read; a day or number that can't be read counts as not given."""
    form = MoveForm(request.POST)
    form.is_valid()
    return form


def attempt(request: HttpRequest, act: Callable[[], object]) -> str:
    """Do it; return "" with a message for the next page, or the sentence that says why it was not done.

    Raises: NotPermitted (answered 403), Http404.
    """
    try:
        act()
    except NotFound:
        raise Http404 from None
    except OtherHandsNeeded as refused:
        return str(refused)
    except SharingError as refused:
        return refused.message
    messages.success(request, _("已办理。"))
    return ""
